/* SPDX-License-Identifier: Apache-2.0 */
/* Passphrases. Argon2id runs on the client only: passphrase -> auth key (proves the passphrase to
 * the server) + half of the key that wraps the person's secret. The other half, the share, lies on
 * the server beside the pepper and is given out only after a match. */
#pragma once

#include "crypto/code.h"

enum { WRAPPED_LEN = 1 + 24 + 64 + 16, LOGIN_OPS = 3, LOGIN_MEM = 64 << 20 };

typedef struct Login {
    Secret auth;
    Secret half;
} Login;
#define LOGIN_AUTO __attribute__((cleanup(login_finish)))

/* Argon2id v1.3, LOGIN_OPS passes over LOGIN_MEM bytes, one lane: 64 bytes = auth | half.
 * salt = BLAKE2b-128 of the length-prefixed list (tenant, name). About 0.2 s. 0, -ENOMEM. */
int login_stretch(Str passphrase, Str tenant, Str name, Login *ret);
void login_finish(Login *l);
/* What the server keeps of an auth key: hash_parts(pepper; "krading/1|login", auth). */
Hash login_index(const Secret *pepper, const Secret *auth);

/* A person's two secret keys, wrapped under KEK = BLAKE2b-256(half | share):
 *   u8 version=1 | nonce(24) | XChaCha20-Poly1305(KEK, X25519 secret(32) | Ed25519 seed(32),
 *   AD=length-prefixed list ("krading/1|person", name)) */
typedef struct PersonKeys {
    BoxPair box;
    SignPair sign;
} PersonKeys;
#define PERSON_KEYS_AUTO __attribute__((cleanup(person_keys_finish)))
int person_keys_new(PersonKeys *ret);
void person_keys_finish(PersonKeys *k);
int person_keys_wrap(const PersonKeys *k, const Secret *half, const Secret *share, Str name,
                     uint8_t ret[WRAPPED_LEN]);
/* 0; 1: wrong passphrase or damaged. */
int person_keys_unwrap(const uint8_t wrapped[WRAPPED_LEN], const Secret *half, const Secret *share,
                       Str name, PersonKeys *ret);

/* The printed recovery code in the passphrase's place: 128 random bits need no stretching.
 * root = hash_parts(code bytes; "krading/1|recovery", tenant, name); auth and half are derived from
 * it. 0, -ENOMEM. */
int recovery_split(const Code *code, Str tenant, Str name, Login *ret);

/* Six words of two spoken syllables each, 90 x 90 of them: 77 bits, easy to read out and to type
 * on any keyboard. Appends "word-word-...". 0, or out's error. */
int passphrase_new(Buf *ret);
/* A lower bound of the bits in a passphrase somebody chose; under 60 is refused by the callers. */
unsigned passphrase_bits(Str passphrase);
