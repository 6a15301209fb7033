# SPDX-License-Identifier: Apache-2.0
"""Every public page as HTML: whole, named, in both languages, usable without scripts, and in a text
browser."""
import html
import re
import shutil
import subprocess

import pytest
import yaml

from office import G1, TOP, Office
from page import check

GET = ["/", "/report/general", "/report/corruption", "/manual/general", "/manual/corruption",
       "/track"]


def definition(workflow):
    with open(TOP / "workflows" / f"{workflow}.yaml", encoding="utf-8") as f:
        return yaml.safe_load(f)


def page_of(answer, status, lang="th"):
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return check(answer.text, lang)


# ---- every page ----
@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("path", GET)
def test_pages_to_read(office, path, lang):
    page = page_of(office.get(f"{path}?lang={lang}"), 200, lang)
    other = {"th": "en", "en": "th"}[lang]
    if page.all("form"):
        page_of(pressed(office, page, {}), 200, other)
    else:
        switch, = [a for a in page.all("a") if a["hreflang"] == other]
        page_of(office.get(switch["href"]), 200, other)
    for a in page.all("a"):  # the language stays when one walks on
        if (a["href"] or "").startswith("/") and not a["hreflang"]:
            page_of(office.get(a["href"]), 200, lang)


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("workflow", ["general", "corruption"])
def test_answers_to_forms(office, workflow, lang):
    fields = G1 if workflow == "general" else {
        "allegation_type": "other", "when": "x", "what_happened": "y", "accused_unknown": "1"}
    query = f"?lang={lang}"
    receipt = page_of(office.post(f"/report/{workflow}{query}", data=fields), 201, lang)
    code = receipt.one("output", id="tracking-code").text.strip()
    page_of(office.post(f"/report/{workflow}{query}", data={}), 422, lang)
    status = page_of(office.post(f"/track{query}", data={"code": code}), 200, lang)
    assert status.one("body")["class"] == receipt.one("body")["class"]
    said = page_of(office.post(f"/track/reply{query}", data={"code": code, "text": ""}), 422, lang)
    assert any(e["role"] == "alert" for e in said.all(None, role=True))
    page_of(pressed(office, status, {"code": code}), 200, {"th": "en", "en": "th"}[lang])
    page_of(office.post(f"/track{query}", data={"code": code[:-1]}), 422, lang)
    page_of(office.post(f"/report/nothing{query}", data={}), 404, lang)
    page_of(office.get(f"/nothing{query}"), 404, lang)


def test_a_code_nobody_has(office):
    real = office.file(**G1)["code"]
    wrong = page_of(office.post("/track", data={"code": real[:-2] + real[-2:][::-1] + "0"}), 422)
    assert wrong.value_of("code") != []
    empty = page_of(office.post("/track", data={}), 422)
    field = empty.one("input", name="code")
    assert field["aria-invalid"] == "true" and field["aria-describedby"]


# ---- the forms ----
@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("workflow", ["general", "corruption", "retaliation"])
def test_the_manual_is_what_the_file_says(office, workflow, lang):
    """How to complain, steps with the drawing of `workflow graph`, who, in how many days."""
    file = definition(workflow)
    page = office.get(f"/manual/{workflow}?lang={lang}").text
    assert [f"<h2>{n}. " in page for n in range(1, 6)] == [True] * 4 + [False]
    assert f'href="/report/{workflow}' in page
    for state in file["states"].values():
        words = html.escape(state["public"][lang], quote=False)
        shown = not state.get("hidden") and "public_of" not in state
        assert (f"<li>{words}</li>" in page) == shown or not shown, words
    owners = {s["owner"] for s in file["states"].values() if "owner" in s}
    for role in owners:
        assert f"<li>{html.escape(file['roles'][role][lang], quote=False)}</li>" in page, role
    drawn = office.cli("workflow", "graph", office.path / "workflows" / f"{workflow}.yaml").stdout
    assert "<svg" in drawn and page.count('role="img"') == 1 and "marker-end" in page
    for deadline in file["deadlines"].values():
        mine = deadline.get("duty") != "complainant" and not str(deadline["limit"]).startswith("0")
        if mine and "label" in deadline:
            assert f'<th scope="row">{html.escape(deadline["label"][lang], quote=False)}' in page
    assert f'href="/manual/{workflow}' in office.get(f"/?lang={lang}").text


