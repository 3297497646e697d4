"""Bugs put in on purpose: in the prover's own differentiation and sums, in what it knows, in binders. Each is caught.

The normal form is asked alone, for a search for counterexamples would hide what it says: a bug is caught where a
false claim becomes 0 or a claim that the sound prover shows is shown no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from time import perf_counter
from typing import Any

import pytest

from symderiv import binders, keys
from symderiv.errors import SymderivError
from symderiv.nodes import Big, Term
from symderiv.proof import closing, differentiate, functions, given, normal, reading, sums
from symderiv.proof.algebra import Ratio
from symderiv.proof.normal import Pattern
from symderiv.proof.session import Session
from symderiv.terms import ZERO, big

from .cases import Case, case
from .evaluation import compared
from .judge import normal_form_is_0

SEEDS = range(400)
QUICK = 0.5  # seconds
Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Keys computed under a bug are worth nothing outside its test."""
    yield
    for cached in (KEY, NESTING):
        cached.cache_clear()


KEY, NESTING = keys.key, keys.nesting


@cache
def slice_of_the_campaign() -> tuple[tuple[Case, bool], ...]:
    """Claims that the sound normal form tells right: true ones that it shows, false ones that it does not."""
    found = []
    for seed in SEEDS:
        one = case(seed)
        evaluated = compared(one)
        start = perf_counter()
        right = normal_form_is_0(one.claim) != bool(evaluated.difference)
        # quick ones only: no clock then decides what is caught
        if evaluated.points and right and perf_counter() - start < QUICK:
            found.append((one, not evaluated.difference))
    return tuple(found)


def caught() -> bool:
    """Whether a claim is told wrong now."""
    for one, true in slice_of_the_campaign():
        try:
            # made anew, for binders may be broken
            claim = one.setting.claim(one.left, one.right)
            if normal_form_is_0(claim) != true:
                return True
        except (SymderivError, AssertionError, ArithmeticError, LookupError, RecursionError):
            return True
    return False


def test_the_sound_prover_is_not_caught() -> None:
    told = slice_of_the_campaign()
    assert len(told) > 0.85 * len(SEEDS)
    assert not caught()


# --- in differentiation -------------------------------------------------------------------------------------


def quotient_sign(patch: pytest.MonkeyPatch) -> None:
    sound = differentiate.derivative

    def mutant(s: Session, a: Ratio, by: Any) -> Ratio:
        """(u/v)' = u'/v + u v'/v^2."""
        top = s.times(Ratio(s.one.terms, a.below), differentiate._of_poly(s, a.terms, by))
        return s.minus(s.scaled(top, 2), sound(s, a, by))

    for module in (differentiate, reading):
        patch.setattr(module, "derivative", mutant)


def dropped_term(patch: pytest.MonkeyPatch) -> None:
    sound = differentiate._of_poly
    patch.setattr(differentiate, "_of_poly", lambda s, terms, by: sound(s, dict(list(terms.items())[:1]), by))


def diagonal_only(patch: pytest.MonkeyPatch) -> None:
    """The derivative of a sum by an entry: that of a softmax has its diagonal only."""
    sound = differentiate._of_atom
    patch.setattr(differentiate, "_of_atom", lambda s, a, by: s.zero if a.kind == "sum" else sound(s, a, by))


def no_delta(patch: pytest.MonkeyPatch) -> None:
    sound = differentiate._of_atom
    patch.setattr(differentiate, "_of_atom", lambda s, a, by: s.one if a.kind == "entry" else sound(s, a, by))


def no_chain(patch: pytest.MonkeyPatch) -> None:
    sound = differentiate._of_atom
    patch.setattr(differentiate, "_of_atom", lambda s, a, by: s.power_of(a) if a.kind == "exp" else sound(s, a, by))


def stop_let_go(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "stopped", lambda s, value: value)


def held_names_unfolded(patch: pytest.MonkeyPatch) -> None:
    """A defined name is no independent variable of the derivative by it."""
    sound = Session.differentiating
    patch.setattr(Session, "differentiating", lambda self, opaque: sound(self, frozenset()))


