"""From a problem to the files of its notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symderiv.deciding import judgement
from symderiv.derivation import Derivation, derive
from symderiv.errors import InputError
from symderiv.matter.batches import batch
from symderiv.matter.curvature import hessian
from symderiv.matter.evidence import evidence_of, numbers_of
from symderiv.matter.extremes import extremes
from symderiv.matter.jacobian import jacobians
from symderiv.matter.seals import stamp
from symderiv.matter.shifts import shifts
from symderiv.matter.tools import toolkit
from symderiv.matter.ways import other_routes
from symderiv.printing.notation import DEFAULT, Notation
from symderiv.problem import Problem
from symderiv.report.chapters import NOTES, SLIDE, document
from symderiv.report.document import Document
from symderiv.report.elements import Absent, Elements
from symderiv.report.figures.chosen import figures_of
from symderiv.report.figures.drawn import Drawn
from symderiv.report.figures.price import Price, price_of
from symderiv.report.figures.setting import Setting
from symderiv.report.figures.style import LEFT_OUT as NO_FIGURES
from symderiv.report.figures.style import drawable
from symderiv.report.files import write
from symderiv.report.judged import Judgement
from symderiv.report.language import language
from symderiv.report.levels import BRIEF, FULL, checked_detail
from symderiv.report.naming import value_name
from symderiv.report.page import page
from symderiv.report.render import PICTURES, Style, content_of, styles
from symderiv.report.voice import Voice
from symderiv.zoo import load

NO_PRODUCT = "There is no square Jacobian matrix through which alone the value depends on the variable."


RESERVED = ("index", "readme")


def report(
    problem: Problem | str,
    out: str | Path = "outputs",
    formats: Sequence[str] = ("md", "tex", "html"),
    lang: str = "en",
    notation: str | Path | Notation | None = None,
    detail: str = FULL,
    route: str | None = None,
    templates: str | Path | None = None,
) -> list[Path]:
    """Derive, check, and write the notes of a problem; returns the files written.

    ``problem`` is a `Problem` or the name of one in the zoo. ``md`` writes ``NAME.md`` (plain
    Markdown with dollar signs) and ``NAME.github.md``, ``tex`` writes ``NAME.tex``, ``html`` ``NAME.html``, ``pdf``
    (where TeX is installed) ``NAME.pdf``. With ``lang="zh"`` they are in Chinese and called ``NAME.zh.md`` and so
    on; words of the problem that no catalogue holds stay as they are. ``notation`` is the name of one (``"A"``) or
    the path of a TOML file, ``route`` that of `derive`; without them the problem's own are used. ``detail`` is
    ``"brief"`` (a slide), ``"normal"`` (routine steps joined) or ``"full"``. ``templates`` is a folder of templates
    that take the place of ours (docs/templates.md). The same problem always gives the same bytes.

    Raises `InputError` for an unknown name or anything else that is no problem, and for a template that fails, with
    its file and line, `ToolMissing` for a format that cannot be written, with what to install, `InconsistentTrace`
    where a step fails its check, `OutputError` where TeX fails or the folder cannot be written to; nothing is
    written then.
    """
    speech = language(lang)
    checked_detail(detail)
    wanted, folder = styles(_formats(formats), lang, templates), _folder(out)
    problem = load(problem) if isinstance(problem, str) else _problem(problem)
    to = problem.written_by(notation)
    derivation = derive(problem, route=problem.route if route is None else route)
    shown, left_out = numbers_of(derivation)
    evidence = replace(evidence_of(derivation, shown), left_out=left_out)
    claimed = judgement(problem, shown[0][1] if shown else None)
    name, drawn = file_name(problem.name), tuple(dict.fromkeys(PICTURES[style.kind] for style in wanted))
    figures = () if detail == BRIEF else _figures(derivation, shown, claimed, to, drawn)
    elements = replace(_elements(derivation, claimed), figures=figures, folder=name)
    made = page(derivation.subject, shown, evidence, to, detail, claimed, elements)
    notes = document(made, SLIDE if detail == BRIEF else NOTES, Voice(speech, made.spelling))
    return write(_files(folder, name, notes, wanted, () if isinstance(figures, Absent) else figures))


def _files(
    folder: Path, name: str, notes: Document, wanted: Sequence[Style], figures: Iterable[Drawn]
) -> dict[Path, str | bytes]:
    """The notes in every style, and the figures that they refer to."""
    beside = {f"{name}/{f.name}.{kind}": content for f in figures for kind, content in f.files.items()}
    linked = {f".{PICTURES[s.kind]}" for s in wanted if s.linked}
    files = {folder / f"{name}{style.suffix}": content_of(notes, style, beside) for style in wanted}
    return files | {folder / path: content for path, content in beside.items() if Path(path).suffix in linked}


def _figures(
    derivation: Derivation,
    inputs: Sequence[tuple[str, Mapping[str, Any]]],
    claimed: Judgement,
    notation: Notation,
    formats: Sequence[str],
) -> tuple[Drawn, ...] | Absent:
    """The figures in the formats that the files hold."""
    if not drawable():
        return Absent(NO_FIGURES)
    return figures_of(derivation.subject, [given for _, given in inputs], claimed, notation, formats)


def _problem(given: Any) -> Problem:
    if isinstance(given, Problem):
        return given
    what = f"report takes a Problem or the name of one in the zoo, not {type(given).__name__}"
    if isinstance(given, Derivation):
        raise InputError(f"{what}; write report(d.problem), which derives it again, or d.steps to read its steps")
    raise InputError(f"{what}; make a Problem(name, value, wrt) of an expression, or use derive(expr, wrt)")


def _formats(given: Any) -> tuple[Any, ...]:
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, Iterable):
        raise InputError(f'formats is a sequence of names such as ("md", "tex"), not {given!r}')
    return tuple(given)


def _folder(given: Any) -> Path:
    if not isinstance(given, str | Path):
        raise InputError(f"out is the folder to write into, a path as text, not {given!r}")
    if "\0" in str(given):
        raise InputError(f"out holds a NUL character, which no path can: {str(given)!r}")
    return Path(given)


def file_name(name: str) -> str:
    """The name of a problem as a file name: its letters and digits, of any script.

    >>> file_name("Softmax cross-entropy / mean")
    'softmax-cross-entropy-mean'
    """
    found = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", name).lower()).strip("-")
    if found in RESERVED:
        raise InputError(f"notes called {found} would lie where the list of notes lies; give the problem another name")
    if not found:
        raise InputError(f"the name {name!r} has no letters a file name could be made of; give the problem another")
    return found


def _elements(derivation: Derivation, claimed: Judgement) -> Elements:
    """What is told beside the derivation."""
    return Elements(
        tools=toolkit(derivation.trace),
        routes=other_routes(derivation),
        jacobians=jacobians(derivation),
        hessian=hessian(derivation),
        batch=batch(derivation),
        shifts=shifts(derivation),
        extremes=extremes(derivation),
        price=_price(derivation),
        stamp=stamp(derivation, claimed),
    )


def _price(derivation: Derivation) -> Price | Absent:
    """What the gradient costs beside the product with the Jacobian matrix."""
    setting = Setting(derivation.subject, (), Judgement(), value_name(derivation.statement), DEFAULT)
    if setting.vector is None:
        return Absent(NO_PRODUCT)
    return price_of(derivation.statement, derivation.trace.result, setting.jacobians) or Absent(NO_PRODUCT)
