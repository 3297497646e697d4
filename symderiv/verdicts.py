"""Verdicts at the surface: what was decided, in the caller's SymPy objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from symderiv.doors.surface import Surface
from symderiv.named import difference, named_factors
from symderiv.printing import plain
from symderiv.printing.latex import SIGNS, equation, latex, relation, shown
from symderiv.proof.budget import DEFAULT, Budget, GivesUp
from symderiv.proof.claim import Claim
from symderiv.proof.lost import Lost
from symderiv.proof.normal import Normal, normalise
from symderiv.proof.point import Interval, Logarithm, Values
from symderiv.proof.prove import REFUTED
from symderiv.proof.repair import alternatives, coincidences, common_factors
from symderiv.proof.verdict import Status
from symderiv.proof.verdict import Verdict as Finding
from symderiv.proof.witness import Counterexample as Witness
from symderiv.statement import Relation
from symderiv.terms import ZERO, Entry, Log, Symbol, Term, number


class Writing(NamedTuple):
    """How terms and relations are written."""

    term: Callable[[Term], str]
    relation: Callable[[Relation], str]


PLAIN = Writing(plain.plain, plain.relation)
MATH = Writing(lambda t: f"${latex(t)}$", lambda r: f"${relation(r)}$")
SAID = {"proved": "=", "refuted": SIGNS["!="], "undecided": "\\overset{?}{=}"}


@dataclass(frozen=True, eq=False, repr=False)
class Counterexample:
    """A point at which the given facts hold and the two sides certainly differ, or a step fails otherwise.

    ``sizes``, ``indices`` and ``values`` by the caller's own symbols and arrays: whole numbers, and exact
    numbers, in tuples for arrays (the first axis outside). ``lhs`` and ``rhs`` enclose the two sides there:
    each a pair of exact numbers.
    """

    witness: Witness | Lost
    surface: Surface

    @cached_property
    def sizes(self) -> dict[Any, int]:
        """The sizes, such as {K: 2}."""
        return {self.surface.symbol(name): n for name, n in self.witness.point.sizes.items()}

    @cached_property
    def indices(self) -> dict[Any, int]:
        """The free indices, such as {i: 1}."""
        return {self.surface.symbol(name): n for name, n in self.witness.point.indices.items()}

    @cached_property
    def values(self) -> dict[Any, Any]:
        """The values of arrays and scalars, such as {z: (0, 1)}."""
        return {self._object(name, value): self._value(value) for name, value in self.witness.point.values.items()}

    @cached_property
    def lhs(self) -> tuple[Any, Any] | None:
        """A certified enclosure of the left side: lower and upper end; None for a step that fails otherwise."""
        return self._ends(self.witness.left) if isinstance(self.witness, Witness) else None

    @cached_property
    def rhs(self) -> tuple[Any, Any] | None:
        """A certified enclosure of the right side: lower and upper end; None for a step that fails otherwise."""
        return self._ends(self.witness.right) if isinstance(self.witness, Witness) else None

    def check(self) -> bool:
        """Evaluate the claim anew, in higher precision: whether the facts hold here and the sides differ."""
        return self.witness.check()

    def _object(self, name: str, value: Values) -> Any:
        if not isinstance(value, tuple):
            return self.surface.symbol(name)
        return self.surface.expression(Entry(name, (Symbol("i"),))).base

    def _value(self, value: Values) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self._value, value))
        term = Log(number(value.argument)) if isinstance(value, Logarithm) else number(value)
        return self.surface.expression(term)

    def _ends(self, side: Interval) -> tuple[Any, Any]:
        return self._value(side.lower), self._value(side.upper)

    def to_dict(self) -> dict[str, Any]:
        """The counterexample as plain data."""
        return self.witness.to_dict()

    def __str__(self) -> str:
        return str(self.witness)

    def __repr__(self) -> str:
        return f"<Counterexample {self}>"


@dataclass(frozen=True, eq=False, repr=False)
class Verdict:
    """Whether a claim holds for all sizes: ``status`` is "proved", "refuted" or "undecided".

    Proved means: the sides are equal wherever the facts hold and both have a value, and there is such a point.
    Refuted comes with a `Counterexample`. Only a proved verdict is true. What would make a refuted claim true
    (`holds_when`) and where it holds all the same (`coincidences`) are worked out when they are asked for.
    """

    claim: Claim
    finding: Finding
    surface: Surface
    budget: Budget = DEFAULT

    @property
    def status(self) -> Status:
        """ "proved", "refuted" or "undecided"."""
        return self.finding.status

    @property
    def reason(self) -> str:
        """What was shown, or why nothing was: the budget, no model of the facts, an atom outside the fragment."""
        return self.finding.reason

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """The facts that the proof uses, and the divisors that must not be 0, as SymPy relations."""
        return tuple(map(self.surface.relation, self.finding.conditions))

    @cached_property
    def counterexample(self) -> Counterexample | None:
        """The point at which a refuted claim fails, or None."""
        found = self.finding.counterexample
        return Counterexample(found, self.surface) if isinstance(found, Witness | Lost) else None

    @cached_property
    def residual(self) -> Any:
        """left - right, factored, in the names of the definitions; 0 for a proved claim."""
        return self.surface.expression(self.residual_term)

    @cached_property
    def holds_when(self) -> tuple[Any, ...]:
        """Alternatives, any one of which makes a claim that is not proved true, for all values of its indices."""
        return tuple(map(self.surface.relation, self.alternatives))

    @cached_property
    def coincidences(self) -> tuple[dict[Any, int], ...]:
        """Sizes up to 4 at which a refuted claim holds all the same."""
        return tuple({self.surface.symbol(name): n for name, n in at.items()} for at in self.coinciding)

    @cached_property
    def residual_term(self) -> Term:
        """left - right in terms."""
        if self.status == "proved":
            return ZERO
        return difference(self.claim, self._normal, self._brief)

    @cached_property
    def alternatives(self) -> tuple[Relation, ...]:
        """`holds_when` in terms."""
        if self.status == "proved" or self._normal is None:
            return ()
        residual, claim = self.residual_term, self.claim
        factors = named_factors(residual, common_factors(self._normal), claim, self._brief)
        return alternatives(claim, residual, factors, self._brief)

    @property
    def _brief(self) -> Budget:
        """What each of the questions after the verdict may use: there are many of them."""
        return replace(self.budget, seconds=min(self.budget.seconds, 1.0))

    @cached_property
    def _normal(self) -> Normal | None:
        try:
            return normalise(self.claim, self.budget if self.status == "undecided" else self._brief)
        except GivesUp:
            return None

    @cached_property
    def coinciding(self) -> tuple[Mapping[str, int], ...]:
        """`coincidences` by the names of the sizes."""
        return coincidences(self.claim, self._brief) if self.status == "refuted" else ()

    def __bool__(self) -> bool:
        return self.status == "proved"

    def __str__(self) -> str:
        return "\n  ".join((f"{self.status}: {self._equation()}", *self.remarks()))

    def __repr__(self) -> str:
        return f"<Verdict {self.status}: {self._equation()}>"

    def _equation(self) -> str:
        return f"{plain.plain(self.claim.left)} = {plain.plain(self.claim.right)}"

    def remarks(self, write: Writing = PLAIN) -> Iterator[str]:
        """What there is to say beside the status and the claim, a line each."""
        if self.finding.conditions:
            yield f"if {', '.join(map(write.relation, self.finding.conditions))}"
        if self.status == "undecided" or (self.status == "refuted" and self.reason != REFUTED):
            yield f"because {self.reason}"
        if self.counterexample is not None:
            yield str(self.counterexample)
        if self.coinciding:
            yield f"holds all the same at {' or '.join(map(_sizes, self.coinciding))}"
        if self.status != "proved":
            yield f"left - right = {write.term(self.residual_term)}"
        if self.alternatives:
            yield f"holds when {' or '.join(map(write.relation, self.alternatives))}"

    def _repr_latex_(self) -> str:
        return shown(equation(self.claim.left, self.claim.right, SAID[self.status]))

    def _repr_markdown_(self) -> str:
        return "\n\n".join((f"**{self.status}**: {self._repr_latex_()}", *self.remarks(MATH)))

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain data, ready for JSON; formulas as text."""
        return {
            "status": self.status,
            "claim": {"left": plain.plain(self.claim.left), "right": plain.plain(self.claim.right)},
            "reason": self.reason,
            "conditions": [plain.relation(r) for r in self.finding.conditions],
            "counterexample": self.counterexample.to_dict() if self.counterexample else None,
            "coincidences": [dict(at) for at in self.coinciding],
            "residual": plain.plain(self.residual_term),
            "holds_when": [plain.relation(r) for r in self.alternatives],
        }


def _sizes(at: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {n}" for name, n in at.items())
