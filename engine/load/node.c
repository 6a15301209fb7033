/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/node.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <string.h>
#include <yaml.h>

/* One walk over libyaml's events. Building on events and not on its document keeps its cost down:
 * what is too deep is refused before it has read far. */
typedef struct Walk {
    yaml_parser_t parser;
    Arena *arena;
    Faults *faults;
    Node *stack[LOAD_DEPTH_MAX];
    Node *keys[LOAD_DEPTH_MAX]; /* a key that waits for its value */
    uint32_t depth;
    Node *root;
    bool over;    /* a second document, or what cannot be read further */
    bool refused; /* the tree is no use */
} Walk;

#define WALK_AUTO __attribute__((cleanup(walk_finish)))

static void walk_finish(Walk *w)
{
    yaml_parser_delete(&w->parser);
}

static void refuse(Walk *w, yaml_mark_t mark, const char *text)
{
    fault_add(w->faults, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1, FAULT_ERROR,
              str_of(text));
    w->refused = w->over = true;
}

static void complain(Walk *w, const Node *n, const char *text)
{
    fault_add(w->faults, n->line, n->column, FAULT_ERROR, str_of(text));
}

static bool is_doubled(Walk *w, const Node *map, const Node *key)
{
    for (const Node *c = map->first; c; c = c->next) {
        if (!str_eq(c->key->text, key->text))
            continue;
        fault_addf(w->faults, key->line, key->column, FAULT_ERROR,
                   "\"%.*s\" is given twice; it was given first on line %u", STR_ARGS(key->text),
                   c->key->line);
        return true;
    }
    return false;
}

