/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody else's memory: keeps the last checkpoint of an office's log that held, and takes the
 * next one only with a proof that the log was merely added to. DIR holds key         the log's key;
 * from the office, or of the first contact checkpoint  the last one that held history     each of
 * them, for krading verify --checkpoint log         a line a run: when, size, what came of it
 *   refused-*   both sides of what did not hold, the first of a day */
#include "cli/client.h"
#include "cli/print.h"

#include "base/date.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/checkpoint.h"
#include "engine/load/load.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PLACE_BYTES = 128 };

typedef struct Note {
    Buf text;
    uint64_t size;
    Hash root;
} Note;

typedef struct Witness {
    const char *dir;
    Client *client;
    Buf key; /* as a line */
    Str origin;
    SignPublic public;
    bool had;
    Note last, now;
} Witness;
#define WITNESS_AUTO __attribute__((cleanup(witness_finish)))

static void witness_finish(Witness *w)
{
    client_free(w->client);
    buf_finish(&w->key);
    buf_finish(&w->last.text);
    buf_finish(&w->now.text);
}

/* ---- files of DIR ---- */

static int failed(const char *path)
{
    return cli_refuse("%s: %s", path, strerror(errno));
}

static int write_all(int fd, Str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0)
            return -1;
        bytes = (Str){bytes.ptr + n, bytes.len - (size_t)n};
    }
    return fsync(fd);
}

/* 0; 1: it is there already and O_EXCL was asked for; CLI_REFUSED as well: told. */
static int file_put(const Witness *w, const char *name, int how, Str bytes)
{
    char *path = cli_path(w->dir, name);

    if (!path)
        return err_origin(-ENOMEM);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | how, 0644);
    int r = fd < 0 ? -1 : write_all(fd, bytes);
    if (fd >= 0)
        close(fd);
    if (r && !(errno == EEXIST && how & O_EXCL))
        failed(path);
    free(path);
    return r ? CLI_REFUSED : 0;
}

/* As a whole or not at all. */
static int file_replace(const Witness *w, const char *name, Str bytes)
{
    char *path = cli_path(w->dir, name), *fresh = cli_path(w->dir, "fresh");
    int r = path && fresh ? 0 : err_origin(-ENOMEM);

    r = r ? r : file_put(w, "fresh", O_TRUNC, bytes);
    if (!r && rename(fresh, path))
        r = failed(path);
    int fd = r ? -1 : open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!r && (fd < 0 || fsync(fd)))
        r = failed(w->dir);
    if (fd >= 0)
        close(fd);
    free(path);
    free(fresh);
    return r;
}

/* 0; 1: there is none; negative. */
static int file_get(const Witness *w, const char *name, Buf *ret)
{
    char *path = cli_path(w->dir, name);

    if (!path)
        return err_origin(-ENOMEM);
    int r = load_file(path, ret);
    free(path);
    return r == -ENOENT ? 1 : r > 0 ? -EFBIG : r;
}

static void now_put(Buf *out)
{
    moment_put_iso(out, (Moment)time(NULL));
}

/* ---- what came of it ---- */

static int note_run(const Witness *w, const char *what)
{
    BUF_AUTO Buf line = {0};

    buf_init(&line, 1024);
    now_put(&line);
    buf_addf(&line, " %llu %s\n", (unsigned long long)w->now.size, what);
    return file_put(w, "log", O_APPEND, buf_str(&line));
}

/* Keeps both sides, says it loudly, and leaves the last that held in force. */
static int refuse(const Witness *w, const char *why, Str shown)
{
    BUF_AUTO Buf name = {0}, text = {0};

    buf_init(&name, 64);
    buf_adds(&name, "refused-");
    day_put_iso(&name, moment_day((Moment)time(NULL), (Zone){0}));
    buf_add_u8(&name, 0);
    buf_init(&text, 1 << 20);
    now_put(&text);
    buf_addf(&text, " %s\n\n---- the last checkpoint that held\n", why);
    buf_add_str(&text, buf_str(&w->last.text));
    buf_adds(&text, "\n---- what is shown now\n");
    buf_add_str(&text, shown);
    if (text.err || name.err)
        return err_origin(-ENOMEM);
    (void)file_put(w, (const char *)name.ptr, O_EXCL, buf_str(&text));
    (void)note_run(w, why);
    return cli_refuse("THE LOG OF %.*s CANNOT BE BELIEVED: %s. Both sides are in %s/%s; show them "
                      "to the auditor, and do not delete them",
                      (int)w->origin.len, w->origin.ptr, why, w->dir, (const char *)name.ptr);
}

/* ---- the server ---- */

static int ask(const Witness *w, const char *place, Buf *ret, long *ret_status)
{
    ANSWER_AUTO Answer a = {0};

    TRY(client_get(w->client, place, &a));
    if (a.status != 200 && (!ret_status || a.status != 422))
        return answer_refused(&a);
    if (ret_status)
        *ret_status = a.status;
    buf_init(ret, PROOF_BYTES_MAX);
    buf_add_str(ret, buf_str(&a.body));
    return ret->err ? cli_refuse("the server's answer is longer than any proof") : 0;
}

