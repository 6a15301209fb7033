# SPDX-License-Identifier: Apache-2.0
"""Every public page in a real browser, narrow, as a telephone and on a desk: nothing sticks out,
everything can be read and hit. KRADING_SHOTS=DIR keeps a picture of each."""
import os
import pathlib

import pytest

from office import G1

LOOK = (pathlib.Path(__file__).parent / "look.js").read_text(encoding="utf-8")
WIDTHS = (320, 390, 1280)
LONG = "ก" * 300 + " https://example.org/" + "a" * 200


def post(browser, office, form_page, fill):
    """Sends a form of a page as a person without patience does: unchecked by the browser."""
    browser.go(office.url + form_page)
    browser.run("""const form = document.querySelector('main form');
        form.noValidate = true;
        for (const [name, value] of Object.entries(arguments[0])) {
            const e = form.elements[name];
            if (e.type === 'checkbox') e.checked = true; else e.value = value;
        }
        form.submit();
        document.documentElement.remove();""", fill)
    browser.until("return document.readyState === 'complete' && document.querySelector('main')")


def status(browser, office, lang, code):
    post(browser, office, f"/track?lang={lang}", {"code": code})


CORRUPTION = {"allegation_type": "other", "when": LONG[:100], "what_happened": LONG}
PAGES = {
    "home": lambda b, o, l: b.go(f"{o.url}/?lang={l}"),
    "general": lambda b, o, l: b.go(f"{o.url}/report/general?lang={l}"),
    "corruption": lambda b, o, l: b.go(f"{o.url}/report/corruption?lang={l}"),
    "general-manual": lambda b, o, l: b.go(f"{o.url}/manual/general?lang={l}"),
    "corruption-manual": lambda b, o, l: b.go(f"{o.url}/manual/corruption?lang={l}"),
    "track": lambda b, o, l: b.go(f"{o.url}/track?lang={l}"),
    "missing": lambda b, o, l: b.go(f"{o.url}/nowhere?lang={l}"),
    "general-faults": lambda b, o, l: post(b, o, f"/report/general?lang={l}", {
        "place": LONG, "details": LONG, "occurred_on": ""}),
    "corruption-faults": lambda b, o, l: post(b, o, f"/report/corruption?lang={l}", {}),
    "general-receipt": lambda b, o, l: post(b, o, f"/report/general?lang={l}", {
        k: v for k, v in G1.items() if k != "identity_mode"}),
    "corruption-receipt": lambda b, o, l: post(b, o, f"/report/corruption?lang={l}", CORRUPTION),
    "status-asked": lambda b, o, l: status(b, o, l, o.sample("G5")[1]),
    "status-late": lambda b, o, l: status(b, o, l, o.sample("G4")[1]),
    "status-extended": lambda b, o, l: status(b, o, l, o.sample("G3")[1]),
    "status-survey": lambda b, o, l: status(b, o, l, o.sample("C4")[1]),
    "status-mistyped": lambda b, o, l: status(b, o, l, "ABCD-EFGH"),
    "status-unknown": lambda b, o, l: status(b, o, l, "0000-0000-0000-0000-0000-0000-0000"),
}


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_look(browser, office, name, lang):
    faults = {}
    browser.width(WIDTHS[-1])
    PAGES[name](browser, office, lang)
    assert browser.run("return document.documentElement.lang") == lang
    for width in WIDTHS:
        browser.width(width)
        found = browser.run(LOOK)
        opened = browser.run("""for (const d of document.querySelectorAll('details')) d.open = true;
            return document.querySelectorAll('details').length""")
        if opened:
            found += browser.run(LOOK)
        if os.environ.get("KRADING_SHOTS"):
            browser.shot(f"{os.environ['KRADING_SHOTS']}/{name}-{lang}-{width}.png")
        if found:
            faults[width] = sorted(set(found))
    assert not faults, "\n".join(f"{w}: {f}" for w, fs in faults.items() for f in fs)


@pytest.mark.parametrize("width", [*WIDTHS, 794])  # the last is a sheet of paper
def test_the_letter_to_a_new_officer(browser, office, tmp_path, width):
    letter = tmp_path / "letter.html"
    office.cli("staff", "add", f"new{width}", "--position", "นักวิชาการ / Officer", "--role",
               "unit_officer", "--unit", "health", "--sheet", letter)
    browser.width(width)
    browser.go(letter.as_uri())
    assert not browser.run(LOOK)
    if os.environ.get("KRADING_SHOTS"):
        browser.shot(f"{os.environ['KRADING_SHOTS']}/letter-{width}.png")


