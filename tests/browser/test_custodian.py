# SPDX-License-Identifier: Apache-2.0
"""The custodians' page, opened from disk: a request goes in, an answer comes out that the daemon
takes, and nothing else does. KRADING_SHOTS=DIR keeps a picture of each state."""
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

import forge
import store
from answers import halves, office_secret
from staff import Staff, b64, unb64

TOP = pathlib.Path(__file__).resolve().parents[2]
REPORT = {"allegation_type": "bribe", "when": "เดือนก่อน", "what_happened": "เรียกค่าน้ำมัน",
          "identity_mode": "confidential", "name": "สมหญิง ใจกล้า", "contact": "080-111-2222"}
REASON = "ศาลมีหมายเรียกพยานในคดีหมายเลขดำที่ อท 12/2569\nขอทราบตัวผู้แจ้ง <b>เพื่อส่งหมาย</b>"
WIDTHS = (320, 390, 1280)


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    if not shutil.which("npm"):
        pytest.skip("not installed: npm")
    out = tmp_path_factory.mktemp("page") / "krading-custodian.html"
    subprocess.run([TOP / "custodian" / "build", out], check=True, timeout=300)
    return out


@pytest.fixture(scope="module")
def case(office, tmp_path_factory):
    """A request that waits, in files: for sunee and for lamai, with the keys of both."""
    return Asked(office, tmp_path_factory.mktemp("asked"))


class Asked:
    def __init__(self, office, folder):
        self.office, self.folder = office, folder
        self.number = office.file("corruption", **REPORT)["case_number"]
        office.cli("reveal", self.number, "--reason", REASON, "--ground", "court", who="wipa")
        self.passphrase = {}
        for who in ("sunee", "lamai"):
            self.request(who)
            self.passphrase[who] = office.json("custodian", "export-key", "--save",
                                               str(self.file(who, "key")), who=who)["passphrase"]

    def file(self, who, kind):
        return self.folder / f"{who}.{kind}"

    def request(self, who):
        self.office.cli("custodian", "request", self.number, "--for", who, "--save",
                        str(self.file(who, "request")), who="wipa")

    def changed(self, **change):
        """The request for sunee with something else in it."""
        words = json.loads(self.file("sunee", "request").read_text(encoding="utf-8"))
        path = self.folder / f"changed-{len(list(self.folder.iterdir()))}"
        path.write_text(json.dumps({**words, **change}), encoding="utf-8")
        return path


def opened(browser, page, lang="th", width=390):
    browser.width(width)
    browser.go(page.as_uri())
    if lang == "en":
        browser.click("#language")
    assert browser.run("return document.documentElement.lang") == lang


def fill(browser, request=None, key=None, passphrase=""):
    if request:
        browser.type("#request", str(request))
    if key:
        browser.type("#key", str(key))
    if passphrase:
        browser.type("#passphrase", passphrase)
    browser.click("#open")


def settled(browser, script):
    """What the script returns once a passphrase has been tried: seconds, on a busy machine many."""
    for _ in range(600):
        if browser.run("return document.getElementById('working').hidden"):
            return browser.until(script)
        time.sleep(0.2)
    raise AssertionError("it still works")


def state(browser):
    """Which of the views is shown, once it is not the one that works."""
    return settled(browser, """const shown = ['start', 'asked', 'done'].find(
        (id) => !document.getElementById(id).hidden); return shown""")


def fault(browser):
    return settled(browser, """const e = document.getElementById('fault');
        return !e.hidden && e.textContent""")


def shown(browser):
    return browser.run("return document.querySelector('main').innerText")


def read(browser, case, who="sunee", request=None):
    fill(browser, request or case.file(who, "request"), case.file(who, "key"),
         case.passphrase[who])
    assert state(browser) == "asked"


def saved(browser, folder):
    folder.mkdir(exist_ok=True)
    browser.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.click("#save")
    for _ in range(200):
        whole = [f for f in folder.iterdir() if f.suffix == ".answer"]
        if whole and whole[0].stat().st_size:
            return whole[0]
        time.sleep(0.05)
    raise AssertionError("no answer was saved")


