/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files against the cases that name them. Whether a file's case was met is asked of a Bloom
 * filter, so that memory stays the same however many there are: with a million files one stranger
 * in thirty million is taken for a case's, which costs nothing but its place on the disk. */
#include "base/err.h"
#include "crypto/stream.h"
#include "engine/desk/verify_inner.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    /* Seconds in which a file may be without a case: one just committed after our reading began;
     * one uploaded and still waiting (writable) until the daemon sweeps it, at most two days
     * later. */
    NAMED_SETTLES = 600,
    WAITING_SETTLES = 49 * 3600,
    PLACES_LEN = 8 << 20, /* bytes of the filter */
    PROBES = 8,
};

int verify_files_begin(Verify *v)
{
    char *folder = path_join(v->desk->dir, "files");

    if (!folder)
        return err_origin(-ENOMEM);
    v->files = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    v->named = calloc(1, PLACES_LEN);
    return v->named ? 0 : err_origin(-ENOMEM);
}

void verify_files_end(Verify *v)
{
    if (v->files >= 0)
        close(v->files);
    free(v->named);
}

/* Its bits are set; with `set` they are from now on. */
static bool is_named(Verify *v, Str place, bool set)
{
    Hash h = verify_hash(v, &place, 1);
    uint32_t probes[PROBES];
    bool all = true;

    _Static_assert(sizeof(probes) == sizeof(h.b), "a hash gives the probes");
    memcpy(probes, h.b, sizeof(probes));
    for (size_t i = 0; i < PROBES; i++) {
        uint8_t *byte = &v->named[(probes[i] >> 3) % PLACES_LEN];
        uint8_t bit = (uint8_t)(1u << (probes[i] & 7));
        all = all && (*byte & bit);
        if (set)
            *byte |= bit;
    }
    return all;
}

void verify_file(Verify *v, const Name *place, const Name *number)
{
    struct stat st;

    (void)is_named(v, name_str(place), true);
    if (fstatat(v->files, place->s, &st, 0) || !S_ISREG(st.st_mode))
        verify_fault(v, "file", name_str(number), "an attachment is missing");
    else if (!stream_len_fits((uint64_t)st.st_size))
        verify_fault(v, "file", name_str(number), "an attachment has a wrong length");
}

bool verify_file_is_named(Verify *v, Str place)
{
    return is_named(v, place, false);
}

/* Not of a case, and too old to be one that is just coming in. */
static bool is_stranger(Verify *v, const char *file)
{
    struct stat st;

    if (is_named(v, str_of(file), false))
        return false;
    if (fstatat(v->files, file, &st, 0))
        return false; /* gone again */
    return time(NULL) - st.st_ctim.tv_sec >
           (st.st_mode & S_IWUSR ? WAITING_SETTLES : NAMED_SETTLES);
}

int verify_files(Verify *v)
{
    int fd = v->files < 0 ? -1 : openat(v->files, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (e->d_name[0] != '.' && is_stranger(v, e->d_name))
            verify_fault(v, "file", str_of(e->d_name), "belongs to no case");
    }
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    return 0;
}