# the first workflow is last in the alphabet; the second's days go by what is asked for
SERVED = ["hr_grievance", "eservice_request", "general", "corruption"]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_channels_stand_in_the_order_and_words_of_the_files(demo_template, tmp_path, lang):
    office = Office.copy_of(demo_template, tmp_path)
    settings = office.path / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^serves: \[.*\]", f"serves: [{', '.join(SERVED)}]", text),
                        encoding="utf-8")
    with office:
        home = office.get(f"/?lang={lang}").text
        manual = office.get(f"/manual/eservice_request?lang={lang}").text
    assert re.findall(r'href="/report/(\w+)', home) == SERVED
    for name in SERVED:
        for words in definition(name).get("card", {}).values():
            assert html.escape(words[lang], quote=False) in home
    promises = re.findall(r'class="promise">(.*?)</p>', home)
    for words, days in zip(promises, [("30",), ("3", "15"), ("15",), ("15",)]):
        assert tuple(re.findall(r"\d+", words)) == days
    request = definition("eservice_request")
    for choice, limit in request["deadlines"]["service"]["limit_by"]["service"].items():
        label = html.escape(request["fields"]["service"]["choices"][choice][lang], quote=False)
        assert re.search(f"<li>{re.escape(label)}: {limit.split()[0]} ", manual), choice


def test_there_is_no_manual_of_what_the_office_does_not_serve(office):
    for name in ("gift_report", "nothing", "general.yaml"):
        assert office.get(f"/manual/{name}").status_code == 404


@pytest.mark.parametrize("workflow", ["general", "corruption"])
def test_a_form_asks_what_its_file_says(office, workflow):
    wanted = definition(workflow)
    page = page_of(office.get(f"/report/{workflow}"), 200)
    forms = [f for f in page.all("form") if any(c in list(f.walk()) for c in page.controls)]
    form, = forms
    assert form["method"] == "post" and form["enctype"] == "multipart/form-data"
    assert form.all("input", name="code", type="hidden")
    assert form.all("input", name="code_mac", type="hidden")
    for name, required in wanted["intake"]["asks"].items():
        field = wanted["fields"][name]
        controls = form.all(None, name=name)
        if field["type"] == "staff":
            controls += form.all(None, name=f"{name}_other")
            assert form.all(None, name=f"{name}_unknown") and form.all(None, name=f"{name}_unit")
        assert controls, name
        labels = " ".join(page.label_of(c) + " ".join(
            e.one("legend").text for e in c.up() if e.tag == "fieldset") for c in controls)
        assert field["label"]["th"] in labels, (name, labels)
        assert any("required" in c.attrs for c in controls) == required, name
        if field["type"] == "choice" and "choices" in field:
            options = [o["value"] for c in controls for o in c.all("option")] + [
                c["value"] for c in controls]
            assert set(field["choices"]) <= set(options)
    for name in wanted["intake"]["asks_staff"]:
        assert not form.all(None, name=name), name
    modes = form.all("input", name="identity_mode")
    assert {m["value"] for m in modes} == {"open", "confidential", "anonymous"}
    assert [m["value"] for m in modes if "checked" in m.attrs] == [
        wanted["intake"]["identity"]["default"]]


def test_faults_keep_what_was_typed(office):
    words = 'ขึ้นต้น "<b>&amp;\' </textarea><script>\n\n  บรรทัดสาม\n'
    typed = {
        "subject": 'ไฟ "ดับ" & <มืด>', "details": "\n" + words, "category": "conduct",
        "accused_staff": ["kitti", "nipa"], "accused_staff_other": "ยาม <1>",
        "accused_staff_unit": "health", "occurred_on": "32/13/2569", "moo": "moo_4",
        "place": "ก" * 301, "wanted": "ซ่อม", "already_sent_to": "1567", "in_court": "yes",
        "name": "สมมติ & <ลับ>", "phone": "0812", "contact_pref": "letter",
        "contact_address": "x", "identity_mode": "confidential",
    }
    before = office.json("verify")
    answer = office.post("/report/general", data=typed,
                         files={"attachments": ("a.jpg", b"MZ not a picture", "image/jpeg")})
    page = page_of(answer, 422)
    for name, value in typed.items():
        got = page.value_of(name)
        want = value if isinstance(value, list) else [value]
        assert [v.replace("\r\n", "\n") for v in got] == want, name
    faulty = {"occurred_on", "place", "notice_version", "attachments"}
    described = {}
    for c in page.controls:
        ids = (c["aria-describedby"] or "").split()
        if c["aria-invalid"] == "true":
            described[c["name"]] = [page.ids[i] for i in ids if i.endswith("-fault")]
    assert set(described) == faulty
    assert all(len(v) == 1 and v[0]["class"] == "fault" for v in described.values())
    summary = next(e for e in page.all(None, role="alert"))
    assert {a["href"][1:] for a in summary.all("a")} == faulty
    assert office.json("verify") == before
    again = page_of(pressed(office, page, typed), 422, "en")
    assert again.value_of("details")[0].replace("\r\n", "\n") == typed["details"]
    assert {a["href"][1:] for a in next(e for e in again.all(None, role="alert")).all("a")
            } == faulty - {"attachments"}  # of files, names alone are sent
    assert office.json("verify") == before


