"""Pages through Jinja templates to files.

Templates receive strings and plain data only and run in a sandbox where an unknown name is an
error. Files appear whole or not at all, and the same page always makes the same bytes.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from symderiv.errors import InputError, OutputError, ToolMissing
from symderiv.report import font, mathml
from symderiv.report.document import Document, plain
from symderiv.report.glue import glued
from symderiv.report.markup import WIDE_MARKS, Code, active_letters, declarations, markdown, tex, unicode_tex
from symderiv.report.svg import figure

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
    """One kind of file: the kind of its templates, its suffix, how prose is escaped and formulas are set."""

    kind: str
    suffix: str
    escape: Callable[[object], str]
    inline: Callable[[str], str]
    display: Callable[[str], str]
    markup: type[str] = Code  # what is markup already: it is not escaped again
    tex_like: bool = False

    def set_inline(self, formula: str) -> str:
        """A formula within a sentence."""
        return self.markup(self.inline(formula))

    def set_display(self, formula: str) -> str:
        """A formula on its own lines."""
        return self.markup(self.display(formula))

    def set_boxed(self, formula: str) -> str:
        """A formula in a box on its own lines."""
        return self.set_display(f"\\boxed{{{formula}}}")


def _between(start: str, end: str) -> Callable[[str], str]:
    return lambda formula: f"{start}{formula}{end}"


def _fitting(formula: str) -> str:
    """A formula in a sentence of LaTeX, made smaller where it is wider than the line."""
    return f"\\fitting{{{formula}}}" if len(formula) > WIDE else f"${formula}$"


WIDE = 60  # characters of a formula in a sentence from which on it may be wider than a line
STYLES = {
    "md": (
        Style("md", ".md", markdown, _between("$", "$"), _between("$$\n", "\n$$")),
        Style("md", ".github.md", markdown, _between("$`", "`$"), _between("```math\n", "\n```")),
    ),
    "tex": (Style("tex", ".tex", tex, _fitting, _between("\\display{\n", "\n}"), tex_like=True),),
    "html": (Style("html", ".html", escape, mathml.inline, mathml.display, Markup),),
}
PICTURES = {"md": "png", "tex": "pdf", "html": "svg"}  # what the files of a kind hold
NO_FIGURES: Mapping[str, str] = MappingProxyType({})
REMEDIES = {
    errno.EISDIR: "move it away, or choose another folder",
    errno.ENAMETOOLONG: "give the problem a shorter name",
    errno.ENOSPC: "make room, or choose a folder on another disk",
}
LATER = {"pdf": "tex, which pdflatex typesets"}


def styles(formats: tuple[Any, ...], lang: str = "en") -> tuple[Style, ...]:
    """The kinds of files that some formats mean, in a language.

    Raises `ToolMissing` for one that cannot be written, `InputError` where none is named.
    """
    if not formats:
        raise InputError('formats is empty; name at least one, such as formats=("md", "tex")')
    for name in formats:
        if not isinstance(name, str):
            raise InputError(f"formats holds names of formats, not {name!r}; write {' and '.join(map(repr, STYLES))}")
        if name not in STYLES:
            instead = LATER.get(name, " and ".join(STYLES))
            raise ToolMissing(f"notes cannot be written as {name!r} by this version; write {instead}")
        if name == "html":
            font.demand()
    return tuple(in_language(style, lang) for name in dict.fromkeys(formats) for style in STYLES[name])


def in_language(style: Style, lang: str) -> Style:
    """The style of files in a language: a suffix of their own, and LaTeX that knows other letters."""
    if lang == "en":
        return style
    return replace(style, suffix=f".{lang}{style.suffix}", escape=unicode_tex if style.tex_like else style.escape)


def render(document: Document, style: Style, figures: Mapping[str, str] = NO_FIGURES) -> str:
    """The text of one file; ``figures`` are SVG by the names of the pictures, for files that hold them.

    Raises `InputError` for a formula that a page cannot show, `ToolMissing` where the font of pages is missing.
    """
    data = plain(document)
    template = _environment(style).get_template(f"document.{style.kind}.j2")
    return template.render(document=data, words=data["words"], figures=figures).strip() + "\n"


@lru_cache(maxsize=16)
def _environment(style: Style) -> SandboxedEnvironment:
    delimiters: dict[str, Any] = TEX_DELIMITERS if style.tex_like else {}
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        finalize=style.escape,
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
        escaped=lambda text: Code(style.escape(str(text))),
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


def write(files: Mapping[Path, str | bytes]) -> list[Path]:
    """Write the files and return their paths; where one cannot be written, none is touched.

    Every text is first written beside its target; only when all are there are they renamed, so that
    a reader never sees half a file. Raises `OutputError` where a file cannot be written; what was
    made until then is removed again.
    """
    made: list[Path] = []
    ready: list[tuple[str, Path]] = []
    path = next(iter(files), Path())
    try:
        for path, text in files.items():
            made += _folders(path.parent)
            _check_place(path)
            content = text.encode() if isinstance(text, str) else text
            ready.append((_beside(path, content), path))
        while ready:
            name, path = ready[0]
            os.replace(name, path)
            ready.pop(0)
    except OSError as error:
        remedy = REMEDIES.get(error.errno or 0, "choose a folder that can be written to")
        raise OutputError(f"cannot write {path}: {error.strerror or error}; {remedy}") from error
    else:
        made = []
    finally:
        _remove(name for name, _ in ready)
        _remove_folders(made)
    return list(files)


def _folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; returns the ones that were not there, innermost last."""
    missing = [p for p in (folder, *folder.parents) if not os.path.lexists(p)]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _check_place(path: Path) -> None:
    """Raise `OSError` where a folder has the name of the file, or the name is too long for one."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder has that name", str(path))


def _beside(path: Path, content: bytes) -> str:
    """The name of a new file with the content, in the folder of the target."""
    handle, name = tempfile.mkstemp(prefix=".symderiv-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
    except BaseException:
        _remove([name])
        raise
    return name


def _remove(names: Iterable[str]) -> None:
    for name in names:
        with suppress(OSError):
            os.unlink(name)


def _remove_folders(folders: list[Path]) -> None:
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
