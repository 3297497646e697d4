"""Documents through Jinja templates to the text of files.

Templates receive strings and plain data only and run in a sandbox where an unknown name is an
error; the same document always makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup, escape

from symderiv.errors import InputError, OutputError, ToolMissing
from symderiv.report import font, mathml
from symderiv.report.apart import apart
from symderiv.report.document import Document, plain
from symderiv.report.glue import glued
from symderiv.report.markup import WIDE_MARKS, Code, active_letters, declarations, markdown, tex, unicode_tex
from symderiv.report.needs import demand, needs
from symderiv.report.sandbox import Sandbox, checked_folder, explained, loader
from symderiv.report.svg import figure
from symderiv.report.typeset import typeset

TEX_DELIMITERS = {
    "variable_start_string": "\\VAR{",
    "variable_end_string": "}",
    "block_start_string": "\\BLOCK{",
    "block_end_string": "}",
    "comment_start_string": "\\#{",
    "comment_end_string": "}",
    "line_statement_prefix": "%%",
}


@dataclass(frozen=True)
class Style:
    """One kind of file: the kind of its templates, its suffix, how prose is escaped and formulas are set.

    ``templates`` is a folder of templates that stand for ours of the same name.
    """

    kind: str
    suffix: str
    escape: Callable[[object], str]
    inline: Callable[[str], str]
    display: Callable[[str], str]
    markup: type[str] = Code  # what is markup already: it is not escaped again
    tex_like: bool = False
    typeset: bool = False
    templates: Path | None = None

    @property
    def linked(self) -> bool:
        """Whether figures stand in files beside the notes; pages hold theirs, and so do those that are set in type."""
        return self.kind != "html" and not self.typeset

    def set_inline(self, formula: str) -> str:
        """A formula within a sentence."""
        return self.markup(self.inline(formula))

    def set_display(self, formula: str) -> str:
        """A formula on its own lines."""
        return self.markup(self.display(formula))

    def set_boxed(self, formula: str) -> str:
        """A formula in a box on its own lines."""
        return self.set_display(f"\\boxed{{{formula}}}")


def _between(start: str, end: str, formula: str) -> str:
    return f"{start}{formula}{end}"


def _fitting(formula: str) -> str:
    """A formula in a sentence of LaTeX, made smaller where it is wider than the line."""
    return f"\\fitting{{{formula}}}" if len(formula) > WIDE else f"${formula}$"


WIDE = 60  # characters of a formula in a sentence from which on it may be wider than a line
TEX = Style("tex", ".tex", tex, _fitting, partial(_between, "\\display{\n", "\n}"), tex_like=True)
STYLES = {
    "md": (
        Style("md", ".md", markdown, partial(_between, "$", "$"), partial(_between, "$$\n", "\n$$")),
        Style("md", ".github.md", markdown, partial(_between, "$`", "`$"), partial(_between, "```math\n", "\n```")),
    ),
    "tex": (TEX,),
    "html": (Style("html", ".html", escape, mathml.inline, mathml.display, Markup),),
    "pdf": (replace(TEX, suffix=".pdf", typeset=True),),
}
PICTURES = {"md": "png", "tex": "pdf", "html": "svg"}  # what the files of a kind hold
NO_FIGURES: Mapping[str, str] = MappingProxyType({})
NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def styles(formats: tuple[Any, ...], lang: str = "en", templates: Any = None) -> tuple[Style, ...]:
    """The kinds of files that some formats mean, in a language, by our templates or those in a folder.

    Raises `ToolMissing` for one that cannot be written, or not here for want of a tool, `InputError` for no format
    and for a folder in which no template of ours finds another.
    """
    if not formats:
        raise InputError('formats is empty; name at least one, such as formats=("md", "tex")')
    for name in formats:
        if not isinstance(name, str):
            raise InputError(f"formats holds names of formats, not {name!r}; write {' and '.join(map(repr, STYLES))}")
        if name not in STYLES:
            raise InputError(f"no format is called {name!r}; the formats are {', '.join(STYLES)}")
        demand(needs(name, lang))
    own, wanted = checked_folder(templates, template_folder()), dict.fromkeys(formats)
    return tuple(replace(in_language(style, lang), templates=own) for name in wanted for style in STYLES[name])


def in_language(style: Style, lang: str) -> Style:
    """The style of files in a language: a suffix of their own, and LaTeX that knows other letters."""
    if lang == "en":
        return style
    return replace(style, suffix=f".{lang}{style.suffix}", escape=unicode_tex if style.tex_like else style.escape)


def render(document: Document, style: Style, figures: Mapping[str, str] = NO_FIGURES) -> str:
    """The text of one file; ``figures`` are SVG by the names of the pictures, for files that hold them.

    Raises `InputError` for a formula that a page cannot show and for a template of a user's own that fails,
    `ToolMissing` where the font of pages is missing.
    """
    if style.templates is None:
        return _rendered(document, style, figures)
    try:
        return apart(_rendered_by_others, document, style, dict(figures))
    except (TimeoutError, MemoryError) as error:
        raise explained(error, style.templates) from error


def _rendered(document: Document, style: Style, figures: Mapping[str, str]) -> str:
    data = plain(document)
    template = _environment(style).get_template(f"document.{style.kind}.j2")
    return template.render(document=data, words=data["words"], figures=figures).strip() + "\n"


def _rendered_by_others(document: Document, style: Style, figures: Mapping[str, str]) -> str:
    """The same by templates of a user's own, in which anything may fail."""
    assert style.templates is not None
    try:
        return _rendered(document, style, figures)
    except ToolMissing:
        raise
    except Exception as error:
        raise explained(error, style.templates) from error


