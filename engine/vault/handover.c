/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/handover.h"

#include "base/err.h"
#include <string.h>

enum { KIND_HANDOVER = 0x40 }; /* no part of a case: beyond PartKind */

/* No case: neither the old one nor the new can be told from it. */
static SealContext context_of(Str tenant)
{
    return (SealContext){.tenant = tenant, .class = SEAL_TO_CODE, .kind = KIND_HANDOVER};
}

int handover_seal(const BoxPublic *old_box, Str tenant, const Code *new_code, Buf *out)
{
    EPHEMERAL_AUTO Ephemeral ephemeral = {.n_known = 0};
    SealContext context = context_of(tenant);
    char text[CODE_TEXT_LEN + 1];

    TRY(ephemeral_new(&ephemeral));
    code_print(new_code, text);
    Plain plain = {(const uint8_t *)text, CODE_TEXT_LEN};
    int r = record_seal(&ephemeral, old_box, &context, plain, out);
    bytes_wipe(text, sizeof(text));
    return r ? err_trace(r) : 0;
}

int handover_open(const BoxPair *old_box, Str tenant, Str sealed, char ret[CODE_TEXT_LEN + 1])
{
    SealContext context = context_of(tenant);
    Sealed bytes = {(const uint8_t *)sealed.ptr, sealed.len};
    BUF_AUTO Buf text = {0};

    buf_init(&text, 1 << 12);
    int r = record_open(old_box, &context, bytes, &text);
    if (r)
        return r;
    if (text.len != CODE_TEXT_LEN)
        return 1;
    memcpy(ret, text.ptr, CODE_TEXT_LEN);
    ret[CODE_TEXT_LEN] = '\0';
    return 0;
}
