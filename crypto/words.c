/* SPDX-License-Identifier: Apache-2.0 */
/* Generated passphrases, and a measure of chosen ones. */
#include "crypto/login.h"

#include "base/err.h"
#include "crypto/inner.h"
#include <string.h>

/* Sounds that a Thai reader tells apart when they are read out: no r beside l, no v beside w. No
 * onset but "ch" begins with c, so a word reads in one way only. */
static const char onsets[][3] = {"b", "ch", "d", "f", "h", "j", "k", "l",
                                 "m", "n",  "p", "s", "t", "w", "y"};
static const char rimes[][3] = {"a", "e", "i", "o", "u", "ai"};

enum {
    ONSETS = sizeof(onsets) / sizeof(onsets[0]),
    RIMES = sizeof(rimes) / sizeof(rimes[0]),
    WORDS = 6,
    /* tenths of a bit: 2 * log2(90) = 12.98 */
    WORD_TENTHS = 129,
};

_Static_assert(ONSETS *RIMES == 90, "syllables");

/* Length of the syllable that s begins with, or 0. The longest rime wins: "ai" before "a". */
static size_t syllable(Str s)
{
    for (size_t o = 0; o < ONSETS; o++) {
        Str rest;

        if (!str_starts(s, str_of(onsets[o])))
            continue;
        rest = (Str){s.ptr + strlen(onsets[o]), s.len - strlen(onsets[o])};
        for (size_t r = RIMES; r-- > 0;)
            if (str_starts(rest, str_of(rimes[r])))
                return strlen(onsets[o]) + strlen(rimes[r]);
    }
    return 0;
}

static bool is_generated_word(Str word)
{
    size_t first = syllable(word);
    Str rest = {word.ptr + first, word.len - first};

    return first && rest.len && syllable(rest) == rest.len;
}

/* Has the list before `at` this word already? */
static bool word_seen(Str all, size_t at, Str word)
{
    Str rest = {all.ptr, at};

    while (rest.len)
        if (str_eq(str_cut(&rest, '-'), word))
            return true;
    return false;
}

/* One drawn word onto b. */
static void put_word(Buf *b)
{
    for (unsigned i = 0; i < 2; i++) {
        uint32_t drawn = randombytes_uniform(ONSETS * RIMES);

        buf_adds(b, onsets[drawn / RIMES]);
        buf_adds(b, rimes[drawn % RIMES]);
    }
}

/* Words are drawn again until they differ: that costs 0.003 bits, and the measure below gives every
 * generated passphrase its full worth. */
int passphrase_new(Buf *ret)
{
    BUF_AUTO Buf all = {0};
    BUF_AUTO Buf word = {0};

    buf_init(&all, WORDS * 16);
    buf_init(&word, 16);
    for (unsigned i = 0; i < WORDS && !all.err && !word.err; i++) {
        do {
            buf_reset(&word);
            put_word(&word);
        } while (!word.err && word_seen(buf_str(&all), all.len, buf_str(&word)));
        if (i)
            buf_adds(&all, "-");
        buf_add_str(&all, buf_str(&word));
    }
    if (all.err || word.err)
        return err_origin(all.err ? all.err : word.err);
    buf_add_str(ret, buf_str(&all));
    return ret->err ? err_origin(ret->err) : 0;
}

/* Tenths of a bit when s has the form of passphrase_new, else 0: fewer words may be somebody's own.
 * A repeated word counts nothing. */
static unsigned generated_tenths(Str s)
{
    Str rest = s;
    unsigned words = 0, tenths = 0;

    for (; rest.len; words++) {
        size_t at = (size_t)(rest.ptr - s.ptr);
        Str word = str_cut(&rest, '-');

        if (!is_generated_word(word))
            return 0;
        if (!word_seen(s, at, word))
            tenths += WORD_TENTHS;
    }
    return words < WORDS ? 0 : tenths;
}

typedef enum Kind { KIND_LOWER, KIND_UPPER, KIND_DIGIT, KIND_OTHER_SCRIPT, KIND_MARK } Kind;