# --- in sums and indices ------------------------------------------------------------------------------------


def missing_substitution(patch: pytest.MonkeyPatch) -> None:
    """The summands at other indices keep the index of the sum."""
    patch.setattr(sums, "_without", lambda s, o, size, generic, points: closing.closed(s, ((o, size),), generic))


def pulled_out(patch: pytest.MonkeyPatch) -> None:
    """A factor that depends on the index leaves the sum: the sum of a product is taken as that of its first factor."""
    sound = closing._component

    def mutant(s: Session, binders: Any, body: Ratio) -> Ratio:
        ((mono, _),) = body.terms.items()
        if len(mono) < 2:
            return sound(s, binders, body)
        first, rest = (Ratio({part: 1}, below) for part, below in ((mono[:1], body.below), (mono[1:], ())))
        return s.times(sound(s, binders, first), sound(s, binders, rest))

    patch.setattr(closing, "_component", mutant)


def no_splits(patch: pytest.MonkeyPatch) -> None:
    """Two indices of which nothing is known are taken for distinct."""
    patch.setattr(Session, "same", lambda self, left, right: self.resolve(left) == self.resolve(right))


def excluded_summed(patch: pytest.MonkeyPatch) -> None:
    sound = normal.OPERATIONS.total
    operations = replace(normal.OPERATIONS, total=lambda s, size, excluded, summand: sound(s, size, (), summand))
    patch.setattr(normal, "OPERATIONS", operations)


def one_summand_too_many(patch: pytest.MonkeyPatch) -> None:
    sound = closing._count
    patch.setattr(closing, "_count", lambda s, binders: s.plus(sound(s, binders), s.one))


# --- in what is known ---------------------------------------------------------------------------------------


def facts_around_the_point(patch: pytest.MonkeyPatch) -> None:
    """Given equations are used from the first reading on, below derivatives too."""
    sound = normal.learn_signs

    def mutant(s: Session, sides: Any) -> None:
        sound(s, sides)
        given.learn_equations(s)

    patch.setattr(normal, "learn_signs", mutant)


def everything_positive(patch: pytest.MonkeyPatch) -> None:
    for name in ("sign", "sign_of_atom"):
        patch.setattr(functions, name, lambda s, a: 1)


def everything_proved(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(normal, "_pattern", lambda s, a: Pattern(ZERO, ()))


def first_pattern_only(patch: pytest.MonkeyPatch) -> None:
    """Only the pattern in which all indices are distinct is looked at."""
    sound = normal._patterns
    patch.setattr(normal, "_patterns", lambda s, look: sound(s, look)[:1])


# --- in binders ---------------------------------------------------------------------------------------------


def capturing(patch: pytest.MonkeyPatch) -> None:
    sound = binders._substitute

    def mutant(t: Term, live: dict[str, Term]) -> Term:
        if not isinstance(t, Big):
            return sound(t, live)
        inner = {name: u for name, u in live.items() if name != t.index.name}
        return big(t.index, mutant(t.size, live), mutant(t.body, inner), tuple(mutant(e, live) for e in t.excluded))

    patch.setattr(binders, "_substitute", mutant)


def unseparated(patch: pytest.MonkeyPatch) -> None:
    """A sum that needs another letter keeps its own below it."""
    patch.setattr(binders, "bind", lambda t, name, bound: t)


@pytest.mark.parametrize(
    "bug",
    [
        quotient_sign,
        dropped_term,
        diagonal_only,
        no_delta,
        no_chain,
        stop_let_go,
        held_names_unfolded,
        missing_substitution,
        pulled_out,
        no_splits,
        excluded_summed,
        one_summand_too_many,
        facts_around_the_point,
        everything_positive,
        everything_proved,
        first_pattern_only,
        unseparated,
    ],
)
def test_a_bug_is_caught(bug: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    slice_of_the_campaign()
    bug(monkeypatch)
    assert caught()
