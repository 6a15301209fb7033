/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/str.h"
#include "crypto/checkpoint.h"
#include <string.h>

#define PROOF_LINE "c2sp.org/tlog-proof@v1"

static void hash_line(Buf *b, const Hash *h)
{
    base64_put(b, h->b, sizeof(h->b));
    buf_adds(b, "\n");
}

int proof_put(Buf *b, const Proof *p)
{
    if (!p->consistency) {
        buf_adds(b, PROOF_LINE "\nextra ");
        hash_line(b, &p->leaf);
    }
    buf_addf(b, "%s %llu\n", p->consistency ? "old" : "index", (unsigned long long)p->number);
    for (size_t i = 0; i < p->n; i++)
        hash_line(b, &p->hash[i]);
    buf_adds(b, "\n");
    buf_add_str(b, p->checkpoint);
    return b->err ? err_origin(b->err) : 0;
}

/* "word value": what follows the word, or nothing. */
static Str value_of(Str line, const char *word)
{
    Str found = str_cut(&line, ' ');

    return str_is(found, word) ? line : (Str){NULL, 0};
}

static int get_number(Str line, const char *word, uint64_t *ret)
{
    Str text = value_of(line, word);
    unsigned long long n;

    if (!text.len || str_u64(text, UINT64_MAX, &n) || (text.len > 1 && text.ptr[0] == '0'))
        return 1;
    *ret = n;
    return 0;
}

static int get_head(Str *rest, Proof *p)
{
    Str line = str_cut(rest, '\n');

    p->consistency = !str_is(line, PROOF_LINE);
    if (!p->consistency) {
        Str extra = value_of(str_cut(rest, '\n'), "extra");
        if (base64_get(extra, p->leaf.b, sizeof(p->leaf.b)))
            return 1;
        line = str_cut(rest, '\n');
    }
    return get_number(line, p->consistency ? "old" : "index", &p->number);
}

int proof_get(Str text, Proof *ret)
{
    Proof p = {.n = 0};

    if (!text.len || get_head(&text, &p))
        return 1;
    for (;;) {
        Str line = str_cut(&text, '\n');
        if (!line.len)
            break;
        if (p.n == TREE_PROOF_MAX || base64_get(line, p.hash[p.n].b, sizeof(p.hash[p.n].b)))
            return 1;
        p.n++;
    }
    if (!text.len) /* no blank line, or nothing behind it */
        return 1;
    p.checkpoint = text;
    *ret = p;
    return 0;
}
