/* SPDX-License-Identifier: Apache-2.0 */
/* Prints sealed things of every form with what opens them, one JSON object a line, bytes in
 * base64url. tests/e2e/test_reader.py opens them with an implementation of its own. */
#include "base/json.h"
#include "crypto/code.h"
#include "crypto/custody.h"
#include "crypto/login.h"
#include "crypto/stream.h"
#include "crypto/checkpoint.h"
#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 4 << 20 };

/* A vector cannot go wrong in a way that the program could mend. */
static void must(int r)
{
    if (r) {
        fprintf(stderr, "crypto_vectors: answer %d\n", r);
        exit(1);
    }
}

typedef struct Line {
    Buf text;
    Json json;
} Line;

static void line_open(Line *l, const char *form)
{
    buf_init(&l->text, LINE_MAX_BYTES);
    l->json = json_to(&l->text);
    json_open(&l->json, NULL);
    json_cstr(&l->json, "form", form);
}

static void line_close(Line *l)
{
    json_close(&l->json);
    must(l->text.err);
    puts((const char *)l->text.ptr);
    buf_finish(&l->text);
}

static void put_secret(Line *l, const char *name, const Secret *s)
{
    json_bytes(&l->json, name, s->b, SECRET_LEN);
}

/* Fixed for i = 0, else anything. */
static SealContext place_of(unsigned i)
{
    static const char *const tenants[] = {"bang-yai", "", "\xe0\xb8\x9a\xe0\xb8\xb2\xe0\xb8\x87"};
    static const char *const workflows[] = {"corruption", ""};
    SealContext c = {.tenant = str_of(tenants[i % 3]),
                     .workflow = str_of(workflows[i % 2]),
                     .case_id = 1,
                     .class = 1,
                     .epoch = 1,
                     .kind = 1,
                     .seq = 1};

    if (i) {
        bytes_random(&c.case_id, sizeof(c.case_id));
        c.case_id &= INT64_MAX; /* JSON numbers here are signed */
        bytes_random(&c.class, sizeof(c.class));
        bytes_random(&c.epoch, sizeof(c.epoch));
        bytes_random(&c.kind, sizeof(c.kind));
        bytes_random(&c.seq, sizeof(c.seq));
    }
    return c;
}

static void put_place(Line *l, const SealContext *c)
{
    json_list(&l->json, "context");
    json_str(&l->json, NULL, c->tenant);
    json_str(&l->json, NULL, c->workflow);
    json_int(&l->json, NULL, (int64_t)c->case_id);
    json_int(&l->json, NULL, c->class);
    json_int(&l->json, NULL, c->epoch);
    json_int(&l->json, NULL, c->kind);
    json_int(&l->json, NULL, c->seq);
    json_list_end(&l->json);
}

static void fixed_secret(unsigned i, uint8_t fill, Secret *ret)
{
    uint8_t b[SECRET_LEN];

    for (size_t k = 0; k < sizeof(b); k++)
        b[k] = (uint8_t)(fill + k);
    must(i ? secret_new_random(ret) : secret_new_copy(ret, b));
}

static void put_seal(unsigned i)
{
    SECRET_AUTO Secret secret = {NULL};
    SECRET_AUTO Secret own = {NULL};
    BOX_PAIR_AUTO BoxPair to = {0};
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    SealContext place = place_of(i);
    uint8_t seal[SEAL_LEN];
    Line l;

    fixed_secret(i, 1, &secret);
    fixed_secret(i, 2, &own);
    must(box_pair_from_secret(&to, &own));
    must(ephemeral_new(&ephemeral));
    must(seal_secret(&ephemeral, &to.public, &place, &secret, seal));
    line_open(&l, "seal");
    put_place(&l, &place);
    put_secret(&l, "as", &to.secret);
    put_secret(&l, "secret", &secret);
    json_bytes(&l.json, "sealed", seal, sizeof(seal));
    line_close(&l);
}

static void random_text(size_t len, Buf *ret)
{
    buf_init(ret, len + 1);
    if (len)
        bytes_random(buf_room(ret, len), len);
}

static void put_record(unsigned i, size_t len)
{
    BOX_PAIR_AUTO BoxPair to = {0};
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    SealContext place = place_of(i);
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf record = {0};
    Line l;

    random_text(len, &text);
    buf_init(&record, RECORD_TEXT_MAX + RECORD_OVERHEAD);
    must(box_pair_new(&to));
    must(ephemeral_new(&ephemeral));
    must(record_seal(&ephemeral, &to.public, &place, plain_of(&text), &record));
    line_open(&l, "record");
    put_place(&l, &place);
    put_secret(&l, "as", &to.secret);
    json_bytes(&l.json, "text", text.ptr, text.len);
    json_bytes(&l.json, "sealed", record.ptr, record.len);
    line_close(&l);
}

