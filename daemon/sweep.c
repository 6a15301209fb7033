/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/sweep.h"

#include "base/err.h"
#include "daemon/placed.h"
#include "daemon/uploads.h"
#include "engine/desk/desk.h"
#include <dirent.h>
#include <fcntl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Name));
}

static bool is_old(int files, const char *name)
{
    struct stat st;

    return !fstatat(files, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) &&
           time(NULL) - st.st_mtime > SWEEP_AGE;
}

/* An upload that nobody went on with is named by no case; a whole file may be. */
static void judge(Sweep *s, const char *name)
{
    Name place = name_of(str_of(name));

    if (upload_is_unfinished(str_of(name))) {
        if (is_old(s->files, name))
            (void)unlinkat(s->files, name, 0);
    } else if (place_fits(str_of(name)) && placed_is_free(s->files, &place) &&
               is_old(s->files, name)) {
        s->suspects[s->n++] = place;
    }
}

static void arm(Sweep *s, long seconds, long microseconds)
{
    struct timeval in = {seconds, microseconds};

    event_add(s->step, &in);
}

static void stop(Sweep *s)
{
    free(s->suspects);
    s->suspects = NULL;
    s->n = 0;
    arm(s, SWEEP_AGE, 0);
}

static void look(Sweep *s)
{
    int fd = openat(s->files, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *e;

    s->suspects = calloc(SWEEP_MAX, sizeof(Name));
    s->n = 0;
    s->at = 0;
    while (dir && s->suspects && s->n < SWEEP_MAX && (e = readdir(dir)))
        judge(s, e->d_name);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    if (s->suspects)
        qsort(s->suspects, s->n, sizeof(Name), compare);
}

/* A crash came between commit and mark: the case names it. */
static void clear(Sweep *s, const Name *place)
{
    Name *found = bsearch(place, s->suspects, s->n, sizeof(Name), compare);

    if (!found)
        return;
    placed_adopt(s->files, place);
    size_t behind = s->n - (size_t)(found - s->suspects) - 1;
    memmove(found, found + 1, behind * sizeof(Name));
    s->n--;
}

static int look_through(Sweep *s, Txn *t, uint64_t id)
{
    enum { PARTS_MAX = 64 << 20 };
    ARENA_AUTO Arena arena = {0};
    HeadRecord head;

    arena_init(&arena, PARTS_MAX);
    int r = store_get_head(t, id, &head);
    for (uint32_t no = 0; !r && no < head.parts; no++) {
        PartRecord part;
        r = store_get_part(t, id, no, &arena, &part);
        if (!r && part.kind == PART_FILE && part.file.s[0])
            clear(s, &part.file);
    }
    return r;
}

/* 0: all cases seen; 1: more; 2: something cannot be read, and nothing may be removed. */
static int walk(Sweep *s, Txn *t)
{
    for (int i = 0; i < SWEEP_CASES && s->n; i++) {
        uint64_t id;
        int r = store_next_case(t, s->at, &id);
        if (r)
            return r == STORE_UNKNOWN ? 0 : 2;
        if (look_through(s, t, id))
            return 2;
        s->at = id + 1;
    }
    return s->n ? 1 : 0;
}

static void on_step(evutil_socket_t fd, short what, void *arg)
{
    Sweep *s = arg;
    Txn *t;

    (void)fd;
    (void)what;
    if (!s->suspects)
        look(s);
    if (!s->n || store_read(desk_store(s->desk), &t)) {
        stop(s);
        return;
    }
    int r = walk(s, t);
    store_end(t);
    if (r == 1) {
        arm(s, 0, 50000);
        return;
    }
    for (size_t i = 0; !r && i < s->n; i++)
        placed_remove(s->files, &s->suspects[i]);
    stop(s);
}

int sweep_init(Sweep *s, struct event_base *base, Desk *desk, int files)
{
    *s = (Sweep){.desk = desk, .files = files};
    s->step = event_new(base, -1, 0, on_step, s);
    if (!s->step)
        return err_origin(-ENOMEM);
    arm(s, 1, 0);
    return 0;
}

void sweep_finish(Sweep *s)
{
    if (s->step)
        event_free(s->step);
    free(s->suspects);
    *s = (Sweep){.files = -1};
}
