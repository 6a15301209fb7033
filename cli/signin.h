/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in: the passphrase never leaves this machine, and nobody is sealed to before the office's
 * directory has been verified with keys that the server cannot choose. */
#pragma once

#include "cli/client.h"
#include "crypto/login.h"
#include "engine/load/load.h"
#include "engine/vault/directory.h"
#include "engine/vault/enrolment.h"

/* Somebody signed in, with what the office says of itself. */
typedef struct Session Session;
struct Session {
    Client *client;
    Arena arena;
    Str tenant;
    PersonKeys keys;
    Secret share;   /* the server's half of what wraps our keys */
    Moment changed; /* when the way in was last changed, by the server's word */
    Str former;     /* sealed box secrets from before rotations, and opened: */
    BoxPair earlier[FORMER_MAX];
    size_t n_earlier;
    OrgKeys org;    /* that the directory was verified with */
    struct Past *past;
    const Person *me;
    const Directory *directory;
    const Office *office;
    Day today;          /* as the daemon said at signing in; DAY_NONE: it did not */
    char calendars[64]; /* a folder of our own for calendars that definitions name, or "" */
};
#define SESSION_AUTO __attribute__((cleanup(session_finish)))

/* 0; CLI_REFUSED or CLI_USAGE: told. The session is finished in any case. */
int session_begin(const Args *args, Session *ret);
/* The same with the printed recovery code in the passphrase's place. */
int session_recover(const Args *args, const Code *code, Session *ret);
void session_finish(Session *s);
/* A workflow by the SHA-256 in hex that a case names (checked), or by its id. 0, CLI_REFUSED. */
int session_def(Session *s, Str which, const Def **ret);

/* past.c: a directory of an earlier version (or the one in force), verified; NULL: there is none. */
const Directory *session_past(Session *s, uint32_t version);

/* Before anything is sealed under it: a protected workflow's text says who gets to read, and is only
 * believed when both keys of the organisation have signed it. 0, CLI_REFUSED. */
int session_may_seal(const Session *s, const Def *def);

/* The office's day: a demo office may live ahead of the wall clock. 0, CLI_REFUSED. */
int session_today(Session *s, Day *ret);

/* A passphrase into `ret`: --passphrase-file, a demo office's own file, else a prompt. */
int passphrase_read(const Args *args, const char *data_dir, Buf *ret);
/* The first line of a file; "-": typed at the terminal, unseen, after `what: `. 0, CLI_REFUSED. */
int secret_read(const char *path, const char *what, Buf *ret);
/* A login of a-z, 0-9 and _. */
bool is_login(Str name);

enum { STATE_PATH = 4096 };
/* directory.c: what this machine remembers of an office, in a folder `below` (may be empty); made
 * when missing. 0; 1: nowhere. `ret` is of STATE_PATH bytes. */
int state_dir(Str tenant, const char *below, char *ret);
/* directory.c: verified against DIR/org.pub or the pinned keys, and no older than the last one
 * seen. */
int directory_fetch(Session *s);