# ---- the language switch ----
def switch_of(page, within=None):
    """The button at the top; or that of the form with this input, which stands at its end."""
    if not within:
        button = page.one("button", class_="lang")
        assert button["form"] == page.one("form", id="again")["id"]
    else:
        button = within.one("button", class_="link")
        assert button["form"] is None
    assert "formnovalidate" in button.attrs and button["name"] == "only-shown"
    assert button["formenctype"] == "application/x-www-form-urlencoded"
    return button


def pressed(office, page, typed, within=None):
    """What a browser sends when the switch is pressed with this typed."""
    button = switch_of(page, within)
    return office.post(button["formaction"].partition("#")[0],
                       data={**typed, button["name"]: button["value"]})


TYPED = {
    "general": {"subject": 'ไฟ "ดับ" & <มืด>', "details": "\n<b>&amp;' </textarea>\n\nสาม",
                "category": "conduct", "accused_staff": ["kitti", "nipa"],
                "accused_staff_other": "ยาม <1>", "accused_staff_unit": "health",
                "occurred_on": "32/13/2569", "moo": "moo_4", "place": "ก" * 301, "in_court": "yes",
                "name": "สมมติ & <ลับ>", "phone": "0812", "contact_pref": "letter",
                "contact_address": "x", "identity_mode": "confidential"},
    "corruption": {"allegation_type": "bribe", "accused": ["kitti"], "accused_other": "หัวหน้า",
                   "when": "เมื่อวาน", "where": "กองช่าง", "what_happened": "เรียก 5,000 \n<i>",
                   "how_known": "saw", "value_baht": "ห้าพัน", "witnesses": "ป้าแดง",
                   "name": "สมหญิง", "contact": "080", "identity_mode": "anonymous",
                   "strip_metadata": "no"},
}


@pytest.mark.parametrize("workflow", TYPED)
def test_the_switch_of_a_form_keeps_what_was_typed(office, workflow):
    """Of a form that nobody sent yet: nothing is asked, said to be wrong, or stored."""
    before, files = office.json("verify"), sorted((office.path / "files").iterdir())
    page = page_of(office.get(f"/report/{workflow}"), 200)
    code = {name: page.value_of(name)[0] for name in ("code", "code_mac")}
    for lang, field in (("en", "attachments" if workflow == "general" else "evidence"), ("th", None)):
        assert switch_of(page)["formaction"] == f"/report/{workflow}?lang={lang}"
        assert switch_of(page)["value"] == "draft"
        chosen = {field: "IMG_0042.jpg"} if field else {}
        answer = pressed(office, page, {**TYPED[workflow], **code, **chosen})
        assert answer.headers["Cache-Control"] == "no-store"
        page = page_of(answer, 200, lang)
        for name, value in TYPED[workflow].items():
            if name != "strip_metadata":
                got = [v.replace("\r\n", "\n") for v in page.value_of(name)]
                assert got == (value if isinstance(value, list) else [value]), name
        assert "yes" not in page.value_of("strip_metadata")
        assert {name: page.value_of(name)[0] for name in code} == code
        assert not page.all(None, role="alert") and not page.all(None, class_="fault")
        text = page.one("main").text
        assert ("choose your files again" in text) == bool(field)
        assert "IMG_0042" not in answer.text
    assert office.json("verify") == before
    assert sorted((office.path / "files").iterdir()) == files