def looked_at(browser, name, lang):
    """Nothing sticks out, axe finds nothing, and somebody may keep a picture."""
    axe = (TOP / "custodian/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    for width in WIDTHS:
        browser.width(width)
        assert browser.run("return document.documentElement.scrollWidth") <= width, (name, width)
        found = browser.run(axe + """; return window.axe.run(document, {runOnly: ['wcag2a',
            'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
            (r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))""")
        assert not found, (name, lang, width, found)
        if os.environ.get("KRADING_SHOTS"):
            browser.shot(pathlib.Path(os.environ["KRADING_SHOTS"])
                         / f"custodian-{name}-{lang}-{width}.png")


# ---- the way it is meant ----

def test_an_answer_from_the_page_is_taken(browser, page, case, tmp_path):
    """One custodian by the page, the other refuses nothing and uses the command line."""
    office = case.office
    opened(browser, page)
    read(browser, case)
    words = shown(browser)
    for part in (case.number, REASON.splitlines()[0], "<b>เพื่อส่งหมาย</b>", "(wipa)",
                 "เจ้าหน้าที่รับเรื่องของช่องทางคุ้มครอง (protected_officer)", "คำสั่งหรือหมายเรียกของศาล"):
        assert part in words, part
    for secret in (REPORT["name"], REPORT["contact"], REPORT["what_happened"]):
        assert secret not in words
    browser.click("#agree")
    assert state(browser) == "done"
    answer = saved(browser, tmp_path / "down")
    assert answer.name == f"{case.number}-sunee.answer"
    assert REPORT["name"] not in answer.read_text(encoding="utf-8")
    file = json.loads(answer.read_text(encoding="utf-8"))
    asking = json.loads(case.file("sunee", "request").read_text(encoding="utf-8"))
    seal_id, wipa = int(asking["seal_id"], 16), Staff(office, "wipa").keys.box_secret
    assert halves(file, seal_id, [wipa]) == {}  # it goes through the office first
    assert halves(file, seal_id, [office_secret(office), wipa])
    words = shown(browser)
    assert "ผู้รับ: " in words and "(wipa)" in words and "เปลี่ยนใจก่อนส่ง" in words
    office.cli("custodian", "send", str(answer), who="wipa")
    assert office.json("reveal", case.number, who="wipa")["reveal"]["answers"] == 1
    again = office.cli("custodian", "send", str(answer), who="wipa", ok=False)
    assert again.returncode == 1
    office.cli("custodian", "answer", str(case.file("lamai", "request")), "--agree", who="lamai")
    identity = office.json("reveal", case.number, who="wipa")["identity"]
    assert {f["id"]: f["value"] for f in identity}["name"] == REPORT["name"]
    assert office.json("verify")["faults"] == 0


def test_two_pages_open_it_and_old_keys_too(browser, page, office, tmp_path):
    """Both by the page; one has other keys since the report came, and wrote the passphrase with
    spaces and capitals."""
    case = Asked(office, tmp_path)
    office.cli("note", case.number, "ระหว่างนั้นงานเดินต่อ", who="prasit")
    for who in ("sunee", "lamai"):
        opened(browser, page, "en")
        fill(browser, case.file(who, "request"), case.file(who, "key"),
             "  " + case.passphrase[who].replace("-", " ").title())
        assert state(browser) == "asked"
        assert "an order or summons of a court" in shown(browser)
        browser.click("#agree")
        assert state(browser) == "done"
        office.cli("custodian", "send", str(saved(browser, tmp_path / who)), who="wipa")
    assert office.json("reveal", case.number, who="wipa")["opened"]
    assert office.json("verify")["faults"] == 0


def test_a_refusal_ends_it(browser, page, office, tmp_path):
    case = Asked(office, tmp_path)
    opened(browser, page)
    read(browser, case)
    browser.click("#refuse")
    assert state(browser) == "done"
    office.cli("custodian", "send", str(saved(browser, tmp_path / "down")), who="wipa")
    assert office.json("reveal", case.number, who="wipa")["reveal"]["state"] == "declined"
    assert office.json("verify")["faults"] == 0


# ---- whatever is wrong is said kindly, and nothing is answered ----

def test_another_key_of_the_office(browser, page, office, case):
    """Answers go to the key that both organisation keys signed, and to none that a file names."""
    words = json.loads(case.file("sunee", "request").read_text(encoding="utf-8"))
    signed = unb64(words["directory"])
    own = store.directory(signed).office
    mine = next(p.box for p in store.directory(signed).people if p.name == "wipa")
    opened(browser, page)
    fill(browser, case.changed(directory=b64(signed.replace(own, mine))), case.file("sunee", "key"),
         case.passphrase["sunee"])
    assert "ไม่มีลายมือชื่อของหน่วยงาน" in fault(browser)

def test_wrong_files_and_passphrases(browser, page, case):
    request, key = case.file("sunee", "request"), case.file("sunee", "key")
    cases = [
        ((None, key, "x"), "ไฟล์คำขอ", "request"),
        ((key, key, "x"), "ไฟล์คำขอ", "request"),
        ((request, None, "x"), "ไฟล์กุญแจ", "key"),
        ((request, request, "x"), "ไฟล์กุญแจ", "key"),
        ((request, key, ""), "พิมพ์รหัสผ่าน", "passphrase"),
        ((request, key, "wrong-wrong-wrong"), "รหัสผ่านเปิดไฟล์กุญแจนี้ไม่ได้", "passphrase"),
        ((case.file("lamai", "request"), key, "x"), "(lamai)", "fault"),
    ]
    for files, says, focus in cases:
        opened(browser, page)
        fill(browser, *files)
        assert says in fault(browser), files
        assert state(browser) == "start"
        assert browser.run("return document.activeElement.id") == focus
    fill(browser, request, None, case.passphrase["sunee"])  # the page stays usable
    assert state(browser) in ("asked", "start")


def change(case, name):
    """What somebody on the way, or the daemon itself, could put into a request."""
    words = json.loads(case.file("sunee", "request").read_text(encoding="utf-8"))
    content = words["content"]
    other = case.other_request()
    ground = next(p for p in content if p["kind"] == 11)
    broken = {**ground, "sealed": ground["sealed"][:-4] + "AAAA"}
    directory = words["directory"]
    middle = len(directory) // 2
    letter = "A" if directory[middle] != "A" else "B"
    return {
        "number": {"number": "C-0000-0000"},
        "officer": {"officer": "prasit"},
        "ground": {"ground": "consent"},
        "until": {"until": "2099-12-31"},
        "rev": {"rev": words["rev"] + 1},
        "reason": {"content": [broken] + [p for p in content if p["kind"] != 11]},
        "another": {"content": other["content"]},
        "custodian-asks": {"officer": "lamai"},
        "people": {"directory": directory[:middle] + letter + directory[middle + 1:]},
        "halves": {"content": [ground] + [{**p, "commit": ground["commit"]}
                                          for p in content if p["kind"] == 3]},
        "nothing": {"content": []},
        "office": {"tenant": "elsewhere"},
    }[name]


def other_request(self):
    if not hasattr(self, "_other"):
        number = self.office.file("corruption", **REPORT)["case_number"]
        self.office.cli("reveal", number, "--reason", "x", who="wipa")
        path = self.folder / "other.request"
        self.office.cli("custodian", "request", number, "--for", "sunee", "--save", str(path),
                        who="wipa")
        self._other = json.loads(path.read_text(encoding="utf-8"))
    return self._other


Asked.other_request = other_request
ALTERED = "ไม่ตรงกับที่เจ้าหน้าที่ลงลายมือชื่อ"


@pytest.mark.parametrize("name, says", [
    ("number", ALTERED), ("officer", ALTERED), ("ground", ALTERED), ("until", ALTERED),
    ("rev", ALTERED), ("reason", ALTERED), ("another", ALTERED),
    ("custodian-asks", "ไม่ใช่เจ้าหน้าที่"), ("people", "ไม่มีลายมือชื่อของหน่วยงาน"),
    ("nothing", "อ่านไฟล์ไม่ได้"), ("office", "หน่วยงานอื่น")])
def test_an_altered_request_is_not_shown(browser, page, case, name, says):
    opened(browser, page)
    fill(browser, case.changed(**change(case, name)), case.file("sunee", "key"),
         case.passphrase["sunee"])
    assert says in fault(browser)
    assert state(browser) == "start"
    assert REASON.splitlines()[0] not in shown(browser)


@pytest.mark.parametrize("who, days, says", [
    ("kitti", 0, "ไม่ใช่เจ้าหน้าที่ของช่องทางคุ้มครอง"), ("somsri", 0, "ไม่ใช่เจ้าหน้าที่ของช่องทางคุ้มครอง"),
    ("wipa", 2, "ไกลกว่าเจ็ดวัน"), ("wipa", -10, "ผ่านไปแล้ว")])
def test_a_request_that_nobody_may_ask(browser, page, case, who, days, says):
    """Sealed to the custodian and signed by staff, as whoever saw the disk could make it."""
    words = json.loads(case.file("sunee", "request").read_text(encoding="utf-8"))
    until = datetime.date.fromisoformat(words["until"]) + datetime.timedelta(days=days)
    forged = forge.request(words, Staff(case.office, who), until=until.isoformat())
    opened(browser, page)
    fill(browser, case.changed(**forged), case.file("sunee", "key"), case.passphrase["sunee"])
    assert says in fault(browser)
    assert state(browser) == "start"


def test_a_request_that_nobody_asked(browser, page, office, tmp_path):
    """An officer who may ask writes one without asking, with a copy of the disk: the page cannot know
    that nothing waits at the office, but the answer goes through there and opens nothing."""
    case = Asked(office, tmp_path)
    wipa = Staff(office, "wipa")
    words = json.loads(case.file("sunee", "request").read_text(encoding="utf-8"))
    opened(browser, page)
    read(browser, case, request=case.changed(**forge.request(words, wipa, rev=words["rev"] + 5)))
    browser.click("#agree")
    assert state(browser) == "done"
    answer = saved(browser, tmp_path / "down")
    file = json.loads(answer.read_text(encoding="utf-8"))
    seal_id = int(words["seal_id"], 16)
    assert halves(file, seal_id, [wipa.keys.box_secret]) == {}
    assert halves(file, seal_id, [office_secret(office), wipa.keys.box_secret])
    done = office.cli("custodian", "send", str(answer), who="wipa", ok=False)
    assert done.returncode == 1
    assert office.json("reveal", case.number, who="wipa")["reveal"]["answers"] == 0


def test_another_half_is_not_given(browser, page, case):
    opened(browser, page)
    read(browser, case, request=case.changed(**change(case, "halves")))
    browser.click("#agree")
    assert "โทรแจ้งหน่วยงาน" in fault(browser)
    assert state(browser) == "asked"


# ---- the page itself ----

def test_the_same_bytes_again(page, tmp_path):
    again = tmp_path / "again.html"
    subprocess.run([TOP / "custodian" / "build", again], check=True, timeout=300)
    assert again.read_bytes() == page.read_bytes()
    subprocess.run(["npx", "--no-install", "tsc"], cwd=TOP / "custodian", check=True, timeout=300)


def test_it_reaches_for_nothing(browser, page):
    html = page.read_text(encoding="utf-8")
    for outside in ("src=", "href=\"http", "@import", "url(", "fetch(", "XMLHttpRequest",
                    "WebSocket", "localStorage", "indexedDB", "eval("):
        assert outside not in html, outside
    assert "default-src 'none'" in html and "'unsafe-" not in html
    opened(browser, page)
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    blocked = browser.run("""return new Promise((done) => {
        document.addEventListener('securitypolicyviolation', (e) => done(e.violatedDirective));
        const s = document.createElement('img'); s.src = 'https://example.org/x';
        document.body.append(s); setTimeout(() => done('nothing'), 3000); })""")
    assert blocked == "img-src"


@pytest.mark.parametrize("lang", ["th", "en"])
def test_look(browser, page, case, lang):
    opened(browser, page, lang)
    looked_at(browser, "start", lang)
    fill(browser)
    fault(browser)
    looked_at(browser, "nothing-chosen", lang)
    opened(browser, page, lang)
    fill(browser, case.changed(number="C-0000-0000"), case.file("sunee", "key"),
         case.passphrase["sunee"])
    browser.until("return !document.getElementById('working').hidden")
    looked_at(browser, "working", lang)
    fault(browser)
    looked_at(browser, "altered", lang)
    opened(browser, page, lang)
    read(browser, case)
    looked_at(browser, "asked", lang)
    browser.click("#agree")
    looked_at(browser, "agreed", lang)
    opened(browser, page, lang)
    read(browser, case)
    browser.click("#refuse")
    looked_at(browser, "refused", lang)
