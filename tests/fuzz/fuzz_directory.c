/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the office's directory, and any body of one under a first signature that holds, so
 * that the signature hides nothing of what comes after it. */
#include "base/wire.h"
#include "engine/vault/directory.h"
#include "tests/fuzz/fuzz.h"

/* Keys that the corpus was signed with. */
static void keys_of(SignPair *first, SignPair *second)
{
    static const uint8_t ones[SECRET_LEN] = {1}, twos[SECRET_LEN] = {2};
    SECRET_AUTO Secret one = {NULL};
    SECRET_AUTO Secret two = {NULL};

    hold(secret_new_copy(&one, ones) == 0 && secret_new_copy(&two, twos) == 0);
    hold(sign_pair_from_seed(first, &one) == 0 && sign_pair_from_seed(second, &two) == 0);
}

/* The document again, its body signed anew with the first key. */
static bool sign_again(Str bytes, const SignPair *first, Buf *out)
{
    Wire w = wire_of(bytes.ptr, bytes.len);
    Signature made, old;
    uint8_t version = wire_u8(&w);
    Str body = wire_bytes(&w, DIRECTORY_BYTES_MAX);
    uint8_t n = wire_u8(&w);

    wire_raw(&w, &old, sizeof(old));
    if (w.failed || keys_sign(first, "directory", STR("ban"), &body, 1, &made))
        return false;
    wire_put_u8(out, version);
    wire_put_str(out, body);
    wire_put_u8(out, n);
    buf_add(out, &made, sizeof(made));
    buf_add(out, w.ptr, w.len);
    return out->err == 0;
}

static void open_all_ways(Str bytes, const OrgKeys *org)
{
    ARENA_AUTO Arena arena = {0};
    const Directory *d = NULL, *next = NULL;

    arena_init(&arena, 16 << 20);
    int r = directory_open(bytes, org, NULL, &arena, &d);
    hold(r >= 0 && r <= 2 && (r == 0) == (d != NULL));
    if (r)
        return;
    hold(d->n_people <= DIRECTORY_PEOPLE_MAX && d->n_guarded <= GUARDED_ROLES_MAX);
    for (size_t i = 0; i < d->n_people; i++) {
        hold(directory_person(d, name_str(&d->people[i].name)) == &d->people[i]);
        hold(d->people[i].n_roles <= PERSON_ROLES_MAX);
    }
    hold(directory_open(bytes, org, d, &arena, &next) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SIGN_PAIR_AUTO SignPair first = {0};
    SIGN_PAIR_AUTO SignPair second = {0};
    BUF_AUTO Buf document = {0};
    Str bytes = {(const char *)data, size};

    hold(crypto_start() == 0);
    keys_of(&first, &second);
    const OrgKeys org = {first.public, second.public};
    buf_init(&document, 1 << 20);
    open_all_ways(bytes, &org);
    if (sign_again(bytes, &first, &document))
        open_all_ways(buf_str(&document), &org);
    return 0;
}
