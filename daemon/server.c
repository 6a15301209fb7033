/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/server.h"

#include "base/err.h"
#include "base/log.h"
#include "daemon/dispatch.h"
#include "daemon/placed.h"
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* An address of the operator's: numeric, with a port. */
typedef union Address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage room;
} Address;

static bool is_loopback(const Address *a)
{
    if (a->any.sa_family == AF_INET)
        return (ntohl(a->v4.sin_addr.s_addr) >> 24) == 127;
    return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

static int refused(const char *what, const char *why)
{
    fprintf(stderr, "kradingd: %s: %s\n", what, why);
    return 1;
}

/* ---- listening ---- */

static int listen_on(Server *s, struct evhttp *http, const struct sockaddr *at, socklen_t len,
                     const char *name)
{
    unsigned flags = LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC;
    struct evconnlistener *l =
        evconnlistener_new_bind(s->base, NULL, NULL, flags, 512, at, (int)len);

    if (!l)
        return refused(name, strerror(errno));
    if (!evhttp_bind_listener(http, l)) {
        evconnlistener_free(l);
        return err_origin(-ENOMEM);
    }
    conns_watch(&s->conns, l);
    return 0;
}

static int read_address(const char *text, bool behind_proxy, Address *ret, int *ret_len)
{
    Address a;
    int len = (int)sizeof(a);

    memset(&a, 0, sizeof(a));
    if (evutil_parse_sockaddr_port(text, &a.any, &len) ||
        !(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port))
        return refused(text, "not an address with a port, as in 127.0.0.1:8080");
    if (!behind_proxy && !is_loopback(&a))
        return refused(text, "listening on anything but loopback needs --behind-proxy: people's "
                             "words must not cross a network without TLS");
    *ret = a;
    *ret_len = len;
    return 0;
}

int server_check(const Options *o)
{
    Address a;
    int len, r = 0;

    for (size_t i = 0; i < o->n_listen && !r; i++)
        r = read_address(o->listen[i], o->behind_proxy, &a, &len);
    return r;
}

static int listen_tcp(Server *s, const char *text, bool behind_proxy)
{
    Address a;
    int len;

    int r = read_address(text, behind_proxy, &a, &len);
    return r ? r : listen_on(s, s->tcp, &a.any, (socklen_t)len, text);
}

/* The store's lock is ours, so a socket that lies there has nobody behind it. */
static int listen_unix(Server *s, const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    struct stat st;

    if (strlen(path) >= sizeof(a.sun_path))
        return refused(path, "the path of the socket is too long");
    memcpy(a.sun_path, path, strlen(path) + 1);
    if (!lstat(path, &st)) {
        if (!S_ISSOCK(st.st_mode))
            return refused(path, "exists and is not a socket");
        if (unlink(path))
            return refused(path, strerror(errno));
    }
    int r = listen_on(s, s->local, (const struct sockaddr *)&a, sizeof(a), path);
    if (r)
        return r;
    s->unix_path = strdup(path);
    return chmod(path, 0600) || !s->unix_path ? err_origin(-errno) : 0;
}

static struct evhttp *http_new(Server *s, void (*handle)(struct evhttp_request *, void *))
{
    struct evhttp *http = evhttp_new(s->base);

    if (!http)
        return NULL;
    evhttp_set_gencb(http, handle, s);
    evhttp_set_bevcb(http, conns_new_bev, &s->conns);
    evhttp_set_timeout(http, IDLE_SECONDS);
    evhttp_set_max_headers_size(http, HEADERS_MAX);
    evhttp_set_default_content_type(http, "text/html; charset=utf-8");
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                         EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |
                                         EVHTTP_REQ_TRACE | EVHTTP_REQ_PATCH);
    return http;
}

static int listen_all(Server *s, const Options *o)
{
    char path[4096];
    int r = 0;

    s->tcp = http_new(s, dispatch_tcp);
    s->local = http_new(s, dispatch_unix);
    if (!s->tcp || !s->local)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < o->n_listen && !r; i++)
        r = listen_tcp(s, o->listen[i], o->behind_proxy);
    if (!r && !o->n_listen)
        r = listen_tcp(s, "127.0.0.1:8080", false);
    snprintf(path, sizeof(path), "%s/krading.sock", o->data);
    return r ? r : listen_unix(s, o->unix_path ? o->unix_path : path);
}

/* ---- signals ---- */

