/* SPDX-License-Identifier: Apache-2.0 */
/* A case that goes to another workflow, sealed anew on this machine. */
#pragma once

#include "cli/remote.h"
#include "engine/vault/carry.h"

/* --field W.k=v and --file W.k=PATH are for the case that is opened in W, the others for the step.
 * Both point into args. */
void move_split(const Args *args, Str workflow, Args *ret_here, Args *ret_there);
/* A case on its way; zeroed but for the first four. */
typedef struct Move {
    Session *session;
    const CaseFile *f;
    const json_t *json; /* as the API gave the case */
    const StepAsk *ask;
    const OpenEffect *open;
    Filled there;
    Carrier carrier;
    Form source; /* what the case says, the newest answer of each field */
    Buf note;
    int fd[ARGS_FILES_MAX]; /* its attachments, opened: in memory alone */
    size_t n_fd;
} Move;
void move_finish(Move *m);
#define MOVE_AUTO __attribute__((cleanup(move_finish)))
/* The case that the step opens: what is carried, what the officer added, the files sealed anew and
 * laid down, everything else that can be read as a note; signed. 0; CLI_REFUSED: told; negative. */
int move_compose(Move *m, const Args *there, Bundle *ret);
