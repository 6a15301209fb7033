/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/inner.h"

#include "base/err.h"

void held_keys_finish(HeldKeys *k)
{
    for (size_t i = 0; i < k->n; i++)
        box_pair_finish(&k->key[i].pair);
    k->n = 0;
}

int note_compose(Sealer *s, Str note)
{
    BUF_AUTO Buf text = text_buf();

    if (note.len == 0)
        return 0;
    wire_put_str(&text, note);
    TRY(sealer_record(s, PART_NOTE, CLASS_CONFIDENTIAL, &text));
    s->b.in.note = true;
    return 0;
}

static int told_compose(Sealer *s, Str th, Str en)
{
    BUF_AUTO Buf text = text_buf();

    if (th.len == 0 && en.len == 0)
        return 0;
    wire_put_str(&text, th);
    wire_put_str(&text, en);
    TRY(sealer_to_code(s, PART_TO_CODE, &text));
    TRY(sealer_record(s, PART_MESSAGE, CLASS_CONFIDENTIAL, &text));
    s->b.in.message = true;
    return 0;
}

/* Whom the step's conflict fields take off the case. */
static int exclude_compose(Sealer *s, const Form *form)
{
    bool *excluded, executive;

    if (!form)
        return 0;
    TRY(conflict_work_out(s->by->def, s->by->directory, form, s->by->arena, &excluded, &executive));
    TRY(excluded_fill(s->by, excluded, &s->b));
    s->b.in.executive = executive;
    return 0;
}

int compose_step(const Composer *by, const CaseKeys *keys, uint32_t first_part,
                 const StepWords *words, Bundle *ret)
{
    SEALER_AUTO Sealer s = {0};
    FIELDS_AUTO Fields fields = {0};
    int r;

    TRY(sealer_init(&s, by, keys, first_part));
    fields_init(&fields, by->def, words->form, keys);
    r = fields_sort(&fields, &s.b);
    if (r)
        return err_trace(r);
    TRY(fields_seal(&fields, &s, CLASS_CONFIDENTIAL, false));
    TRY(fields_seal(&fields, &s, CLASS_WORKING, false));
    TRY(fields_seal_names(&fields, &s));
    TRY(files_seal(&s, &fields, words->files, words->n_files, NULL));
    TRY(note_compose(&s, words->note));
    TRY(told_compose(&s, words->message_th, words->message_en));
    TRY(exclude_compose(&s, words->form));
    *ret = s.b;
    return 0;
}

/* What the complainant reads again: the words added, else those typed into the step's fields. */
static void own_words_put(Buf *out, const Def *def, Str text, const Form *form)
{
    bool first = true;

    buf_add_str(out, text);
    for (size_t i = 0; text.len == 0 && form && i < form->n_items; i++) {
        const FormItem *item = &form->items[i];
        Str value = str_trim(item->value);
        uint8_t type = def->fields[item->field].type;
        if (value.len == 0 || (type != FIELD_TEXT && type != FIELD_LONG_TEXT))
            continue;
        if (!first)
            buf_adds(out, "\n\n");
        buf_add_str(out, value);
        first = false;
    }
}

static int reply_compose(Sealer *s, const Fields *fields, Str text)
{
    BUF_AUTO Buf staff = text_buf();
    BUF_AUTO Buf words = text_buf();
    BUF_AUTO Buf own = text_buf();
    const Buf *items = &fields->text[CLASS_CONFIDENTIAL];

    wire_put_str(&staff, text);
    buf_add(&staff, items->ptr, items->len);
    TRY(sealer_record(s, PART_REPLY, CLASS_CONFIDENTIAL, &staff));
    own_words_put(&words, s->by->def, text, fields->form);
    if (words.err)
        return err_origin(words.err);
    wire_put_str(&own, buf_str(&words));
    TRY(sealer_to_code(s, PART_REPLY_COPY, &own));
    return 0;
}

int compose_reply(const Composer *by, const CaseKeys *keys, uint32_t first_part, Str text,
                  const Form *form, const SealedFile *files, size_t n_files, Bundle *ret)
{
    SEALER_AUTO Sealer s = {0};
    FIELDS_AUTO Fields fields = {0};
    int r;

    TRY(sealer_init(&s, by, keys, first_part));
    fields_init(&fields, by->def, form, keys);
    r = fields_sort(&fields, &s.b);
    if (r < 0)
        return err_trace(r);
    TRY(reply_compose(&s, &fields, text));
    TRY(fields_seal(&fields, &s, CLASS_WORKING, false));
    TRY(fields_seal_names(&fields, &s));
    TRY(files_seal(&s, &fields, files, n_files, NULL));
    TRY(exclude_compose(&s, form));
    *ret = s.b;
    return 0;
}

int compose_elsewhere(const Composer *by, const CaseKeys *keys, const FieldSet *needed,
                      const Form *form, Bundle *ret)
{
    SEALER_AUTO Sealer s = {0};

    TRY(sealer_init(&s, by, keys, 0));
    s.b.in.given = *needed;
    TRY(exclude_compose(&s, form));
    *ret = s.b;
    return 0;
}

int compose_told(const Composer *by, const CaseKeys *keys, uint32_t first_part, Str th, Str en,
                 Bundle *ret)
{
    SEALER_AUTO Sealer s = {0};

    TRY(sealer_init(&s, by, keys, first_part));
    TRY(told_compose(&s, th, en));
    *ret = s.b;
    return 0;
}
