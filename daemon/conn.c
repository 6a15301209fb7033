/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/conn.h"

#include "base/err.h"
#include <errno.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* A turn of the loop can accept more before the listeners are paused; they count, unwatched. */
static int64_t monotonic(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec;
}

static void enter(Conn *c, ConnState state)
{
    c->state = (uint8_t)state;
    c->since = monotonic();
    if (state != CONN_READING && c->large) {
        c->large = false;
        c->conns->large--;
    }
    if (state != CONN_READING)
        c->received = 0;
}

/* The sender gets the answer and may finish into nothing, so that it reads what we said. */
static void refuse(Conn *c, RawAnswer answer)
{
    int fd = bufferevent_getfd(c->bev);

    enter(c, CONN_REFUSED);
    if (fd < 0)
        return;
    if (answer.len)
        (void)!send(fd, answer.ptr, answer.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
}

/* Bytes a second since it counts as large. */
static size_t pace(const Conn *c, int64_t now)
{
    return (c->received - LARGE_BODY) / (size_t)(now - c->large_since);
}

/* The slowest of those who bring too little for the place they hold; it is told to come again. */
static void make_room(Conns *all)
{
    int64_t now = monotonic();
    Conn *slowest = NULL;

    for (size_t i = 0; i < all->n; i++) {
        Conn *c = all->list[i];
        if (!c->large || now - c->large_since < LARGE_GRACE_SECONDS ||
            pace(c, now) >= LARGE_BYTES_A_SECOND)
            continue;
        if (!slowest || pace(c, now) < pace(slowest, now))
            slowest = c;
    }
    if (!slowest)
        return;
    struct evbuffer *in = bufferevent_get_input(slowest->bev);
    refuse(slowest, all->busy);
    evbuffer_drain(in, evbuffer_get_length(in));
}

static void grow(Conn *c, struct evbuffer *in, size_t added)
{
    Conns *all = c->conns;

    c->received += added;
    if (c->received > REQUEST_BYTES_MAX) {
        refuse(c, all->too_large);
    } else if (!c->large && c->received > LARGE_BODY) {
        if (all->large >= LARGE_BODIES_MAX)
            make_room(all);
        if (all->large >= LARGE_BODIES_MAX) {
            refuse(c, all->busy);
        } else {
            c->large = true;
            c->large_since = monotonic();
            all->large++;
        }
    }
    if (c->state == CONN_REFUSED)
        evbuffer_drain(in, evbuffer_get_length(in));
}

static void on_input(struct evbuffer *in, const struct evbuffer_cb_info *info, void *arg)
{
    Conn *c = arg;

    if (!info->n_added)
        return;
    if (c->state == CONN_REFUSED) {
        evbuffer_drain(in, evbuffer_get_length(in));
        return;
    }
    if (c->state == CONN_IDLE)
        enter(c, CONN_READING);
    if (c->state == CONN_READING)
        grow(c, in, info->n_added);
}

/* No handler answers 400 or 501, nor 413 in these words: what begins so is evhttp's own page about
 * something that is no request. */
static bool is_of_evhttp(struct evbuffer *out)
{
    static const char *const ends[] = {" 400 ", " 501 ", " 413 Request"};
    char line[32] = "";
    ev_ssize_t n = evbuffer_copyout(out, line, sizeof(line) - 1);

    for (size_t i = 0; n > 8 && i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (strncmp(line + 8, ends[i], strlen(ends[i])) == 0)
            return true;
    }
    return false;
}

static void on_output(struct evbuffer *out, const struct evbuffer_cb_info *info, void *arg)
{
    Conn *c = arg;

    if (c->state == CONN_REFUSED)
        return;
    if (info->n_added && c->state != CONN_ANSWERING) {
        if (is_of_evhttp(out)) {
            refuse(c, c->conns->malformed);
            return;
        }
        enter(c, CONN_ANSWERING);
    }
    if (info->n_deleted && !evbuffer_get_length(out))
        enter(c, CONN_IDLE);
}

static int64_t seconds_allowed(const Conn *c)
{
    int64_t seconds = REQUEST_SECONDS + (int64_t)(c->received / REQUEST_BYTES_A_SECOND);

    switch ((ConnState)c->state) {
    case CONN_IDLE:
        return IDLE_SECONDS;
    case CONN_READING:
        return seconds < REQUEST_SECONDS_MAX ? seconds : REQUEST_SECONDS_MAX;
    case CONN_ANSWERING:
        return REQUEST_SECONDS_MAX;
    case CONN_REFUSED:
        break;
    }
    return LINGER_SECONDS;
}

/* evhttp takes its callbacks off when it lets a connection go; ours is then the last reference. */
static bool is_let_go(const Conn *c)
{
    bufferevent_data_cb read = NULL, write = NULL;
    bufferevent_event_cb event = NULL;

    bufferevent_getcb(c->bev, &read, &write, &event, NULL);
    return !event;
}

static void give_back(Conn *c)
{
    enter(c, CONN_IDLE);
    evbuffer_remove_cb(bufferevent_get_input(c->bev), on_input, c);
    evbuffer_remove_cb(bufferevent_get_output(c->bev), on_output, c);
    bufferevent_decref(c->bev);
    free(c);
}

static void pause_listeners(Conns *c, bool pause)
{
    if (c->paused == pause)
        return;
    c->paused = pause;
    for (size_t i = 0; i < c->n_listeners; i++) {
        if (pause)
            evconnlistener_disable(c->listeners[i]);
        else
            evconnlistener_enable(c->listeners[i]);
    }
}

void conns_reap(Conns *c)
{
    for (size_t i = 0; i < c->n;) {
        if (is_let_go(c->list[i])) {
            give_back(c->list[i]);
            c->list[i] = c->list[--c->n];
        } else {
            i++;
        }
    }
    pause_listeners(c, c->n >= CONNECTIONS_MAX);
}

/* Whose time is over is cut off at the socket; evhttp finds out and cleans up. */
static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
    Conns *all = arg;
    int64_t now = monotonic();

    (void)fd;
    (void)what;
    for (size_t i = 0; i < all->n; i++) {
        const Conn *c = all->list[i];
        int s = bufferevent_getfd(c->bev);
        if (s >= 0 && now - c->since > seconds_allowed(c))
            shutdown(s, SHUT_RDWR);
    }
}

