/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/newkeys.h"

#include "base/err.h"
#include "cli/signin.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SHEET_MAX = 1 << 16, BITS_LEAST = 60 };

void hand_over_init(HandOver *h)
{
    memset(h, 0, sizeof(*h));
    buf_init(&h->passphrase, 1024);
}

void hand_over_finish(HandOver *h)
{
    buf_finish(&h->passphrase);
    bytes_wipe(h->code, sizeof(h->code));
}

int newkeys_enrol(const NewKeysFor *whom, const PersonKeys *keys, Str chosen, HandOver *ret_hand,
                  Enrolment *ret)
{
    LOGIN_AUTO Login login = {.auth = {NULL}};
    CODE_AUTO Code code = {.entropy = {NULL}};

    if (!chosen.len) {
        TRY(passphrase_new(&ret_hand->passphrase));
        chosen = buf_str(&ret_hand->passphrase);
    }
    TRY(login_stretch(chosen, whom->tenant, whom->name, &login));
    TRY(enrolment_begin(ret, keys, &login, whom->share, whom->name, whom->after,
                        (Moment)time(NULL)));
    if (whom->keeps_recovery)
        return enrolment_sign(ret, keys, whom->tenant);
    TRY(code_new(&code));
    code_print(&code, ret_hand->code);
    TRY(enrolment_recovery(ret, keys, &code, whom->share, whom->tenant));
    return enrolment_sign(ret, keys, whom->tenant);
}

/* ---- told once ---- */

static const char cut[] =
    "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -\n";

static void put_code(Buf *out, const HandOver *h, Str name)
{
    buf_addf(out, "%s\n  รหัสกู้คืนของ / recovery code of %.*s\n\n      %s\n\n", cut, (int)name.len,
             name.ptr, h->code);
    buf_adds(out,
             "  ใส่ซองปิดผนึก เก็บไว้นอกสำนักงาน ใช้เมื่อลืมรหัสผ่าน\n"
             "  Seal it in an envelope and keep it outside the office. It opens everything the\n"
             "  passphrase opens: krading staff recover NAME\n");
}

static void put_text(Buf *out, const HandOver *h, Str name, const Label *org)
{
    buf_addf(out, "%s%.*s / %.*s\n\n", cut, (int)org->th.len, org->th.ptr, (int)org->en.len,
             org->en.ptr);
    buf_addf(out, "  ชื่อเข้าระบบ / name         %.*s\n", (int)name.len, name.ptr);
    if (h->passphrase.len)
        buf_addf(out, "  รหัสผ่าน / passphrase       %.*s\n", (int)h->passphrase.len,
                 (const char *)h->passphrase.ptr);
    buf_adds(out, "\n  เก็บไว้กับตัว ไม่บอกผู้ใด ผู้ดูแลระบบก็ไม่ต้องรู้\n"
                  "  Yours alone. Change it with: krading staff passphrase\n");
    if (h->code[0])
        put_code(out, h, name);
    buf_adds(out, cut);
}

static int write_sheet(const char *path, Str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool done = fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len;

    if (fd >= 0)
        done = close(fd) == 0 && done;
    if (!done)
        return cli_refuse("%s: %s", path, strerror(errno));
    printf("The sheet to print, cut and hand over is %s; remove the file then.\n", path);
    return 0;
}

static int print_json(const HandOver *h, Str name)
{
    json_t *o = json_pack("{s:s%}", "name", name.ptr, name.len);

    if (h->passphrase.len)
        json_object_set_new(o, "passphrase", json_string((const char *)h->passphrase.ptr));
    if (h->code[0])
        json_object_set_new(o, "recovery", json_string(h->code));
    return js_print(o);
}

int hand_over_tell(const Args *args, const HandOver *h, Str name, const Label *org)
{
    bool letter = args_has(args, OPT_SHEET);
    BUF_AUTO Buf out = {0};

    if (!letter && args_has(args, OPT_JSON))
        return print_json(h, name);
    buf_init(&out, SHEET_MAX);
    if (letter)
        sheet_put(&out, h, name, org);
    else
        put_text(&out, h, name, org);
    if (out.err)
        return err_origin(-ENOMEM);
    if (letter)
        return write_sheet(args->value[OPT_SHEET], buf_str(&out));
    printf("%s", (const char *)out.ptr);
    return 0;
}

/* ---- chosen by the person ---- */

int passphrase_choose(const char *file, Buf *ret)
{
    BUF_AUTO Buf first = {0};
    BUF_AUTO Buf again = {0};

    buf_init(&first, 1024);
    buf_init(&again, 1024);
    TRY(secret_read(file, "new passphrase", &first));
    if (strcmp(file, "-") == 0) {
        TRY(secret_read(file, "the same again", &again));
        if (!str_eq(buf_str(&first), buf_str(&again)))
            return cli_refuse("the two are not the same; nothing has changed");
    }
    Str chosen = str_trim(buf_str(&first));
    unsigned bits = passphrase_bits(chosen);
    if (bits < BITS_LEAST)
        return cli_refuse("this passphrase is too easy to guess (%u bits, %d are needed); leave "
                          "--new-passphrase-file away to have one made",
                          bits, BITS_LEAST);
    buf_add_str(ret, chosen);
    return ret->err ? err_origin(ret->err) : 0;
}
