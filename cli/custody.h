/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to open an identity and custodians' answers, as files: a request is sealed to the one
 * custodian and an answer signed by them, so either may go through other hands, and through an
 * office without a network. docs/custodians.md describes both; the page reads and writes the same.
 */
#pragma once

#include "cli/casefile.h"
#include "cli/client.h"
#include "cli/signin.h"
#include "engine/vault/reveal.h"

/* A request opened with the custodian's key and held against the officer's signature. */
typedef struct Custody {
    const json_t *file; /* what it was read from; outlives this */
    uint64_t seal_id;
    const Person *officer; /* of the signed directory in force */
    /* The same at the asking: they may have other keys by now. What they get is sealed to
     * today's. */
    const Person *signer;
    RevealWords words;
    Str sealed; /* the words as they came */
    Piece half[REVEAL_HALVES];
    size_t n_halves;
} Custody;

/* The request for a custodian (empty: for oneself) as a file. 0; CLI_REFUSED: told; -ENOMEM. */
int custody_fetch(Session *s, const char *number, Str custodian, json_t **ret);
/* What the office says of it, as it comes; 404: nothing waits. 0; CLI_REFUSED: told; -ENOMEM. */
int custody_ask(Session *s, Str number, Str custodian, Answer *ret);
/* 0; CLI_REFUSED: told, it is not for this custodian, not as the officer signed it, or of somebody
 * who holds no protected role; -ENOMEM. */
int custody_open(Session *s, const json_t *file, Custody *ret);
/* custody_judge.c: a signature says who wrote a request, not that it was ever asked: its days are
 * those of a request, and at the office this very one waits. 0; CLI_REFUSED: told; -ENOMEM. */
int custody_judge(Session *s, const Custody *c);
/* Told; CLI_REFUSED. */
int custody_is_over(void);
int custody_is_earlier(void);
void custody_put(const Custody *c, FILE *to);
/* The answer as a file, signed. 0; CLI_REFUSED: told; -ENOMEM. */
int custody_answer(Session *s, const Custody *c, bool agree, json_t **ret);
/* Hands an answer to the daemon. 0; CLI_REFUSED: told; -ENOMEM. */
int custody_send(Session *s, const json_t *answer);

/* One of both files; it must be of the format. 0; CLI_REFUSED: told; -ENOMEM. */
extern const char CUSTODY_REQUEST[], CUSTODY_ANSWER[];
int custody_read(const char *path, const char *format, json_t **ret);
/* Never over a file that is there. 0; CLI_REFUSED: told. */
int custody_save(const json_t *o, const char *path);
