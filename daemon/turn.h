/* SPDX-License-Identifier: Apache-2.0 */
/* A turn of the loop is a transaction: the commands that came in it are run one by one, each in a
 * nested transaction, committed together, and answered in order. */
#pragma once

#include "base/date.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct Request Request;
typedef struct Server Server;

enum { TURN_COMMANDS_MAX = 256, TURN_TICKS_MAX = 200, TURN_TRIES = 8 };

typedef struct Turn {
    Request *first, *last; /* commands that wait, in order */
    Moment next_tick;      /* when the desk wants to be woken; 0: at once */
    Moment then;           /* the next one, once this turn is committed */
    unsigned fired;        /* rungs of this turn */
} Turn;

/* Owns q from here on. */
void turn_add(Turn *t, Request *q);
/* More to do at once. */
bool turn_waits(const Server *s);
/* 0; negative: the store cannot be trusted further. */
int turn_end(Server *s);
