# SPDX-License-Identifier: Apache-2.0
"""Photos are rid of where and when they were taken, on the form and on the command line; what makes
the picture stays byte for byte. The reader of photos here (photos.py) shares nothing with ours."""
import pytest

import photos
from office import G1
from page import check
from steps import refused

C2 = {"identity_mode": "anonymous", "allegation_type": "bribe", "notice_version": "1",
      "when": "ต้นเดือนนี้", "where": "สำนักงาน",
      "what_happened": "เรียกรับเงินค่าออกใบอนุญาตก่อสร้าง จำนวนห้าพันบาท ที่ห้องทำงาน"}
CAMERA = {"a.jpg": photos.camera_jpeg(), "b.png": photos.camera_png(), "c.webp": photos.camera_webp()}


@pytest.fixture(scope="module")
def reader_of(office):
    """The protected officer who reads what comes in."""
    return office.holder("protected_officer")


def report(office, files, workflow="corruption", field="evidence", **more):
    form = {**(C2 if workflow == "corruption" else G1), **more}
    return office.post(f"/report/{workflow}", form, accept="application/json",
                       files=[(field, (name, data)) for name, data in files.items()])


def saved(office, number, who, to):
    to.mkdir()
    office.cli("case", number, "--save", to, who=who)
    return {f.name.split("-", 1)[1]: f.read_bytes() for f in to.iterdir()}


def stripped(files):
    for name, data in files.items():
        assert photos.clean_of_markers(data), name
    jpeg, png, webp = files["a.jpg"], files["b.png"], files["c.webp"]
    parts, behind = photos.jpeg_parts(jpeg)
    assert not behind and {m for m, _ in parts} <= {0xe0, 0xe1, 0xe2, 0xee, 0xdb, 0xc0, 0xc4, 0xda, None}
    assert photos.jpeg_picture(jpeg) == photos.jpeg_picture(CAMERA["a.jpg"])
    assert photos.jpeg_orientation(jpeg) == 6
    assert photos.png_pixels(png) == photos.png_pixels(photos.png())
    assert [n for n, _ in photos.png_chunks(png)] == [
        b"IHDR", b"gAMA", b"pHYs", b"IDAT", b"IDAT", b"IEND"]
    pieces = photos.webp_pieces(webp)
    assert [n for n, _ in pieces] == [b"VP8X", b"ICCP", b"VP8L"]
    assert pieces[0][1][0] == 0x20 and pieces[2][1] == photos.LOSSLESS


@pytest.mark.parametrize("said, goes", [
    ({}, True), ({"strip_metadata": ["no", "yes"]}, True), ({"strip_metadata": "yes"}, True),
    ({"strip_metadata": "no"}, False)])
def test_the_protected_form(office, reader_of, tmp_path, said, goes):
    answer = report(office, CAMERA, **said)
    assert answer.status_code == 201, answer.text
    files = saved(office, answer.json()["case_number"], reader_of, tmp_path / "s")
    if goes:
        stripped(files)
    else:
        assert files == CAMERA


@pytest.mark.parametrize("said, goes", [({}, False), ({"strip_metadata": "no"}, False),
                                        ({"strip_metadata": ["no", "yes"]}, True)])
def test_the_open_form(office, tmp_path, said, goes):
    two = {k: v for k, v in CAMERA.items() if k != "c.webp"}
    answer = report(office, two, "general", "attachments", **said)
    assert answer.status_code == 201, answer.text
    files = saved(office, answer.json()["case_number"], "somsri", tmp_path / "s")
    if goes:
        stripped({**files, "c.webp": photos.webp(
            photos.piece(b"VP8X", b"\x20\0\0\0" + bytes(6)), photos.piece(b"ICCP", b"x"),
            photos.piece(b"VP8L", photos.LOSSLESS))})
    else:
        assert files == two


