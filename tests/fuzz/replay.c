/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over the files of the folders named, and over each of them with every kind of
 * small damage at places spread through it: a regression test in every build. */
#include "base/buf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 20, DAMAGES = 24 };

static void read_file(const char *path, Buf *ret)
{
    uint8_t piece[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        exit(2);
    for (size_t n = fread(piece, 1, sizeof(piece), f); n; n = fread(piece, 1, sizeof(piece), f))
        buf_add(ret, piece, n);
    fclose(f);
}

/* Deterministic: the same files give the same inputs in every run. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void damage(const Buf *file, uint32_t *seed)
{
    static const uint8_t bytes[] = "[]{}:,-?&*!|>'\"%@`#\n\t \0\xff\xe0";
    BUF_AUTO Buf copy;
    buf_init(&copy, FILE_MAX);
    buf_add(&copy, file->ptr, file->len);
    if (copy.len) {
        size_t at = next_random(seed) % copy.len;
        uint32_t how = next_random(seed) % 3;
        if (how == 0)
            copy.ptr[at] = bytes[next_random(seed) % (sizeof(bytes) - 1)];
        else if (how == 1)
            copy.len = at;
        else
            memmove(copy.ptr + at, copy.ptr + at / 2, copy.len - at);
    }
    LLVMFuzzerTestOneInput(copy.ptr, copy.len);
}

static size_t replay(const char *path)
{
    uint32_t seed = 1;
    BUF_AUTO Buf file;
    buf_init(&file, FILE_MAX);
    read_file(path, &file);
    LLVMFuzzerTestOneInput(file.ptr, file.len);
    for (int i = 0; i < DAMAGES; i++)
        damage(&file, &seed);
    return 1 + DAMAGES;
}

int main(int argc, char **argv)
{
    size_t inputs = 0;
    for (int i = 1; i < argc; i++) {
        DIR *d = opendir(argv[i]);
        if (!d)
            return 2;
        for (struct dirent *e = readdir(d); e; e = readdir(d)) {
            char path[4096];
            size_t len = strlen(e->d_name);
            if (len < 5 || strcmp(e->d_name + len - 5, ".yaml"))
                continue;
            snprintf(path, sizeof(path), "%s/%s", argv[i], e->d_name);
            inputs += replay(path);
        }
        closedir(d);
    }
    printf("%zu inputs\n", inputs);
    return inputs ? 0 : 2;
}
