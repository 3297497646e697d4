"""How far difference quotients are from the derivative, step by step, and how far a mistake is from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from symderiv.binders import match
from symderiv.claims import Mistake
from symderiv.engine.derive import result_axes
from symderiv.engine.printed import cost
from symderiv.errors import Refused
from symderiv.letters import free_names
from symderiv.proof.claim import Claim
from symderiv.report.figures.doubles import Double, Values, double
from symderiv.report.figures.drawn import Drawn, Saying
from symderiv.report.figures.setting import Given, Setting, values
from symderiv.report.figures.steps import Errors, errors
from symderiv.report.markup import Formula
from symderiv.statement import Statement
from symderiv.terms import D, Entry, Number, Symbol, Term, kinds, number

STEPS = tuple(2.0**-n for n in range(2, 53, 2))  # powers of 2: dividing by them is exact
SHORT = 12  # the printed size of a formula up to which it stands in the legend
NOTHING = 1e-14  # a relative error that rounding of a few operations explains
VISIBLE = 0.05  # of the derivative: a mistake that is closer at an example is not drawn there
LARGEST = 400  # numbers in an example: more would take long


@dataclass(frozen=True)
class _Slope:
    """The derivative by one number: where it stands in its array, what it is, and what a mistake says it is."""

    place: tuple[int, ...]
    found: float
    wrong: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the mistake can be told from the derivative here."""
        return self.wrong is not None and abs(self.wrong - self.found) > VISIBLE * abs(self.found)


def errors_of(setting: Setting) -> Drawn | None:
    """Errors of forward and central differences and of the complex step, at the first example that can be reached.

    Its precondition: a first derivative of a number that is not 0 at that example. The value is worked out as it is
    defined, in double precision with every function rounded correctly, so that the last digits are the same on
    every machine. A refuted mistake about the same derivative is drawn.
    """
    if setting.scalar is None:
        return None
    mistake = _mistake(setting, setting.scalar)
    for given in setting.examples:
        found = _errors(setting, setting.scalar, given, mistake)
        if found is not None:
            data, slope = found
            caption = tuple(_caption(setting, data, slope, mistake))
            return Drawn("gradient-check", errors(data, setting.formats), _alt(data), caption)
    return None


def _errors(setting: Setting, variable: Term, given: Given, mistake: Claim | None) -> tuple[Errors, Formula] | None:
    """The errors of the derivative by one number of an example, and its formula; None where they cannot be had."""
    if _name(variable) not in given or sum(np.size(x) for x in given.values()) > LARGEST:
        return None
    try:
        slopes = list(_slopes(setting, variable, given, mistake))
        told = max((s for s in slopes if s.found), key=lambda s: (s.differs, abs(s.found)), default=None)
        return None if told is None else _measured(setting, variable, given, mistake, told)
    except Refused:
        return None


def _measured(
    setting: Setting, variable: Term, given: Given, mistake: Claim | None, told: _Slope
) -> tuple[Errors, Formula] | None:
    line = _Line(setting.statement, variable, given, told.place)
    ways = {
        "forward": tuple(_error(told.found, line.forward(h), told.found) for h in STEPS),
        "central": tuple(_error(told.found, line.central(h), told.found) for h in STEPS),
        "complex": tuple(_error(told.found, line.complex_step(h), told.found) for h in STEPS),
    }
    wrong: tuple[float, ...] = ()
    if told.wrong is not None and told.differs:
        wrong = tuple(_error(told.wrong, line.central(h), told.found) for h in STEPS)
    if not np.all(np.isfinite([*ways.values()])) or not np.all(np.isfinite(wrong)):
        return None  # a step leaves where the value is defined
    slope = setting.formula(D(setting.name, _entry(variable, told.place)))
    short = mistake is not None and cost(mistake.right) <= SHORT
    return Errors(STEPS, ways, wrong, setting.formula(mistake.right) if mistake and short else "\\times", slope), slope


def _alt(data: Errors) -> Saying:
    if data.wrong:
        return Saying(
            "Relative error against the step h on logarithmic axes: the quotients come close to the derivative, "
            "the mistake stays apart at every step."
        )
    return Saying("Relative error against the step h on logarithmic axes: the quotients come close to the derivative.")