static void on_stop(evutil_socket_t signal, short what, void *arg)
{
    (void)signal;
    (void)what;
    ((Server *)arg)->stopping = true;
}

static void on_reload(evutil_socket_t signal, short what, void *arg)
{
    (void)signal;
    (void)what;
    ((Server *)arg)->reload = true;
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

static int watch_signals(Server *s)
{
    const struct {
        int signal;
        event_callback_fn call;
    } rows[] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_reload}};

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        s->signals[i] = evsignal_new(s->base, rows[i].signal, rows[i].call, s);
        if (!s->signals[i] || event_add(s->signals[i], NULL))
            return err_origin(-ENOMEM);
    }
    s->wake = evtimer_new(s->base, on_wake, s);
    return s->wake ? 0 : err_origin(-ENOMEM);
}

/* ---- the loop ---- */

/* Logins and units, never a case: the first few, so that a log stays one. */
static void tell_why(const char *workflow, Str why)
{
    enum { FEW = 12 };
    long n = 0;

    while (why.len) {
        char line[256];
        Str reason = str_cut(&why, '\n');
        if (++n > FEW)
            continue;
        snprintf(line, sizeof(line), "%s: %.*s", workflow, (int)reason.len, reason.ptr);
        log_word(LOG_CHANNEL_WHY, line);
    }
    if (n > FEW)
        log_number(LOG_CHANNEL_WHY_MORE, n - FEW);
}

static void tell_closed(const Server *s)
{
    const Workflows *w = desk_workflows(s->desk);

    for (size_t i = 0; i < w->n; i++) {
        BUF_AUTO Buf why = {0};
        Name id = name_of(w->defs[i]->id);
        if (desk_channel_open(s->desk, w->defs[i]))
            continue;
        buf_init(&why, 1 << 18);
        log_word(LOG_CHANNEL_CLOSED, id.s);
        (void)desk_channel_why(s->desk, w->defs[i], &why);
        tell_why(id.s, buf_str(&why));
    }
}

static void reload(Server *s)
{
    BUF_AUTO Buf report = {0};

    buf_init(&report, 1 << 20);
    s->reload = false;
    int r = desk_reload(s->desk, &report);
    s->turn.next_tick = 0; /* another calendar gives open cases other days */
    if (!r) {
        log_event(LOG_RELOADED);
        tell_closed(s);
    } else {
        log_word(LOG_RELOAD_REFUSED, report.len ? (const char *)report.ptr : strerror(-r));
    }
}

static void settle(Server *s)
{
    s->people_news = false;
    uint32_t before = desk_directory(s->desk)->version;
    int r = desk_settle(s->desk);
    if (r) {
        log_word(LOG_DIRECTORY_KEPT, r < 0 ? strerror(-r) : "the store cannot be read");
    } else if (desk_directory(s->desk)->version != before) {
        log_number(LOG_DIRECTORY_TAKEN, (long)desk_directory(s->desk)->version);
        tell_closed(s);
    }
}

/* Wakes the loop for the next deadline; at least once a minute, because the clock may be set. */
static void arm_wake(Server *s)
{
    enum { LONGEST = 60 };
    Moment wait = s->turn.next_tick - desk_now(s->desk);
    struct timeval in = {wait < 0 ? 0 : wait > LONGEST ? LONGEST : wait, 0};

    event_add(s->wake, &in);
}

