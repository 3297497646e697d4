"""Random losses: a derivation that holds together and is right, or a refusal; nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from time import perf_counter

from engine.random_losses import letters_of, nested, statements
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from oracle.small_sizes import check_trace

from symderiv.binders import alpha_equal, index_names
from symderiv.engine.derive import derive_statement
from symderiv.errors import InputError, Refused
from symderiv.printing.plain import plain
from symderiv.statement import Statement
from symderiv.terms import D, kinds

EXAMPLES = settings.default.max_examples if settings.default else 150
SECONDS = 20  # the slowest of thousands took 4 on a busy machine


def problem(data: st.DataObject, orders: int) -> Statement:
    """A drawn problem that makes sense."""
    try:
        return data.draw(statements(orders))
    except InputError:
        reject()


def derived_rightly(statement: Statement) -> None:
    started = perf_counter()
    try:
        derived = derive_statement(statement)
    except (InputError, Refused):
        return
    assert perf_counter() - started < SECONDS
    result = derived.trace.result
    assert derived.trace.start is nested(statement)
    assert D not in kinds(result)
    assert index_names(result) <= letters_of(statement)
    for verdict, (number, step) in zip(
        check_trace(derived.trace, derived.statement, {"K": 2}), derived.trace.walk(), strict=True
    ):
        line = f"{number} [{step.rule}] {plain(step.before)} = {plain(step.after)}: {verdict}"
        assert verdict.status != "refuted", line


@settings(max_examples=max(EXAMPLES // 2, 20))
@given(st.data())
def test_first_derivatives(data: st.DataObject) -> None:
    derived_rightly(problem(data, 1))


@settings(max_examples=max(EXAMPLES // 4, 20))
@given(st.data())
def test_second_derivatives(data: st.DataObject) -> None:
    derived_rightly(problem(data, 2))


@settings(max_examples=max(EXAMPLES // 4, 20))
@given(st.data())
def test_a_derivation_is_the_same_every_time(data: st.DataObject) -> None:
    statement = problem(data, 1)
    try:
        one, two = derive_statement(statement), derive_statement(statement)
    except (InputError, Refused):
        return
    assert alpha_equal(one.trace.result, two.trace.result)
    assert [plain(s.after) for _, s in one.trace.walk()] == [plain(s.after) for _, s in two.trace.walk()]


PRINT_ALL = """
import symderiv as sd
from symderiv.printing.plain import plain
for name in sd.names():
    for number, step in sd.derive(sd.load(name)).numbered:
        print(number, step.rule, step.reason, step, step.justifications)
        print(step.before, step.after, step.conditions)
"""
PRINT_LOSSES = """
from engine.losses import CASES
from symderiv.engine.derive import derive_statement
from symderiv.printing.plain import plain
for case in CASES:
    for number, step in derive_statement(case.make().statement).trace.walk():
        print(case.name, number, step.rule, plain(step.after), step.conditions)
"""


def printed(script: str, seed: str) -> bytes:
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, timeout=300, check=True)
    return done.stdout


def test_hashing_decides_nothing() -> None:
    """The whole zoo and all losses, byte for byte, under different seeds of Python's hash."""
    for script in (PRINT_ALL, PRINT_LOSSES):
        first = printed(script, "1")
        assert len(first) > 1000
        assert printed(script, "2") == first
