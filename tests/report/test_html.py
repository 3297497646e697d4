"""Pages: one file that stands alone, well formed, linked within itself, and readable at every width."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from browser import DARK, LIGHT, WIDTHS, measured, needs_chromium
from fontTools.ttLib import TTFont
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.report.document import (
    Block,
    Bullets,
    Card,
    Display,
    Document,
    Fold,
    Line,
    Listing,
    Paragraph,
    Picture,
    Run,
    Section,
    Table,
)
from symderiv.report.markup import Code, Formula
from symderiv.report.render import STYLES, render

(PAGE,) = STYLES["html"]
VOID = {"meta", "wbr", "br", "hr", "img", "link", "input"}
WORDS = {"contents": "Contents", "open": " (", "close": ")", "comma": ", ", "stop": ".", "space": " "}
WIDE = Formula(
    r"\frac{\partial^{2} L}{\partial z_i \partial z_j} = -\sum_{k=1}^{K} y_k \frac{\partial}{\partial z_i} "
    r"\left(\frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}\right) + \sum_{k \ne i} y_k \log p_k - \sum_{m=1}^{K} z_m"
)
MATRIX = Formula(r"\begin{bmatrix} " + r" \\ ".join(" & ".join(["-0.1234"] * 8) for _ in range(3)) + r" \end{bmatrix}")
ROWS = Formula("\\begin{aligned}\nL &= a \\\\\n&= " + WIDE.split(" = ")[1] + "\n\\end{aligned}")
SVG = '<?xml version="1.0"?><svg width="9pt" viewBox="0 0 9 9"><g id="a"/><use href="#a"/></svg>'


def text(words: str) -> Line:
    return (Run("text", words),)


def math(formula: str) -> Line:
    return (Run("math", Formula(formula)),)


def card(anchor: str, status: str, *blocks: Block) -> Card:
    return Card(anchor, text("Step " + anchor), text("rule & reason"), status, status, text("Why."), blocks)


LONG = text("It needs ") + math(WIDE) + text(", a < b & <script>alert(1)</script>, see ")
LINKS = (Run("link", "there", "https://example.org/?a=1&b=2"), Run("link", "here", "javascript:alert(1)"))
INNER = Fold("lemma-case", text("Case ") + math("k = i"), (card("s-1.1", "proved", Display(WIDE), Display(ROWS)),))
SECTIONS = (
    Section(
        "result",
        text("Result"),
        (Display(WIDE, boxed=True), Display(ROWS, boxed=True), Paragraph(LONG + LINKS), Display(MATRIX)),
    ),
    Section(
        "names",
        text("Names & shapes"),
        (
            Table((text("name"), text("meaning")), ((math("z"), text("a <b>")), (math(WIDE), text("wide")))),
            Bullets((text("one"), (Run("code", Code("a<b")), Run("strong", "<i>")))),
        ),
    ),
    Section(
        "derivation",
        text("Derivation"),
        (
            card("s-1", "proved", Fold("lemma", text("Lemma"), (Display(WIDE), INNER))),
            card("s-2", "refuted", Display(Formula("x"))),
            card("s-3", "undecided"),
        ),
    ),
    Section(
        "code",
        (),
        (Listing(Code("if a < b & c:\n    " + "x" * 300), "python"), Picture("loss", "The <loss>", text("Fig. 1"))),
    ),
)


def page(lang: str = "en", title: str = "Notes <1> & more") -> str:
    return render(Document(lang, text(title), SECTIONS, WORDS), PAGE, {"loss": SVG})


@dataclass
class Reader(HTMLParser):
    """The elements of a page in order; every end tag must belong to the element that is open."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    said: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"an attribute twice in {tag}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {"svg", "math"} & {*self.open}, f"{tag} closes itself outside SVG and MathML"
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & {*self.open}:
            self.said += data


