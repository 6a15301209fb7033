# SPDX-License-Identifier: Apache-2.0
"""Requests to open an identity as a staff member could write them who has seen one, or the disk."""
import datetime
import os
import struct

from nacl import bindings as na

import reader
import store
from staff import b64, unb64


def record(to: bytes, context: reader.Context, text: bytes) -> bytes:
    """A record (crypto/seal.h) under a key of its own."""
    secret, key, nonce = os.urandom(32), os.urandom(32), os.urandom(24)
    public = na.crypto_scalarmult_base(secret)
    place = context.encode()
    wrap = reader.blake(na.crypto_scalarmult(secret, to) + public + to + place)
    aead = na.crypto_aead_xchacha20poly1305_ietf_encrypt
    plain = (struct.pack(">I", len(text)) + text).ljust(4 + reader.bucket(len(text), 256), b"\0")
    return (b"\1\1" + public + aead(key, place, b"\1" + bytes(23), wrap)
            + reader.blake(b"krading/1|commit", key) + nonce + aead(plain, place, nonce, key))


def request(words: dict, by, **change) -> dict:
    """The request in `words`, asked by another person (Staff) or with other words: signed by them,
    and sealed to the custodian it is for."""
    forged = {**words, "officer": by.name, **change}
    people = store.directory(unb64(words["directory"])).people
    to = next(p.box for p in people if p.name == words["custodian"])
    ground = next(p for p in words["content"] if p["kind"] == 11)
    reason = "ศาลมีหมายเรียก".encode()
    until = (datetime.date.fromisoformat(forged["until"]) - datetime.date(1970, 1, 1)).days
    said = reader.blake(reader.listed(
        b"krading/1", b"reveal", forged["tenant"].encode(), bytes.fromhex(forged["seal_id"]),
        forged["number"].encode(), struct.pack(">Q", forged["rev"]), forged["ground"].encode(),
        struct.pack(">Q", until), reason))
    _, secret = na.crypto_sign_seed_keypair(by.keys.sign_seed)
    text = struct.pack(">I", len(reason)) + reason + na.crypto_sign(said, secret)[:64]
    context = reader.Context(forged["tenant"], "", int(forged["seal_id"], 16), ground["class"],
                             ground["epoch"], ground["kind"], ground["no"])
    sealed = b64(record(to, context, text))
    forged["content"] = [{**p, "sealed": sealed} if p is ground else p for p in words["content"]]
    return forged
