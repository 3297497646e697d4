"""The elements of a set of notes beside the derivation itself, as records of terms and verdicts.

They are made above, in `symderiv.matter`, and told by the chapters. Nothing in them is asserted that was not
derived or decided in the same run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from symderiv.engine.rewrite import Law
from symderiv.report.figures.drawn import Drawn
from symderiv.report.figures.price import Price
from symderiv.report.stability import Extremes, Shifts
from symderiv.statement import Statement
from symderiv.terms import Symbol, Term
from symderiv.trace import Condition, Trace
from symderiv.verdicts import Verdict

Group = Literal["derivatives", "logarithms", "sums", "algebra", "ways"]


@dataclass(frozen=True)
class Absent:
    """An element that does not apply, and why: a sentence without names, the same for every problem."""

    why: str


@dataclass(frozen=True)
class Tool:
    """A rule that a derivation uses: its id, its sentence, and its law where one formula says it.

    ``sign`` tells the letters of the law that do not depend on the variable in ``law.constant``. ``group`` is one
    of derivatives, logarithms, sums, algebra and ways (what a strategy does, such as inserting a definition).
    """

    rule: str
    sentence: str
    law: Law | None
    group: Group

    @property
    def name(self) -> str:
        """The rule's id in words."""
        return self.rule.replace("-", " ")

    def terms(self) -> Iterator[Term]:
        """Everything that is printed of it; its letters are the law's own and none of the problem's."""
        if self.law is not None:
            yield from (self.law.left, self.law.right)
            for r in self.law.conditions:
                yield from (r.left, r.right)


@dataclass(frozen=True)
class OtherRoute:
    """Another way to the result, every step of it proved.

    ``sentence`` says what it does; ``agreement`` is the verdict that its result equals that of the first
    derivation, ``same`` whether the two are one formula up to bound letters.
    """

    id: str
    sentence: str
    statement: Statement
    trace: Trace
    verdicts: tuple[Verdict, ...]
    agreement: Verdict
    same: bool


@dataclass(frozen=True)
class Property:
    """An equation about a matrix, proved. ``kind`` names it: entry, symmetric, rows, columns, form or trace."""

    kind: Literal["entry", "symmetric", "rows", "columns", "form", "trace"]
    verdict: Verdict

    @property
    def left(self) -> Term:
        """The left side, in the letters of the matrix."""
        return self.verdict.claim.left

    @property
    def right(self) -> Term:
        """The right side."""
        return self.verdict.claim.right


@dataclass(frozen=True)
class Definite:
    """What the signs in a quadratic form say of its symmetric matrix.

    The form is ``sum_k r_k v_k^2 + 1/2 sum_ki w_ki (v_k - v_i)^2`` with the row sums r and with w = -J off the
    diagonal (see the matrix's ``form``). ``sign`` is +1 where r and w are not negative, -1 where they are not
    positive. Where all r are 0 (``strict`` False), w has that sign between any two different indices, so the form
    is 0 for equal v alone: the rank is size - 1, the kernel the multiples of (1, ..., 1), for size 1 as well. Where r
    has that sign and w has it or is 0 (``strict`` True), the form is 0 for v = 0 alone: the rank is the size.
    ``weight`` and ``rows`` hold why w and r have their sign (None where they are 0), ``needs`` what that rests on
    beyond the given facts.
    """

    sign: Literal[1, -1]
    strict: bool
    weight: Condition | None
    rows: Condition | None
    needs: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """The derivatives of a vector by a vector, or the second derivatives of a number: all entries at once.

    ``derivative`` is what an entry is, such as dp[k]/dz[i], and ``entry`` what it comes to; ``row`` and ``column``
    are the indices in it, over ``sizes``. ``rows`` and ``columns`` list the indices of the shown ``entries``: all of
    them, or with ``dots`` in that direction 1, 2 and the last; ``entries`` is empty where the last row or column has no
    one form, because the problem writes some index as a number. ``properties`` are proved, those not named are not; a
    ``weight`` is -entry off the diagonal, where there is a proved quadratic form, and ``row_sum`` belongs to the
    same. ``vector`` is the name of the array in that form. ``definite`` is what its signs say.
    """

    derivative: Term
    entry: Term
    row: Symbol
    column: Symbol
    sizes: tuple[Term, Term]
    rows: tuple[Term, ...]
    columns: tuple[Term, ...]
    dots: tuple[bool, bool]
    entries: tuple[tuple[Term, ...], ...]
    properties: tuple[Property, ...]
    vector: str = ""
    weight: Term | None = None
    row_sum: Term | None = None
    definite: Definite | None = None

    def property(self, kind: str) -> Property | None:
        """The property of a kind, where it was proved."""
        return next((p for p in self.properties if p.kind == kind), None)

    def terms(self) -> Iterator[Term]:
        """Everything that is printed of it."""
        yield from (self.derivative, self.row, self.column, *self.sizes)
        yield from (t for line in self.entries for t in line)
        for p in self.properties:
            yield from (p.left, p.right)
            yield from (side for r in p.verdict.finding.conditions for side in (r.left, r.right))
        yield from (t for t in (self.weight, self.row_sum) if t is not None)
        for c in _conditions(self.definite):
            yield from (c.relation.left, c.relation.right)


