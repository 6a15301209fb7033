/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote.h"

#include "base/err.h"
#include "cli/show.h"
#include "crypto/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int opened(void *to, Plain bytes)
{
    Buf *out = to;

    buf_add(out, bytes.ptr, bytes.len);
    return out->err;
}

static int open_stream(const Piece *p, Str sealed, Buf *out)
{
    StreamReader *r;

    TRY(stream_reader_new(&r, &p->opened.file_key, opened, out));
    int answer = stream_reader_add(r, (Sealed){(const uint8_t *)sealed.ptr, sealed.len});
    answer = answer ? answer : stream_reader_end(r);
    stream_reader_free(r);
    return answer;
}

/* DIR/NO-NAME: the sender's name keeps nothing that could lead elsewhere. */
static void save_path(const char *dir, const Piece *p, char *ret, size_t size)
{
    size_t len = (size_t)snprintf(ret, size, "%s/%u-", dir, p->no);

    for (size_t i = 0; i < p->opened.file_name.len && len + 1 < size && i < 200; i++) {
        char c = p->opened.file_name.ptr[i];
        ret[len++] = c == '/' || (unsigned char)c < ' ' ? '_' : c;
    }
    ret[len] = '\0';
}

static int save_file(Session *s, const CaseFile *f, const Piece *p, const char *dir)
{
    ANSWER_AUTO Answer a = {0};
    BUF_AUTO Buf bytes = {0};
    char place[256], path[4096];

    snprintf(place, sizeof(place), "/api/cases/%s/files/%u", f->number.s, p->no);
    TRY(client_get(s->client, place, &a));
    if (a.status != 200)
        return answer_refused(&a);
    buf_init(&bytes, STREAM_SIZE_MAX);
    int r = open_stream(p, buf_str(&a.body), &bytes);
    if (r)
        return r < 0 ? r : cli_refuse("attachment %u is damaged", p->no);
    save_path(dir, p, path, sizeof(path));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return cli_refuse("%s: %s", path, strerror(errno));
    bool done = write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len;
    done = close(fd) == 0 && done;
    return done ? 0 : cli_refuse("%s: cannot be written", path);
}

static int save_files(Session *s, const CaseFile *f, const char *dir)
{
    if (mkdir(dir, 0700) && errno != EEXIST)
        return cli_refuse("%s: %s", dir, strerror(errno));
    for (size_t i = 0; i < f->n_pieces; i++)
        if (f->pieces[i].is_open && f->pieces[i].sealed.kind == PART_FILE)
            TRY(save_file(s, f, &f->pieces[i], dir));
    return 0;
}

int case_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    CASE_FILE_AUTO CaseFile f = {0};
    json_t *json = NULL;

    TRY(session_begin(args, &s));
    TRY(remote_case(&s, args->word[0], &f, &json));
    int r = CLI_DONE;
    if (args_has(args, OPT_JSON))
        r = js_print(show_case_json(&f, json));
    else
        show_case(&f, json);
    json_decref(json);
    if (!r && args_has(args, OPT_SAVE))
        r = save_files(&s, &f, args->value[OPT_SAVE]);
    return r;
}
