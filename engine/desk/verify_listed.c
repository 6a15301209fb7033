/* SPDX-License-Identifier: Apache-2.0 */
/* The destruction list that stands: it is what somebody made and the log attests, it names
 * protected cases by their own handles, and no file goes that a case still has. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <string.h>

enum { FILE_PLACE_LEN = 24 }; /* hex digits of an attachment's name */

static void listed_fault(Verify *v, const char *which, const char *what)
{
    verify_fault(v, "destruction", str_of(which), what);
}

int verify_listed_begin(Verify *v)
{
    static const Signature none;

    TRY(purge_meta_get(v->txn, PURGE_LIST, &v->arena, &v->list));
    v->list_content = purge_list_attested("listed", v->list, &none);
    return 0;
}

/* "listed DAY MAKER", "runs OFFSET PLACE", "done MAKER". */
static const char *state_wrong(Verify *v, Str text)
{
    Str word = str_cut(&text, ' '), second = str_cut(&text, ' ');
    unsigned long long at, place;
    Name maker = {{0}};
    Day day, made = DAY_NONE;

    if (purge_heading_get(v->desk, v->list, &made, &maker))
        return "has no list";
    if (str_is(word, "done")) /* and whose approval it was */
        return !text.len && !str_u64(second, UINT64_MAX, &place) &&
                       verify_is_approved(v, place, v->list)
                   ? NULL
                   : "was approved by nobody";
    if (str_is(word, "listed"))
        return day_parse_iso(second, &day) || day != made || !str_eq(text, name_str(&maker))
                   ? "is not of the day and maker of its list"
                   : NULL;
    if (!str_is(word, "runs") || str_u64(second, v->list.len, &at) ||
        str_u64(text, UINT64_MAX, &place))
        return "is not readable";
    return verify_is_approved(v, place, v->list) ? NULL : "carries out what nobody approved";
}

/* "HANDLE ID" of each protected case on the list. */
static const char *hidden_wrong(Verify *v, Str line, Day made)
{
    Str handle = str_cut(&line, ' ');
    unsigned long long id;
    HeadRecord head;
    const Def *def;
    Name is;

    if (str_u64(line, UINT64_MAX - 1, &id))
        return "is not readable";
    if (store_get_head(v->txn, id, &head) != STORE_OK)
        return NULL; /* gone meanwhile: nothing is done */
    if (desk_def(v->desk, v->txn, &head, &def))
        return NULL; /* told of the case */
    purge_name(v->desk, def, &head, made, &is);
    return str_eq(handle, name_str(&is)) ? NULL : "names a case by the handle of another";
}

static int hidden_check(Verify *v, Arena *arena, bool is_done)
{
    Name maker;
    Day made = DAY_NONE;
    Str hidden;

    TRY(purge_meta_get(v->txn, PURGE_HIDDEN, arena, &hidden));
    (void)purge_heading_get(v->desk, v->list, &made, &maker);
    if (is_done && hidden.len)
        listed_fault(v, PURGE_HIDDEN, "is still there, though all is done");
    while (hidden.len) {
        const char *wrong = hidden_wrong(v, str_cut(&hidden, '\n'), made);
        if (wrong)
            listed_fault(v, PURGE_HIDDEN, wrong);
    }
    return 0;
}

static bool is_place(Str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!(name.ptr[i] >= '0' && name.ptr[i] <= '9') &&
            !(name.ptr[i] >= 'a' && name.ptr[i] <= 'f'))
            return false;
    return name.len == FILE_PLACE_LEN;
}

static int files_check(Verify *v, Arena *arena)
{
    Str files;

    TRY(purge_meta_get(v->txn, PURGE_FILES, arena, &files));
    while (files.len) {
        Str name = str_cut(&files, '\n');
        if (name.len && !is_place(name))
            listed_fault(v, PURGE_FILES, "names what is no attachment");
        else if (name.len && verify_file_is_named(v, name))
            listed_fault(v, PURGE_FILES, "names an attachment that a case has");
    }
    return 0;
}

int verify_listed(Verify *v)
{
    ARENA_AUTO Arena arena = {0};
    Str state;

    arena_init(&arena, PURGE_ARENA);
    TRY(purge_meta_get(v->txn, PURGE_STATE, &arena, &state));
    const char *wrong = state.len || v->list.len ? state_wrong(v, state) : NULL;
    if (wrong)
        listed_fault(v, PURGE_STATE, wrong);
    if (v->list.len && !v->list_logged)
        listed_fault(v, PURGE_LIST, "is not a list that the log attests");
    TRY(hidden_check(v, &arena, !state.len || str_starts(state, STR("done"))));
    return files_check(v, &arena);
}
