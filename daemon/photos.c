/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/photos.h"

#include "base/text.h"
#include "daemon/html.h"

#define INPUT "strip_metadata"

bool photos_are_cleaned(const Request *q, const Def *def)
{
    bool asked = false;

    for (size_t i = 0; i < q->form.n; i++) {
        if (!str_is(q->form.list[i].name, INPUT))
            continue;
        if (!str_is(q->form.list[i].value, "no"))
            return true;
        asked = true;
    }
    return !asked && def->protected;
}

void photos_look(Request *q, FormFile *file)
{
    PhotoKind kind = photo_kind(file->bytes);
    PhotoFilter filter;
    uint64_t len;

    q->as_sent = q->as_sent || kind == PHOTO_NONE;
    file->photo = kind == PHOTO_OTHER ? FORM_PHOTO_IS_OTHER : FORM_PHOTO_FINE;
    if (kind == PHOTO_NONE || kind == PHOTO_OTHER)
        return;
    photo_begin(&filter, kind, 0, NULL, NULL);
    int r = photo_add(&filter, file->bytes);
    if (photo_end(&filter, &len) || r)
        file->photo = FORM_PHOTO_IS_TORN;
    else
        file->size = len;
}

uint8_t photos_after(const Def *def, const FieldSet *fields)
{
    uint8_t last = DEF_NONE;

    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (field_set_has(fields, i) && def->fields[i].type == FIELD_FILES)
            last = i;
    }
    return last;
}

void photos_put(Request *q, const Def *def, const char *prefix, bool typed)
{
    bool ticked = typed ? photos_are_cleaned(q, def) : def->protected;
    Buf *out = &q->reply.body;

    buf_addf(out,
             "<div class=\"field\"><input type=\"hidden\" name=\"" INPUT "\" value=\"no\">"
             "<label class=\"tick\"><input type=\"checkbox\" id=\"%s" INPUT "\" name=\"" INPUT
             "\" value=\"yes\"%s aria-describedby=\"%s" INPUT "-help\"> <span>",
             prefix, ticked ? " checked" : "", prefix);
    html_word(q, WORD_PHOTOS_CLEAN);
    buf_addf(out, "</span></label>\n<p class=\"help\" id=\"%s" INPUT "-help\">", prefix);
    html_word(q, WORD_PHOTOS_CLEAN_HELP);
    buf_adds(out, "</p></div>\n");
}

void photos_tell(Request *q)
{
    if (!q->as_sent)
        return;
    buf_adds(&q->reply.body, "<div class=\"said\">");
    html_p(q, NULL, WORD_FILES_AS_SENT);
    buf_adds(&q->reply.body, "</div>\n");
}

void photos_tell_json(const Request *q, Json *j)
{
    if (!q->as_sent)
        return;
    json_open(j, "files_as_sent");
    json_cstr(j, "th", word_in(WORD_FILES_AS_SENT, LANG_TH));
    json_cstr(j, "en", word_in(WORD_FILES_AS_SENT, LANG_EN));
    json_close(j);
}