static void put_identity(unsigned i)
{
    SECRET_AUTO Secret ki = {NULL};
    SECRET_AUTO Secret first = {NULL};
    SECRET_AUTO Secret second = {NULL};
    SealContext place = place_of(i);
    uint8_t blob[IDENTITY_BLOB_LEN], dummy[IDENTITY_BLOB_LEN];
    Hash commit;
    BUF_AUTO Buf text = {0};
    Line l;

    random_text(i * 500, &text);
    fixed_secret(i, 3, &ki);
    must(identity_seal(&ki, &place, plain_of(&text), blob));
    must(identity_dummy(&place, dummy));
    must(custody_split(&ki, &first, &second));
    commit = custody_commit(&first, &place);
    line_open(&l, "identity");
    put_place(&l, &place);
    put_secret(&l, "ki", &ki);
    put_secret(&l, "first", &first);
    put_secret(&l, "second", &second);
    json_bytes(&l.json, "commit", commit.b, sizeof(commit.b));
    json_bytes(&l.json, "text", text.ptr, text.len);
    json_bytes(&l.json, "sealed", blob, sizeof(blob));
    json_bytes(&l.json, "dummy", dummy, sizeof(dummy));
    line_close(&l);
}

static void put_code(unsigned i)
{
    static const uint8_t fixed[SECRET_LEN] = {0xf0, 1, 2,  3,  4,  5,  6,  7,
                                              8,    9, 10, 11, 12, 13, 14, 0x7f};
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys keys = {0};
    SECRET_AUTO Secret pepper = {NULL};
    Hash index, mac;
    char text[CODE_TEXT_LEN + 1];
    Line l;

    must(i ? code_new(&code) : secret_new_copy(&code.entropy, fixed));
    must(code_derive(&code, STR("bang-yai"), &keys));
    fixed_secret(i, 4, &pepper);
    index = code_index(&pepper, &keys.lookup);
    mac = code_mac(&pepper, &code, 20000 - (int32_t)i);
    code_print(&code, text);
    line_open(&l, "code");
    json_cstr(&l.json, "tenant", "bang-yai");
    json_cstr(&l.json, "text", text);
    json_bytes(&l.json, "entropy", code.entropy.b, 16);
    json_bytes(&l.json, "lookup", keys.lookup.b, 32);
    put_secret(&l, "box_secret", &keys.box.secret);
    json_bytes(&l.json, "box_public", keys.box.public.b, 32);
    put_secret(&l, "sign_seed", &keys.sign.seed);
    json_bytes(&l.json, "sign_public", keys.sign.public.b, 32);
    put_secret(&l, "pepper", &pepper);
    json_bytes(&l.json, "index", index.b, sizeof(index.b));
    json_int(&l.json, "day", 20000 - (int32_t)i);
    json_bytes(&l.json, "mac", mac.b, sizeof(mac.b));
    line_close(&l);
}

static void put_login(unsigned i)
{
    LOGIN_AUTO Login login = {{NULL}, {NULL}};
    PERSON_KEYS_AUTO PersonKeys keys = {0};
    SECRET_AUTO Secret share = {NULL};
    SECRET_AUTO Secret pepper = {NULL};
    uint8_t wrapped[WRAPPED_LEN];
    Hash index;
    BUF_AUTO Buf pass = {0};
    Line l;

    buf_init(&pass, 128);
    if (i)
        must(passphrase_new(&pass));
    else
        buf_adds(&pass, "bado-chime-lapu-kaiso-nemi-tuwa");
    must(login_stretch(buf_str(&pass), STR("bang-yai"), STR("somchai"), &login));
    fixed_secret(i, 5, &share);
    fixed_secret(i, 6, &pepper);
    must(person_keys_new(&keys));
    must(person_keys_wrap(&keys, &login.half, &share, STR("somchai"), wrapped));
    index = login_index(&pepper, &login.auth);
    line_open(&l, "login");
    json_cstr(&l.json, "tenant", "bang-yai");
    json_cstr(&l.json, "name", "somchai");
    json_str(&l.json, "passphrase", buf_str(&pass));
    put_secret(&l, "auth", &login.auth);
    put_secret(&l, "half", &login.half);
    put_secret(&l, "share", &share);
    put_secret(&l, "pepper", &pepper);
    json_bytes(&l.json, "index", index.b, sizeof(index.b));
    put_secret(&l, "box_secret", &keys.box.secret);
    put_secret(&l, "sign_seed", &keys.sign.seed);
    json_bytes(&l.json, "wrapped", wrapped, sizeof(wrapped));
    line_close(&l);
}