def test_the_tracking_page(office, reader_of, tmp_path):
    code = office.file("corruption", **C2)
    for said, name in (({}, "x.jpg"), ({"strip_metadata": "no"}, "y.jpg")):
        answer = office.post("/track/reply", {"code": code["code"], "text": "รูปเพิ่ม", **said},
                             files=[("files", (name, CAMERA["a.jpg"]))], accept="application/json")
        assert answer.status_code == 200, answer.text
    files = saved(office, code["case_number"], reader_of, tmp_path / "s")
    assert photos.clean_of_markers(files["x.jpg"]) and files["y.jpg"] == CAMERA["a.jpg"]


@pytest.mark.parametrize("orientation", [None, 1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_only_the_orientation_is_kept(office, reader_of, tmp_path, orientation):
    both = {f"{i}.jpg": photos.camera_jpeg(orientation, order) for i, order in enumerate("<>")}
    number = report(office, both).json()["case_number"]
    for name, data in saved(office, number, reader_of, tmp_path / "s").items():
        turned = orientation if orientation in range(2, 9) else None
        assert photos.jpeg_orientation(data) == turned, name
        assert photos.clean_of_markers(data)


def test_what_cannot_be_cleaned(office, tmp_path):
    """Refused at its field in kind words, when removal was asked; taken as it is otherwise."""
    jpeg, png, webp = CAMERA.values()
    kind = {"a.heic": photos.HEIC, "b.avif": photos.HEIC.replace(b"ftypheic", b"ftypavif"),
            "c.tif": b"II*\0" + bytes(100), "d.gif": b"GIF89a" + bytes(50)}
    torn = {"a.jpg": jpeg[:600], "b.jpg": b"\xff\xd8\xff" + bytes(300), "c.png": png[:300],
            "d.webp": webp[:-60], "e.png": png[:8] + png[33:], "f.jpg": photos.jpeg()[:-2],
            "g.webp": photos.moving_webp(inside=photos.piece(b"XMP ", photos.WHERE))}
    before = office.stored()
    for files, word in ((kind, "JPEG"), (torn, "JPEG")):
        for name, data in files.items():
            for path, thai in (("/report/corruption", True), ("/report/corruption?lang=en", False)):
                answer = office.post(path, C2, files=[("evidence", (name, data))])
                assert answer.status_code == 422, (name, answer.status_code)
                page = check(answer.text, "th" if thai else "en")
                fault = page.ids["evidence-fault"].text
                assert word in fault and ("ภาพ" in fault if thai else "Please" in fault), fault
            answer = report(office, {name: data})
            assert set(answer.json()["error"]["fields"]) == {"evidence"}
    assert office.stored() == before
    assert report(office, {**kind, **torn}, strip_metadata="no").status_code in (201, 422)
    assert report(office, kind, strip_metadata="no").status_code == 201


def test_moving_pictures_keep_their_frames(office, reader_of, tmp_path):
    number = report(office, {"m.webp": photos.moving_webp()}).json()["case_number"]
    (data,) = saved(office, number, reader_of, tmp_path / "s").values()
    names = [n for n, _ in photos.webp_pieces(data)]
    assert names == [b"VP8X", b"ANIM", b"ANMF", b"ANMF"] and photos.clean_of_markers(data)


def test_the_box(office):
    def box(text, lang):
        return check(text, lang).one("input", type="checkbox", name="strip_metadata")

    for lang in ("th", "en"):
        protected = office.get(f"/report/corruption?lang={lang}").text
        assert "checked" in box(protected, lang).attrs
        assert "checked" not in box(office.get(f"/report/general?lang={lang}").text, lang).attrs
        assert check(protected, lang).value_of("strip_metadata") == ["no", "yes"]
        # a form shown again keeps the choice
        for said, ticked in (("no", False), ("yes", True)):
            again = office.post(f"/report/corruption?lang={lang}", {"strip_metadata": said})
            assert ("checked" in box(again.text, lang).attrs) == ticked
    code = office.file("corruption", **C2)["code"]
    page = check(office.post("/track", {"code": code}).text)
    assert all("checked" in e.attrs for e in page.all("input", type="checkbox",
                                                      name="strip_metadata"))
    assert page.all("input", type="checkbox", name="strip_metadata")


def entry(office, path, *more):
    day = office.track(office.sample("G1")[1])["received"]
    return ["submit", "general", "--field", "subject=ถนน", "--field",
            "details=ถนนหน้าวัดเป็นหลุมใหญ่ น้ำขัง ขอให้ซ่อมโดยเร็ว", "--field", "category=road",
            "--field", "channel=phone", "--field", "notice_version=1", "--received", day,
            "--file", f"attachments={path}", *more]


def test_the_command_line(office, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(CAMERA["a.jpg"])
    for i, (more, goes) in enumerate((([], False), (["--strip-metadata"], True),
                                      (["--keep-metadata"], False))):
        number = office.cli(*entry(office, path, *more), who="somsri").stdout.split()[0]
        (data,) = saved(office, number, "somsri", tmp_path / f"s{i}").values()
        assert photos.clean_of_markers(data) == goes
        assert photos.jpeg_picture(data) == photos.jpeg_picture(CAMERA["a.jpg"])
        assert goes or data == CAMERA["a.jpg"]
    both = office.cli(*entry(office, path, "--keep-metadata", "--strip-metadata"), who="somsri",
                      ok=False)
    assert both.returncode == 2 and "opposites" in both.stderr
    for data, word in ((photos.HEIC, "JPEG"), (CAMERA["a.jpg"][:500], "not whole")):
        path.write_bytes(data)
        told = refused(office, *entry(office, path, "--strip-metadata"), who="somsri")
        assert word in told and "--keep-metadata" in told, told


# ---- what is no picture that can be cleaned ----

FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 64


@pytest.mark.parametrize("name, head", [
    ("a.jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(32)), ("a.j2c", b"\xff\x4f\xff\x51" + bytes(32)),
    ("a.psd", b"8BPS\x00\x01" + bytes(32)), ("a.jxr", b"II\xbc\x01" + bytes(32))],
    ids=["jp2", "j2c", "psd", "jxr"])
def test_other_pictures_are_refused_with_advice(office, name, head):
    told = report(office, {name: head})
    assert told.status_code == 422 and set(told.json()["error"]["fields"]) == {"evidence"}
    page = office.post("/report/corruption?lang=en", C2, files=[("evidence", (name, head))])
    assert page.status_code == 422 and "JPEG" in page.text


@pytest.mark.parametrize("name, data", [("film.mp4", FILM), ("paper.pdf", b"%PDF-1.4\n%%EOF\n")],
                         ids=["film", "paper"])
def test_whoever_sends_a_film_is_told(office, name, data):
    """On the receipt, by page and as JSON, in both languages; and on the tracking page later."""
    receipt = report(office, {name: data, "a.jpg": CAMERA["a.jpg"]}).json()
    said = receipt["files_as_sent"]
    assert "films or documents" in said["en"] and "วิดีโอหรือเอกสาร" in said["th"]
    page = office.post("/report/corruption", C2, files=[("evidence", (name, data))]).text
    assert said["th"] in page and said["en"] in page  # the other language is folded on it
    assert "1 ไฟล์" in page
    page = check(office.post("/track/reply", {"code": receipt["code"], "text": ""}, files=[
        ("files", (name, data)), ("files", ("a.jpg", CAMERA["a.jpg"]))]).text)
    assert "ไฟล์แนบที่ได้รับ: 2 ไฟล์" in page.one("p", class_="saved").text
    assert said["th"] in page.one("main").text
    messages = page.one("ol", class_="messages")
    assert "ส่งไฟล์แนบมา โดยไม่มีข้อความ" in messages.text
    assert all(p.text.strip() for p in messages.all("p"))
    status = office.post("/track/reply", {"code": receipt["code"], "text": "อีกไฟล์",
                                          "strip_metadata": "yes"},
                         files=[("files", (name, data))], accept="application/json")
    assert status.status_code in (200, 201), status.text


def test_nothing_is_said_where_all_was_cleaned_or_nothing_asked(office):
    assert "files_as_sent" not in report(office, {"a.jpg": CAMERA["a.jpg"]}).json()
    assert "files_as_sent" not in report(office, {"film.mp4": FILM}, strip_metadata="no").json()
    assert "files_as_sent" not in report(office, {}).json()
