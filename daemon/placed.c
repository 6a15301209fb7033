/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/placed.h"

#include "base/err.h"
#include "base/photo.h"
#include "base/text.h"
#include "crypto/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_MODE = 0600, NAMED_MODE = 0400 };

int placed_open(const char *dir, int *ret_fd)
{
    int top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (top < 0)
        return err_origin(-errno);
    int r = mkdirat(top, "files", 0700) && errno != EEXIST ? -errno : 0;
    int fd = r ? -1 : openat(top, "files", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!r && fd < 0)
        r = -errno;
    close(top);
    if (r)
        return err_origin(r);
    *ret_fd = fd;
    return 0;
}

bool place_fits(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return s.len == PLACE_LEN;
}

static int write_all(int fd, const uint8_t *ptr, size_t len)
{
    while (len) {
        ssize_t n = write(fd, ptr, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        ptr += n;
        len -= (size_t)n;
    }
    return 0;
}

static int sink(void *to, Sealed bytes)
{
    return write_all(*(const int *)to, bytes.ptr, bytes.len);
}

static int create(int files, Name *ret_place, int *ret_fd)
{
    uint8_t random[PLACE_LEN / 2];
    Name place = {{0}};
    BUF_AUTO Buf hex = {0};

    buf_init(&hex, PLACE_LEN);
    bytes_random(random, sizeof(random));
    text_put_hex(&hex, random, sizeof(random));
    if (hex.err)
        return hex.err;
    place = name_of(buf_str(&hex));
    int fd = openat(files, place.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                    OPEN_MODE);
    if (fd < 0)
        return -errno;
    *ret_place = place;
    *ret_fd = fd;
    return 0;
}

/* Synced and closed, or gone. */
static int settle(int files, const Name *place, int fd, int r)
{
    if (!r && fsync(fd))
        r = -errno;
    if (close(fd) && !r)
        r = -errno;
    if (r)
        placed_remove(files, place);
    return r;
}

/* Bytes on their way into a stream. */
typedef struct Sealing {
    StreamWriter *writer;
    Digester digester;
} Sealing;

static int plain(void *to, Str bytes)
{
    Sealing *s = to;

    digest_add(&s->digester, bytes);
    return stream_writer_add(s->writer, (Plain){(const uint8_t *)bytes.ptr, bytes.len});
}

static int seal(const CameFile *file, Sealing *s)
{
    PhotoKind kind = file->cleaned ? photo_kind(file->bytes) : PHOTO_NONE;
    PhotoFilter filter;
    uint64_t len;

    if (kind == PHOTO_NONE)
        return plain(s, file->bytes);
    photo_begin(&filter, kind, file->size, plain, s);
    int r = photo_add(&filter, file->bytes);
    return photo_end(&filter, &len) || r > 0 ? -EINVAL : r;
}

int placed_seal(int files, const CameFile *file, SealedPlace *ret)
{
    SECRET_AUTO Secret key = {NULL};
    Sealing s = {.writer = NULL};
    Name place = {{0}};
    int fd = -1;

    TRY(secret_new_random(&key));
    int r = create(files, &place, &fd);
    if (r)
        return r;
    r = stream_writer_new(&s.writer, &key, file->name, file->type, file->size, sink, &fd);
    digest_begin(&s.digester);
    if (!r)
        r = seal(file, &s);
    if (!r)
        r = stream_writer_end(s.writer);
    stream_writer_free(s.writer);
    Hash digest = digest_end(&s.digester);
    r = settle(files, &place, fd, r);
    if (r)
        return r;
    *ret = (SealedPlace){.place = place, .key = key, .digest = digest};
    key.b = NULL;
    return 0;
}

int placed_sync(int files)
{
    return fsync(files) ? -errno : 0;
}

void placed_remove(int files, const Name *place)
{
    (void)unlinkat(files, place->s, 0);
}

void placed_adopt(int files, const Name *place)
{
    /* Without the mark the sweep finds the case by itself, only later. */
    (void)!fchmodat(files, place->s, NAMED_MODE, 0);
}

void placed_release(int files, const Name *place)
{
    const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

    (void)!fchmodat(files, place->s, OPEN_MODE, 0);
    (void)!utimensat(files, place->s, old, 0);
}

bool placed_is_free(int files, const Name *place)
{
    struct stat st;

    return place_fits(name_str(place)) && !fstatat(files, place->s, &st, AT_SYMLINK_NOFOLLOW) &&
           S_ISREG(st.st_mode) && (st.st_mode & S_IWUSR);
}

uint64_t placed_size(int files, const Name *place)
{
    struct stat st;

    return fstatat(files, place->s, &st, AT_SYMLINK_NOFOLLOW) ? 0 : (uint64_t)st.st_size;
}

static int read_all(int fd, uint64_t from, size_t size, Buf *ret)
{
    uint8_t *to = size ? buf_room(ret, size) : NULL;

    if (size && !to)
        return ret->err;
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(fd, to + done, size - done, (off_t)(from + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? -errno : -EIO;
        done += (size_t)n;
    }
    return 0;
}

int placed_read(int files, const Name *place, uint64_t from, size_t max, Buf *ret)
{
    struct stat st;
    int fd = openat(files, place->s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return errno == ENOENT ? 1 : err_origin(-errno);
    int r = fstat(fd, &st) ? -errno : 0;
    uint64_t size = r ? 0 : (uint64_t)st.st_size;
    if (!r && from > size)
        r = 1;
    if (!r)
        r = read_all(fd, from, size - from < max ? (size_t)(size - from) : max, ret);
    close(fd);
    return err_origin(r);
}