/* The log's name is in it, and ends on terminals. */
static bool is_shown_as_it_is(Str key)
{
    BUF_AUTO Buf shown = {0};
    Str line = str_trim(key);

    buf_init(&shown, 3 * line.len + 1);
    text_put_shown(&shown, line);
    return str_eq(buf_str(&shown), line) && !memchr(line.ptr ? line.ptr : "", '\n', line.len);
}

/* What a key is checked by is not asked of the one it checks, but for the first time. */
static int key_find(Witness *w)
{
    int r = file_get(w, "key", &w->key);

    if (r < 0)
        return cli_refuse("%s/key: %s", w->dir, strerror(-r));
    bool first = r;
    if (first)
        TRY(ask(w, "/api/log/key", &w->key, NULL));
    if (!is_shown_as_it_is(buf_str(&w->key)) ||
        checkpoint_key_get(str_trim(buf_str(&w->key)), &w->origin, &w->public))
        return cli_refuse("%s: not a key of a log", first ? "/api/log/key" : "the file key");
    if (!first)
        return 0;
    TRY(file_put(w, "key", O_EXCL, buf_str(&w->key)));
    fputs("krading: first contact; compare with the office's own words:\n  ", stderr);
    put_shown(stderr, str_trim(buf_str(&w->key)));
    fputc('\n', stderr);
    return 0;
}

static int note_read(const Witness *w, Note *n)
{
    return checkpoint_get(buf_str(&n->text), w->origin, &w->public, &n->size, &n->root);
}

static int last_find(Witness *w)
{
    int r = file_get(w, "checkpoint", &w->last.text);

    if (r < 0)
        return cli_refuse("%s/checkpoint: %s", w->dir, strerror(-r));
    w->had = r == 0;
    if (w->had && note_read(w, &w->last))
        return cli_refuse("%s/checkpoint is not one that this key signed", w->dir);
    return 0;
}

/* The proof comes with a checkpoint of its own, which has to be the one that was shown. */
static bool proof_holds(const Witness *w, Str text)
{
    Note with = {.size = 0};
    Proof p;

    if (proof_get(text, &p) || !p.consistency || p.number != w->last.size)
        return false;
    if (checkpoint_get(p.checkpoint, w->origin, &w->public, &with.size, &with.root) ||
        with.size != w->now.size || !bytes_equal(with.root.b, w->now.root.b, sizeof(with.root.b)))
        return false;
    return tree_check_consistency(w->last.size, &w->last.root, w->now.size, &w->now.root, p.hash,
                                  p.n);
}

static int compare(Witness *w)
{
    BUF_AUTO Buf proof = {0};
    char place[PLACE_BYTES];
    long status = 0;

    if (w->now.size < w->last.size)
        return refuse(w, "it was cut: it is shorter than what was signed", buf_str(&w->now.text));
    if (w->now.size == w->last.size && !bytes_equal(w->now.root.b, w->last.root.b, 32))
        return refuse(w, "it was rewritten: another root for the same size", buf_str(&w->now.text));
    if (w->now.size == w->last.size || w->last.size == 0)
        return 0;
    snprintf(place, sizeof(place), "/api/log/consistency?from=%llu&to=%llu",
             (unsigned long long)w->last.size, (unsigned long long)w->now.size);
    TRY(ask(w, place, &proof, &status));
    if (status != 200 || !proof_holds(w, buf_str(&proof))) {
        buf_adds(&w->now.text, "\n---- and as its proof\n");
        buf_add_str(&w->now.text, buf_str(&proof));
        return refuse(w, "it was rewritten: it does not go on from what was signed",
                      buf_str(&w->now.text));
    }
    return 0;
}

static int keep(const Witness *w)
{
    BUF_AUTO Buf entry = {0};

    if (!w->had || w->now.size > w->last.size) {
        buf_init(&entry, PROOF_BYTES_MAX);
        buf_add_str(&entry, buf_str(&w->now.text));
        buf_adds(&entry, "\n");
        TRY(file_put(w, "history", O_APPEND, buf_str(&entry)));
    }
    TRY(file_replace(w, "checkpoint", buf_str(&w->now.text)));
    TRY(note_run(w, w->had ? "holds" : "first contact"));
    printf("%.*s: %llu entries, %llu new; %s\n", (int)w->origin.len, w->origin.ptr,
           (unsigned long long)w->now.size, (unsigned long long)(w->now.size - w->last.size),
           w->had ? "the log goes on from what was signed" : "the first checkpoint is kept");
    return CLI_DONE;
}

int witness_proceed(const Args *args)
{
    WITNESS_AUTO Witness w = {.dir = args->word[0]};

    if (mkdir(w.dir, 0755) && errno != EEXIST)
        return failed(w.dir);
    TRY(client_new(args, &w.client));
    TRY(key_find(&w));
    TRY(last_find(&w));
    TRY(ask(&w, "/api/log/checkpoint", &w.now.text, NULL));
    if (note_read(&w, &w.now))
        return refuse(&w, "the checkpoint is not signed with the key of this log",
                      buf_str(&w.now.text));
    TRY(compare(&w));
    return keep(&w);
}
