/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/desk/migrate.h"

#include "base/json.h"

static const char *const VERDICTS[] = {
    [MIGRATE_MOVES] = "moves", [MIGRATE_FINISHES] = "finishes", [MIGRATE_STAYS] = "stays"};
_Static_assert(sizeof(VERDICTS) / sizeof(VERDICTS[0]) == MIGRATE_VERDICTS,
               "every verdict has its word");

static void put_day(Json *j, const char *name, Day day)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 32);
    day_put_iso(&text, day);
    if (day == DAY_NONE)
        json_null(j, name);
    else
        json_str(j, name, buf_str(&text));
}

static void put_due(Json *j, const MigrateDue *due)
{
    json_open(j, NULL);
    json_str(j, "id", due->deadline);
    json_bool(j, "ran", due->runs_before);
    put_day(j, "before", due->before);
    json_bool(j, "runs", due->runs_after);
    put_day(j, "after", due->after);
    json_close(j);
}

static void put_line(Json *j, const MigrateLine *l)
{
    json_open(j, NULL);
    json_str(j, "number", name_str(&l->number));
    json_int(j, "version", l->version);
    json_cstr(j, "verdict", VERDICTS[l->verdict]);
    json_str(j, "from", l->from);
    if (l->verdict == MIGRATE_MOVES)
        json_str(j, "to", l->to);
    if (l->verdict == MIGRATE_STAYS)
        json_str(j, "why", l->why);
    json_list(j, "deadlines");
    for (size_t i = 0; i < l->n_dues; i++)
        put_due(j, &l->dues[i]);
    json_list_end(j);
    json_str(j, "left", l->left);
    json_close(j);
}

static void put_counts(Json *j, const MigrateDone *done)
{
    int64_t n[MIGRATE_VERDICTS] = {0};

    for (size_t i = 0; i < done->n; i++)
        n[done->lines[i].verdict]++;
    for (size_t i = 0; i < MIGRATE_VERDICTS; i++)
        json_int(j, VERDICTS[i], n[i]);
}

static bool is_told(const MigrateDone *done, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_eq(done->lines[k].why, done->lines[i].why))
            return true;
    }
    return false;
}

static void put_reasons(Json *j, const MigrateDone *done)
{
    json_list(j, "why");
    for (size_t i = 0; done->def->protected && i < done->n; i++) {
        if (done->lines[i].verdict == MIGRATE_STAYS && !is_told(done, i))
            json_str(j, NULL, done->lines[i].why);
    }
    json_list_end(j);
}

void migrate_put_json(Buf *out, const MigrateDone *done)
{
    Json json = json_to(out), *j = &json;

    json_open(j, NULL);
    json_str(j, "workflow", done->def->id);
    json_int(j, "version", done->def->version);
    json_bool(j, "protected", done->def->protected);
    if (done->next)
        json_int(j, "next", (int64_t)done->next);
    put_counts(j, done);
    put_reasons(j, done);
    json_list(j, "cases");
    for (size_t i = 0; !done->def->protected && i < done->n; i++)
        put_line(j, &done->lines[i]);
    json_list_end(j);
    json_close(j);
}
