"""A page that lists the notes in a folder: what each is about, its result, and the files there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from symderiv.derivation import derive
from symderiv.errors import ToolMissing
from symderiv.notes import file_name
from symderiv.printing.latex import latex
from symderiv.problem import Problem
from symderiv.report.chapters import WORDS
from symderiv.report.document import Document, Line, Paragraph, Run, Section, Table
from symderiv.report.files import write
from symderiv.report.language import ENGLISH, language, languages
from symderiv.report.markup import Formula
from symderiv.report.page import settled
from symderiv.report.render import STYLES, render, styles
from symderiv.report.voice import Voice

TITLE = "Notes"
FOUND = (
    "Each set of notes derives one gradient for all sizes, proves every step, and refutes what is printed wrong "
    "elsewhere."
)
KINDS = {".github.md": "GitHub", ".md": "Markdown", ".html": "HTML", ".tex": "LaTeX", ".pdf": "PDF"}
NAMES = {"en": "", "zh": "中文 "}


def index(problems: Iterable[Problem], out: str | Path) -> list[Path]:
    """Write ``README.md``, in the Markdown of GitHub, and where there are pages of HTML ``index.html``.

    They list the problems of which there are notes in the folder, and the files of those. Returns what was written;
    errors are those of `report`.
    """
    folder = Path(out)
    rows = tuple(row for p in problems for row in _rows(p, folder))
    voice = Voice(language(ENGLISH), {})
    head = (voice.say("notes"), voice.say("gradient"), voice.say("files"))
    section = Section("notes", (), (Paragraph(voice.say(FOUND)), Table(head, rows, wide=0)))
    made = Document(ENGLISH, voice.say(TITLE), (section,), WORDS)
    github = next(s for s in STYLES["md"] if s.suffix == ".github.md")
    files: dict[Path, str | bytes] = {folder / "README.md": render(made, github)}
    if any(folder.glob("*.html")):
        try:
            (page,) = styles(("html",))
            files[folder / "index.html"] = render(made, page)
        except ToolMissing:
            pass  # the pages there are from elsewhere; a list of them can wait until pages can be made here
    return write(files)


def _rows(problem: Problem, folder: Path) -> Iterator[tuple[Line, ...]]:
    """One line for a problem with notes in the folder."""
    name = file_name(problem.name)
    links = [
        Run("link", f"{NAMES.get(lang, lang)}{kind}", f"{name}{'' if lang == ENGLISH else f'.{lang}'}{suffix}")
        for lang in languages()
        for suffix, kind in KINDS.items()
    ]
    there = [link for link in links if (folder / link.target).is_file()]
    if not there:
        return
    commas = [Run("text", ", ")] * (len(there) - 1)
    files = tuple(run for pair in zip(there, [*commas, Run("text", "")], strict=True) for run in pair if run.text)
    d = derive(problem, route=problem.route)
    to = settled(d.subject, problem.written_by())
    result = Run("math", Formula(latex(d.trace.result, to)))
    yield (Run("link", problem.title or problem.name, there[0].target),), (result,), files