def test_the_switch_of_a_status_page_keeps_what_was_typed(office):
    code = office.file("corruption", allegation_type="bribe", when="x", what_happened="y")["code"]
    before = office.json("verify")
    page = page_of(office.post("/track", data={"code": code}), 200)
    answer = pressed(office, page, {"code": code, "text": "ร่าง <1>", "files": "a.jpg"})
    page = page_of(answer, 200, "en")
    assert page.value_of("text") == ["ร่าง <1>"] and "choose your files again" in answer.text
    assert not page.all(None, role="alert") and switch_of(page)["formaction"] == "/track/reply?lang=th"
    page = page_of(pressed(office, page, {"code": code, "text": ""}), 200)  # not even that is wrong
    assert not page.all(None, role="alert")
    forms = [f for f in page.all("form") if "report_retaliation" in [
        i["value"] for i in f.all("input", name="action")]]
    typed = {"code": code, "action": "report_retaliation"}
    page = page_of(pressed(office, page, typed, within=forms[0]), 200, "en")
    assert not page.all(None, role="alert")
    assert switch_of(page)["formaction"] == "/track/do?lang=th"
    assert page.one("form", id="again").one("input", name="action")["value"] == "report_retaliation"
    _, code = office.sample("C4")
    page = page_of(office.post("/track", data={"code": code}), 200)
    form = next(f for f in page.all("form") if f["action"].startswith("/track/survey"))
    page = page_of(pressed(office, page, {"code": code, "comment": "ดี"}, within=form), 200, "en")
    assert page.value_of("comment") == ["ดี"] and not page.all(None, role="alert")
    page = page_of(pressed(office, page_of(office.get("/track"), 200), {"code": "ABCD-<"}), 200, "en")
    assert page.value_of("code") == ["ABCD-<"] and not page.all(None, role="alert")
    assert office.json("verify") == before


@pytest.mark.parametrize("form", [{}, {"attachments": ("a.jpg", b"MZ", "image/jpeg")}],
                         ids=["whole", "faulty"])
def test_the_language_switch_never_sends(office, form):
    """Not even a form that by now has no fault, nor what is typed on a status page."""
    fields = dict(G1)
    before = office.json("verify")
    shown = {"only-shown": "faulty"}
    page = page_of(office.post("/report/general?lang=en", data={**fields, **shown},
                               files=form or None), 422 if form else 200, "en")
    assert ("choose your files again" in page.one("main").text) == bool(form)
    assert page.value_of("details") == [fields["details"]]
    assert office.json("verify") == before
    code = page.value_of("code")[0]
    assert page_of(office.post("/track", data={"code": code}), 404)
    fields.update(code=code, code_mac=page.value_of("code_mac")[0])
    sent = page_of(office.post("/report/general", data=fields), 201)
    assert sent.ids["tracking-code"].text.strip() == code  # the one that was written down
    before = office.json("verify")
    page = page_of(office.post("/track/reply", data={"code": code, "text": "ร่าง", **shown}), 200)
    assert page.value_of("text") == ["ร่าง"]
    page = page_of(office.post("/track/do?lang=en", data={
        "code": code, "action": "withdraw", "reason": "draft", **shown}), 200, "en")
    assert switch_of(page)["formaction"] == "/track/do?lang=th"
    assert page.value_of("reason") == ["draft"]
    assert office.json("verify") == before


def test_a_receipt_is_in_both_languages(office):
    page = page_of(office.post("/report/general", data=G1), 201)
    english = page.one("details", lang="en")
    assert "Write it down" in english.text and "You will hear by" in english.text
    page = page_of(office.post("/report/general?lang=en", data=G1), 201, "en")
    assert "ท่านจะได้รับแจ้งภายใน" in page.one("details", lang="th").text


def test_an_input_without_files_asks_for_none(office):
    # nothing chosen, as browsers send it
    empty = page_of(office.post("/report/general", data={}, files={
        "attachments": ("", b"", "application/octet-stream")}), 422)
    assert "โปรดเลือกไฟล์ใหม่" not in empty.one("main").text


def test_a_mistyped_code_stays_in_its_field(office):
    page = page_of(office.post("/track", data={"code": "ABCD-<EFG>"}), 422)
    assert page.value_of("code") == ["ABCD-<EFG>"]


def test_faults_of_groups_stand_at_their_group(office):
    page = page_of(office.post("/report/corruption", data={
        "allegation_type": "nonsense", "accused": "nobody_here", "value_baht": "มาก",
        "how_known": "dreamt", "identity_mode": "maybe", "when": "x", "what_happened": "y"}), 422)
    summary = next(e for e in page.all(None, role="alert"))
    at = {a["href"][1:] for a in summary.all("a")}
    assert at == {"allegation_type", "accused", "value_baht", "how_known", "identity_mode"}
    for name in at:
        place = page.ids[name]
        field = next(e for e in [place, *place.up()] if "faulty" in (e["class"] or "").split())
        fault, = field.all("p", class_="fault")
        by = [e for e in field.all(None) if fault["id"] in (e["aria-describedby"] or "").split()]
        assert len(by) == 1, name  # read out where the link leads, at a group as at a control
    assert page.value_of("what_happened") == ["y"]


