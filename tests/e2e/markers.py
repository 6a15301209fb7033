# SPDX-License-Identifier: Apache-2.0
"""Words that occur nowhere else, and the search for them in whatever spelling a program might have
left them."""
import base64
import binascii
import hashlib
import os
import pathlib
import random
import re
import secrets
import subprocess
from typing import Dict, Iterator, List, Tuple

LATIN = "".join(chr(c) for c in range(ord("a"), ord("z") + 1))
THAI = "".join(chr(c) for c in range(0x0E01, 0x0E2F))


class Markers:
    """Each word begins with what all of this run have in common, in Latin and in Thai letters."""

    def __init__(self):
        chance = random.Random(secrets.token_bytes(16))
        self.latin = "zq" + "".join(chance.choices(LATIN, k=12))
        self.thai = "".join(chance.choices(THAI, k=10))
        self.raw = bytes(chance.choices(range(0x80, 0xff), k=16))  # FF is a mark in photos
        # As people write down who they are. Thirteen digits are few enough to be guessed from a
        # digest, so a digest of them would be as telling as the number.
        self.citizen = "1" + "".join(chance.choices("0123456789", k=12))
        self.count = 0

    def word(self, times: int = 1) -> str:
        self.count += 1
        return " ".join(f"{self.latin}{self.count:03d}-{i} {self.thai}" for i in range(times))

    def bytes(self, length: int) -> bytes:
        """Of a file: full of the common bytes."""
        return (self.raw * (length // len(self.raw) + 1))[:length]

    def spellings(self) -> Dict[str, bytes]:
        found = {}
        for name, data, text in (("latin", self.latin.encode(), self.latin),
                                 ("thai", self.thai.encode(), self.thai),
                                 ("raw", self.raw, None)):
            found[f"{name} plain"] = data
            found[f"{name} hex"] = binascii.hexlify(data)
            found[f"{name} HEX"] = binascii.hexlify(data).upper()
            found[f"{name} percent"] = b"".join(b"%%%02X" % b for b in data)
            found[f"{name} percent low"] = b"".join(b"%%%02x" % b for b in data)
            found[f"{name} backwards"] = data[::-1]
            for shift in range(3):
                core = base64.b64encode(bytes(shift) + data)[4 if shift else 0:]
                core = core[:len(core) - 4]  # whole groups of three bytes of the marker
                found[f"{name} base64 +{shift}"] = core
                found[f"{name} base64url +{shift}"] = core.translate(bytes.maketrans(b"+/", b"-_"))
            if text:
                for form in ("utf-16-le", "utf-16-be", "utf-32-le"):
                    found[f"{name} {form}"] = text.encode(form)
                found[f"{name} escapes"] = "".join(f"\\u{ord(c):04x}" for c in text).encode()
                found[f"{name} entities"] = "".join(f"&#{ord(c)};" for c in text).encode()
        return {**found, **self.of_the_citizen()}

    def of_the_citizen(self) -> Dict[str, bytes]:
        number, c = self.citizen.encode(), self.citizen
        found = {"citizen plain": number, "citizen utf-16": c.encode("utf-16-le"),
                 "citizen hex": binascii.hexlify(number), "citizen backwards": number[::-1],
                 "citizen written": f"{c[0]}-{c[1:5]}-{c[5:10]}-{c[10:12]}-{c[12]}".encode()}
        for name, digest in (("sha256", hashlib.sha256(number).digest()),
                             ("blake2b-32", hashlib.blake2b(number, digest_size=32).digest()),
                             ("blake2b-64", hashlib.blake2b(number).digest())):
            found[f"citizen {name}"] = digest
            found[f"citizen {name} hex"] = binascii.hexlify(digest)
            found[f"citizen {name} HEX"] = binascii.hexlify(digest).upper()
            found[f"citizen {name} base64"] = base64.b64encode(digest).rstrip(b"=")
        return found

    def found_in(self, data: bytes) -> List[Tuple[str, int]]:
        return [(name, data.find(s)) for name, s in self.spellings().items() if s in data]


def files_below(*places: pathlib.Path) -> Iterator[pathlib.Path]:
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                path = pathlib.Path(folder) / name
                if path.is_file() and not path.is_symlink():
                    yield path


def written_since(start: float, place: pathlib.Path, but: pathlib.Path) -> Iterator[pathlib.Path]:
    """Files directly in a folder for everybody, or one folder deeper, that are newer. Others use
    such a folder too: what they take away meanwhile is passed over by os.walk."""
    for folder, deeper, names in os.walk(place):
        if pathlib.Path(folder) != place:
            deeper.clear()
        for path in (pathlib.Path(folder) / name for name in names):
            try:
                known = path.stat()
                if path.is_file() and known.st_mtime >= start and known.st_size < 1 << 26 and \
                        but not in path.parents:
                    yield path
            except OSError:
                pass


def memory_of(pid: int, folder: pathlib.Path) -> List[Tuple[str, bytes]]:
    """Every readable page of a process: as gcore dumps them, and as /proc shows them."""
    found = []
    core = subprocess.run(["gcore", "-a", "-o", str(folder / "core"), str(pid)],
                          capture_output=True, text=True, timeout=120)
    for path in folder.glob("core.*"):
        found.append(("gcore", path.read_bytes()))
        path.unlink()
    assert found or core.returncode, core.stderr
    pages = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end = (int(x, 16) for x in re.match(r"([0-9a-f]+)-([0-9a-f]+)", line).groups())
            if " r" not in line[:40] or "data.mdb" in line or line.rstrip().endswith("[vvar]"):
                continue  # the map of the database is the file that is searched anyway
            for at in range(begin, end, 1 << 24):
                try:
                    memory.seek(at)
                    pages.append(memory.read(min(end - at, 1 << 24)))
                except (OSError, OverflowError, ValueError):
                    pass
    found.append(("memory", b"\0".join(pages)))
    return found