def test_a_person_files_and_follows(browser, office):
    browser.width(390)
    browser.go(office.url + "/report/general")
    browser.click("main form button[type=submit]")  # the browser itself asks for what is missing
    assert browser.run("return document.querySelectorAll('main form :invalid').length") >= 4
    assert not browser.run("return document.querySelector('#tracking-code')")
    browser.type("#subject", G1["subject"])
    browser.type("#details", G1["details"])
    browser.run("document.querySelector('#category').value = 'light'")
    browser.click("#notice_version")
    browser.click("main form button[type=submit]")
    code = browser.until("return document.querySelector('#tracking-code')?.textContent.trim()")
    browser.go(office.url + "/track")
    browser.type("[name=code]", code.lower().replace("-", " "))
    browser.click("main form button[type=submit]")
    assert browser.until("return document.querySelector('.state')?.textContent"
                         ) == "ได้รับเรื่องของท่านแล้ว"
    assert code not in browser.run("return location.href")
    browser.type("#text", "ขอเพิ่มเติม")
    browser.click("#answer button[type=submit]")
    assert "ขอเพิ่มเติม" in browser.until("return document.querySelector('.messages')?.textContent")


def test_the_language_is_switched_while_one_writes(browser, office, tmp_path):
    """With a film already chosen, which stays where it is; Enter goes on to send."""
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(20 << 20))  # more than one request takes
    browser.width(390)
    browser.go(office.url + "/report/corruption")
    shown = browser.run("return document.querySelector('p.code').textContent")
    browser.type("#what_happened", "เรียกเงิน <ห้าพัน>")
    browser.type("[name=name]", "สมหญิง")
    browser.type("#evidence", str(film))
    browser.run("document.querySelector('#mode-anonymous').checked = true")
    browser.click("button.lang")
    browser.until("return document.documentElement.lang === 'en'")
    typed = "return [...arguments].map((s) => document.querySelector(s).value)"
    assert browser.run(typed, "#what_happened", "[name=name]", "#evidence") == [
        "เรียกเงิน <ห้าพัน>", "สมหญิง", ""]
    assert browser.run("return document.querySelector('#mode-anonymous').checked")
    assert browser.run("return document.querySelector('p.code').textContent") == shown
    assert "choose your files again" in browser.run("return document.body.innerText")
    assert not browser.run("return document.querySelector('[role=alert], .fault')")
    assert browser.run("return location.href") == office.url + "/report/corruption?lang=en"
    assert not browser.run(LOOK)
    browser.click("button.lang")
    browser.until("return document.documentElement.lang === 'th'")
    assert browser.run(typed, "#what_happened") == ["เรียกเงิน <ห้าพัน>"]
    browser.run("document.querySelector('#allegation_type').value = 'bribe'")
    browser.type("#when", "เมื่อวาน\ue007")  # Enter
    assert browser.until("return document.querySelector('#tracking-code')?.textContent.trim()"
                         ) == shown.strip()


@pytest.mark.parametrize("path", ["/report/general", "/report/corruption", "/track"])
def test_by_keyboard(browser, office, path):
    """Tab reaches the skip link first, then everything in the order of the page, always visibly."""
    browser.width(1280)
    browser.go(office.url + path)
    seen = []
    for _ in range(60):
        browser.key("Tab", 9)
        at = browser.run("""const e = document.activeElement, s = getComputedStyle(e);
            if (e === document.body) return null;
            const all = [...document.querySelectorAll('*')];
            return {at: all.indexOf(e), skip: e.className === 'skip', what: e.outerHTML.slice(0, 90),
                    shown: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 ||
                        e.type === 'date'} // whose picker draws its own""")
        if at is None:
            break
        seen.append(at)
    assert len(seen) >= 4 and seen[0]["skip"]
    assert not [s for s in seen if not s["shown"]]
    order = [s["at"] for s in seen]
    assert order == sorted(order)


def test_no_console_noise_and_no_foreign_requests(browser, office):
    for path in ("/", "/report/general", "/report/corruption", "/track"):
        browser.go(office.url + path)
        loaded = browser.run("return performance.getEntriesByType('resource').map(r => r.name)")
        assert all(name.startswith(office.url + "/") for name in loaded), loaded
        assert browser.run("return document.cookie") == ""
        assert browser.run("return document.scripts.length") == 0
