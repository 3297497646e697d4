"""Templates of a user's own: they find ours, see plain data, read nothing else, and fail with a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.errors import InputError
from symderiv.report import apart
from symderiv.report.document import Bullets, Document, Paragraph, Run, Section
from symderiv.report.markup import Formula
from symderiv.report.render import STYLES, render, styles, template_folder

TITLE = "A <b> & $x$ 50% _"
WORDS = {"contents": "Contents", "open": " (", "close": ")", "comma": ", ", "stop": ".", "space": " "}
DOCUMENT = Document(
    "en",
    (Run("text", TITLE),),
    (
        Section("result", (Run("text", "Result"),), (Paragraph((Run("math", Formula("x_i")),)),)),
        Section("code", (Run("text", "Code"),), (Bullets(((Run("text", "one"),),)),)),
    ),
    WORDS,
)
DELIMITERS = {"md": ("{{ ", " }}"), "html": ("{{ ", " }}"), "tex": ("\\VAR{", "}")}
KINDS = tuple(DELIMITERS)


def made(folder: Path, name: str, source: str) -> str:
    """The notes by one template of one's own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(source, encoding="utf-8")
    kind = name.split(".")[1].replace("css", "html")
    return render(DOCUMENT, styles((kind,), "en", str(folder))[0])


