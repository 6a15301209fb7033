/* SPDX-License-Identifier: Apache-2.0 */
/* What was purged, remembered outside of the cases: written to a file of its own, and done again on
 * a copy that is older. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADING "krading purges 1\n"

int desk_purge_ledger(Desk *d, Txn *t, Buf *out)
{
    ARENA_AUTO Arena arena = {0};
    uint64_t n = store_count(t, STR(PURGE_COUNT));

    arena_init(&arena, PURGE_ARENA);
    buf_adds(out, HEADING "office ");
    buf_add_str(out, desk_office(d)->tenant);
    buf_adds(out, "\n");
    for (uint64_t i = 0; i < n; i++) {
        char name[32];
        Str lines;
        snprintf(name, sizeof(name), PURGE_COUNT ".%llu", (unsigned long long)i);
        int r = purge_meta_get(t, name, &arena, &lines);
        if (r)
            return r;
        buf_add_str(out, lines);
    }
    return out->err ? err_origin(out->err) : DESK_OK;
}

/* ---- settling: files out, ledger written ---- */

/* One with a name that could lead elsewhere is none of ours. */
static bool is_place(Str name)
{
    return name.len && name.len <= DEF_NAME_MAX && !memchr(name.ptr, '/', name.len) &&
           name.ptr[0] != '.';
}

static int files_remove(const char *dir, Str names)
{
    char *folder = path_join(dir, "files");
    int at = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int r = at < 0 ? -errno : 0;

    free(folder);
    while (!r && names.len) {
        Name name = name_of(str_cut(&names, '\n'));
        if (is_place(name_str(&name)) && unlinkat(at, name.s, 0) && errno != ENOENT)
            r = -errno;
    }
    if (!r && fsync(at))
        r = -errno;
    if (at >= 0)
        close(at);
    return r;
}

static int file_write(const char *dir, const char *name, Str text)
{
    char *path = path_join(dir, name), *fresh = NULL;
    int r = 0;

    if (!path || asprintf(&fresh, "%s.new", path) < 0) {
        free(path);
        return err_origin(-ENOMEM);
    }
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text.ptr, text.len) != (ssize_t)text.len || fsync(fd))
        r = errno ? -errno : -EIO;
    if (fd >= 0)
        close(fd);
    if (!r && rename(fresh, path))
        r = -errno;
    free(fresh);
    free(path);
    return r;
}

static int settle_read(Desk *d, Arena *arena, Str *ret_files, Buf *ledger)
{
    Txn *t;

    int r = desk_answer(store_read(d->store, &t));
    if (r)
        return r;
    r = purge_meta_get(t, PURGE_FILES, arena, ret_files);
    if (!r && ret_files->len)
        r = desk_purge_ledger(d, t, ledger);
    store_end(t);
    return r;
}

static int settled_put(Desk *d)
{
    Txn *t;

    int r = store_turn(d->store, &t);
    if (r)
        return r;
    r = purge_meta_put(t, PURGE_FILES, STR(""));
    if (r) {
        store_end(t);
        return r;
    }
    return store_commit(t);
}

int desk_purge_settle(Desk *d, bool *ret_more)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf ledger = {0};
    Str files;

    *ret_more = false;
    arena_init(&arena, PURGE_ARENA);
    buf_init(&ledger, PURGE_ARENA);
    int r = settle_read(d, &arena, &files, &ledger);
    if (r || !files.len)
        return r;
    if (files_remove(d->dir, files) || file_write(d->dir, PURGES_FILE, buf_str(&ledger))) {
        *ret_more = true;
        return 0;
    }
    return settled_put(d);
}

/* ---- again, after a restore ---- */

typedef struct Mark {
    Bytes32 mark;
    Destruction what;
} Mark;

static int mark_order(const void *a, const void *b)
{
    return memcmp(((const Mark *)a)->mark.b, ((const Mark *)b)->mark.b, sizeof(Bytes32));
}

/* Lines of one case lie beside each other afterwards; the first takes up the others. */
static size_t marks_join(Mark *marks, size_t n)
{
    size_t kept = 0;

    if (n)
        qsort(marks, n, sizeof(*marks), mark_order);
    for (size_t i = 0; i < n; i++) {
        if (kept && mark_order(&marks[kept - 1], &marks[i]) == 0) {
            marks[kept - 1].what.whole |= marks[i].what.whole;
            marks[kept - 1].what.classes |= marks[i].what.classes;
        } else {
            marks[kept++] = marks[i];
        }
    }
    return kept;
}

