# SPDX-License-Identifier: Apache-2.0
"""The database read a second time, from the format comments of engine/store alone: tables of LMDB,
pieces of long values, records as tagged fields with a CRC-32 at the end."""
import struct
import zlib
from typing import Dict, Iterator, List, NamedTuple, Tuple

import lmdb

KEY_LEN = {"heads": 8, "events": 12, "parts": 12, "seals": 12, "alerts": 8, "leaves": 8}
CLASSES = {"open": 0, "working": 1, "confidential": 2, "identity": 3, "code": 0xC0}
KINDS = {"form": 1, "identity": 2, "half": 3, "to_code": 4, "message": 5, "note": 6, "reply": 7,
         "reply_copy": 8, "file": 9, "link": 10, "ground": 11}
WHOLE = 0xFF


class Broken(Exception):
    pass


def need(condition: bool) -> None:
    if not condition:
        raise Broken


def fields(record: bytes) -> Dict[int, bytes]:
    """Tag -> value, after the version, the order of tags and the check sum have been checked."""
    need(len(record) >= 10 and record[0] == 1)
    found, at, last = {}, 1, 0
    while at < len(record):
        tag, length = struct.unpack(">BI", record[at:at + 5])
        value = record[at + 5:at + 5 + length]
        need(tag > last and len(value) == length)
        if tag == 255:
            need(at + 9 == len(record) and struct.unpack(">I", value)[0] == zlib.crc32(record[:at]))
            return found
        found[tag], last, at = value, tag, at + 5 + length
    raise Broken


def number(found: Dict[int, bytes], tag: int) -> int:
    return int.from_bytes(found.get(tag, b""), "big")


class Part(NamedTuple):
    case: int
    no: int
    event: int
    kind: int
    cls: int
    epoch: int
    slot: int
    holder: bytes
    commit: bytes
    file: str
    sealed: bytes
    masked: int


class Seal(NamedTuple):
    case: int
    no: int
    cls: int
    epoch: int
    slot: int
    reader: bytes
    sealed: bytes
    masked: int


class Head(NamedTuple):
    id: int
    seal_id: int
    workflow: str
    number: str
    code_index: bytes


class Store:
    def __init__(self, office_path):
        self.env = lmdb.open(str(office_path / "db"), readonly=True, lock=False, max_dbs=32)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.env.close()

    def rows(self, table: str) -> Iterator[Tuple[bytes, bytes]]:
        """Keys and values, pieces put together."""
        width = KEY_LEN.get(table)
        with self.env.begin() as txn:
            try:
                db = self.env.open_db(table.encode(), txn=txn, create=False)
            except lmdb.NotFoundError:
                return
            for key, value in txn.cursor(db):
                if width and len(key) != width:
                    continue  # a further piece
                if width and value[0] == 1:
                    (total,) = struct.unpack(">I", value[1:5])
                    value = value[5:]
                    for piece in range(1, -(-total // 1024)):
                        value += txn.get(key + struct.pack(">H", piece), db=db)
                    need(len(value) == total)
                elif width:
                    need(value[0] == 0)
                    value = value[1:]
                yield bytes(key), bytes(value)

    def entries(self) -> Dict[Tuple[str, bytes], bytes]:
        """Whatever lies there, byte by byte: (table, key) -> value; pieces of values as they are."""
        found = {}
        with self.env.begin() as txn:
            for name, _ in txn.cursor():
                db = self.env.open_db(name, txn=txn, create=False)
                found.update({(name.decode(), bytes(k)): bytes(v) for k, v in txn.cursor(db)})
        return found

    def records(self, table: str) -> Iterator[Dict[int, bytes]]:
        for _, value in self.rows(table):
            yield fields(value)

    def heads(self) -> List[Head]:
        return [Head(number(f, 1), number(f, 2), f[3].decode(), f[6].decode(), f.get(8, b""))
                for f in self.records("heads")]

    def parts(self, case: int) -> List[Part]:
        return [Part(number(f, 1), number(f, 2), number(f, 3), number(f, 4), number(f, 5),
                     number(f, 6), number(f, 7), f.get(8, b""), f.get(9, b""),
                     f.get(10, b"").decode(), f.get(11, b""), number(f, 13))
                for f in self.records("parts") if number(f, 1) == case]

    def seals(self, case: int) -> List[Seal]:
        return [Seal(number(f, 1), number(f, 2), number(f, 3), number(f, 4), number(f, 5),
                     f.get(6, b""), f[12], number(f, 14))
                for f in self.records("seals") if number(f, 1) == case]

    def staff(self) -> Dict[str, bytes]:
        """Name -> wrapped secret keys."""
        found = {}
        for key, value in self.rows("staff"):
            record = fields(value[1:]) if value[:1] == b"\0" else fields(value)
            found[record[1].decode()] = record[3]
        return found


def items(text: bytes) -> List[Tuple[str, int, str]]:
    """(field, sub, value) of an opened PART_FORM or identity blob."""
    (count,), at, found = struct.unpack(">H", text[:2]), 2, []
    for _ in range(count):
        (length,) = struct.unpack(">I", text[at:at + 4])
        field = text[at + 4:at + 4 + length].decode()
        at += 4 + length
        sub = text[at]
        (length,) = struct.unpack(">I", text[at + 1:at + 5])
        found.append((field, sub, text[at + 5:at + 5 + length].decode()))
        at += 5 + length
    return found


class Person(NamedTuple):
    name: str
    roles: List[str]
    box: bytes
    sign: bytes
    unit: str = ""
    superior: str = ""
    flags: int = 0


class Directory(NamedTuple):
    tenant: str
    people: List[Person]
    office: bytes  # the office's own key


def directory(document: bytes) -> Directory:
    """A signed directory (engine/vault/directory_wire.c), its signatures unread."""
    at = 0

    def take(length):
        nonlocal at
        at += length
        need(at <= len(body))
        return body[at - length:at]

    def text():
        return take(struct.unpack(">I", take(4))[0]).decode()

    (length,) = struct.unpack(">I", document[1:5])
    body = document[5:5 + length]
    tenant = text()
    take(8)
    for _ in range(take(1)[0]):
        text()
    people = []
    for _ in range(struct.unpack(">H", take(2))[0]):
        name, _th, _en, unit, superior = (text() for _ in range(5))
        roles = [text() for _ in range(take(1)[0])]
        (flags,) = take(1)
        people.append(Person(name, roles, take(32), take(32), unit, superior, flags))
    office = take(32)
    for _ in range(take(1)[0]):  # protected texts
        text(), take(4 + 32)
    need(at == len(body) and document[0] == 3)
    return Directory(tenant, people, office)
