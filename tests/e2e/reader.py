# SPDX-License-Identifier: Apache-2.0
"""Krading's sealed forms read a second time, from the format comments in crypto/*.h alone.

Nothing here calls the C code: where the two agree, the formats are what the headers say. Every
function raises Refused when a thing is damaged, in the wrong place or not for the given key.
"""

import base64
import hashlib
import hmac
import struct
from typing import List, NamedTuple, Optional, Sequence, Tuple

from nacl import bindings as na
from nacl.exceptions import CryptoError

VERSION = 1
SEAL_LEN = 81
IDENTITY_BLOB_LEN = 4096
RECORD_TEXT_MAX = 1 << 20
CHUNK = 65536
CHUNK_SEALED = CHUNK + 17


class Refused(Exception):
    """Not for this key or place, or damaged."""


class Context(NamedTuple):
    """Where a sealed thing belongs; workflow empty: to no case of its own."""

    tenant: str
    workflow: str
    case: int
    cls: int
    epoch: int
    kind: int
    seq: int

    def encode(self) -> bytes:
        return listed(
            self.tenant.encode(),
            *([self.workflow.encode()] if self.workflow else []),
            struct.pack(">Q", self.case),
            struct.pack(">B", self.cls),
            struct.pack(">H", self.epoch),
            struct.pack(">B", self.kind),
            struct.pack(">I", self.seq),
        )


class CodeKeys(NamedTuple):
    lookup: bytes
    box_secret: bytes
    box_public: bytes
    sign_seed: bytes
    sign_public: bytes


class Person(NamedTuple):
    box_secret: bytes
    sign_seed: bytes


class File(NamedTuple):
    name: str
    type: str
    data: bytes


def listed(*parts: bytes) -> bytes:
    """A length-prefixed list: u64 big-endian length before each part."""
    return b"".join(struct.pack(">Q", len(part)) + part for part in parts)


def blake(data: bytes, key: bytes = b"", size: int = 32) -> bytes:
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


def need(condition: bool) -> None:
    if not condition:
        raise Refused


def aead_open(key: bytes, nonce: bytes, ad: bytes, sealed: bytes) -> bytes:
    try:
        return na.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, ad, nonce, key)
    except (CryptoError, ValueError) as fault:
        raise Refused from fault


def bucket(length: int, smallest: int) -> int:
    """The smallest size class that holds length: smallest * 2^k or half more than that."""
    sizes = (smallest << k for k in range(64))
    for size in sizes:
        if length <= size:
            return size
        if length <= size + size // 2:
            return size + size // 2
    raise ValueError("too long")


def _unwrap(secret: bytes, context: Context, seal: bytes, form: int) -> bytes:
    need(len(seal) == SEAL_LEN and seal[0] == VERSION)
    ephemeral, sealed = seal[1:33], seal[33:]
    try:
        shared = na.crypto_scalarmult(secret, ephemeral)
    except (CryptoError, RuntimeError) as fault:
        raise Refused from fault
    public = na.crypto_scalarmult_base(secret)
    key = blake(shared + ephemeral + public + context.encode())
    return aead_open(key, bytes([form]) + bytes(23), context.encode(), sealed)


def open_seal(secret: bytes, context: Context, seal: bytes) -> bytes:
    """The 32-byte secret in a seal for the X25519 key `secret`."""
    return _unwrap(secret, context, seal, form=0)


def _open_body(key: bytes, ad: bytes, body: bytes) -> bytes:
    """commit | nonce | u32 length, text, zeros under the AEAD."""
    commit, nonce, sealed = body[:32], body[32:56], body[56:]
    need(hmac.compare_digest(commit, blake(b"krading/1|commit", key)))
    plain = aead_open(key, nonce, ad, sealed)
    (length,) = struct.unpack(">I", plain[:4])
    need(length <= len(plain) - 4)
    need(not any(plain[4 + length:]))
    return plain[4:4 + length]


def open_record(secret: bytes, context: Context, record: bytes) -> bytes:
    """The text of a record for the X25519 key `secret`."""
    overhead = 1 + SEAL_LEN + 32 + 24 + 4 + 16
    padded = len(record) - overhead
    need(256 <= padded <= RECORD_TEXT_MAX and bucket(padded, 256) == padded)
    need(record[0] == VERSION)
    key = _unwrap(secret, context, record[1:1 + SEAL_LEN], form=1)
    return _open_body(key, context.encode(), record[1 + SEAL_LEN:])


