"""A line of the last phase is called by what was done in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from engine.losses import CASES, Case

from symderiv.binders import key
from symderiv.engine.changes import change, leaves
from symderiv.engine.derive import derive_statement
from symderiv.engine.polynomial import expand, signature
from symderiv.engine.sentences import SENTENCES
from symderiv.printing.plain import plain
from symderiv.terms import Big, Entry, Neg, Plus, Symbol, Term, big, minus, neg, plus, quo, subterms, times
from symderiv.trace import Step

i, j, k, K, T = map(Symbol, ("i", "j", "k", "K", "T"))


def x(at: Term) -> Term:
    return Entry("x", (at,))


def y(at: Term) -> Term:
    return Entry("y", (at,))


def total(index: Symbol, body: Term) -> Term:
    return big(index, K, body)


CHANGES = {
    "rearrange": (Neg(minus(y(i), x(i))), minus(x(i), y(i))),
    "factor": (plus(times(T, x(i)), times(T, y(i))), times(T, plus(x(i), y(i)))),
    "collect": (minus(plus(x(i), y(i)), x(i)), y(i)),
    "leave-out": (minus(total(k, x(k)), x(i)), Big(k, K, x(k), (i,))),
    "join": (
        minus(total(k, times(x(k), y(k))), times(T, total(j, x(j)))),
        total(k, times(x(k), minus(y(k), T))),
    ),
    "fractions": (quo(minus(times(T, x(i)), y(i)), times(T, T)), quo(minus(x(i), quo(y(i), T)), T)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done(name: str) -> None:
    assert change(*CHANGES[name]) == name
    assert name in SENTENCES


def test_like_terms() -> None:
    twice = plus(x(i), times(T, y(i)), x(i))
    assert change(twice, plus(times(T, y(i)), x(i), x(i))) == "rearrange"
    inside = total(k, Plus((x(k), y(k), Neg(x(k)))))
    assert change(inside, total(k, y(k))) == "collect"


def lines(case: Case) -> Iterator[tuple[str, Step]]:
    return derive_statement(case.make().statement).trace.walk()


def products(t: Term) -> Counter[object] | None:
    opened = expand(t)
    return None if opened is None else Counter((signature(p), p.coefficient) for p in opened)


def sums(t: Term) -> set[Term]:
    return {key(u) for u in subterms(t) if isinstance(u, Big)}


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES])
def test_every_line_shows_what_it_says(case: Case) -> None:
    for number, step in lines(case):
        line = f"{number} [{step.rule}] {plain(step.before)} = {plain(step.after)}"
        if step.rule == "rearrange":
            assert leaves(step.before) == leaves(step.after), line
        if step.rule == "factor" and sums(step.before) == sums(step.after):
            assert products(step.before) == products(step.after), line


def test_signs_alone_are_no_factor() -> None:
    assert change(plus(neg(x(i)), y(i)), minus(y(i), x(i))) == "rearrange"
