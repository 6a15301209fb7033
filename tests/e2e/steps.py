# SPDX-License-Identifier: Apache-2.0
"""Ways of a case that several tests walk, and what a refusal must leave alone."""
import contextlib
import datetime

import photos

ANSWER = "เปลี่ยนหลอดไฟและสวิตช์แสงแล้ว ไฟติดครบทุกต้น"
JPEG = photos.jpeg(photos.JFIF)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
                    "0000000d49444154789c636001000000050001" "0d0a2db4"
                    "0000000049454e44ae426082")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(folder, name="photo.jpg"):
    path = folder / name
    path.write_bytes(JPEG)
    return path


def take_up(office, number, unit="public_works", officer="kitti"):
    """From received to in_progress, the short way."""
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("do", number, "quick_assign", "--field", f"unit={unit}", who="somsri")
    office.cli("do", number, "accept", who=officer)


def report_result(office, number, folder, officer="kitti"):
    office.cli("do", number, "report_result", "--field", "result_code=FIXED",
               "--field", f"public_result={ANSWER}", "--file", f"photos={photo(folder)}",
               who=officer)


def propose_notice(office, number):
    return office.cli("do", number, "notify", "--field", "sent_means=หน้าติดตาม", "--field",
                      "letter_date=" + office.json("case", number, who="somsri")["received"],
                      "--message", "", who="somsri")


def seen(office, number, who):
    """The case as one person sees it."""
    return office.json("case", number, who=who)


@contextlib.contextmanager
def unchanged(office, number, who="somsri"):
    before = seen(office, number, who), office.json("verify")["events"]
    yield
    assert (seen(office, number, who), office.json("verify")["events"]) == before


def refused(office, *args, who, says=None):
    done = office.cli(*args, who=who, ok=False)
    assert done.returncode == 1, (args, done.returncode, done.stdout, done.stderr)
    assert done.stderr, (args, done.stdout)
    assert not done.stdout or args[0] == "approve", done.stdout  # which shows what is proposed
    if says:
        assert says in done.stderr, done.stderr
    return done.stderr


def advance_past(office, number, deadline, who, before):
    """Moves a demo office to the day after a deadline that began today; `before` is what holds on
    its last day."""
    case = seen(office, number, who)
    due = next(d["due"] for d in case["deadlines"] if d["id"] == deadline)
    began = case["events"][-1]["day"]
    days = (datetime.date.fromisoformat(due) - datetime.date.fromisoformat(began)).days
    assert 15 <= days <= 25  # fifteen, rolled over days off
    before()
    office.cli("demo", "advance", f"{days}d")
    before()
    office.cli("demo", "advance", "1d")