static void put_signature(unsigned i)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    Str parts[] = {STR("42"), STR(""), STR("reason")};
    Signature sig;
    Line l;

    must(sign_pair_new(&by));
    must(keys_sign(&by, "grant", STR("bang-yai"), parts, i % 4, &sig));
    line_open(&l, "signature");
    json_cstr(&l.json, "type", "grant");
    json_cstr(&l.json, "tenant", "bang-yai");
    json_list(&l.json, "parts");
    for (size_t k = 0; k < i % 4; k++)
        json_str(&l.json, NULL, parts[k]);
    json_list_end(&l.json);
    json_bytes(&l.json, "by", by.public.b, sizeof(by.public.b));
    json_bytes(&l.json, "signature", sig.b, sizeof(sig.b));
    line_close(&l);
}

static int into_buf(void *to, Sealed bytes)
{
    Buf *b = to;

    buf_add(b, bytes.ptr, bytes.len);
    return b->err;
}

static void put_stream(size_t len)
{
    static const Str name = {"\xe0\xb8\xa0\xe0\xb8\xb2\xe0\xb8\x9e.jpg", 13};
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};
    StreamWriter *w = NULL;
    Line l;

    must(secret_new_random(&key));
    random_text(len, &file);
    buf_init(&stream, 2 << 20);
    must(stream_writer_new(&w, &key, name, STR("image/jpeg"), len, into_buf, &stream));
    must(stream_writer_add(w, plain_of(&file)));
    must(stream_writer_end(w));
    stream_writer_free(w);
    line_open(&l, "stream");
    put_secret(&l, "key", &key);
    json_str(&l.json, "name", name);
    json_cstr(&l.json, "type", "image/jpeg");
    json_bytes(&l.json, "data", file.ptr, file.len);
    json_bytes(&l.json, "sealed", stream.ptr, stream.len);
    line_close(&l);
}

static void put_checkpoint(unsigned n)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    BUF_AUTO Buf text = {0};
    Tree t = {0};
    Hash root;
    Line l;

    must(sign_pair_new(&by));
    line_open(&l, "checkpoint");
    json_list(&l.json, "entries");
    for (unsigned i = 0; i < n; i++) {
        uint8_t entry[40];
        Hash leaf;

        bytes_random(entry, sizeof(entry));
        leaf = tree_leaf((Str){(const char *)entry, i % 40});
        tree_add(&t, &leaf);
        json_bytes(&l.json, NULL, entry, i % 40);
    }
    json_list_end(&l.json);
    root = tree_root(&t);
    buf_init(&text, 4096);
    must(checkpoint_put(&text, STR("krading/bang-yai"), t.size, &root, &by));
    json_cstr(&l.json, "origin", "krading/bang-yai");
    json_bytes(&l.json, "by", by.public.b, sizeof(by.public.b));
    json_bytes(&l.json, "root", root.b, sizeof(root.b));
    json_str(&l.json, "text", buf_str(&text));
    line_close(&l);
}

/* Tracking codes as they are shown, a line each. */
static int put_codes(unsigned long n)
{
    for (unsigned long i = 0; i < n; i++) {
        CODE_AUTO Code code = {{NULL}};
        char text[CODE_TEXT_LEN + 1];
        must(code_new(&code));
        code_print(&code, text);
        puts(text);
    }
    return fflush(stdout) ? 1 : 0;
}

/* With a number: so many codes instead of the vectors. */
int main(int argc, char **argv)
{
    static const size_t texts[] = {0, 1, 255, 256, 257, 384, 385, 5000, RECORD_TEXT_MAX};
    static const size_t files[] = {0, 1, 65501, 65502, 65535, 65536, 65537, 98270, 196573, 300000};

    must(crypto_start());
    if (argc == 2)
        return put_codes(strtoul(argv[1], NULL, 10));
    for (unsigned i = 0; i < 8; i++) {
        put_seal(i);
        put_identity(i);
        put_code(i);
        put_signature(i);
    }
    for (unsigned i = 0; i < 2; i++)
        put_login(i);
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        put_record(i, texts[i]);
    for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        put_stream(files[i]);
    for (unsigned i = 0; i < 20; i++)
        put_checkpoint(i);
    return fflush(stdout) ? 1 : 0;
}