int server_run(Server *s)
{
    int r = 0;

    while (!s->stopping && !r) {
        arm_wake(s);
        bool more = turn_waits(s) || house_waits(s);
        event_base_loop(s->base, more ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE);
        r = turn_end(s);
        r = r ? r : house_keep(s);
        /* Waiting commands point into what is replaced here. */
        if (s->people_news && !s->turn.first)
            settle(s);
        if (s->reload && !s->turn.first)
            reload(s);
        conns_reap(&s->conns);
    }
    while (!r && s->turn.first)
        r = turn_end(s);
    /* What was just answered leaves the buffers. */
    for (int i = 0; !r && i < 8; i++)
        event_base_loop(s->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
    return r;
}

/* ---- beginning and end ---- */

static int open_desk(Server *s, const char *data)
{
    BUF_AUTO Buf report = {0};

    buf_init(&report, 1 << 20);
    int r = desk_open(data, STORE_WRITE, &report, &s->desk);
    if (r > 0)
        fwrite(report.ptr, 1, report.len, stderr);
    return r;
}

static int raw_answers(Server *s)
{
    buf_init(&s->raw_too_large, 32 << 10);
    buf_init(&s->raw_busy, 32 << 10);
    buf_init(&s->raw_malformed, 32 << 10);
    reply_raw(&s->raw_too_large, 413, 0, WORD_TOO_LARGE_TITLE, WORD_TOO_LARGE);
    reply_raw(&s->raw_busy, 503, 30, WORD_BUSY_TITLE, WORD_BUSY);
    reply_raw(&s->raw_malformed, 400, 0, WORD_MALFORMED_TITLE, WORD_MALFORMED);
    if (s->raw_too_large.err || s->raw_busy.err || s->raw_malformed.err)
        return err_origin(-ENOMEM);
    s->conns.too_large = (RawAnswer){s->raw_too_large.ptr, s->raw_too_large.len};
    s->conns.busy = (RawAnswer){s->raw_busy.ptr, s->raw_busy.len};
    s->conns.malformed = (RawAnswer){s->raw_malformed.ptr, s->raw_malformed.len};
    return 0;
}

/* evhttp takes a connection's events off and puts them on again several times a request; with a
 * list of changes what cancels out never becomes a system call. Needs descriptors that nobody
 * duplicates, as ours are. */
static int base_new(struct event_base **ret)
{
    struct event_config *how = event_config_new();
    struct event_base *base = NULL;

    if (how && !event_config_set_flag(how, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST))
        base = event_base_new_with_config(how);
    if (how)
        event_config_free(how);
    if (!base)
        return err_origin(-ENOMEM);
    *ret = base;
    return 0;
}

int server_start(Server *s, const Options *o)
{
    memset(s, 0, sizeof(*s));
    s->files = -1;
    memcpy(s->host, o->host, sizeof(s->host));
    s->n_host = o->n_host;
    s->house = (House){.look = true, .wipes = true}; /* an earlier daemon may have left work */
    s->budget.day_max = o->day_files ? o->day_files : (uint64_t)BUDGET_DAY_MB << 20;
    int r = open_desk(s, o->data);
    if (r)
        return r;
    TRY(base_new(&s->base));
    TRY(placed_open(o->data, &s->files));
    TRY(conns_init(&s->conns, s->base));
    TRY(challenges_init(&s->sessions.challenges));
    TRY(raw_answers(s));
    r = listen_all(s, o);
    if (r)
        return r;
    TRY(watch_signals(s));
    TRY(sweep_init(&s->sweep, s->base, s->desk, s->files));
    log_word(LOG_STARTED, o->n_listen ? o->listen[0] : "127.0.0.1:8080");
    tell_closed(s);
    return 0;
}

void server_finish(Server *s)
{
    while (s->turn.first) {
        Request *q = s->turn.first;
        s->turn.first = q->next;
        request_free(q);
    }
    if (s->tcp)
        evhttp_free(s->tcp);
    if (s->local)
        evhttp_free(s->local);
    conns_finish(&s->conns);
    sweep_finish(&s->sweep);
    for (size_t i = 0; i < sizeof(s->signals) / sizeof(s->signals[0]); i++) {
        if (s->signals[i])
            event_free(s->signals[i]);
    }
    if (s->wake)
        event_free(s->wake);
    if (s->base)
        event_base_free(s->base);
    if (s->unix_path)
        unlink(s->unix_path);
    free(s->unix_path);
    if (s->files >= 0)
        close(s->files);
    buf_finish(&s->raw_too_large);
    buf_finish(&s->raw_busy);
    buf_finish(&s->raw_malformed);
    proofs_finish(&s->proofs);
    challenges_finish(&s->sessions.challenges);
    bytes_wipe(&s->sessions, sizeof(s->sessions));
    desk_free(s->desk);
}

bool server_is_full(Server *s)
{
    bool below = store_space_below(desk_store(s->desk), DISK_RESERVE);

    if (below && !s->full)
        log_word(LOG_DISK_FULL, "below the reserve of 64 MiB");
    if (!below && s->full)
        log_event(LOG_DISK_OK);
    s->full = below;
    return below;
}

bool server_has_room(const Server *s, uint64_t bytes)
{
    return !store_space_below(desk_store(s->desk), DISK_RESERVE + bytes);
}

void server_found_full(Server *s)
{
    if (!s->full)
        log_word(LOG_DISK_FULL, "a commit found no room");
    s->full = true;
}