def read(found: str) -> Reader:
    reader = Reader()
    reader.feed(found)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name: of all blocks, of the flagship, of a loss with the longest lines."""
    folder: Path = tmp_path_factory.mktemp("pages")
    blocks, chinese = folder / "blocks.html", folder / "blocks.zh.html"
    blocks.write_text(page(), encoding="utf-8")
    chinese.write_text(page("zh", "交叉熵"), encoding="utf-8")
    made = {"blocks": blocks, "chinese": chinese}
    for name in ("softmax-cross-entropy", "linear-softmax-cross-entropy", "source-a-l2"):
        (made[name],) = sd.report(name, out=folder, formats=("html",))
    return made


NAMES = ("blocks", "chinese", "softmax-cross-entropy", "linear-softmax-cross-entropy", "source-a-l2")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stands_alone(name: str, pages: dict[str, Path]) -> None:
    found = pages[name].read_text(encoding="utf-8")
    assert found.startswith("<!DOCTYPE html>\n<html lang=")
    for tag, attributes in read(found).elements:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form", "img"}
        assert not [a for a in attributes if a.startswith("on") or a in ("src", "srcset", "action")]
        for name_of, target in attributes.items():
            if name_of.endswith("href"):
                inside = target.startswith("#") or (tag == "image" and target.startswith("data:image/png;base64,"))
                assert inside or (tag == "a" and target.startswith("https://"))
    assert re.findall(r"url\((?!data:font/woff;base64,|#)|@import", found) == []


@pytest.mark.parametrize("name", NAMES)
def test_names_are_unique_and_links_within_lead_somewhere(name: str, pages: dict[str, Path]) -> None:
    elements = read(pages[name].read_text(encoding="utf-8")).elements
    ids = Counter(a["id"] for _, a in elements if "id" in a)
    assert [i for i, count in ids.items() if count > 1] == []
    aims = [a[name_of] for _, a in elements for name_of in ("href", "xlink:href") if a.get(name_of, "").startswith("#")]
    labels = [f"#{a['aria-labelledby']}" for _, a in elements if "aria-labelledby" in a]
    assert aims
    assert {aim[1:] for aim in aims + labels} <= set(ids)


def test_prose_is_escaped() -> None:
    found = page()
    reader = read(found)
    for words in ("Notes <1> & more", "a < b & <script>alert(1)</script>", "a <b>", "a<b", "<i>", "if a < b & c:"):
        assert words in reader.said
    assert "javascript" not in found
    assert 'aria-label="The &lt;loss&gt;"' in found
    assert 'href="https://example.org/?a=1&amp;b=2"' in found


def test_names_of_a_problem_stay_names(tmp_path: Path) -> None:
    i, j, k, K = symbols("i j k K")
    a, x = IndexedBase("a<b>&"), IndexedBase("</script>\"'{{1}}")
    problem = sd.Problem(
        name="hostile",
        title="{{ 7*7 }} <img src=x onerror=alert(1)> &amp; 中",
        where={a[k]: exp(x[k]) / Sum(exp(x[j]), (j, 1, K))},
        value=-symbols("<i>") * Sum(IndexedBase("</math>")[k] * log(a[k]), (k, 1, K)),
        wrt=x[i],
    )
    (path,) = sd.report(problem, out=tmp_path, formats=("html",))
    reader = read(path.read_text(encoding="utf-8"))
    assert not {"img", "script", "i", "b"} & {tag for tag, _ in reader.elements}
    assert "{{ 7*7 }} <img src=x onerror=alert(1)> &amp; 中" in reader.said


def test_every_formula_is_there() -> None:
    found = [tag for tag, _ in read(page()).elements]
    assert found.count("mtable") == 1
    assert "\\" not in read(page()).said
    bad = Section("bad", text("Bad"), (Display(Formula("\\nonsense")),))
    with pytest.raises(sd.InputError, match="nonsense"):
        render(Document("en", text("t"), (bad,), WORDS), PAGE)


def test_the_mark_is_a_word_and_a_sign() -> None:
    found = page()
    for status in ("proved", "refuted", "undecided"):
        assert re.search(rf'class="card {status}".*?<use href="#mark-{status}"/></svg>{status}<', found, re.DOTALL)


def test_headings_and_contents() -> None:
    reader = read(page())
    tags = [tag for tag, _ in reader.elements]
    assert (tags.count("h1"), tags.count("h2"), tags.count("main"), tags.count("nav")) == (1, 3, 1, 1)
    assert tags.count("details") == tags.count("summary") == 2
    assert [a["lang"] for tag, a in read(page("zh")).elements if tag == "html"] == ["zh-Hans"]


@pytest.mark.parametrize("name", NAMES)
def test_no_glyph_of_a_formula_is_missing(name: str, pages: dict[str, Path]) -> None:
    found = pages[name].read_text(encoding="utf-8")
    data = re.search(r"url\(data:font/woff;base64,([^)]*)\)", found)
    assert data
    held = {chr(c) for c in TTFont(BytesIO(b64decode(data[1]))).getBestCmap()}
    italics = {normalize("NFKC", c) for c in held if "ITALIC" in unicodedata.name(c, "") or c == "ℎ"}
    for formula in re.findall("<math.*?</math>", found, re.DOTALL):
        for element in ElementTree.fromstring(formula).iter():
            shown = (element.text or "").strip()
            if element.tag in ("mo", "mn", "mi"):
                assert {*shown} <= held
            if element.tag == "mi" and len(shown) == 1 and shown.isalpha() and not element.get("mathvariant"):
                assert normalize("NFKC", shown) in italics or shown in held - {*"abcdefghijklmnopqrstuvwxyz"}
            assert element.tag != "msqrt" or "√" in held


@needs_chromium
@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("name", NAMES)
def test_in_a_browser_nothing_is_wider_than_the_page(
    name: str, scheme: str, pages: dict[str, Path], tmp_path: Path
) -> None:
    found = measured(pages[name], tmp_path, scheme)
    assert [m["width"] for m in found] == list(WIDTHS)
    for m in found:
        assert (m["overflow"], m["outside"]) == (0, 0)
        assert m["fonts"] == ["Notes Math loaded"]
        assert m["fraction"] > 1.5 * m["letter"] > 0, "formulas are laid out as formulas"
        assert m["bracket"] > 2 * m["letter"], "brackets grow"
        assert m["dark"] == (scheme == DARK)
        ink, paper = (sum(map(int, re.findall(r"\d+", m[of])[:3])) for of in ("ink", "paper"))
        assert (ink > paper + 400) if scheme == DARK else (paper > ink + 400)
