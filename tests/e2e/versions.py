# SPDX-License-Identifier: Apache-2.0
"""The shipped general workflow as an office may change it: ten days, a state renamed, a step more."""
import re

NEW_STATE = """  on_site:
    owner: unit_officer
    staff: {th: ลงพื้นที่, en: On site}
    public: {th: เจ้าหน้าที่ลงพื้นที่ตรวจสอบ, en: Being looked at on site}
"""
NEW_ACTIONS = """  go_out:
    label: {th: ลงพื้นที่ตรวจสอบ, en: Look on site}
    from: [handling]
    to: on_site
    by: [unit_officer]
  come_back:
    label: {th: กลับจากพื้นที่, en: Back from the site}
    from: [on_site]
    to: handling
    by: [unit_officer]
"""
NEW_DEADLINE = """  visit:
    label: {th: ลงพื้นที่ให้แล้วเสร็จ, en: Finish the visit}
    stage: on_site
    limit: 5 working days
    overdue:
      - {after: 0 calendar days, alert: [unit_head]}
"""
REPLACES = "replaces: {1: {running: migrate, states: {in_progress: handling}}}\n"


def once(text, old, new):
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)


def second(text, replaces=REPLACES):
    """Version 2 of general.yaml."""
    text = re.sub(r"\bin_progress\b", "handling", text)
    text = once(text, "\nversion: 1\n", f"\nversion: 2\n{replaces}")
    text = once(text, "    limit: 15 calendar days\n    due_override", "    limit: 10 calendar days\n"
                "    due_override")
    text = once(text, "      - {before: 5 working days, to: [assignee]}\n", "")
    text = once(text, "\ndeadlines:\n", f"\ndeadlines:\n{NEW_DEADLINE}")
    return once(text, "\nactions:\n", f"\n{NEW_STATE}\nactions:\n{NEW_ACTIONS}")
