/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a backup: nothing is read past the end, no name leads out of a folder, and what is
 * accepted is accepted a second time. Below 0x80 in the first byte the sums of headers and manifest
 * are set right first, so that they hide nothing. */
#include "base/text.h"
#include "cli/archive.h"
#include "crypto/secret.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_LEN = 512, SUM_AT = 148, SIZE_AT = 124, END_LEN = 69, WHOLE = 0x80 };

static void header_mend(uint8_t *h)
{
    unsigned sum = 0;
    char text[8];

    for (size_t i = 0; i < BLOCK_LEN; i++)
        sum += i >= SUM_AT && i < SUM_AT + 8 ? ' ' : h[i];
    hold(snprintf(text, sizeof(text), "%06o", sum) == 6);
    memcpy(h + SUM_AT, text, 7);
    h[SUM_AT + 7] = ' ';
}

static void manifest_mend(uint8_t *text, size_t len)
{
    BUF_AUTO Buf end = {0};

    if (len <= END_LEN)
        return;
    Hash sum = hash_sha256((Str){(const char *)text, len - END_LEN});
    buf_init(&end, END_LEN);
    buf_adds(&end, "end ");
    text_put_hex(&end, sum.b, sizeof(sum.b));
    buf_adds(&end, "\n");
    hold(end.len == END_LEN);
    memcpy(text + len - END_LEN, end.ptr, END_LEN);
}

static size_t size_of(const uint8_t *h)
{
    size_t v = 0;

    for (size_t i = SIZE_AT; i < SIZE_AT + 11 && h[i] >= '0' && h[i] <= '7'; i++)
        v = v << 3 | (size_t)(h[i] - '0');
    return v;
}

static void mend(Buf *b)
{
    for (size_t at = 0, next; at + BLOCK_LEN <= b->len; at = next) {
        uint8_t *h = b->ptr + at;
        const size_t size = size_of(h), room = b->len - at - BLOCK_LEN;
        if (!h[0])
            return;
        if (!memcmp(h, "manifest", 9) && size <= room)
            manifest_mend(h + BLOCK_LEN, size);
        header_mend(h);
        next =
            at + BLOCK_LEN + (size < room ? (size + BLOCK_LEN - 1) / BLOCK_LEN * BLOCK_LEN : room);
    }
}

static int memory_file(const Buf *bytes)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);

    hold(fd >= 0);
    hold(!bytes || write(fd, bytes->ptr, bytes->len) == (ssize_t)bytes->len);
    return fd;
}

static void member_get(Archive *a, const Entry *m, uint64_t whole)
{
    struct stat st;

    hold(m->at <= whole && m->size <= whole - m->at && m->mode <= 0777);
    hold(m->name[0] && m->name[0] != '/' && m->name[0] != '.' && !strstr(m->name, "/."));
    const int to = memory_file(NULL);
    hold(archive_get(a, m, to) == 0 && fstat(to, &st) == 0);
    hold((uint64_t)st.st_size == m->size);
    (void)close(to);
}

static void judge(const char *path, uint64_t whole)
{
    ARENA_AUTO Arena arena = {0};
    ARCHIVE_AUTO Archive a = {.fd = -1};
    Manifest manifest;
    Entry m;

    arena_init(&arena, 2 * ARCHIVE_MANIFEST_MAX);
    int r = archive_open(&a, path, &arena, &manifest);
    hold(r == 0 || r == 1);
    if (r)
        return;
    hold(manifest.made != DAY_NONE && manifest.office.len > 0);
    r = archive_check(&a, &manifest, &m);
    hold(r == 0 || r == 1);
    hold(archive_check(&a, &manifest, &m) == r);
    for (uint64_t at = 0, before = 0; archive_next(&a, &at, &m) == 0; before = at) {
        hold(at > before);
        member_get(&a, &m, whole);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BUF_AUTO Buf file = {0};
    char path[64];

    hold(crypto_start() == 0);
    buf_init(&file, 4 << 20);
    if (size < 2 || size > 1 << 20)
        return 0;
    buf_add(&file, data + 1, size - 1);
    if (!(data[0] & WHOLE))
        mend(&file);
    const int fd = memory_file(&file);
    hold(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0);
    judge(path, file.len);
    (void)close(fd);
    return 0;
}