struct bufferevent *conns_new_bev(struct event_base *base, void *arg)
{
    Conns *all = arg;
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    Conn *c = bev && all->n < CONNECTIONS_MAX ? calloc(1, sizeof(*c)) : NULL;

    if (!c)
        return bev;
    *c = (Conn){.conns = all, .bev = bev};
    enter(c, CONN_READING);
    bufferevent_incref(bev);
    evbuffer_add_cb(bufferevent_get_input(bev), on_input, c);
    evbuffer_add_cb(bufferevent_get_output(bev), on_output, c);
    all->list[all->n++] = c;
    pause_listeners(all, all->n >= CONNECTIONS_MAX);
    return bev;
}

void conns_watch(Conns *c, struct evconnlistener *listener)
{
    if (c->n_listeners < sizeof(c->listeners) / sizeof(c->listeners[0]))
        c->listeners[c->n_listeners++] = listener;
}

int conns_init(Conns *c, struct event_base *base)
{
    struct timeval second = {1, 0};

    *c = (Conns){.base = base};
    c->sweep = event_new(base, -1, EV_PERSIST, on_sweep, c);
    return c->sweep && !event_add(c->sweep, &second) ? 0 : err_origin(-ENOMEM);
}

void conns_finish(Conns *c)
{
    while (c->n)
        give_back(c->list[--c->n]);
    if (c->sweep)
        event_free(c->sweep);
    c->sweep = NULL;
}
