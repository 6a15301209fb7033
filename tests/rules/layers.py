#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""House rules that the compiler does not know (docs/architecture.md).

usage: layers.py includes SOURCE_DIR
       layers.py purity LIBCORE.a LIBBASE.a
       layers.py tidy SOURCE_DIR
"""
import pathlib
import re
import subprocess
import sys

# Folder -> folders it may include from, beside itself. Nothing points upward.
MAY = {
    "base": [],
    "crypto": ["base"],
    "engine/core": ["base"],
    "engine/load": ["base", "crypto", "engine/core"],
    "engine/replay": ["base", "engine/core"],
    "engine/store": ["base", "engine/core"],
    "engine/vault": ["base", "crypto", "engine/core", "engine/load"],
    "engine/desk": ["base", "crypto", "engine/core", "engine/load", "engine/store", "engine/vault"],
    "daemon": ["base", "crypto", "engine/core", "engine/load", "engine/store", "engine/vault",
               "engine/desk"],
    "cli": ["base", "crypto", "engine/core", "engine/load", "engine/replay", "engine/store",
            "engine/vault", "engine/desk"],
}

# Libraries by folder: only these may name their headers.
LIBRARIES = {
    "sodium.h": {"crypto"},
    "yaml.h": {"engine/load"},
    "lmdb.h": {"engine/store"},
    "zlib.h": {"engine/store"},
    "seccomp.h": {"daemon"},
    "curl/curl.h": {"cli"},
    "jansson.h": {"cli"},
}

# What the core may leave undefined besides symbols of base: memory and text of libc, and what the
# compiler's hardening adds.
PURE = re.compile(r"^(mem\w+|str\w+|__stack_chk_fail|__\w+_chk|_GLOBAL_OFFSET_TABLE_)$")


def folder_of(path):
    for folder in sorted(MAY, key=len, reverse=True):
        if path.startswith(folder + "/"):
            return folder
    return None


def sources(root):
    for folder in MAY:
        for path in sorted((root / folder).rglob("*.[ch]")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check_includes(root):
    faults, seen = [], 0
    for name, text in sources(root):
        folder = folder_of(name)
        seen += 1
        for number, line in enumerate(text.splitlines(), 1):
            own = re.match(r'#include "([^"]+)"', line)
            system = re.match(r"#include <([^>]+)>", line)
            if own:
                target = folder_of(own.group(1))
                if target is None:
                    faults.append(f"{name}:{number}: {own.group(1)} is not named from the top")
                elif target != folder and target not in MAY[folder]:
                    faults.append(f"{name}:{number}: {folder} must not include from {target}")
            elif system:
                header = system.group(1)
                allowed = LIBRARIES.get(header)
                if allowed is not None and folder not in allowed:
                    faults.append(f"{name}:{number}: <{header}> belongs to {', '.join(allowed)}")
                if folder == "engine/core" and header in ("stdio.h", "stdlib.h", "time.h"):
                    faults.append(f"{name}:{number}: the core is pure: no <{header}>")
    return faults, seen


def symbols(library, kind):
    out = subprocess.run(["nm", kind, library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in out.splitlines() if line and not line.endswith(":")}


def check_purity(core, base):
    known = symbols(core, "--defined-only") | symbols(base, "--defined-only")
    undefined = symbols(core, "-u")
    faults = [f"libcore needs {name}: not of base, not mem*/str*"
              for name in sorted(undefined - known) if not PURE.match(name)]
    return faults, len(undefined)


def check_tidy(root):
    """First line is the licence; no workflow is named in C; C files stay rooms, not halls."""
    faults, seen = [], 0
    shipped = {path.stem for path in (root / "workflows").glob("*.yaml")}
    for name, text in sources(root):
        seen += 1
        if not text.startswith("/* SPDX-License-Identifier: Apache-2.0 */\n"):
            faults.append(f"{name}:1: the licence line is missing")
        if text.count("\n") > 500:
            faults.append(f"{name}: over 500 lines; which second concept is in it?")
        if name.startswith(("engine/", "daemon/", "crypto/", "base/")):
            for number, line in enumerate(text.splitlines(), 1):
                for word in re.findall(r'"(\w+)"', line):
                    if word in shipped:
                        faults.append(f"{name}:{number}: names the shipped workflow {word}")
    return faults, seen


CLAIM = re.compile(r"`(test_\w+)::(\w+)`")


def check_claims(root):
    """What the threat model says is proven by tests that exist."""
    faults, seen = [], 0
    tests = {path.stem: path.read_text(encoding="utf-8")
             for path in sorted((root / "tests").rglob("test_*")) if path.suffix in (".c", ".py")}
    for page in sorted((root / "docs").glob("threat-model*.md")):
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            for suite, name in CLAIM.findall(line):
                seen += 1
                if not re.search(rf"(?m)^(def|static void) {name}\(", tests.get(suite, "")):
                    faults.append(f"docs/{page.name}:{number}: there is no {name} in {suite}")
    return faults, seen


def main():
    what, arguments = sys.argv[1], [pathlib.Path(a) for a in sys.argv[2:]]
    check = {"includes": check_includes, "purity": check_purity, "tidy": check_tidy,
             "claims": check_claims}[what]
    faults, seen = check(*arguments)
    for fault in faults:
        print(fault)
    if not seen:
        print("nothing was looked at")
    print(f"{what}: {seen} looked at, {len(faults)} faults")
    return 1 if faults or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
