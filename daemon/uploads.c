/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/uploads.h"

#include "base/err.h"
#include "base/text.h"
#include "daemon/placed.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HALF = PLACE_LEN / 2, SIZE_DIGITS = 9, MODE = 0600, TRIES = 8 };

/* The second half of a place that begins with these digits. */
static Name place_of(const UploadsOf *of, Str random)
{
    const Str parts[] = {STR("krading/1|upload"), random, name_str(&of->person)};
    Hash h = hash_parts(of->key, parts, sizeof(parts) / sizeof(parts[0]));
    BUF_AUTO Buf text = {0};

    buf_init(&text, PLACE_LEN);
    buf_add_str(&text, random);
    text_put_hex(&text, h.b, HALF / 2);
    return text.err ? (Name){{0}} : name_of(buf_str(&text));
}

bool upload_is_of(const UploadsOf *of, Str place)
{
    if (!place_fits(place))
        return false;
    Name own = place_of(of, (Str){place.ptr, HALF});
    return bytes_equal(own.s, place.ptr, PLACE_LEN);
}

/* "PLACE-SIZE": takes it apart. */
static bool read_id(Str id, Str *ret_place, uint64_t *ret_size)
{
    uint64_t size = 0;

    if (id.len <= PLACE_LEN + 1 || id.len > PLACE_LEN + 1 + SIZE_DIGITS || id.ptr[PLACE_LEN] != '-')
        return false;
    for (size_t i = PLACE_LEN + 1; i < id.len; i++) {
        char c = id.ptr[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && !(c >= 'a' && c <= 'f'))
            return false;
        size = size << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *ret_place = (Str){id.ptr, PLACE_LEN};
    *ret_size = size;
    return place_fits(*ret_place) && size > 0 && id.ptr[PLACE_LEN + 1] != '0';
}

bool upload_is_unfinished(Str name)
{
    Str place;
    uint64_t size;

    return read_id(name, &place, &size);
}

static int create(const UploadsOf *of, uint64_t size, Incoming *ret)
{
    uint8_t random[HALF / 2];
    Incoming u = {.size = size};
    BUF_AUTO Buf hex = {0};

    buf_init(&hex, HALF);
    bytes_random(random, sizeof(random));
    text_put_hex(&hex, random, sizeof(random));
    u.place = place_of(of, buf_str(&hex));
    if (hex.err || !u.place.s[0])
        return -ENOMEM;
    snprintf(u.id, sizeof(u.id), "%s-%llx", u.place.s, (unsigned long long)size);
    int fd = openat(of->files, u.id, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, MODE);
    if (fd < 0)
        return -errno;
    /* Room for the whole is taken now, so that a long upload does not end on a full disk; a file
     * system that cannot do so finds out part by part. */
    int r = fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) ? -errno : 0;
    close(fd);
    if (r == -ENOSPC || r == -EDQUOT) {
        (void)unlinkat(of->files, u.id, 0);
        return r;
    }
    *ret = u;
    return 0;
}

int upload_begin(const UploadsOf *of, uint64_t size, Incoming *ret)
{
    int r = -EEXIST;

    for (int i = 0; i < TRIES && r == -EEXIST; i++)
        r = create(of, size, ret);
    return r;
}

int upload_find(const UploadsOf *of, Str id, Incoming *ret)
{
    Incoming u = {.size = 0};
    struct stat st;
    Str place;

    if (!read_id(id, &place, &u.size) || !upload_is_of(of, place))
        return 1;
    u.place = name_of(place);
    snprintf(u.id, sizeof(u.id), "%.*s", (int)id.len, id.ptr);
    if (fstatat(of->files, u.id, &st, AT_SYMLINK_NOFOLLOW) == 0)
        u.have = (uint64_t)st.st_size;
    else if (placed_is_free(of->files, &u.place))
        u.have = u.size;
    else
        return 1;
    *ret = u;
    return 0;
}

static int write_at(int fd, uint64_t offset, Str part)
{
    while (part.len) {
        ssize_t n = pwrite(fd, part.ptr, part.len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        part = (Str){part.ptr + n, part.len - (size_t)n};
        offset += (uint64_t)n;
    }
    return 0;
}

/* A part that came half through is as if it had not come. */
static int write_part(int fd, uint64_t offset, Str part, bool last)
{
    int r = write_at(fd, offset, part);

    if (r && ftruncate(fd, (off_t)offset))
        return -errno;
    if (!r && last)
        return fsync(fd) ? -errno : 0;
    /* The disk works while the next part travels, and the last sync has little left to do. */
    if (!r)
        (void)!sync_file_range(fd, (off_t)offset, (off_t)part.len, SYNC_FILE_RANGE_WRITE);
    return r;
}

int upload_add(const UploadsOf *of, Incoming *u, uint64_t offset, Str part)
{
    bool last = offset + part.len == u->size;

    if (offset != u->have || u->have == u->size)
        return 1;
    if (part.len > u->size - u->have)
        return 2;
    int fd = openat(of->files, u->id, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    int r = write_part(fd, offset, part, last);
    if (close(fd) && !r)
        r = -errno;
    if (!r && last && renameat(of->files, u->id, of->files, u->place.s))
        r = -errno;
    if (!r && last)
        r = placed_sync(of->files);
    if (!r)
        u->have += part.len;
    return r;
}
