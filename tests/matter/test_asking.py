"""Questions about terms of a derivation: what is proved is told, and nothing else."""

from __future__ import annotations

from matter.losses import twin

import symderiv as sd
from symderiv.matter.asking import asked, asked_of, carried_out, shown
from symderiv.printing.plain import plain
from symderiv.terms import ZERO, Big, Entry, Symbol, minus, power, quo, times

n, m, N = map(Symbol, "nmN")
v = Entry("v", (n,))


def test_definitions_and_facts_of_the_problem_count() -> None:
    d = sd.derive(twin())
    total = Big(n, N, Entry("c", (n,)), ())
    assert asked(d.trace.result, minus(Entry("v", (m,)), times(Entry("c", (m,)), total)), d).status == "proved"
    assert asked(Big(n, N, v, ()), total, d).status == "proved"
    assert asked(v, ZERO, d).status == "refuted"


def test_only_what_is_proved_is_shown() -> None:
    problem = twin()
    s, surface = problem.statement, problem.surface
    assert shown(v, power(v, Symbol("T")), s, surface) is None
    found = shown(quo(times(v, v), v), v, s, surface)
    assert found is not None
    assert found.status == asked_of(v, v, s, surface).status == "proved"


def test_sums_are_carried_out_as_the_engine_writes_them() -> None:
    s = twin().statement
    assert plain(carried_out(Big(n, N, times(v, minus(Entry("c", (m,)), v)), ()), s)) == "c[m] - sum(v[n]**2, n=1..N)"
    assert carried_out(v, s) is v
