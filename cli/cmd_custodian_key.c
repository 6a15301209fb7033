/* SPDX-License-Identifier: Apache-2.0 */
/* A custodian's keys for the page that is opened from disk, where no server gives its share:
 * wrapped by a passphrase of their own, made here, with the public keys of the organisation and the
 * version of its list of people, so that nobody can show the page other people or older ones. */
#include "base/err.h"
#include "base/text.h"
#include "base/wire.h"
#include "cli/custody.h"
#include "cli/print.h"
#include "crypto/keyfile.h"
#include <errno.h>
#include <stdio.h>

enum { VERSION = 1, BYTES_MAX = 256 + 64 * FORMER_MAX };
static const char FORMAT[] = "krading custodian key 1";

int custodian_key_check(const Args *args)
{
    return args_has(args, OPT_SAVE) ? 0 : cli_misuse("custodian export-key needs --save FILE");
}

/* u8 version | box secret(32) | signing seed(32) | organisation keys(64) | u32 version of the
 * directory | u8 n, n earlier box secrets of 32 bytes, the latest first */
static void put_secrets(Buf *out, const Session *s)
{
    wire_put_u8(out, VERSION);
    buf_add(out, s->keys.box.secret.b, SECRET_LEN);
    buf_add(out, s->keys.sign.seed.b, SECRET_LEN);
    buf_add(out, s->org.first.b, sizeof(s->org.first.b));
    buf_add(out, s->org.second.b, sizeof(s->org.second.b));
    wire_put_u32(out, s->directory->version);
    wire_put_u8(out, (uint8_t)s->n_earlier);
    for (size_t i = s->n_earlier; i-- > 0;)
        buf_add(out, s->earlier[i].secret.b, SECRET_LEN);
}

static int seal(const Session *s, Str passphrase, Buf *out)
{
    LOGIN_AUTO Login login = {.auth = {NULL}};
    BUF_AUTO Buf text = {0};
    Str name = name_str(&s->me->name);
    const Label *org = &s->office->org;
    const Str ad[] = {str_of(FORMAT), s->tenant, name, org->th, org->en};

    buf_init(&text, BYTES_MAX);
    put_secrets(&text, s);
    if (text.err)
        return err_origin(text.err);
    TRY(login_stretch(passphrase, s->tenant, name, &login));
    TRY(keyfile_seal(&login.half, ad, sizeof(ad) / sizeof(ad[0]), (Plain){text.ptr, text.len},
                     out));
    return 0;
}

static int key_file(const Session *s, Str passphrase, json_t **ret)
{
    BUF_AUTO Buf sealed = {0};
    BUF_AUTO Buf text = {0};
    const Label *org = &s->office->org;

    buf_init(&sealed, BYTES_MAX);
    buf_init(&text, 2 * BYTES_MAX);
    TRY(seal(s, passphrase, &sealed));
    text_put_base64url(&text, sealed.ptr, sealed.len);
    if (text.err)
        return err_origin(text.err);
    *ret = json_pack("{s:s, s:s%, s:s, s:s%, s:s%, s:s%}", "format", FORMAT, "tenant",
                     s->tenant.ptr, s->tenant.len, "name", s->me->name.s, "office_th", org->th.ptr,
                     org->th.len, "office_en", org->en.ptr, org->en.len, "sealed",
                     (const char *)text.ptr, text.len);
    return *ret ? 0 : err_origin(-ENOMEM);
}

static int tell(const Args *args, const Buf *passphrase)
{
    const char *path = args->value[OPT_SAVE];

    if (args_has(args, OPT_JSON))
        return js_print(json_pack("{s:s, s:s%}", "file", path, "passphrase",
                                  (const char *)passphrase->ptr, passphrase->len));
    printf("%s: กุญแจของท่าน สำหรับหน้าเว็บของผู้รักษากุญแจ / your keys, for the custodians' page\n"
           "รหัสผ่านของไฟล์นี้ / passphrase of this file: %.*s\n"
           "เขียนไว้บนกระดาษ เก็บแยกจากไฟล์ จะไม่แสดงอีก\n"
           "Write it down on paper, keep it apart from the file. It is not shown again. When your\n"
           "keys change (krading staff rotate), make a new file and destroy this one.\n",
           path, (int)passphrase->len, (const char *)passphrase->ptr);
    return CLI_DONE;
}

int custodian_key_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    BUF_AUTO Buf passphrase = {0};
    json_t *file;

    buf_init(&passphrase, 256);
    TRY(session_begin(args, &s));
    if (!person_has_role(s.me, ROLE_NAME_CUSTODIAN))
        return cli_refuse("%s is no custodian: only theirs are needed away from the office",
                          s.me->name.s);
    TRY(passphrase_new(&passphrase));
    TRY(key_file(&s, buf_str(&passphrase), &file));
    int r = custody_save(file, args->value[OPT_SAVE]);
    json_decref(file);
    return r ? r : tell(args, &passphrase);
}