def _conditions(found: Definite | None) -> Iterator[Condition]:
    if found is not None:
        yield from (c for c in (found.weight, found.rows, *found.needs) if c is not None)


@dataclass(frozen=True)
class Hessian:
    """The second derivatives of a number by a vector, and whether it is convex in that vector.

    ``statement`` and ``trace`` derive them. ``curvature`` is the conclusion for the whole domain, "" where there is
    none: the quadratic form has one sign wherever the value is defined, which is for all values of the variable
    (or for all positive ones, where ``positive`` holds the fact that says so).
    """

    statement: Statement
    trace: Trace
    matrix: Matrix
    curvature: Literal["", "convex", "strictly convex", "concave", "strictly concave"] = ""
    positive: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Batch:
    """The problem lifted to a batch of samples, its value the mean over them.

    ``statement`` and ``trace`` are the lifted problem and its derivation: every array has the sample ``index`` in
    front, which runs over ``size``; ``row`` is the letter for the sample that is differentiated by. ``arrays`` and
    ``scalars`` name what was lifted: arrays, and names of numbers and classes that belong to one sample each; every
    other number is shared. ``one`` is the gradient of one sample, lifted; ``derived`` proves the result, ``agreement``
    that it is ``one`` over the size. ``whole`` is the result without indices, where that says the same.
    """

    index: Symbol
    row: Symbol
    size: Symbol
    arrays: tuple[str, ...]
    scalars: tuple[str, ...]
    statement: Statement
    trace: Trace
    one: Term
    derived: Verdict
    agreement: Verdict
    whole: Term | None

    def terms(self) -> Iterator[Term]:
        """Everything that is printed of it."""
        s = self.statement
        yield from (self.index, self.row, self.size, s.value, *s.variables, self.trace.start, self.trace.result)
        yield from (t for d in s.definitions for t in (d.head, d.body))
        yield from (t for f in s.facts for t in (f.relation.left, f.relation.right, *f.variables))
        yield self.one


@dataclass(frozen=True)
class Count:
    """How many of one kind got each verdict. ``kind`` is steps, claims, mistakes or lines (of derivations in print)."""

    kind: Literal["steps", "claims", "mistakes", "lines"]
    proved: int
    refuted: int
    undecided: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.proved + self.refuted + self.undecided


@dataclass(frozen=True)
class Stamp:
    """What says which notes these are: version, format, verdicts, and the digest of the derivation.

    ``command`` recomputes the digest in a shell, "" for a problem that is not in the zoo; in Python it is
    ``Derivation.digest``.
    Versions of other programs and of the machine are not among this, nor are times: the same problem gives the same
    bytes.
    """

    version: str
    format: int
    counts: tuple[Count, ...]
    digest: str
    command: str


@dataclass(frozen=True)
class Elements:
    """All elements of a set of notes; those that do not apply are `Absent`.

    ``folder`` is where the files of the figures are, beside the notes.
    """

    tools: tuple[Tool, ...] = ()
    routes: tuple[OtherRoute, ...] = ()
    jacobians: tuple[Matrix, ...] | Absent = ()
    hessian: Hessian | Absent = Absent("")
    batch: Batch | Absent = Absent("")
    shifts: Shifts | Absent = Absent("")
    extremes: Extremes | Absent = Absent("")
    price: Price | Absent = Absent("")
    figures: tuple[Drawn, ...] | Absent = ()
    folder: str = ""
    stamp: Stamp | None = None

    def terms(self) -> Iterator[Term]:
        """Everything that is printed of them in the names of the problem, so that each gets one spelling."""
        for route in self.routes:
            yield from _lines(route.statement, route.trace)
            yield from (route.agreement.claim.left, route.agreement.claim.right)
        for m in () if isinstance(self.jacobians, Absent) else self.jacobians:
            yield from m.terms()
        if not isinstance(self.hessian, Absent):
            yield from self.hessian.matrix.terms()
            yield from _lines(self.hessian.statement, self.hessian.trace)
        if not isinstance(self.batch, Absent):
            yield from self.batch.terms()
        if not isinstance(self.shifts, Absent):
            yield from self.shifts.terms()


def _lines(statement: Statement, trace: Trace) -> Iterator[Term]:
    for d in statement.definitions:
        yield from (d.head, d.body)
    yield trace.start
    for _, step in trace.walk():
        yield from (step.before, step.after)
        for c in step.conditions:
            yield from (c.relation.left, c.relation.right)
