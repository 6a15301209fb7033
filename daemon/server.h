/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon: listeners, loop, and what lives as long as it does. */
#pragma once

#include "daemon/budget.h"
#include "daemon/conn.h"
#include "daemon/house.h"
#include "daemon/proofs.h"
#include "daemon/request.h"
#include "daemon/session.h"
#include "daemon/sweep.h"
#include "daemon/turn.h"

enum {
    LISTEN_MAX = 8,
    HEADERS_MAX = 16 << 10,
    DISK_RESERVE = 64 << 20, /* bytes; below, new complaints are turned away */
};

typedef struct Options {
    const char *data, *unix_path;
    const char *listen[LISTEN_MAX];
    size_t n_listen;
    const char *host[LISTEN_MAX]; /* what people reach it by (daemon/host.h) */
    size_t n_host;
    bool behind_proxy;
    uint64_t day_files; /* bytes of files a day (daemon/budget.h); 0: BUDGET_DAY_MB */
} Options;

struct Server {
    struct event_base *base;
    struct evhttp *tcp, *local; /* over addresses; over the unix socket */
    Desk *desk;
    Conns conns;
    Turn turn;
    House house;
    Sessions sessions;
    Sweep sweep;
    Budget budget; /* of files */
    Proofs proofs;
    struct event *wake; /* for the next deadline */
    struct event *signals[3];
    char *unix_path;
    const char *host[LISTEN_MAX]; /* of the options, which outlive the server */
    size_t n_host;
    Buf raw_too_large, raw_busy, raw_malformed;
    int files; /* DIR/files */
    Day alike; /* the day on which its files were last given one time */
    bool stopping, reload, full;
    bool people_news; /* the store may have a newer directory */
};

/* 0; 1: an address that cannot be listened on, said on standard error. */
int server_check(const Options *o);
/* Opens the desk and binds everything. 0; 1: refused, said on standard error; negative: fatal. */
int server_start(Server *s, const Options *o);
/* Until SIGTERM or SIGINT. 0; negative: a fatal fault of the store. */
int server_run(Server *s);
void server_finish(Server *s);

/* True while new complaints must be turned away for want of space; logs each change. */
bool server_is_full(Server *s);
/* Whether so many more bytes of files leave the reserve untouched. */
bool server_has_room(const Server *s, uint64_t bytes);
/* A commit found no room. */
void server_found_full(Server *s);
