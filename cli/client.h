/* SPDX-License-Identifier: Apache-2.0 */
/* The staff API from its other end (docs/openapi.yaml): forms out, JSON in, over the daemon's unix
 * socket or HTTPS. */
#pragma once

#include "cli/cli.h"
#include <jansson.h>

typedef struct Client Client;

/* One field of a request. */
typedef struct Pair {
    const char *name;
    Str value;
} Pair;

typedef struct Answer {
    long status; /* HTTP */
    Buf body;
    json_t *json; /* NULL when the body is none */
} Answer;
#define ANSWER_AUTO __attribute__((cleanup(answer_finish)))
void answer_finish(Answer *a);

/* 0; CLI_REFUSED: told. */
int client_new(const Args *args, Client **ret);
Client *client_free(Client *c);
/* What signatures bind to: the Host header. */
Str client_origin(const Client *c);
/* NULL with --server. */
const char *client_data_dir(const Client *c);
void client_set_token(Client *c, const char *token);

/* Each: 0, whatever the status; CLI_REFUSED: no answer, told. A busy daemon (429, and 503 with
 * Retry-After) is asked again a few times. */
int client_get(Client *c, const char *path, Answer *ret);
/* again: the request carries a request_id, so a lost answer may be asked for once more. */
int client_post(Client *c, const char *path, const Pair *form, size_t n, bool again, Answer *ret);
/* Bytes that belong at an offset. Asked again when no answer comes: the daemon knows what it has. */
int client_part(Client *c, const char *path, Str offset, Str bytes, Answer *ret);
/* For so many seconds a daemon that does not answer is tried again; 0: as usual. */
void client_wait(Client *c, unsigned seconds);
/* Percent-escaped, in the arena; ptr NULL: no memory. */
Str client_escape(Arena *arena, Str s);

/* Tells what the daemon said; CLI_REFUSED. */
int answer_refused(const Answer *a);
/* "" when absent or no text. Lives as long as the JSON. */
const char *js_text(const json_t *o, const char *name);
Str js_str(const json_t *o, const char *name);
int64_t js_int(const json_t *o, const char *name);
bool js_bool(const json_t *o, const char *name);
/* base64url. 0; 1: absent or malformed; -ENOMEM. */
int js_bytes(const json_t *o, const char *name, Arena *arena, Str *ret);
/* Prints one document and takes the reference over. */
int js_print(json_t *o);