def _caption(setting: Setting, data: Errors, slope: Formula, mistake: Claim | None) -> Iterator[Saying]:
    yield Saying(
        "How far forward difference, central difference and complex step are from {slope} at an example, relative "
        "to it.",
        {"slope": slope},
    )
    if _turns(data.ways["forward"]) and _turns(data.ways["central"]):
        yield Saying("From the right, the errors of the differences fall with the step, until rounding takes over.")
    if data.ways["complex"][-1] <= NOTHING:
        yield Saying("The complex step subtracts nothing, so that no rounding grows as the step shrinks.")
    if data.wrong and mistake is not None:
        claimed = setting.formula(mistake.right)
        yield Saying("The broken line is the mistake {claimed}: a smaller step does not mend it.", {"claimed": claimed})
    yield Saying(
        "The value is worked out as defined, in double precision with every function rounded correctly: the last "
        "digits are then the same on every machine."
    )


def _turns(found: tuple[float, ...]) -> bool:
    """Whether errors first fall with the step and then rise, by much."""
    least = max(min(found), NOTHING)
    return found[0] > 100 * least < found[-1]


def _error(claimed: float, measured: float, slope: float) -> float:
    return abs(claimed - measured) / abs(slope)


def _slopes(setting: Setting, variable: Term, given: Given, mistake: Claim | None) -> Iterator[_Slope]:
    """The derivative by every number of the variable, and what the mistake says."""
    own, letters = values(setting.statement, given), result_axes(setting.statement)
    binding = None if mistake is None else _binding(setting.statement, variable, mistake)
    theirs = None if mistake is None else values(mistake.statement, given)
    lengths = _lengths(variable, setting.statement, own)
    for place in product(*(range(1, n + 1) for n in lengths)):
        env = dict(zip((i.name for i in letters), place, strict=True))
        found, wrong = own.at(setting.subject.trace.result, env).real, None
        if mistake is not None and binding is not None and theirs is not None:
            there = {getattr(binding.get(i, i), "name", ""): env[i.name] for i in letters}
            wrong = theirs.at(mistake.right, there).real
        yield _Slope(_place(variable, env), found, wrong)


def _name(variable: Term) -> str:
    return variable.array if isinstance(variable, Entry) else getattr(variable, "name", "")


def _lengths(variable: Term, statement: Statement, own: Values) -> list[int]:
    sizes = (statement.scope.indices[i.name] for i in result_axes(statement))
    return [int(s.value) if isinstance(s, Number) else own.sizes[getattr(s, "name", "")] for s in sizes]


def _place(variable: Term, env: dict[str, int]) -> tuple[int, ...]:
    indices = variable.indices if isinstance(variable, Entry) else ()
    return tuple(int(i.value) if isinstance(i, Number) else env[getattr(i, "name", "")] for i in indices)


def _entry(variable: Term, place: tuple[int, ...]) -> Term:
    return Entry(variable.array, tuple(map(number, place))) if isinstance(variable, Entry) else variable


def _mistake(setting: Setting, variable: Term) -> Claim | None:
    """The first refuted mistake about the derivative that speaks of nothing but its indices and known numbers."""
    for judged in setting.judgement.claims:
        claim = judged.verdict.claim
        known = {f.relation for f in setting.statement.facts}
        own = [f for f in claim.statement.facts if f.relation not in known]
        if isinstance(judged.claim, Mistake) and judged.verdict.status == "refuted" and not (own or claim.relations):
            binding = _binding(setting.statement, variable, claim)
            if binding is not None and D not in kinds(claim.right):
                letters = {getattr(t, "name", "") for t in binding.values()}
                if free_names(claim.right) & claim.indices.keys() <= letters:
                    return claim
    return None


def _binding(statement: Statement, variable: Term, claim: Claim) -> dict[Term, Term] | None:
    indices = variable.indices if isinstance(variable, Entry) else ()
    letters = tuple(i for i in indices if isinstance(i, Symbol))
    return match(D(statement.value, variable), claim.left, letters)


@dataclass(frozen=True)
class _Line:
    """The value along the line on which one number of the example moves."""

    statement: Statement
    variable: Term
    given: Given
    place: tuple[int, ...]

    def forward(self, h: float) -> float:
        """(f(x + h) - f(x)) / h."""
        return ((self._at(h) - self._at(0.0)) / double(h)).real

    def central(self, h: float) -> float:
        """(f(x + h) - f(x - h)) / 2h."""
        return ((self._at(h) - self._at(-h)) / double(2 * h)).real

    def complex_step(self, h: float) -> float:
        """Im f(x + ih) / h."""
        return self._at(0.0, h).imag / h

    def _at(self, by: float, imaginary: float = 0.0) -> Double:
        still = values(self.statement, self.given)
        name = _name(self.variable)
        array, place = np.array(still.numbers[name], dtype=object), tuple(n - 1 for n in self.place)
        array[place] = double(array[place].real + by, imaginary)
        there = replace(still, numbers={**still.numbers, name: array}, still=still, known={})
        found: Double = there.at(self.statement.value, {})
        return found
