#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every fault the loader can tell is told in a golden file, and explained in docs/faults.md.

usage: faults.py SOURCE_DIR
"""
import pathlib
import re
import sys

LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
FIRST_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*')
# Told of what lies outside the file, or of a file that is no workflow.
ELSEWHERE = {
    'calendar NAME.yaml has N faults, the first on line N: NAME',  # tests/unit/test_calendar_file.c
    'role "NAME" is given by an action within the case',           # of a scenario, by its workflow
}


def arguments(text, begin):
    """The text of a call's arguments, up to the bracket that closes it."""
    depth, quoted, i = 1, False, begin
    while depth:
        c = text[i]
        if c == "\\":
            i += 1
        elif c == '"':
            quoted = not quoted
        elif not quoted:
            depth += (c == "(") - (c == ")")
        i += 1
    return text[begin:i - 1]


def spoken(source):
    """The sentence, with NAME and N for what a file puts in."""
    text = "".join(LITERAL.findall(source)).replace('\\"', '"')
    text = re.sub(r"%\.\*s|%s", "NAME", text)
    return re.sub(r"%z?[ud]", "N", text)


def sentences(folder):
    for path in sorted((folder / "engine" / "load").glob("*.c")):
        text = path.read_text(encoding="utf-8")
        for call in re.finditer(r"\b(?:fault_at|warn_at|fault_here)\s*\(", text):
            inside = arguments(text, call.end())
            # what comes before the sentence are places: node_get(..., "key")
            said = [m[0] for m in FIRST_TEXT.finditer(re.sub(
                r'node_get\((?:[^()"]|\([^()]*\)|"[^"]*")*\)', "", inside))]
            if said and "format" not in inside.split("(")[0]:
                yield path.stem, spoken(said[0])


def pattern(sentence):
    places = re.sub(r"\bN\b", r"\\d+", re.escape(sentence))
    return re.compile(places.replace("NAME", ".*?"))


def main(folder):
    folder = pathlib.Path(folder)
    golden = "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in
                       (folder / "tests" / "golden" / "faults").glob("*.expected"))
    page = (folder / "docs" / "faults.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^- `(.*)`", page, re.M))
    known = {sentence for _, sentence in sentences(folder)}
    lines = [f"in no golden file: {s}" for s in sorted(known - ELSEWHERE)
             if not pattern(s).search(golden)]
    lines += [f"not in docs/faults.md: {s}" for s in sorted(known - explained)]
    lines += [f"docs/faults.md names no fault: {s}" for s in sorted(explained - known)]
    print("\n".join(lines))
    return 1 if lines or len(known) < 120 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