static void append(Walk *w, Node *parent, Node *child, yaml_mark_t mark)
{
    if (parent->n++ >= NODE_CHILDREN_MAX) {
        refuse(w, mark, "more than 512 entries in one map or list");
        return;
    }
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

/* Puts a node where the walk stands: as root, key, value or item. */
static void place(Walk *w, Node *n, yaml_mark_t mark)
{
    if (!w->depth) {
        w->root = n;
        return;
    }
    Node *parent = w->stack[w->depth - 1];
    Node **key = &w->keys[w->depth - 1];
    if (parent->kind == NODE_LIST) {
        append(w, parent, n, mark);
    } else if (!*key) {
        if (n->kind != NODE_SCALAR && n->kind != NODE_BAD)
            complain(w, n, "a key must be a plain word, not a map or a list");
        *key = n;
    } else {
        n->key = *key;
        if ((*key)->kind == NODE_SCALAR && !is_doubled(w, parent, *key))
            append(w, parent, n, mark);
        *key = NULL;
    }
}

static Node *new_node(Walk *w, NodeKind kind, yaml_mark_t mark)
{
    Node *n = arena_new(w->arena, Node);
    if (n) {
        n->kind = (uint8_t)kind;
        n->line = (uint32_t)mark.line + 1;
        n->column = (uint32_t)mark.column + 1;
    }
    return n;
}

static bool adorned(Walk *w, Node *n, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        complain(w, n, "anchors (&name) are not part of the language; write the text out");
    if (tag)
        complain(w, n,
                 "tags (!name) are not part of the language; the schema says what a value is");
    return anchor || tag;
}

static int take_scalar(Walk *w, const yaml_event_t *e)
{
    Node *n = new_node(w, NODE_SCALAR, e->start_mark);
    if (!n)
        return -ENOMEM;
    n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    n->text = arena_str(w->arena, (Str){(const char *)e->data.scalar.value, e->data.scalar.length});
    if (!n->text.ptr)
        return -ENOMEM;
    if (adorned(w, n, e->data.scalar.anchor, e->data.scalar.tag))
        n->kind = NODE_BAD;
    if (!text_is_valid(n->text)) {
        complain(w, n, "the text holds a control character");
        n->kind = NODE_BAD;
    }
    place(w, n, e->start_mark);
    return 0;
}

static int take_alias(Walk *w, const yaml_event_t *e)
{
    Node *n = new_node(w, NODE_BAD, e->start_mark);
    if (!n)
        return -ENOMEM;
    complain(w, n, "aliases (*name) are not part of the language; write the text out");
    place(w, n, e->start_mark);
    return 0;
}

static int take_open(Walk *w, const yaml_event_t *e, NodeKind kind)
{
    if (w->depth == LOAD_DEPTH_MAX) {
        refuse(w, e->start_mark, "nested deeper than 16 levels");
        return 0;
    }
    Node *n = new_node(w, kind, e->start_mark);
    if (!n)
        return -ENOMEM;
    if (kind == NODE_MAP)
        adorned(w, n, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    else
        adorned(w, n, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    place(w, n, e->start_mark);
    w->stack[w->depth] = n;
    w->keys[w->depth] = NULL;
    w->depth++;
    return 0;
}

static int take_document(Walk *w, const yaml_event_t *e)
{
    if (w->root)
        refuse(w, e->start_mark, "a second document begins; a file holds one");
    else if (e->data.document_start.tag_directives.start !=
             e->data.document_start.tag_directives.end)
        refuse(w, e->start_mark, "tag directives are not part of the language");
    return 0;
}

static int take(Walk *w, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return take_document(w, e);
    case YAML_SCALAR_EVENT:
        return take_scalar(w, e);
    case YAML_ALIAS_EVENT:
        return take_alias(w, e);
    case YAML_MAPPING_START_EVENT:
        return take_open(w, e, NODE_MAP);
    case YAML_SEQUENCE_START_EVENT:
        return take_open(w, e, NODE_LIST);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        w->depth--;
        return 0;
    case YAML_STREAM_END_EVENT:
        w->over = true;
        return 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    default:
        return 0;
    }
}

static void syntax(Walk *w)
{
    const yaml_parser_t *p = &w->parser;
    yaml_mark_t mark = p->problem_mark;
    const char *problem = p->problem ? p->problem : "cannot be read";
    if (p->context)
        fault_addf(w->faults, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1, FAULT_ERROR,
                   "not readable as YAML: %s, %s that begins on line %zu", problem, p->context,
                   p->context_mark.line + 1);
    else
        fault_addf(w->faults, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1, FAULT_ERROR,
                   "not readable as YAML: %s", problem);
    w->refused = w->over = true;
}

static int walk(Walk *w)
{
    while (!w->over) {
        yaml_event_t e;
        if (!yaml_parser_parse(&w->parser, &e)) {
            if (w->parser.error == YAML_MEMORY_ERROR)
                return -ENOMEM;
            syntax(w);
            return 0;
        }
        int r = take(w, &e);
        yaml_event_delete(&e);
        if (r)
            return r;
    }
    return 0;
}

/* Length of the text at the beginning of s that is valid, in bytes. */
static size_t valid_until(Str s)
{
    size_t at = 0;
    while (at < s.len) {
        size_t len = 1;
        while (len <= 4 && at + len <= s.len && !text_is_valid((Str){s.ptr + at, len}))
            len++;
        if (len > 4 || at + len > s.len)
            break;
        at += len;
    }
    return at;
}

static bool check_bytes(Str file, Faults *faults)
{
    if (file.len > LOAD_BYTES_MAX) {
        fault_add(faults, 1, 1, FAULT_ERROR, STR("the file is larger than 256 KiB"));
        return false;
    }
    if (text_is_valid(file))
        return true;
    uint32_t line = 1;
    Str rest = file;
    while (rest.ptr) {
        Str s = str_cut(&rest, '\n');
        if (!text_is_valid(s)) {
            size_t good = valid_until(s);
            uint8_t c = (uint8_t)s.ptr[good];
            fault_add(faults, line, (uint32_t)text_chars((Str){s.ptr, good}) + 1, FAULT_ERROR,
                      c < ' ' ? STR("a control character (NUL or the like); a file is plain text")
                              : STR("not UTF-8; save the file as UTF-8"));
            return false;
        }
        line++;
    }
    return false;
}

int node_read(Str file, Arena *arena, Faults *faults, const Node **ret)
{
    if (!check_bytes(file, faults))
        return 1;
    WALK_AUTO Walk w = {.arena = arena, .faults = faults};
    if (!yaml_parser_initialize(&w.parser))
        return err_origin(-ENOMEM);
    yaml_parser_set_encoding(&w.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&w.parser, (const unsigned char *)(file.ptr ? file.ptr : ""),
                                 file.len);
    TRY(walk(&w));
    if (w.refused)
        return 1;
    if (!w.root || (w.root->kind == NODE_SCALAR && !w.root->text.len && !w.root->quoted)) {
        fault_add(faults, 1, 1, FAULT_ERROR, STR("the file is empty"));
        return 1;
    }
    *ret = w.root;
    return 0;
}

const Node *node_get(const Node *map, const char *name)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (const Node *c = map->first; c; c = c->next)
        if (str_is(c->key->text, name))
            return c;
    return NULL;
}