def content_of(document: Document, style: Style, files: Mapping[str, bytes] = NO_FILES) -> str | bytes:
    """What a file of notes holds; ``files`` are those of the figures, by their paths beside it.

    Errors are those of `render` and `typeset`.
    """
    ending = f".{PICTURES[style.kind]}"
    pictures = {path: content for path, content in files.items() if path.endswith(ending)}
    if style.typeset:
        return typeset(render(document, style), document.lang, pictures)
    inline = pictures.items() if ending == ".svg" else ()
    return render(document, style, {path.removesuffix(ending): content.decode() for path, content in inline})


@lru_cache(maxsize=16)
def _environment(style: Style) -> Sandbox:
    delimiters: dict[str, Any] = TEX_DELIMITERS if style.tex_like else {}
    environment = Sandbox(
        loader(template_folder(), style.templates),
        style.escape,
        autoescape=style.markup is Markup,  # where it is off, macros hand over plain text, marked as markup by a filter
        trim_blocks=not style.tex_like,
        lstrip_blocks=not style.tex_like,
        keep_trailing_newline=True,
        **delimiters,
    )
    environment.filters.update(
        inline=style.set_inline,
        display=style.set_display,
        boxed=style.set_boxed,
        markup=_markup,
        glued=glued,
        svg=_svg,
        font=lambda page: style.markup(font.data_url(page)),
        bare=Code,
        escaped=lambda text: style.markup(style.escape(str(text))),
        quoted=_quoted,
        letters=_letters,
    )
    environment.tests["wide_ended"] = _wide_ended
    return environment


def _wide_ended(text: str) -> bool:
    """Whether a text ends with a mark as wide as an ideograph."""
    return text.endswith(tuple(WIDE_MARKS))


def _markup(text: str) -> Code:
    """What a macro made, which is markup already."""
    return Code(text.strip())


def _svg(text: str, name: str, alt: str) -> Markup:
    """A figure as an element of a page."""
    return Markup(figure(text, name, alt))


def _quoted(text: str) -> Code:
    """Lines as a quotation."""
    return Code("\n".join(f"> {line}".rstrip() for line in text.strip().splitlines()))


def _letters(document: dict[str, Any]) -> list[Code]:
    """What LaTeX must be told of letters: pdflatex of those in listings, xelatex, for other languages, of all."""
    if document["lang"] == "en":
        return declarations("".join(p["code"] for p in _parts(document) if p.get("kind") == "listing"))
    return active_letters("".join(t for p in _parts(document) for t in p.values() if isinstance(t, str)))


def _parts(of: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary in plain data, the outer ones first."""
    if isinstance(of, dict):
        yield of
    for part in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from _parts(part)


def template_folder() -> Path:
    """Where the templates are: in the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    places = (package / "templates", package.parent / "templates")
    found = next((p for p in places if (p / "document.md.j2").is_file()), None)
    if found is None:
        raise OutputError(f"the templates are missing from {places[0]}; reinstall symderiv")
    return found
