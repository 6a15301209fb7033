/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/inner.h"

#include "base/err.h"

void file_text_put(Buf *out, const Def *def, const SealedFile *file)
{
    wire_put_str(out, def->fields[file->field].id);
    wire_put_str(out, file->name);
    wire_put_str(out, file->type);
    wire_put_u64(out, file->size);
    buf_add(out, file->key.b, SECRET_LEN);
    buf_add(out, file->digest.b, sizeof(file->digest.b));
}

int identity_box(const Secret *ki, BoxPair *ret)
{
    SECRET_AUTO Secret seed = {NULL};

    TRY(secret_new_derived(&seed, ki, "identity files"));
    TRY(box_pair_from_seed(ret, &seed));
    return 0;
}

/* Under the class key for identity where there is one, else under Ki. */
static int seal_with_blob(Sealer *s, const SealedFile *file, const Secret *ki, const Buf *text)
{
    BOX_PAIR_AUTO BoxPair box = {.secret = {NULL}};
    BUF_AUTO Buf out = {0};

    if (keys_of_class(s->keys, CLASS_IDENTITY))
        return sealer_file(s, CLASS_IDENTITY, &file->place, 0, text);
    SealContext context = sealer_context(s, PART_FILE, CLASS_IDENTITY, 0);
    TRY(identity_box(ki, &box));
    buf_init(&out, RECORD_OVERHEAD + record_padded(text->len));
    TRY(record_seal(&s->ephemeral, &box.public, &context, plain_of(text), &out));
    BundlePart part = {.kind = PART_FILE, .class = CLASS_IDENTITY, .file = file->place};
    TRY(sealer_add(s, part, out.ptr, out.len));
    return 0;
}

int files_seal(Sealer *s, const Fields *f, const SealedFile *files, size_t n, const Secret *ki)
{
    for (size_t i = 0; i < n; i++) {
        BUF_AUTO Buf text = text_buf();
        uint8_t class = fields_class(f, files[i].field);

        fields_give(f, files[i].field, &s->b);
        if (class == CLASSES)
            continue;
        file_text_put(&text, f->def, &files[i]);
        if (text.err)
            return err_origin(text.err);
        if (class == CLASS_IDENTITY && ki)
            TRY(seal_with_blob(s, &files[i], ki, &text));
        else
            TRY(sealer_file(s, class, &files[i].place,
                            f->def->fields[files[i].field].class == CLASS_IDENTITY ? SLOT_NAMES : 0,
                            &text));
    }
    return 0;
}
