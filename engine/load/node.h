/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML file as a tree with places, and nothing of YAML that the language does not want: no
 * aliases, anchors, tags, second documents, doubled keys or typed scalars. */
#pragma once

#include "engine/load/load.h"

enum { NODE_CHILDREN_MAX = 512 };

/* NODE_BAD stands where something was refused already: readers pass over it in silence. */
typedef enum NodeKind { NODE_BAD, NODE_SCALAR, NODE_MAP, NODE_LIST } NodeKind;

typedef struct Node Node;
struct Node {
    uint8_t kind;
    bool quoted;           /* a scalar in quotes or a block: an empty one is meant */
    uint32_t line, column; /* from 1; column in code points */
    Str text;              /* scalar, or the name of a map's child in its key */
    const Node *key;       /* of a map's child */
    Node *first, *last, *next;
    uint32_t n; /* children */
};

/* The tree, in `arena`. 0; 1: not readable as YAML, see *faults; -ENOMEM. A tree with smaller
 * faults (an alias, a doubled key) is returned, so that the rest is checked in the same run. */
int node_read(Str file, Arena *arena, Faults *faults, const Node **ret);
/* The child of a map by name, or NULL. */
const Node *node_get(const Node *map, const char *name);

void fault_add(Faults *f, uint32_t line, uint32_t column, FaultLevel level, Str text);
void fault_addf(Faults *f, uint32_t line, uint32_t column, FaultLevel level, const char *format,
                ...) __attribute__((format(printf, 5, 6)));
/* For "%.*s". */
#define STR_ARGS(s) (int)(s).len, ((s).ptr ? (s).ptr : "")
