/* SPDX-License-Identifier: Apache-2.0 */
/* What evhttp does not do: a cap on connections, a deadline for whole requests, a cap on bodies
 * before they are in memory, and on how many large ones arrive at once. It watches each
 * connection's buffers and knows nothing of HTTP but that a request comes in and an answer goes
 * out, and the status lines that evhttp answers with by itself: its pages have none of our headers,
 * so ours go out instead. */
#pragma once

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONNECTIONS_MAX = 1024,
    REQUEST_BYTES_MAX = (16 << 20) + (256 << 10), /* 16 MiB of files and room for the rest */
    LARGE_BODY = 256 << 10,                       /* bytes from which a body counts as large */
    LARGE_BODIES_MAX = 4,
    /* While others wait for a place, a large body has to bring so much a second, after so many
     * seconds; else the slowest makes room. */
    LARGE_BYTES_A_SECOND = 64 << 10,
    LARGE_GRACE_SECONDS = 5,
    /* A request has 15 s, and one more for each 8 KiB that arrived, at most 10 minutes: a slow
     * line gets its upload through, a sender of single bytes does not. */
    REQUEST_SECONDS = 15,
    REQUEST_BYTES_A_SECOND = 8 << 10,
    REQUEST_SECONDS_MAX = 600,
    IDLE_SECONDS = 30,
    LINGER_SECONDS = 10, /* a refused sender may go on for so long, into nothing */
};

typedef enum ConnState { CONN_IDLE, CONN_READING, CONN_ANSWERING, CONN_REFUSED } ConnState;
typedef struct Conns Conns;
typedef struct Conn {
    Conns *conns;
    struct bufferevent *bev;
    uint8_t state;
    bool large;
    size_t received; /* of the request coming in */
    int64_t since;   /* monotonic seconds of the last change of state */
    int64_t large_since;
} Conn;

/* A whole answer, headers and all, to be sent as it is before the connection ends. */
typedef struct RawAnswer {
    const void *ptr;
    size_t len;
} RawAnswer;

struct Conns {
    struct event_base *base;
    Conn *list[CONNECTIONS_MAX];
    size_t n;
    unsigned large; /* large bodies coming in now */
    struct evconnlistener *listeners[16];
    size_t n_listeners;
    bool paused;
    RawAnswer too_large, busy, malformed;
    struct event *sweep;
};

/* 0, -ENOMEM. The raw answers are set by the caller before the first connection. */
int conns_init(Conns *c, struct event_base *base);
void conns_finish(Conns *c);
/* Listeners are paused while there are as many connections as there may be. */
void conns_watch(Conns *c, struct evconnlistener *listener);
/* For evhttp_set_bevcb; arg is the Conns. NULL only without memory: evhttp then makes one of its
 * own, which is not watched. */
struct bufferevent *conns_new_bev(struct event_base *base, void *arg);
/* Gives back what evhttp has let go; once a turn of the loop. */
void conns_reap(Conns *c);