# ---- the protected channel ----
def test_two_channels_two_looks(office):
    general, protected = (page_of(office.get(f"/report/{w}"), 200) for w in ("general",
                                                                             "corruption"))
    assert general.one("body")["class"] != protected.one("body")["class"]
    masts = [p.one("header").text for p in (general, protected)]
    assert masts[0] != masts[1] and "ทุจริต" in masts[1] and "ทุจริต" not in masts[0]
    home = page_of(office.get("/"), 200)
    assert {"/report/general", "/report/corruption", "/track"} <= {a["href"] for a in home.all("a")}


@pytest.mark.parametrize("lang", ["th", "en"])
def test_a_protected_channel_is_named_by_its_own_title(office, lang):
    titles = {w: definition(w)["title"][lang] for w in ("corruption", "retaliation")}
    home = page_of(office.get(f"/?lang={lang}"), 200, lang)
    cards = [s for s in home.all("section") if "is-protected" in s["class"]]
    assert len(cards) == len(titles)
    for (workflow, title), other in zip(titles.items(), reversed(titles.values())):
        page = page_of(office.get(f"/report/{workflow}?lang={lang}"), 200, lang)
        for text in (page.one("header").text, page.one("h1").text):
            assert title in text and other not in text
        assert sum(title in c.text for c in cards) == 1
    assert not [c for c in cards if titles["corruption"] not in c.text
                and ("ทุจริต" in c.text or "orruption" in c.text)]


def test_a_report_of_retaliation_asks_for_words_before_files(office):
    code = office.file("corruption", allegation_type="bribe", accused_unknown="1", when="เดือนก่อน",
                       what_happened="เรียกเงิน", how_known="saw")["code"]
    page = page_of(office.post("/track", data={"code": code}), 200)
    form = next(f for f in page.all("form")
                if f.all("input", name="action", value="report_retaliation"))
    names = [e["name"] for e in form.all(None) if e["name"]]
    assert names.index("facts") < names.index("evidence") < names.index("new_code")


@pytest.mark.parametrize("lang", ["th", "en"])
def test_help_for_whoever_reports_corruption(office, lang):
    page = page_of(office.get(f"/report/corruption?lang={lang}"), 200, lang)
    exits = [a for a in page.all("a") if a["class"] == "exit"]
    assert len(exits) == 1 and exits[0]["href"].startswith("https://")
    assert not exits[0]["target"] and "noreferrer" in exits[0]["rel"]
    with open(TOP / "workflows" / "office" / "settings.yaml", encoding="utf-8") as f:
        authorities = yaml.safe_load(f)["authorities"]
    listed = page.one("ul", class_="authorities")
    for a in authorities.values():
        if "url" not in a and "phone" not in a:
            continue  # a place without an address to turn to
        assert a[lang] in listed.text
        if "url" in a:
            assert listed.all("a", href=a["url"])
        if "phone" in a:
            assert a["phone"] in listed.text
    order = [e for e in page.all(None)]
    assert order.index(listed) < order.index(page.one("form"))  # before one writes
    assert not [a for a in page_of(office.get("/report/general"), 200).all("a")
                if a["class"] == "exit"]


def test_a_receipt_tells_nothing_of_the_report(office):
    page = page_of(office.post("/report/corruption", data={
        "allegation_type": "bribe", "accused": "kitti", "when": "เมื่อวาน",
        "what_happened": "เรื่องที่เล่า", "name": "ชื่อผู้แจ้ง"}), 201)
    for told in ("เรื่องที่เล่า", "ชื่อผู้แจ้ง", "kitti", "นายช่างโยธา", "เมื่อวาน"):
        assert told not in page.html


# ---- without a graphical browser ----
@pytest.mark.skipif(not shutil.which("lynx"), reason="no lynx here")
@pytest.mark.parametrize("path", GET)
def test_in_a_text_browser(office, path):
    done = subprocess.run(
        ["lynx", "-dump", "-nolist", "-width=1000", "-display_charset=utf-8", "-assume_charset=utf-8",
         office.url + path], capture_output=True, timeout=20)
    assert done.returncode == 0
    text = re.sub(r"\s+", "", done.stdout.decode(errors="replace"))
    page = check(office.get(path).text)
    for e in page.all("h1") + page.all("h2") + page.all("button"):
        assert re.sub(r"\s+", "", e.text) in text, e.text
    for label in page.all("label"):
        assert re.sub(r"\s+", "", label.text) in text, label.text
