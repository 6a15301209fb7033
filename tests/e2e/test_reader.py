# SPDX-License-Identifier: Apache-2.0
"""The C code and the second reader agree on every sealed form, and the reader opens nothing that
is damaged, moved or meant for somebody else."""

import base64
import json
import os
import pathlib
import subprocess

import pytest

import reader
from reader import Refused

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("KRADING_BUILD", "build")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture(scope="module")
def vectors():
    """form -> vectors of it"""
    program = BUILD / "tests" / "unit" / "crypto_vectors"
    done = subprocess.run([program], check=True, capture_output=True, timeout=60)
    forms = {}
    for line in done.stdout.decode().splitlines():
        vector = json.loads(line)
        forms.setdefault(vector["form"], []).append(vector)
    return forms


def test_a_hundred_thousand_codes():
    """No two alike, and each with the check characters that the second reader computes."""
    program = BUILD / "tests" / "unit" / "crypto_vectors"
    done = subprocess.run([program, "100000"], check=True, capture_output=True, timeout=120)
    codes = done.stdout.decode().split()
    entropies = {int.from_bytes(reader.parse_code(code), "big") for code in codes}
    assert len(codes) == len(set(codes)) == len(entropies) == 100_000
    # 16 bytes of chance: each of the 128 bits is set in about half of them (10 sigma: 1,600)
    for bit in range(128):
        ones = sum(e >> bit & 1 for e in entropies)
        assert abs(ones - 50_000) < 1_600, bit


def of_form(vectors, form, least):
    assert len(vectors[form]) >= least
    return vectors[form]


def place(vector) -> reader.Context:
    return reader.Context(*vector["context"])


