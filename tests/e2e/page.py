# SPDX-License-Identifier: Apache-2.0
"""A public page as a careful reader takes it: parsed, and held to what every page must keep."""
import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr", "path", "circle", "rect"}
TAG = re.compile(r"<[a-zA-Z][^<>]*>")
WELL_FORMED_TAG = re.compile(r'<[a-zA-Z][\w-]*(\s+[\w:-]+(="[^"<>]*")?)*\s*/?>')
THAI = re.compile(r"[\u0e01-\u0e5b]")
NO_CONTROL = {"hidden", "submit"}


class Element:
    def __init__(self, tag, attrs, parent):
        self.tag, self.attrs, self.parent, self.children = tag, dict(attrs), parent, []

    def __getitem__(self, name):
        return self.attrs.get(name)

    def walk(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag, **attrs):
        return [e for e in self.walk() if (tag is None or e.tag == tag) and all(
            k in e.attrs if v is True else e[k.rstrip("_")] == v for k, v in attrs.items())]

    def one(self, tag, **attrs):
        found = self.all(tag, **attrs)
        assert len(found) == 1, (tag, attrs, len(found))
        return found[0]

    def up(self):
        e = self.parent
        while e:
            yield e
            e = e.parent

    @property
    def text(self):
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Page(HTMLParser):
    """`root` holds the parsed page; parsing fails on anything left open or closed twice."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html = html
        self.root = self.at = Element("", {}, None)
        self.feed(html)
        self.close()
        assert self.at is self.root, f"left open: {self.at.tag}"

    def handle_starttag(self, tag, attrs):
        names = [n for n, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, attrs, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.at = self.at.parent

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.at.tag == tag, (self.at.tag, tag)
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def all(self, tag, **attrs):
        return self.root.all(tag, **attrs)

    def one(self, tag, **attrs):
        return self.root.one(tag, **attrs)

    @property
    def ids(self):
        return {e["id"]: e for e in self.all(None, id=True)}

    @property
    def controls(self):
        return [e for e in self.all("input") + self.all("select") + self.all("textarea")
                if e["type"] not in NO_CONTROL]

    def label_of(self, control):
        for e in control.up():
            if e.tag == "label":
                return e.text.strip()
        return " ".join(l.text.strip() for l in self.all("label") if control["id"]
                        and l["for"] == control["id"])

    def value_of(self, name):
        """What a browser would send for these controls now."""
        values = []
        for e in self.all(None, name=name):
            if e.tag == "textarea":
                values.append(e.text[1:] if e.text.startswith("\n") else e.text)
            elif e.tag == "select":
                values += [o["value"] for o in e.all("option", selected=True)]
            elif e["type"] not in ("radio", "checkbox", "file") or "checked" in e.attrs:
                values.append(e["value"])
        return values


def check_tags(page):
    for tag in TAG.findall(page.html):
        assert WELL_FORMED_TAG.fullmatch(tag), tag
    assert page.html.startswith("<!DOCTYPE html>")


def check_nothing_foreign(page):
    assert not page.all("script") and not page.all("iframe") and not page.all("object")
    for e in page.all(None):
        assert not [a for a in e.attrs if a.startswith("on") or a == "style"], (e.tag, e.attrs)
        for a in ("src", "srcset", "data", "poster", "background"):
            assert a not in e.attrs, (e.tag, e.attrs)
        if e.tag in ("link", "form", "button"):
            for a in ("href", "action", "formaction"):
                assert (e[a] or "/").startswith("/") and not (e[a] or "/").startswith("//"), e.attrs
        if e.tag == "a" and not (e["href"] or "").startswith(("/", "#")):
            assert e["href"].startswith(("https://", "http://", "tel:")), e["href"]
            assert "noreferrer" in (e["rel"] or ""), e.attrs


def check_names(page):
    """Every control has its words, every reference its target."""
    seen = [e["id"] for e in page.all(None, id=True)]
    assert len(seen) == len(set(seen)), [i for i in seen if seen.count(i) > 1]
    for control in page.controls:
        assert page.label_of(control), control.attrs
    for label in page.all("label", **{"for": True}):
        assert label["for"] in page.ids, label.attrs
    for e in page.all(None):
        for target in (e["aria-describedby"] or "").split():
            assert page.ids[target].text.strip(), target
        if (e["href"] or "").startswith("#"):
            assert e["href"][1:] in page.ids, e["href"]
    for button in page.all("button"):
        assert button.text.strip() or button["aria-label"]
    for group in page.all("fieldset"):
        assert group.one("legend").text.strip() if group.all("legend") else group["aria-label"]


def check_frame(page, lang):
    assert page.one("html")["lang"] == lang
    assert page.one("head").one("title").text.strip() and page.one("h1").text.strip()
    assert "width=device-width" in page.one("meta", name="viewport")["content"]
    assert page.one("main")["id"] == "main"
    levels = [int(e.tag[1]) for e in page.all(None) if re.fullmatch(r"h[1-6]", e.tag)]
    order = [e for e in page.all(None) if re.fullmatch(r"h[1-6]", e.tag)]
    assert order and all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels
    if lang == "en":  # what is not English says so
        for e in page.all(None):
            own = "".join(c for c in e.children if isinstance(c, str) and e.tag != "textarea")
            if THAI.search(own):
                assert any(x["lang"] == "th" for x in [e, *e.up()][:-2] if x.tag != "html"), own


def check(html, lang="th"):
    page = Page(html)
    check_tags(page)
    check_nothing_foreign(page)
    check_names(page)
    check_frame(page, lang)
    return page
