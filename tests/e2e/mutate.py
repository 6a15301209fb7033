# SPDX-License-Identifier: Apache-2.0
"""Whatever somebody could do to one row of the database who may write to it, and has no key: each
field of each record another, gone, or one more; rows gone, cut, twice, under another key."""
import random
import struct
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from ledger import KEY_LEN, VALUES, Hand, fields_of, record_of

TABLES = ("heads", "events", "parts", "seals", "alerts", "leaves", "waiting", "requests", "staff",
          "meta", "defs", "codes", "numbers", "due", "listed", "expiry", "counts", "handovers")
BYTES = {"meta", "defs"}  # values that are no records
NAMES = {"staff", "meta", "numbers", "counts"}  # keys end with NUL
INDEX = set(TABLES) - VALUES
GONE = {"parts": 12, "seals": 13}  # the hash that stays; what was sealed is the field before it


class Mutation(NamedTuple):
    table: str
    kind: str  # what is done, with the field it is done to: "edit 7"
    key: bytes
    apply: Callable[[Hand], None]

    def __str__(self):
        return f"{self.table}: {self.kind}"


def flip(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1]) if value else b"\1"


def other_key(taken: Set[bytes], table: str, key: bytes) -> bytes:
    """A key of the right form that no row has."""
    last = len(key) - (2 if table in NAMES else 1)
    for at in range(last, -1, -1):
        for byte in range(65, 65 + 256):
            bent = key[:at] + bytes([byte % 256]) + key[at + 1:]
            if bent not in taken and not (table in NAMES and 0 in bent[:-1]):
                return bent
    raise AssertionError(key)


def of_record(table: str, key: bytes, record: bytes) -> Iterator[Mutation]:
    found = fields_of(record)

    def put(change: Dict[int, Optional[bytes]]):
        fresh = {**found, **change}
        bytes_ = record_of({t: v for t, v in fresh.items() if v is not None})
        return lambda hand: hand.put(table, key, bytes_)

    of = " of what was destroyed" if GONE.get(table) in found else ""
    for tag, value in found.items():
        yield Mutation(table, f"edit {tag}{of}", key, put({tag: flip(value)}))
        yield Mutation(table, f"leave out {tag}{of}", key, put({tag: None}))
    yield Mutation(table, "add a field that nobody knows", key, put({250: b"hidden"}))
    bare = {"heads": (18, 15, b"\1" + struct.pack(">I", 4) + b"\0\0\0\7"),
            "events": (29, 8, b"12/2569"), "alerts": (17, 3, b"G69-0001")}.get(table)
    if bare and bare[0] in found:
        yield Mutation(table, "add something bare beside what is covered", key,
                       put({bare[1]: bare[2]}))
    if table == "leaves" and 10 in found:
        yield Mutation(table, "add something beside what is purged", key, put({3: struct.pack(">Q", 1)}))
    if of:
        yield Mutation(table, "add something beside what is destroyed", key,
                       put({GONE[table] - 1: b"kept"}))


def of_value(hand: Hand, table: str, key: bytes) -> Iterator[Mutation]:
    value = hand.get(table, key)
    yield Mutation(table, "cut", key, lambda h: h.put(table, key, value[:len(value) // 2]))
    yield Mutation(table, "one bit", key, lambda h: h.put(table, key, flip(value)))
    piece = key + struct.pack(">H", 40)
    yield Mutation(table, "a piece of nothing", key, lambda h: h.put_raw(table, piece, b"hidden"))
    if table not in BYTES:
        yield from of_record(table, key, value)


def of_index(hand: Hand, table: str, key: bytes) -> Iterator[Mutation]:
    value = hand.get(table, key)
    yield Mutation(table, "edit the value", key, lambda h: h.put(table, key, flip(value)))
    yield Mutation(table, "lengthen the value", key, lambda h: h.put(table, key, value + b"x"))
    if value:
        up = struct.pack(">Q", struct.unpack(">Q", value)[0] + 40)
        yield Mutation(table, "raise the value", key, lambda h: h.put(table, key, up))


def of_row(hand: Hand, table: str, key: bytes, taken: Set[bytes]) -> Iterator[Mutation]:
    value = hand.get(table, key)
    fresh = other_key(taken, table, key)

    def move(h):
        h.drop(table, key)
        h.put(table, fresh, value)

    yield Mutation(table, "drop", key, lambda h: h.drop(table, key))
    yield Mutation(table, "put twice", key, lambda h: h.put(table, fresh, value))
    yield Mutation(table, "put elsewhere", key, move)
    yield Mutation(table, "a key that is none", key,
                   lambda h: h.put_raw(table, b"\1" + key + b"junk", b"\0junk"))
    yield Mutation(table, "a key longer than any", key,
                   lambda h: h.put_raw(table, key + b"\xff" * 200, b"\0junk"))
    yield from (of_index if table in INDEX else of_value)(hand, table, key)


def all_of(hand: Hand) -> Iterator[Mutation]:
    for table in TABLES:
        keys = hand.keys(table)
        for key in keys:
            yield from of_row(hand, table, key, set(keys))


def some_of(hand: Hand, each: int, seed: int, kind=None) -> List[Mutation]:
    """Of each kind a few, of rows as they fall."""
    kinds: Dict[str, List[Mutation]] = {}
    for mutation in all_of(hand):
        kinds.setdefault((kind or kind_of)(mutation), []).append(mutation)
    rng = random.Random(seed)
    return [m for of in kinds.values() for m in rng.sample(of, min(each, len(of)))]


def kind_of(mutation: Mutation) -> str:
    """Named values are each of their own."""
    if mutation.table in ("meta", "counts"):
        return f"{mutation} of {name_of(mutation.key)}"
    return str(mutation)


def name_of(key: bytes) -> str:
    """"purged.12" is one of "purged."; "number.general.2569" of "number."."""
    name = key.rstrip(b"\0").decode(errors="replace")
    head, dot, rest = name.partition(".")
    return head + dot if dot and (rest[:1].isdigit() or head in ("number", "register")) else name


def silent(office, hand: Hand, mutations, verify) -> List[Tuple[str, Mutation]]:
    """Those that verify says nothing of. The database is afterwards as it was."""
    found = []
    for mutation in mutations:
        before = hand.raw(mutation.table)
        mutation.apply(hand)
        if hand.raw(mutation.table) != before and verify(office).returncode == 0:
            found.append((kind_of(mutation), mutation))
        hand.put_back(mutation.table, before)
    assert verify(office).returncode == 0
    return found
