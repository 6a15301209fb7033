/* SPDX-License-Identifier: Apache-2.0 */
/* replay ROUNDS FOLDER...: runs a fuzz target over the files of the folders, and over them damaged
 * ROUNDS times in all; a regression test in every build. The same files give the same inputs. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, DAMAGES_MAX = 4 };

static uint32_t seed = 1;

static size_t below(size_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return n ? (seed >> 8) % n : 0;
}

/* The target gets memory of exactly this size, so that a byte read too far is seen. */
static void run(const Buf *input)
{
    uint8_t *exact = malloc(input->len ? input->len : 1);
    if (!exact)
        exit(2);
    if (input->len)
        memcpy(exact, input->ptr, input->len);
    LLVMFuzzerTestOneInput(exact, input->len);
    free(exact);
}

static void read_file(const char *path, Buf *ret)
{
    uint8_t piece[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        exit(2);
    for (size_t n = fread(piece, 1, sizeof(piece), f); n; n = fread(piece, 1, sizeof(piece), f))
        buf_add(ret, piece, n);
    fclose(f);
    if (ret->err)
        exit(2);
}

/* ---- damages ---- */

static void telling_byte(Buf *b)
{
    static const uint8_t bytes[] = "[]{}:,-?&*!|>'\"%@`#=+;\r\n\t \0\x01\x7f\x80\xff\xe0";
    b->ptr[below(b->len)] = bytes[below(sizeof(bytes) - 1)];
}

static void turned_bit(Buf *b)
{
    b->ptr[below(b->len)] ^= (uint8_t)(1u << below(8));
}

static void cut_short(Buf *b)
{
    b->len = below(b->len);
}

static void torn_out(Buf *b)
{
    size_t from = below(b->len), to = from + below(b->len - from);
    memmove(b->ptr + from, b->ptr + to, b->len - to);
    b->len -= to - from;
}

static void copied_over(Buf *b)
{
    size_t from = below(b->len), to = below(b->len);
    memmove(b->ptr + to, b->ptr + from, b->len - (from > to ? from : to));
}

static void repeated(Buf *b)
{
    size_t from = below(b->len), len = below(b->len - from);
    uint8_t *room = buf_room(b, len);
    if (room)
        memcpy(room, b->ptr + from, len);
}

/* A length or a count at its edge. */
static void edge_number(Buf *b)
{
    static const uint8_t edges[][4] = {{0xff, 0xff, 0xff, 0xff}, {0x7f, 0xff, 0xff, 0xff},
                                       {0x80, 0, 0, 0},          {0, 0, 0, 0},
                                       {0, 0, 0xff, 0xff},       {0, 1, 0, 0}};
    if (b->len >= 4)
        memcpy(b->ptr + below(b->len - 3), edges[below(6)], 4);
}

static void damage(Buf *b)
{
    static void (*const ways[])(Buf *) = {telling_byte, turned_bit, cut_short,  torn_out,
                                          copied_over,  repeated,   edge_number};
    for (size_t n = 1 + below(DAMAGES_MAX); n > 0 && b->len; n--)
        ways[below(sizeof(ways) / sizeof(ways[0]))](b);
}

static void replay(const char *path, size_t rounds)
{
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf copy = {0};
    buf_init(&file, FILE_MAX);
    buf_init(&copy, 2 * FILE_MAX);
    read_file(path, &file);
    run(&file);
    for (size_t i = 0; i < rounds; i++) {
        buf_reset(&copy);
        buf_add(&copy, file.ptr, file.len);
        damage(&copy);
        run(&copy);
    }
}

/* Golden folders hold what is expected beside what is read. */
static int is_input(const struct dirent *e)
{
    size_t len = strlen(e->d_name);
    return e->d_type != DT_DIR && (len < 9 || strcmp(e->d_name + len - 9, ".expected") != 0);
}

static size_t replay_folder(const char *folder, size_t rounds)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_input, alphasort);
    if (n <= 0)
        exit(2);
    for (int i = 0; i < n; i++) {
        char path[4096];
        if (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) >= (int)sizeof(path))
            exit(2);
        replay(path, rounds / (size_t)n);
        free(entries[i]);
    }
    free(entries);
    return (size_t)n * (1 + rounds / (size_t)n);
}

int main(int argc, char **argv)
{
    size_t inputs = 0;
    for (int i = 2; i < argc; i++)
        inputs += replay_folder(argv[i], strtoul(argv[1], NULL, 10));
    printf("%zu inputs\n", inputs);
    return inputs ? 0 : 2;
}