def open_identity(ki: bytes, context: Context, blob: bytes) -> bytes:
    need(len(blob) == IDENTITY_BLOB_LEN and blob[0] == VERSION)
    return _open_body(ki, context.encode(), blob[1:])


def open_wrapped(key: bytes, ad: bytes, wrapped: bytes) -> bytes:
    """What lies in a custodian's key file."""
    need(len(wrapped) > 76 and wrapped[0] == VERSION)
    return _open_body(key, ad, wrapped[1:])


HOLDER, READER, GIVER = 0, 1, 2  # what of a row a tag is


def unmask(pepper: bytes, tenant: str, case: int, what: int, no: int, tag: bytes) -> bytes:
    """A tag as it is, from a row of a protected case (engine/desk/mask.c)."""
    place = struct.pack(">BQI", what, case, no)
    mask = blake(listed(b"mask", tenant.encode(), place), pepper)
    return bytes(a ^ b for a, b in zip(tag, mask[:16], strict=True))


def veil_key(pepper: bytes) -> bytes:
    return blake(b"krading/1|veil", pepper)


def open_veil(key: bytes, place: bytes, covered: bytes) -> bytes:
    """What the office covered for itself (crypto/veil.h)."""
    need(len(covered) > 41 and covered[0] == VERSION)
    plain = aead_open(key, covered[1:25], listed(b"krading/1|veil", place), covered[25:])
    (length,) = struct.unpack(">I", plain[:4])
    need(length <= len(plain) - 4 and not any(plain[4 + length:]))
    return plain[4:4 + length]


