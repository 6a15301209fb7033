# SPDX-License-Identifier: Apache-2.0
"""The audit log a second time, from RFC 6962 and the C2SP texts alone: notes and their keys, roots,
both proofs; and the database as somebody changes it who is not supposed to."""
import base64
import hashlib
import struct
import zlib
from typing import Dict, List, NamedTuple, Optional, Tuple

import lmdb
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

DASH = "\u2014 "


class Note(NamedTuple):
    origin: str
    size: int
    root: bytes
    text: str


def key_of(line: str) -> Tuple[str, VerifyKey]:
    """Name and key of a verifier key: name+hash+base64(1 | key)."""
    name, digest, data = line.strip().split("+", 2)
    raw = base64.b64decode(data, validate=True)
    assert raw[0] == 1 and len(raw) == 33
    assert hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == digest
    return name, VerifyKey(raw[1:])


def opened(note: str, name: str, key: VerifyKey) -> Note:
    """A signed note whose signature by this key holds."""
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    digest = hashlib.sha256(name.encode() + b"\n\x01" + bytes(key)).digest()[:4]
    held = False
    for line in signatures.splitlines():
        assert line.startswith(DASH)
        signer, data = line[len(DASH):].split(" ")
        raw = base64.b64decode(data, validate=True)
        if signer == name and raw[:4] == digest:
            try:
                key.verify(text.encode(), raw[4:])
                held = True
            except BadSignatureError:
                pass
    assert held, note
    origin, size, root = text.splitlines()[:3]
    assert str(int(size)) == size
    return Note(origin, int(size), base64.b64decode(root, validate=True), note)