def other_places(context: reader.Context):
    yield context._replace(tenant=context.tenant + "x")
    yield context._replace(workflow=context.workflow + "x")
    yield context._replace(workflow="" if context.workflow else "general")
    for field in ("case", "cls", "epoch", "kind", "seq"):
        yield context._replace(**{field: getattr(context, field) ^ 1})


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def positions(data: bytes, count: int = 40):
    return range(0, len(data), max(1, len(data) // count))


def refuses(function, *arguments):
    with pytest.raises(Refused):
        function(*arguments)


def assert_only_whole_and_in_place(opens, key, context, sealed):
    for at in positions(sealed):
        refuses(opens, key, context, flipped(sealed, at))
        refuses(opens, key, context, sealed[:at])
    for elsewhere in other_places(context):
        refuses(opens, key, elsewhere, sealed)
    refuses(opens, flipped(key, 3), context, sealed)


def test_seals(vectors):
    for v in of_form(vectors, "seal", 8):
        key, sealed = raw(v["as"]), raw(v["sealed"])
        assert reader.open_seal(key, place(v), sealed) == raw(v["secret"])
        assert_only_whole_and_in_place(reader.open_seal, key, place(v), sealed)


def test_records(vectors):
    for v in of_form(vectors, "record", 9):
        key, sealed, text = raw(v["as"]), raw(v["sealed"]), raw(v["text"])
        assert reader.open_record(key, place(v), sealed) == text
        assert len(sealed) == 158 + reader.bucket(len(text), 256)
        if len(sealed) < 10000:
            assert_only_whole_and_in_place(reader.open_record, key, place(v), sealed)
        # the seal in a record is no bare seal
        refuses(reader.open_seal, key, place(v), sealed[1:82])


def test_identities(vectors):
    for v in of_form(vectors, "identity", 8):
        ki, sealed = raw(v["ki"]), raw(v["sealed"])
        first, second = raw(v["first"]), raw(v["second"])
        assert reader.join_halves(first, second) == ki
        assert reader.half_commit(first, place(v)) == raw(v["commit"])
        assert reader.half_commit(second, place(v)) != raw(v["commit"])
        assert reader.open_identity(ki, place(v), sealed) == raw(v["text"])
        assert_only_whole_and_in_place(reader.open_identity, ki, place(v), sealed)
        dummy = raw(v["dummy"])
        assert len(dummy) == len(sealed) == 4096
        refuses(reader.open_identity, ki, place(v), dummy)
        refuses(reader.open_identity, first, place(v), sealed)


def test_codes(vectors):
    for v in of_form(vectors, "code", 8):
        entropy = raw(v["entropy"])
        assert reader.parse_code(v["text"]) == entropy
        assert reader.parse_code(" " + v["text"].lower().replace("0", "o")) == entropy
        keys = reader.derive_code(entropy, v["tenant"])
        for name in ("lookup", "box_secret", "box_public", "sign_seed", "sign_public"):
            assert getattr(keys, name) == raw(v[name]), name
        pepper = raw(v["pepper"])
        assert reader.code_index(pepper, keys.lookup) == raw(v["index"])
        assert reader.code_mac(pepper, entropy, v["day"]) == raw(v["mac"])


def test_mistyped_codes(vectors):
    for v in of_form(vectors, "code", 8):
        text = v["text"]
        for at, right in enumerate(text):
            if right == "-":
                continue
            for wrong in set(reader.ALPHABET) - {right}:
                refuses(reader.parse_code, text[:at] + wrong + text[at + 1:])
        bare = text.replace("-", "")
        for at in range(len(bare) - 1):
            if bare[at] != bare[at + 1]:
                swapped = bare[:at] + bare[at + 1] + bare[at] + bare[at + 2:]
                refuses(reader.parse_code, swapped)


def test_logins(vectors):
    for v in of_form(vectors, "login", 2):
        auth, half = reader.login_stretch(v["passphrase"].encode(), v["tenant"], v["name"])
        assert (auth, half) == (raw(v["auth"]), raw(v["half"]))
        assert reader.login_index(raw(v["pepper"]), auth) == raw(v["index"])
        wrapped, share = raw(v["wrapped"]), raw(v["share"])
        person = reader.unwrap_person(wrapped, half, share, v["name"])
        assert person == (raw(v["box_secret"]), raw(v["sign_seed"]))
        for at in range(len(wrapped)):
            refuses(reader.unwrap_person, flipped(wrapped, at), half, share, v["name"])
        refuses(reader.unwrap_person, wrapped, share, half, v["name"])
        refuses(reader.unwrap_person, wrapped, half, share, v["name"] + "x")


def test_signatures(vectors):
    for v in of_form(vectors, "signature", 8):
        by, signature = raw(v["by"]), raw(v["signature"])
        parts = [part.encode() for part in v["parts"]]
        reader.verify(by, v["type"], v["tenant"], parts, signature)
        refuses(reader.verify, by, "other", v["tenant"], parts, signature)
        refuses(reader.verify, by, v["type"], "other", parts, signature)
        refuses(reader.verify, by, v["type"], v["tenant"], parts + [b""], signature)


def test_streams(vectors):
    for v in of_form(vectors, "stream", 10):
        key, sealed = raw(v["key"]), raw(v["sealed"])
        opened = reader.open_stream(key, sealed)
        assert opened == (v["name"], v["type"], raw(v["data"]))
        refuses(reader.open_stream, flipped(key, 0), sealed)
        for at in positions(sealed, 5):
            refuses(reader.open_stream, key, flipped(sealed, at))
            refuses(reader.open_stream, key, sealed[:at])


def test_stream_chunks_stay_where_they_are(vectors):
    v = of_form(vectors, "stream", 10)[-1]
    key, sealed = raw(v["key"]), raw(v["sealed"])
    head, size = sealed[:25], reader.CHUNK_SEALED
    chunks = [sealed[at:at + size] for at in range(25, len(sealed), size)]
    assert len(chunks) == 6
    for at in range(len(chunks)):
        refuses(reader.open_stream, key, head + b"".join(chunks[:at]))
        refuses(reader.open_stream, key, head + b"".join(chunks[:at] + chunks[at + 1:]))
    refuses(reader.open_stream, key, head + b"".join([chunks[1], chunks[0], *chunks[2:]]))


def test_checkpoints(vectors):
    for v in of_form(vectors, "checkpoint", 20):
        leaves = [reader.leaf_hash(raw(entry)) for entry in v["entries"]]
        by, text = raw(v["by"]), v["text"]
        size, root = reader.verify_checkpoint(text, v["origin"], by)
        assert (size, root) == (len(leaves), raw(v["root"]))
        assert reader.tree_root(leaves) == root
        refuses(reader.verify_checkpoint, text, v["origin"] + "x", by)
        refuses(reader.verify_checkpoint, text, v["origin"], flipped(by, 1))
        refuses(reader.verify_checkpoint, text.replace(f"\n{size}\n", f"\n{size + 1}\n"),
                v["origin"], by)