def refused(folder: Path, source: str) -> str:
    with pytest.raises(InputError) as found:
        made(folder, "document.md.j2", f"\n{source}")
    said = str(found.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_it_stands_for_ours(kind: str, tmp_path: Path) -> None:
    assert made(tmp_path, f"document.{kind}.j2", "mine") == "mine\n"


@pytest.mark.parametrize("kind", KINDS)
def test_the_others_are_ours(kind: str, tmp_path: Path) -> None:
    ours = render(DOCUMENT, STYLES[kind][0])
    source = (template_folder() / f"document.{kind}.j2").read_text(encoding="utf-8")
    assert made(tmp_path, f"document.{kind}.j2", source) == ours
    assert made(tmp_path / "blocks", f"blocks.{kind}.j2", _blocks(kind)) == ours


def _blocks(kind: str) -> str:
    return (template_folder() / f"blocks.{kind}.j2").read_text(encoding="utf-8")


def test_ours_of_the_same_name_can_be_had(tmp_path: Path) -> None:
    page = made(tmp_path, "style.css.j2", 'h1 { color: red; }\n{% include "ours/style.css.j2" %}\n')
    ours = render(DOCUMENT, STYLES["html"][0])
    assert page.replace("h1 { color: red; }\n", "") == ours != page


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_prints_is_escaped(kind: str, tmp_path: Path) -> None:
    start, end = DELIMITERS[kind]
    style = STYLES[kind][0]
    shown = str(style.escape(TITLE))
    assert shown != TITLE
    name = f"document.{kind}.j2"
    for told in ("document.title[0].text", "document.title[0].text | upper | lower | replace('a <', 'A <')"):
        assert made(tmp_path, name, f"{start}{told}{end}") == f"{shown}\n"
    assert made(tmp_path, name, f"{start}document.title[0].text | escaped{end}") == f"{shown}\n"
    assert made(tmp_path, name, f"{start}'x_i' | inline{end}") == f"{style.inline('x_i')}\n"


def test_an_entry_comes_before_a_method_of_its_name(tmp_path: Path) -> None:
    source = "{% for item in document.sections[1].blocks[0].items %}{{ item[0].text }}{% endfor %}"
    assert made(tmp_path, "document.md.j2", source) == "one\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ ''.__class__ }}", "not allowed in a template: access to attribute '__class__'"),
        ("{{ ''|attr('__class__') }}", "not allowed in a template"),
        ("{{ '{0.__class__}'.format(1) }}", "not allowed in a template"),
        ("{{ cycler.__init__.__globals__ }}", "not allowed in a template"),
        ("{{ self._TemplateReference__context }}", "not allowed in a template"),
        ("{{ document.sections.append(1) }}", "not allowed in a template"),
        ("{{ lipsum() }}", "'lipsum' is undefined"),
        ("{{ [1, 2] | random }}", "No filter named 'random'"),
        ("{{ document.lang | safe }}", "No filter named 'safe'"),
        ("{{ cycler }}", "prints text and numbers, and this is of type type"),
        ("{{ document.title }}", "of type list"),
        ("{{ document.title.copy }}", "of type builtin_function_or_method"),
        ("{% include '/etc/passwd' %}", "no template is called '/etc/passwd'"),
        ("{% include '../secret' %}", "no template is called '../secret'"),
        ("{% include 'ours/../secret' %}", "no template is called 'ours/../secret'"),
        ("{% include 'bytes' %}", "is not UTF-8"),
        ("{{ range(10**9) }}", "Range too big"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "calls itself without end"),
        ("{% include 'document.md.j2' %}", "calls itself without end"),
        ("{{ nonsense }}", "'nonsense' is undefined"),
        ("{{ document.nonsense }}", "no attribute 'nonsense'"),
        ("{{ document.lang | nonsense }}", "No filter named 'nonsense'"),
        ("{% for x in %}", "Expected an expression"),
        ("{% import 'os' as os %}", "no template is called 'os'"),
        ("{% from 'blocks.md.j2' import nonsense %}{{ nonsense() }}", "does not export the requested name"),
        ("{{ 1 // 0 }}", "zero"),
        ("{{ (1)() }}", "not callable"),
    ],
)
def test_it_fails_with_a_place(source: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    own = tmp_path / "own"
    own.mkdir()
    (own / "bytes").write_bytes(b"\xff\xfe")
    message = refused(own, source)
    assert message.startswith(f"{own / 'document.md.j2'}, line 2: ")
    assert said in message
    assert "SECRET" not in message


def test_the_place_is_in_ones_own_template_also_where_ours_fails(tmp_path: Path) -> None:
    said = refused(tmp_path, "{% from 'ours/blocks.md.j2' import line with context %}\n{{ line([1]) }}")
    assert said.startswith(f"{tmp_path / 'document.md.j2'}, line 3: 'int object' has no attribute 'kind'")


def test_a_formula_that_a_page_cannot_show(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"document\.html\.j2, line 1: no MathML for the formula"):
        made(tmp_path, "document.html.j2", r"{{ '\\nonsense' | inline }}")


def test_a_link_that_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    own = tmp_path / "own"
    own.mkdir()
    (own / "inside").write_text("fine")
    try:
        (own / "out").symlink_to("../secret")
        (own / "in").symlink_to("inside")
    except OSError:
        pytest.skip("links cannot be made here")
    assert "leads out of the folder" in refused(own, "{% include 'out' %}")
    assert made(own, "document.md.j2", "{% include 'in' %}") == "fine\n"
    (own / "blocks.md.j2").symlink_to("../secret")  # ours is not quietly taken instead
    assert "leads out of the folder" in refused(own, "{% include 'blocks.md.j2' %}")


@pytest.mark.parametrize(
    "source",
    [
        "{% set r = range(100000) %}{% for i in r %}{% for j in r %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(90) }}",
    ],
)
def test_one_without_end_is_ended(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0)
    monkeypatch.setattr(apart, "GRACE", 1)
    message = refused(tmp_path, source)
    assert message.startswith(str(tmp_path))
    assert "takes too long" in message


def test_one_that_fills_the_memory_is_ended(tmp_path: Path) -> None:
    assert "takes too much memory" in refused(tmp_path, f"{{{{ 'a' * {4 * apart.MEMORY} }}}}")


def test_a_folder_that_holds_none(tmp_path: Path) -> None:
    (tmp_path / "documents.md.j2").write_text("mine")
    for given, said in (
        (tmp_path / "nowhere", "there is no folder"),
        (tmp_path / "documents.md.j2", "there is no folder"),
        (tmp_path, "stands for a template of ours; those are called blocks.html.j2, "),
        ("a\0b", "is a folder, a path as text"),
        (3, "is a folder, a path as text"),
    ):
        with pytest.raises(InputError, match=said):
            styles(("md",), "en", given)
