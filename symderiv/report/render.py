"""Pages through Jinja templates to files.

Templates receive strings and plain data only and run in a sandbox where an unknown name is an
error. Files appear whole or not at all, and the same page always makes the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from symderiv.errors import OutputError, ToolMissing
from symderiv.report.markup import Code, declarations, markdown, tex
from symderiv.report.records import Page

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
    """One kind of file: its template, its suffix, how prose is escaped and formulas are set."""

    template: str
    suffix: str
    escape: Callable[[object], str]
    inline: str
    display: str
    tex_like: bool = False

    def set_inline(self, formula: str) -> Code:
        """A formula within a sentence."""
        return Code(self.inline % formula)

    def set_display(self, formula: str) -> Code:
        """A formula on its own lines."""
        return Code(self.display % formula)

    def set_boxed(self, formula: str) -> Code:
        """A formula in a box on its own lines."""
        return Code(self.display % f"\\boxed{{{formula}}}")


STYLES = {
    "md": (
        Style("notes.md.j2", ".md", markdown, "$%s$", "$$\n%s\n$$"),
        Style("notes.md.j2", ".github.md", markdown, "$`%s`$", "```math\n%s\n```"),
    ),
    "tex": (Style("notes.tex.j2", ".tex", tex, "$%s$", "\\[\n%s\n\\]", tex_like=True),),
}
LATER = {"html": "md and tex", "pdf": "tex, which pdflatex typesets"}


def styles(formats: tuple[str, ...]) -> tuple[Style, ...]:
    """The kinds of files that some formats mean; raises `ToolMissing` for one that cannot be written."""
    for name in formats:
        if name not in STYLES:
            instead = LATER.get(name, " and ".join(STYLES))
            raise ToolMissing(f"notes cannot be written as {name!r} by this version; write {instead}")
    return tuple(style for name in dict.fromkeys(formats) for style in STYLES[name])


def render(page: Page, style: Style) -> str:
    """The text of one file."""
    return _environment(style).get_template(style.template).render(page=asdict(page))


@lru_cache(maxsize=16)
def _environment(style: Style) -> SandboxedEnvironment:
    delimiters: dict[str, Any] = TEX_DELIMITERS if style.tex_like else {}
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        finalize=style.escape,
        autoescape=False,  # finalize escapes, for Markdown and LaTeX
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
        declarations=declarations,
    )
    return environment


def _markup(text: str) -> Code:
    """What a macro made, which is markup already."""
    return Code(text.strip())


def template_folder() -> Path:
    """Where the templates are: in the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    places = (package / "templates", package.parent / "templates")
    found = next((p for p in places if (p / "notes.md.j2").is_file()), None)
    if found is None:
        raise OutputError(f"the templates are missing from {places[0]}; reinstall symderiv")
    return found


def write(files: dict[Path, str]) -> list[Path]:
    """Write the files, each whole or not at all, and return their paths.

    Raises `OutputError` where the folder cannot be made or written to.
    """
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, text.encode())
        except OSError as error:
            raise OutputError(
                f"cannot write {path}: {error.strerror or error}; choose a folder that can be written to"
            ) from error
    return list(files)


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside the target, then rename: a reader never sees half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