def signed(origin: str, size: int, root: bytes, seed: bytes) -> str:
    """What whoever stole the log's key could sign."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    key = SigningKey(seed)
    digest = hashlib.sha256(origin.encode() + b"\n\x01" + bytes(key.verify_key)).digest()[:4]
    raw = digest + key.sign(text.encode()).signature
    return f"{text}\n{DASH}{origin} {base64.b64encode(raw).decode()}\n"


# ---- RFC 6962 section 2.1, as it stands there ----

def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root_of(leaves: List[bytes]) -> bytes:
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha(b"\1", root_of(leaves[:k]), root_of(leaves[k:]))


def path(m: int, leaves: List[bytes]) -> List[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [root_of(leaves[k:])]
    return path(m - k, leaves[k:]) + [root_of(leaves[:k])]


def subproof(m: int, leaves: List[bytes], whole: bool) -> List[bytes]:
    if m == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [root_of(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [root_of(leaves[:k])]


def root_by_path(leaf: bytes, index: int, size: int, proof: List[bytes]) -> bytes:
    """From leaf and proof alone, by the recursion turned round."""
    if size == 1:
        assert not proof
        return leaf
    k = split(size)
    if index < k:
        return sha(b"\1", root_by_path(leaf, index, k, proof[:-1]), proof[-1])
    return sha(b"\1", proof[-1], root_by_path(leaf, index - k, size - k, proof[:-1]))


def roots_by_subproof(old: Optional[bytes], m: int, n: int, proof: List[bytes]):
    """(root of the first m, root of n) that the proof speaks of; old is known at the left edge."""
    if m == n:
        if old is not None:
            assert not proof
            return old, old
        assert len(proof) == 1
        return proof[0], proof[0]
    k = split(n)
    if m <= k:
        first, left = roots_by_subproof(old, m, k, proof[:-1])
        return first, sha(b"\1", left, proof[-1])
    first, right = roots_by_subproof(None, m - k, n - k, proof[:-1])
    return sha(b"\1", proof[-1], first), sha(b"\1", proof[-1], right)


class Proof(NamedTuple):
    number: int
    leaf: bytes
    hashes: List[bytes]
    note: str


def proof_of(text: str) -> Proof:
    head, _, note = text.partition("\n\n")
    lines = head.splitlines()
    leaf = b""
    if lines[0] == "c2sp.org/tlog-proof@v1":
        word, leaf64 = lines[1].split(" ")
        assert word == "extra"
        leaf, lines = base64.b64decode(leaf64, validate=True), lines[2:]
    word, number = lines[0].split(" ")
    assert word == ("index" if leaf else "old")
    return Proof(int(number), leaf, [base64.b64decode(l, validate=True) for l in lines[1:]], note)


# ---- the database, written behind the office's back ----

KEY_LEN = {"heads": 8, "events": 12, "parts": 12, "seals": 12, "alerts": 8, "leaves": 8,
           "waiting": 8, "requests": 32, "defs": 32, "handovers": 32}
PIECE, WHOLE_MAX = 1024, 1500
VALUES = set(KEY_LEN) | {"staff", "meta"}


def fields_of(record: bytes) -> Dict[int, bytes]:
    found, at = {}, 1
    while at < len(record):
        tag, length = struct.unpack(">BI", record[at:at + 5])
        found[tag] = record[at + 5:at + 5 + length]
        at += 5 + length
    assert found.pop(255) == struct.pack(">I", zlib.crc32(record[:-9]))
    return found


def record_of(fields: Dict[int, bytes]) -> bytes:
    body = b"\1" + b"".join(struct.pack(">BI", tag, len(value)) + value
                            for tag, value in sorted(fields.items()))
    return body + struct.pack(">BII", 255, 4, zlib.crc32(body))


class Hand:
    """An open database; rows are whole values, however they are cut on disk."""

    def __init__(self, office_path):
        self.env = lmdb.open(str(office_path / "db"), max_dbs=32, map_size=1 << 34)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.env.close()

    def _pieces(self, txn, db, table, key):
        width = KEY_LEN.get(table)
        value = txn.get(key, db=db)
        if table not in VALUES or value[0] == 0:
            return [key]
        (total,) = struct.unpack(">I", value[1:5])
        assert width or key.endswith(b"\0")
        return [key] + [key + struct.pack(">H", i) for i in range(1, -(-total // PIECE))]

    def keys(self, table) -> List[bytes]:
        width = KEY_LEN.get(table)
        with self.env.begin() as txn:
            db = self.env.open_db(table.encode(), txn=txn, create=False)
            found = [bytes(k) for k, _ in txn.cursor(db)]
        if table in ("staff", "meta"):
            return [k for k in found if k.endswith(b"\0") and k.count(b"\0") == 1]
        return [k for k in found if not width or len(k) == width]

    def get(self, table, key) -> bytes:
        with self.env.begin() as txn:
            db = self.env.open_db(table.encode(), txn=txn, create=False)
            parts = [bytes(txn.get(k, db=db)) for k in self._pieces(txn, db, table, key)]
        if table not in VALUES:
            return parts[0]
        return parts[0][5 if parts[0][0] else 1:] + b"".join(parts[1:])

    def drop(self, table, key):
        with self.env.begin(write=True) as txn:
            db = self.env.open_db(table.encode(), txn=txn, create=False)
            for k in self._pieces(txn, db, table, key):
                txn.delete(k, db=db)

    def put(self, table, key, value):
        if key in self.keys(table):
            self.drop(table, key)
        with self.env.begin(write=True) as txn:
            db = self.env.open_db(table.encode(), txn=txn, create=False)
            if table not in VALUES:
                txn.put(key, value, db=db)
            elif len(value) <= WHOLE_MAX:
                txn.put(key, b"\0" + value, db=db)
            else:
                txn.put(key, b"\1" + struct.pack(">I", len(value)) + value[:PIECE], db=db)
                for i in range(1, -(-len(value) // PIECE)):
                    txn.put(key + struct.pack(">H", i), value[i * PIECE:(i + 1) * PIECE], db=db)

    # ---- as it lies there, pieces and all ----
    def raw(self, table) -> Dict[bytes, bytes]:
        with self.env.begin() as txn:
            db = self.env.open_db(table.encode(), txn=txn, create=False)
            return {bytes(k): bytes(v) for k, v in txn.cursor(db)}

    def put_raw(self, table, key, value):
        with self.env.begin(write=True) as txn:
            txn.put(key, value, db=self.env.open_db(table.encode(), txn=txn, create=False))

    def put_back(self, table, rows):
        with self.env.begin(write=True) as txn:
            db = self.env.open_db(table.encode(), txn=txn, create=False)
            for key in [bytes(k) for k, _ in txn.cursor(db) if bytes(k) not in rows]:
                txn.delete(key, db=db)
            for key, value in rows.items():
                txn.put(key, value, db=db)

    def edit(self, table, key, tag, change):
        found = fields_of(self.get(table, key))
        found[tag] = change(found.get(tag, b""))
        self.put(table, key, record_of(found))

    def leaves(self) -> List[bytes]:
        return [fields_of(self.get("leaves", k))[9] for k in self.keys("leaves")]

    def entries(self) -> List[Dict[int, bytes]]:
        return [fields_of(self.get("leaves", k)) for k in self.keys("leaves")]


def entry_bytes(f: Dict[int, bytes]) -> bytes:
    """The blinded entry of a leaf record (engine/desk/audit.c)."""
    return (b"\1" + f[2] + f.get(3, bytes(8)) + f.get(4, bytes(4)) + f.get(5, bytes(4)) +
            f.get(6, bytes(16)) + f.get(7, bytes(32)) + f[8])


def leaf_of(f: Dict[int, bytes]) -> bytes:
    return sha(b"\0", entry_bytes(f))


def edge_of(leaves: List[bytes]) -> bytes:
    """The tree as meta keeps it: the size, then the roots of its perfect subtrees."""
    out, at = struct.pack(">Q", len(leaves)), 0
    for bit in range(63, -1, -1):
        if len(leaves) & (1 << bit):
            out += root_of(leaves[at:at + (1 << bit)])
            at += 1 << bit
    return out
