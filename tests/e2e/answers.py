# SPDX-License-Identifier: Apache-2.0
"""Custodians' answers as whoever carries them could try to open them: the file taken apart, with any
secrets, by a reader that shares no line with the C code."""
import itertools
import struct
from typing import Dict, Iterator, Sequence, Tuple

import reader
from staff import unb64

TO_OFFICE, IDENTITY, HALF = 0xc1, 3, 3


def office_secret(office) -> bytes:
    """What the daemon alone opens answers with."""
    pepper = (office.path / "keys" / "pepper").read_bytes()
    return reader.blake(b"krading/1|office", pepper)


def parts(bundle: bytes) -> Iterator[Tuple[int, bytes]]:
    """Slot and seal of each part of a bundle's wire form (engine/vault/bundle_wire.h)."""
    at = 1
    while at < len(bundle):
        tag, length = struct.unpack(">BI", bundle[at:at + 5])
        content = bundle[at + 5:at + 5 + length]
        at += 5 + length
        if tag == 12:
            yield content[4], content[-reader.SEAL_LEN:]


def halves(answer: dict, seal_id: int, secrets: Sequence[bytes]) -> Dict[int, bytes]:
    """Slot -> half, of every seal in an answer that one of these secrets leads to."""
    tenant, rev, sealed = answer["tenant"], answer["rev"], unb64(answer["answer"])
    texts, found = [sealed], {}
    for case, secret in itertools.product((0, seal_id), secrets):
        for cls, epoch in itertools.product((TO_OFFICE, IDENTITY), (0, 1)):
            try:
                texts.append(reader.open_record(
                    secret, reader.Context(tenant, "", case, cls, epoch, HALF, rev), sealed))
            except reader.Refused:
                pass
    for text, secret in itertools.product(texts, secrets):
        try:
            listed = list(parts(text))
        except struct.error:
            continue
        for slot, seal in listed:
            place = reader.Context(tenant, "", seal_id, IDENTITY, 0, HALF,
                                   1 << 31 | rev << 3 | slot)
            try:
                found[slot] = reader.open_seal(secret, place, seal)
            except reader.Refused:
                pass
    return found