/* Takes the last word off, which has to be the line's own. */
static int mac_check(const Desk *d, Str *line)
{
    const char *blank = line->len ? memrchr(line->ptr, ' ', line->len) : NULL;
    BUF_AUTO Buf said = {0};

    buf_init(&said, sizeof(Hash));
    if (!blank)
        return 1;
    Str mac = {blank + 1, (size_t)(line->ptr + line->len - blank) - 1};
    *line = (Str){line->ptr, (size_t)(blank - line->ptr)};
    Hash is = purge_line_mac(d, *line);
    return text_get_hex(mac, &said) || said.len != sizeof(is.b) ||
           !bytes_equal(said.ptr, is.b, sizeof(is.b));
}

static int mark_read(const Desk *d, Str line, Mark *ret)
{
    BUF_AUTO Buf hash = {0};
    Day day;

    buf_init(&hash, sizeof(Bytes32));
    if (mac_check(d, &line) || day_parse_iso(str_cut(&line, ' '), &day) ||
        text_get_hex(str_cut(&line, ' '), &hash) || hash.len != sizeof(Bytes32) ||
        purge_what_get(line, &ret->what))
        return 1;
    memcpy(ret->mark.b, hash.ptr, sizeof(ret->mark.b));
    return 0;
}

int purge_ledger_line(const Desk *d, Str line)
{
    Mark mark;

    return mark_read(d, line, &mark);
}

static int heading_check(Desk *d, Str *text)
{
    Str first = str_cut(text, '\n'), office = str_cut(text, '\n');

    return str_is(first, "krading purges 1") && str_is(str_cut(&office, ' '), "office") &&
                   str_eq(office, desk_office(d)->tenant)
               ? 0
               : 1;
}

/* 0; 1: not a ledger of this office; -ENOMEM. */
static int marks_read(Desk *d, Str text, Mark **ret, size_t *ret_n)
{
    size_t n = 0, cap = 0;

    for (size_t i = 0; i < text.len; i++)
        cap += text.ptr[i] == '\n';
    if (heading_check(d, &text))
        return 1;
    Mark *marks = calloc(cap + 1, sizeof(*marks));
    if (!marks)
        return err_origin(-ENOMEM);
    while (text.len) {
        if (n > cap || mark_read(d, str_cut(&text, '\n'), &marks[n++])) {
            free(marks);
            return 1;
        }
    }
    *ret_n = marks_join(marks, n);
    *ret = marks;
    return 0;
}

typedef struct Replay {
    Desk *desk;
    const Mark *marks;
    size_t n;
    uint64_t from, cases;
} Replay;

/* DESK_UNKNOWN: all cases were looked at. */
static int replay_case(Replay *p, PurgeRun *run)
{
    HeadRecord h;
    uint64_t id;

    int r = desk_answer(store_next_case(run->txn, p->from, &id));
    r = r ? r : desk_answer(store_get_head(run->txn, id, &h));
    if (r)
        return r;
    p->from = id + 1;
    Mark key = {.mark = purge_mark(p->desk, h.seal_id)};
    const Mark *found = bsearch(&key, p->marks, p->n, sizeof(*p->marks), mark_order);
    if (!found || (!found->what.whole && !(found->what.classes & (uint8_t)~h.c.destroyed)))
        return DESK_OK;
    p->cases++;
    return purge_run_case(run, id, &found->what, true);
}

static int replay_turn(Replay *p, bool *ret_more)
{
    ARENA_AUTO Arena arena = {0};
    PurgeRun run;
    Txn *t;
    uint64_t before = p->cases;

    int r = store_turn(p->desk->store, &t);
    if (r)
        return r;
    arena_init(&arena, PURGE_ARENA);
    purge_run_begin(&run, p->desk, t, &arena);
    while (!r && p->cases < before + PURGE_CASES)
        r = replay_case(p, &run);
    *ret_more = r != DESK_UNKNOWN;
    r = r == DESK_UNKNOWN ? DESK_OK : r;
    r = r ? r : purge_run_end(&run);
    purge_run_finish(&run);
    if (r == DESK_OK && p->cases > before)
        return store_commit(t);
    store_end(t);
    return r;
}

