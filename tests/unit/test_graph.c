/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of the shipped workflows: whole, well-formed, nothing drawn over something else. */
#include "tests/unit/check.h"

#include "base/text.h"
#include "engine/load/graph_place.h"
#include "engine/load/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"general", "corruption"};
enum { NAMES = 2, PICTURE_MAX = 4 << 20 };

static const Def *shipped(Arena *arena, const char *name)
{
    char path[1024];
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;
    const Def *def = NULL;
    faults_init(&faults);
    snprintf(path, sizeof(path), SOURCE_DIR "/workflows/%s.yaml", name);
    assert_int_equal(load_file(path, &file), 0);
    LoadContext context = {.calendars_dir = SOURCE_DIR "/workflows/calendars"};
    assert_int_equal(load_workflow(buf_str(&file), &context, arena, &faults, &def), 0);
    return def;
}

static bool holds(const Buf *b, const char *before, Str word, const char *after)
{
    char text[256];
    snprintf(text, sizeof(text), "%s%.*s%s", before, (int)word.len, word.ptr, after);
    return strstr(buf_str(b).ptr, text) != NULL;
}

static void test_dot(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++) {
        ARENA_AUTO Arena arena = {0};
        BUF_AUTO Buf out = {0};
        arena_init(&arena, 32 << 20);
        buf_init(&out, PICTURE_MAX);
        const Def *d = shipped(&arena, names[i]);
        graph_put_dot(&out, d, GRAPH_STAFF);
        assert_int_equal(out.err, 0);
        for (uint8_t s = 0; s < d->n_states; s++)
            assert_true(holds(&out, "    ", d->states[s].id, " [label="));
        for (uint8_t a = 0; a < d->n_actions; a++)
            if (d->actions[a].to != TO_STAY)
                assert_true(holds(&out, "label=\"", d->actions[a].label.th, "\\n"));
    }
}

/* Every opened element is closed in order and every attribute quoted. */
static void assert_well_formed(Str s)
{
    char open[32][16];
    size_t depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '<')
            continue;
        size_t end = i + 1, quotes = 0, name = 0;
        for (; end < s.len && (s.ptr[end] != '>' || quotes % 2); end++)
            quotes += s.ptr[end] == '"';
        assert_true(end < s.len);
        bool closes = s.ptr[i + 1] == '/', alone = s.ptr[end - 1] == '/';
        const char *word = s.ptr + i + 1 + closes;
        while (word[name] != ' ' && word[name] != '>' && word[name] != '/')
            name++;
        assert_true(name > 0 && name < sizeof(open[0]));
        if (closes) {
            assert_true(depth > 0);
            depth--;
            assert_true(strlen(open[depth]) == name && !memcmp(open[depth], word, name));
        } else if (!alone) {
            assert_true(depth < 32);
            memcpy(open[depth], word, name);
            open[depth++][name] = 0;
        }
        i = end;
    }
    assert_int_equal(depth, 0);
}

static void test_svg(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES * 4; i++) {
        ARENA_AUTO Arena arena = {0};
        BUF_AUTO Buf out = {0};
        bool thai = i & 1;
        GraphWords words = i & 2 ? GRAPH_PUBLIC : GRAPH_STAFF;
        arena_init(&arena, 32 << 20);
        buf_init(&out, PICTURE_MAX);
        const Def *d = shipped(&arena, names[i / 4]);
        graph_put_svg(&out, d, words, thai);
        assert_int_equal(out.err, 0);
        assert_true(text_is_valid(buf_str(&out)));
        assert_well_formed(buf_str(&out));
        assert_null(strstr(buf_str(&out).ptr, "style="));
        assert_null(strstr(buf_str(&out).ptr, "<script"));
        const Label *first =
            words == GRAPH_PUBLIC ? &d->states[d->initial].public : &d->states[d->initial].staff;
        Lines l = lines_of(thai ? first->th : first->en, BOX_COLUMNS);
        assert_true(holds(&out, ">", l.at[0], "<"));
    }
}

/* Days that go over several steps stand below: for the public only what it is promised. */
static void test_promise(void **state)
{
    static const struct {
        const char *name;
        GraphWords words;
        const char *line;
        bool there;
    } rows[] = {
        {"general", GRAPH_PUBLIC, ">Result or explanation: within 15 calendar days of receipt<",
         true},
        {"corruption", GRAPH_STAFF, ">Complete the fact check: within 30 calendar days of receipt<",
         true},
        {"corruption", GRAPH_PUBLIC, "Complete the fact check", false},
        {"eservice_request", GRAPH_STAFF,
         ": within 3 calendar days to 15 calendar days of receipt<", true},
        {"eservice_request", GRAPH_STAFF, ": within 1 working day of receipt<", true},
        {"eu_whistleblower", GRAPH_PUBLIC, ">Feedback: within 3 months from: Acknowledge receipt<",
         true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA_AUTO Arena arena = {0};
        BUF_AUTO Buf out = {0};
        arena_init(&arena, 32 << 20);
        buf_init(&out, PICTURE_MAX);
        graph_put_svg(&out, shipped(&arena, rows[i].name), rows[i].words, false);
        Str text = buf_str(&out);
        assert_int_equal(memmem(text.ptr, text.len, rows[i].line, strlen(rows[i].line)) != NULL,
                         rows[i].there);
    }
}

static bool overlap(const Box *a, const Box *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static void check_picture(const Picture *p)
{
    const Def *d = p->def;
    assert_true(p->layout.n_main >= 5);
    assert_int_equal(p->layout.main[0], d->initial);
    assert_true(d->final & MASK64(p->layout.main[p->layout.n_main - 1]));
    for (uint8_t a = 0; a < d->n_states; a++)
        for (uint8_t b = 0; b < a; b++)
            assert_false(overlap(&p->boxes[a], &p->boxes[b]));
    for (uint16_t i = 0; i < p->n_arrows; i++) {
        const Arrow *a = &p->arrows[i];
        const Box *from = &p->boxes[a->edge->from], *to = &p->boxes[a->edge->to];
        assert_true(a->channel == CHANNEL_STRAIGHT ? a->y1 < a->y2 : a->out <= from->h);
        assert_true(a->y2 >= to->y && a->y2 <= to->y + to->h);
        assert_true(arrow_lane_x(p, a) > 0 && arrow_lane_x(p, a) < p->width);
    }
}

static void test_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES * 2; i++) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, 32 << 20);
        Picture *p = calloc(1, sizeof(*p));
        assert_non_null(p);
        picture_init(p, shipped(&arena, names[i / 2]), GRAPH_STAFF, i & 1);
        check_picture(p);
        free(p);
    }
}

/* Thai has no blanks: lines end before no mark and after no leading vowel. */
static void test_lines(void **state)
{
    (void)state;
    Str text = STR("แต่งตั้งคณะกรรมการสอบข้อเท็จจริงเบื้องต้น");
    for (size_t columns = 4; columns < 40; columns++) {
        Lines l = lines_of(text, columns);
        assert_true(l.n > 0);
        for (uint8_t i = 0; i < l.n; i++) {
            assert_true(text_is_valid(l.at[i]));
            assert_true(text_width(l.at[i]) <= columns);
            assert_true(text_width(text_head(l.at[i], 1)) == 1);
        }
    }
    Lines words = lines_of(STR("Start the secret inquiry"), 14);
    assert_int_equal(words.n, 2);
    assert_str(words.at[0], "Start the");
    assert_str(words.at[1], "secret inquiry");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dot),    cmocka_unit_test(test_svg),   cmocka_unit_test(test_promise),
        cmocka_unit_test(test_places), cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
