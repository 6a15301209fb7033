#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The stories of the shipped workflows leave nothing out: every action is done, with its approval,
every deadline that can be extended is extended, every alert that a note can silence is, and every guard a file states refuses somebody.
That what they say is true is tested by playing them (tests/unit/test_shipped.c)."""
import pathlib
import sys

import yaml

BUILT_IN = {"approve", "decline", "extend", "assign", "note", "message", "declare", "recuse",
            "survey", "silence"}


class Loader(yaml.SafeLoader):
    """`yes`, `on` and days stay words, as for the loader of workflows."""


Loader.yaml_implicit_resolvers = {}


def read(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def checks_itself(step):
    """Whether the maker may not approve: refused as such, or for want of a role when makers and
    approvers hold different ones."""
    return step.get("approve", {}).get("not_same_person") == "yes"


def silencing(deadline):
    return f"silence of {deadline}"


def guards(workflow):
    """What the file promises to refuse: (kind, action or deadline)."""
    for name, action in workflow["actions"].items():
        needs = action.get("needs", {})
        for kind, wanted in (("condition", "only_if" in action), ("too_early", "after" in action),
                             ("too_late", "until" in action), ("times", "times" in action),
                             ("undeclared", "all_declared" in action),
                             ("declare", "declare" in needs), ("message", "message" in needs),
                             ("note", "note" in needs), ("field", "fields" in needs)):
            if wanted:
                yield kind, name
        if checks_itself(action):
            yield "same_person or role", name
    for name, deadline in workflow["deadlines"].items():
        if "silence" in deadline:
            for kind in ("not_alerted", "silence_long", "note"):
                yield kind, silencing(name)
        extend = deadline.get("extend")
        if not extend:
            continue
        for kind in ("no_extend", "too_long", "too_late", "message"):
            yield kind, name
        if "beyond" not in extend:
            yield "times", name
        if checks_itself(extend):
            yield "same_person or role", name
    for kind in ("role", "state"):
        yield kind, None
    if any("members" in a.get("effects", {}) for a in workflow["actions"].values()):
        yield "target", None
    if "executive" in workflow.get("conflict", {}):
        yield "executive", None
    if any("approve" in a for a in workflow["actions"].values()):
        yield "no_proposal", None
        yield "pending", None


def told(stories):
    """(done, refused): actions and deadlines that went through, and (kind, which) that did not."""
    done, refused = set(), set()
    for story in stories.values():
        proposed = None
        for step in story["steps"]:
            what, expect = step.get("do"), step.get("expect", {})
            which = step.get("deadline") if what == "extend" else what
            if what == "silence":
                which = silencing(step["deadline"])
            if what in ("approve", "decline"):
                which = proposed
            if "refused" in expect:
                refused |= {(expect["refused"], which), (expect["refused"], None)}
                continue
            if what == "approve":
                done.add(("approved", proposed))
            elif what == "silence":
                done.add(("done", which))
            elif what not in BUILT_IN or what == "extend":
                done.add(("done", which))
                proposed = which
    return done, refused


def wanted(workflow):
    for name, action in workflow["actions"].items():
        yield "done", name
        if "approve" in action:
            yield "approved", name
    for name, deadline in workflow["deadlines"].items():
        if "silence" in deadline:
            yield "done", silencing(name)
        if "extend" in deadline:
            yield "done", name
            if "approve" in deadline["extend"]:
                yield "approved", name


def missing(path):
    workflow = read(path)
    done, refused = told(read(path.with_suffix(".scenario"))["stories"])
    for kind, which in wanted(workflow):
        if (kind, which) not in done:
            yield f"{path.stem}: no story in which {which} is {kind}"
    for kind, which in guards(workflow):
        if not refused & {(each, which) for each in kind.split(" or ")}:
            yield f"{path.stem}: no story in which {which or 'anything'} is refused: {kind}"


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.yaml"))
    faults = [line for path in files for line in missing(path)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults or len(files) < 10 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