def join_halves(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def half_commit(half: bytes, context: Context) -> bytes:
    return blake(b"krading/1|half" + context.encode(), half)


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _gf_tables() -> Tuple[List[int], List[int]]:
    powers, value = [], 1
    for _ in range(31):
        powers.append(value)
        value <<= 1
        if value & 32:
            value ^= 0b100101
    logs = [0] * 32
    for exponent, power in enumerate(powers):
        logs[power] = exponent
    return powers, logs


_POWERS, _LOGS = _gf_tables()


def _gf_eval(digits: Sequence[int], exponent: int) -> int:
    """The polynomial with these coefficients, highest first, at 2^exponent."""
    total = 0
    for digit in digits:
        if total:
            total = _POWERS[(_LOGS[total] + exponent) % 31]
        total ^= digit
    return total


def parse_code(typed: str) -> bytes:
    """The 16 bytes of a tracking code as people type it."""
    digits = []
    for char in typed.upper():
        if char in " \t\r\n-":
            continue
        char = {"O": "0", "I": "1", "L": "1"}.get(char, char)
        need(char in ALPHABET)
        digits.append(ALPHABET.index(char))
    need(len(digits) == 28)
    # a multiple of (x + 2)(x + 4) is zero at 2 and at 4
    need(_gf_eval(digits, 1) == 0 and _gf_eval(digits, 2) == 0)
    number = 0
    for digit in digits[:26]:
        number = number << 5 | digit
    need(number & 3 == 0)
    return (number >> 2).to_bytes(16, "big")


def _kdf(root: bytes, number: int) -> bytes:
    """libsodium's crypto_kdf: BLAKE2b keyed by root, salt = number, personal = context."""
    return hashlib.blake2b(
        digest_size=32,
        key=root,
        salt=struct.pack("<Q", number) + bytes(8),
        person=b"krcode/1" + bytes(8),
    ).digest()


def derive_code(entropy: bytes, tenant: str) -> CodeKeys:
    root = blake(listed(b"krading/1|code", entropy, tenant.encode()))
    box_secret = hashlib.sha512(_kdf(root, 2)).digest()[:32]
    sign_seed = _kdf(root, 3)
    sign_public, _ = na.crypto_sign_seed_keypair(sign_seed)
    return CodeKeys(
        lookup=_kdf(root, 1),
        box_secret=box_secret,
        box_public=na.crypto_scalarmult_base(box_secret),
        sign_seed=sign_seed,
        sign_public=sign_public,
    )


def code_index(pepper: bytes, lookup: bytes) -> bytes:
    return blake(listed(b"krading/1|lookup", lookup), pepper)


def code_mac(key: bytes, entropy: bytes, day: int) -> bytes:
    return blake(listed(b"krading/1|code mac", entropy, struct.pack(">i", day)), key)


def login_stretch(passphrase: bytes, tenant: str, name: str) -> Tuple[bytes, bytes]:
    """(auth key, half of the wrapping key)"""
    salt = blake(listed(tenant.encode(), name.encode()), size=16)
    both = na.crypto_pwhash_alg(
        64, passphrase, salt, 3, 64 << 20, na.crypto_pwhash_ALG_ARGON2ID13
    )
    return both[:32], both[32:]


def login_index(pepper: bytes, auth: bytes) -> bytes:
    return blake(listed(b"krading/1|login", auth), pepper)


def unwrap_person(wrapped: bytes, half: bytes, share: bytes, name: str) -> Person:
    need(len(wrapped) == 1 + 24 + 64 + 16 and wrapped[0] == VERSION)
    ad = listed(b"krading/1|person", name.encode())
    both = aead_open(blake(half + share), wrapped[1:25], ad, wrapped[25:])
    return Person(both[:32], both[32:])


def verify(
    public: bytes, purpose: str, tenant: str, parts: Sequence[bytes], signature: bytes
) -> None:
    """An Ed25519 signature over (krading/1, purpose, tenant, parts...)."""
    signed = blake(listed(b"krading/1", purpose.encode(), tenant.encode(), *parts))
    _verify_bytes(public, signed, signature)


def _verify_bytes(public: bytes, message: bytes, signature: bytes) -> None:
    try:
        na.crypto_sign_open(signature + message, public)
    except CryptoError as fault:
        raise Refused from fault


class _Cursor:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        need(self.at + length <= len(self.data))
        self.at += length
        return self.data[self.at - length:self.at]

    def number(self, form: str) -> int:
        (value,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return value


def open_stream(key: bytes, stream: bytes) -> File:
    """A whole attachment; nothing of it unless its final tag meets its end."""
    need(len(stream) >= 25 + 17 and stream[0] == VERSION)
    state = na.crypto_secretstream_xchacha20poly1305_state()
    na.crypto_secretstream_xchacha20poly1305_init_pull(state, stream[1:25], key)
    plain, at, final = b"", 25, False
    while at < len(stream):
        need(not final)
        chunk = stream[at:at + CHUNK_SEALED]
        at += len(chunk)
        try:
            opened, tag = na.crypto_secretstream_xchacha20poly1305_pull(state, chunk)
        except (CryptoError, RuntimeError, ValueError) as fault:
            raise Refused from fault
        need(tag in (0, 3))
        final = tag == na.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        plain += opened
    need(final)
    cursor = _Cursor(plain)
    name = cursor.take(cursor.number(">H"))
    kind = cursor.take(cursor.number(">H"))
    data = cursor.take(cursor.number(">Q"))
    need(len(plain) == bucket(cursor.at, CHUNK) and not any(plain[cursor.at:]))
    return File(name.decode(), kind.decode(), data)


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1 over leaf hashes, as the recursion stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    both = tree_root(leaves[:left]) + tree_root(leaves[left:])
    return hashlib.sha256(b"\1" + both).digest()


def verify_checkpoint(text: str, origin: str, public: bytes) -> Tuple[int, bytes]:
    """(size, root) of a C2SP checkpoint that this key signed."""
    body, gap, signatures = text.partition("\n\n")
    lines = body.split("\n")
    need(bool(gap) and len(lines) == 3 and lines[0] == origin and signatures.endswith("\n"))
    need(lines[1].isascii() and lines[1].isdigit() and str(int(lines[1])) == lines[1])
    root = _unbase64(lines[2])
    need(root is not None and len(root) == 32)
    key_id = hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
    for line in signatures[:-1].split("\n"):
        signature = _unbase64(line.removeprefix(f"\u2014 {origin} "))
        if signature and len(signature) == 68 and signature[:4] == key_id:
            _verify_bytes(public, (body + "\n").encode(), signature[4:])
            return int(lines[1]), root
    raise Refused


def _unbase64(text: str) -> Optional[bytes]:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