/* Tenths of a bit of a character that opens a run of its kind, and of one that continues it.
 * English and Thai text carry 1 to 1.5 bits a letter; years, dates and phone numbers little more a
 * digit. */
static const struct {
    uint8_t opens, continues;
} worth[] = {
    [KIND_LOWER] = {40, 15},        [KIND_UPPER] = {40, 15}, [KIND_DIGIT] = {30, 20},
    [KIND_OTHER_SCRIPT] = {40, 12}, [KIND_MARK] = {30, 10},
};

static Kind kind_of(uint8_t c)
{
    if (c >= 'a' && c <= 'z')
        return KIND_LOWER;
    if (c >= 'A' && c <= 'Z')
        return KIND_UPPER;
    if (c >= '0' && c <= '9')
        return KIND_DIGIT;
    return c >= 0x80 ? KIND_OTHER_SCRIPT : KIND_MARK;
}

/* What people type instead of thinking: the keyboard's rows, the alphabet, the commonest words. */
static const char known[] = "qwertyuiop asdfghjkl zxcvbnm 1234567890 0987654321 abcdefghijklmnopq"
                            "rstuvwxyz poiuytrewq lkjhgfdsa mnbvcxz password passw0rd p@ssw0rd "
                            "thailand krading admin welcome iloveyou letmein secret office 2569 "
                            "2568 2567 2566 2565 2024 2025 2026 1qaz2wsx 3edc4rfv";

static uint8_t folded(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* Length of the longest beginning of `tail` that occurs, case aside, in `in`. A match may run
 * over the end of `in` into tail itself when the two are neighbours, as in "ababab". */
static size_t longest_match(Str in, Str tail, bool neighbours)
{
    size_t longest = 0;

    for (size_t start = 0; start < in.len; start++) {
        size_t room = in.len - start, n = 0;

        while (n < tail.len && (neighbours || n < room) &&
               folded((uint8_t)in.ptr[start + n]) == folded((uint8_t)tail.ptr[n]))
            n++;
        longest = n > longest ? n : longest;
    }
    return longest;
}

static bool is_inside_char(char c)
{
    return ((uint8_t)c & 0xc0) == 0x80;
}

/* Bytes at `at` that are no news: three characters or more that s had before or everybody knows. */
static size_t stale(Str s, size_t at)
{
    Str before = {s.ptr, at}, tail = {s.ptr + at, s.len - at};
    size_t again = longest_match(before, tail, true);
    size_t common = longest_match((Str){known, sizeof(known) - 1}, tail, false);
    size_t len = again > common ? again : common, chars = 0;

    while (len && len < tail.len && is_inside_char(tail.ptr[len]))
        len--;
    for (size_t i = 0; i < len; i++)
        chars += !is_inside_char(tail.ptr[i]);
    return chars >= 3 ? len : 0;
}

static unsigned chosen_tenths(Str s)
{
    enum { STALE_TENTHS = 30 };
    unsigned tenths = 0;
    int last = -1;

    for (size_t at = 0; at < s.len;) {
        uint8_t c = (uint8_t)s.ptr[at];
        Kind kind = kind_of(c);
        size_t skip = stale(s, at);

        if (skip) {
            tenths += STALE_TENTHS;
            at += skip;
            last = -1;
            continue;
        }
        at++;
        if (is_inside_char((char)c))
            continue; /* counted with its first byte */
        if (last == (int)kind || (last == KIND_UPPER && kind == KIND_LOWER))
            tenths += worth[kind].continues;
        else
            tenths += worth[kind].opens;
        last = (int)kind;
    }
    return tenths;
}

unsigned passphrase_bits(Str passphrase)
{
    Str s = {passphrase.ptr, passphrase.len < 256 ? passphrase.len : 256};
    unsigned generated = generated_tenths(s), chosen = chosen_tenths(s);

    return (generated > chosen ? generated : chosen) / 10;
}