static int replay_all(Desk *d, Str text, uint64_t *ret_cases)
{
    Replay p = {.desk = d};
    Mark *marks = NULL;
    bool more = true;

    int r = marks_read(d, text, &marks, &p.n);
    if (r)
        return r;
    p.marks = marks;
    while (!r && more)
        r = replay_turn(&p, &more);
    free(marks);
    *ret_cases = p.cases;
    return r;
}

/* The whole file, however long. 0; 1: there is none; negative. */
static int ledger_read(const char *path, Buf *ret)
{
    uint8_t piece[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 0;

    if (fd < 0)
        return errno == ENOENT ? 1 : -errno;
    while ((n = read(fd, piece, sizeof(piece))) > 0)
        buf_add(ret, piece, (size_t)n);
    int r = n < 0 ? -errno : ret->err;
    close(fd);
    return r;
}

/* Lines of the file that the store's own ledger has not. */
static int strange_lines(Desk *d, Str text, Buf *out)
{
    BUF_AUTO Buf own = {0};
    Txn *t;

    buf_init(&own, PURGE_ARENA);
    int r = desk_answer(store_read(d->store, &t));
    if (r)
        return r;
    r = desk_purge_ledger(d, t, &own);
    store_end(t);
    while (!r && text.len) {
        Str line = str_cut(&text, '\n');
        if (line.len && !memmem(own.ptr, own.len, line.ptr, line.len)) {
            buf_add_str(out, line);
            buf_adds(out, "\n");
        }
    }
    return r ? r : out->err;
}

/* The ledger goes on with what the file knew, whether the case was here or not. */
static int lines_adopt(Desk *d, Str lines)
{
    ARENA_AUTO Arena arena = {0};
    PurgeRun run;
    Txn *t;

    int r = store_turn(d->store, &t);
    if (r)
        return r;
    arena_init(&arena, PURGE_ARENA);
    purge_run_begin(&run, d, t, &arena);
    buf_add_str(&run.ledger, lines);
    r = purge_run_end(&run);
    purge_run_finish(&run);
    if (r) {
        store_end(t);
        return r;
    }
    return store_commit(t);
}

static int replay_file(Desk *d, Str text, uint64_t *ret_cases)
{
    BUF_AUTO Buf lines = {0};
    Str rest = text;

    if (heading_check(d, &rest))
        return 1;
    buf_init(&lines, PURGE_ARENA);
    int r = strange_lines(d, rest, &lines);
    if (r || !lines.len)
        return r;
    r = replay_all(d, text, ret_cases);
    return r ? r : lines_adopt(d, buf_str(&lines));
}

/* Looked up in the store as it is after the file was read: the store is written first. */
static int file_behind(Desk *d, Str text, size_t *ret_lines)
{
    BUF_AUTO Buf lines = {0};
    Mark *marks = NULL;
    size_t n;

    int r = marks_read(d, text, &marks, &n);
    free(marks);
    if (r || heading_check(d, &text))
        return r ? r : 1;
    buf_init(&lines, PURGE_ARENA);
    r = strange_lines(d, text, &lines);
    if (r)
        return r;
    *ret_lines = 0;
    for (size_t i = 0; i < lines.len; i++)
        *ret_lines += lines.ptr[i] == '\n';
    return 0;
}

int purge_waits(Desk *d, size_t *ret_lines)
{
    BUF_AUTO Buf text = {0};
    char *path = path_join(d->dir, PURGES_FILE);

    if (!path)
        return err_origin(-ENOMEM);
    buf_init(&text, PURGE_ARENA);
    int r = ledger_read(path, &text);
    free(path);
    if (!r)
        return file_behind(d, buf_str(&text), ret_lines);
    if (r == 1)
        *ret_lines = 0;
    return r == 1 ? 0 : r;
}

int desk_purge_replay(Desk *d, Buf *report, uint64_t *ret_cases)
{
    BUF_AUTO Buf text = {0};
    char *path = path_join(d->dir, PURGES_FILE);

    *ret_cases = 0;
    if (!path)
        return err_origin(-ENOMEM);
    buf_init(&text, PURGE_ARENA);
    int r = ledger_read(path, &text);
    if (r == 1) {
        free(path);
        return 0;
    }
    r = r ? r : replay_file(d, buf_str(&text), ret_cases);
    if (r == 1)
        buf_addf(
            report,
            "%s: not a list of this office, or somebody has changed it; nothing was taken out. "
            "Put the newest TENANT.purges of the backups in its place\n",
            path);
    else if (r)
        buf_addf(report, "%s: destroyed cases could not be taken out again (%d)\n", path, r);
    free(path);
    return r;
}
