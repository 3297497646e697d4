"""What the notes say, as plain data: strings, numbers and lists, ready for any template.

Formulas are `Formula` strings and code is `Code`; every other string is prose that a template escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.report.markup import Formula


@dataclass(frozen=True)
class Need:
    """A condition and why it holds."""

    formula: Formula
    why: str


@dataclass(frozen=True)
class Assumption:
    """A given fact, the result when it is withdrawn, where that is another one, and whether a step uses it.

    ``of_size`` tells a bound of a size, which is never withdrawn: the formulas are for such sizes.
    """

    formula: Formula
    without: Formula | None
    used: bool
    of_size: bool = False


@dataclass(frozen=True)
class Remark:
    """A fact that is not given, and what the result would be under it."""

    fact: Formula
    result: Formula


@dataclass(frozen=True)
class Row:
    """A name of the problem: how it is written, what it is in the author's words and in ours, its shape or range."""

    formula: Formula
    what: str
    meaning: str
    shape: Formula


@dataclass(frozen=True)
class Line:
    """One step, or those from ``number`` to ``last`` (``more``: others in between), with what it rests on.

    ``status`` is the verdict on it, "" where none was asked for. ``seen_at`` is where its lemma was shown before,
    ``seen_above`` where in the derivation above this one; ``known`` are lemmas that are stated, not derived.
    """

    number: str
    last: str
    more: bool
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    status: str
    formula: Formula
    needs: tuple[Need, ...]
    lemma: Chain | None
    cases: tuple[Chain, ...]
    seen_at: str
    seen_above: str
    known: tuple[Formula, ...]


@dataclass(frozen=True)
class Chain:
    """A derivation or sub-derivation; ``condition`` names the case it treats, if any."""

    start: Formula
    equation: Formula
    lines: tuple[Line, ...]
    condition: Formula | None


@dataclass(frozen=True)
class Tried:
    """The sizes of a gradient check: ``combined``, the values of each name, all with all; else those of each trial."""

    names: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    combined: bool


@dataclass(frozen=True)
class Check:
    """A numerical check of the code's derivative: how, at which sizes, and the relative error it may have."""

    method: str
    sizes: Tried
    allowed: Formula
    outcome: str


@dataclass(frozen=True)
class Skipped:
    """Sizes at which a check has nothing to compare, because ``lacks``, value or derivative, is not finite there."""

    sizes: Tried
    lacks: str


@dataclass(frozen=True)
class Evidence:
    """What the numeric wing and the checks contribute: code, how to call it, a table, and what was checked.

    ``verification`` counts the steps by their verdict, ``statuses`` holds the verdict on each by its number.
    ``left_out``, ``uncoded`` and ``untried`` say why there are no worked numbers, no code and no gradient check,
    where there are none; ``skipped`` are sizes that the check leaves out.
    """

    code: str
    usage: str
    checks: tuple[Check, ...]
    verified: bool
    verification: tuple[tuple[int, str], ...]
    statuses: Mapping[str, str] = field(default_factory=dict)
    left_out: str = ""
    untried: str = ""
    uncoded: str = ""
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Where a claim fails: the point, both sides there, and in general left - right where that is short.

    ``agrees`` are sizes at which the claim holds all the same, ``holds_when`` facts that would make it true.
    """

    point: tuple[Formula, ...]
    left: Formula
    right: Formula
    residual: Formula | None
    agrees: tuple[Formula, ...]
    holds_when: tuple[Formula, ...]


@dataclass(frozen=True)
class Required:
    """What a claim needs; ``status`` is its verdict without that, "" where it is no fact that could be withdrawn.

    ``residual`` is left - right then, where that is a short formula.
    """

    formula: Formula
    status: str = ""
    residual: Formula | None = None


@dataclass(frozen=True)
class Numbers:
    """Both sides of a claim in floating point, at inputs of some sizes: whether they agree, and how closely.

    ``at`` holds the two sides with the numbers of the first example, where those fit.
    """

    sizes: Formula
    agree: bool
    apart: Formula
    at: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class Decided:
    """A claim and its verdict; ``formula`` has the sign that the verdict gives it.

    ``given`` are facts that only this claim assumes, ``needs`` what it needs of the problem's facts and beyond;
    ``instead`` is what should stand there, proved if ``mended``. ``failure`` is there where it is refuted.
    """

    text: str
    source: str
    status: str
    reason: str
    formula: Formula
    where: tuple[Formula, ...]
    given: tuple[Formula, ...]
    needs: tuple[Required, ...]
    failure: Failure | None
    instead: Formula | None
    mended: bool
    numbers: Numbers | None


@dataclass(frozen=True)
class Printed:
    """A derivation as somebody wrote it: its first line, and how each further one follows.

    ``skips`` are the numbers of lines, counted from 1, that can be left out; ``outcome`` and ``conclusion`` tell
    the verdict on the whole, in a few words and in sentences.
    """

    title: str
    where: tuple[Formula, ...]
    given: tuple[Formula, ...]
    start: Formula
    links: tuple[Decided, ...]
    skips: tuple[int, ...]
    outcome: str
    conclusion: str
