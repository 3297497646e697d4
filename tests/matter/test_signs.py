"""What the signs of a quadratic form say, against eigenvalues at random points of several sizes."""

from __future__ import annotations

import numpy as np
import pytest
from engine.losses import CASES
from matter.losses import barrier, brier, log_likelihood, ridge, springs, twin

import symderiv as sd
from symderiv.matter.curvature import hessian
from symderiv.matter.jacobian import jacobians
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.checks.naive import Formulas
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.printing.plain import plain
from symderiv.proof.claim import within
from symderiv.proof.prove import decide
from symderiv.report.elements import Absent, Matrix
from symderiv.statement import Statement
from symderiv.terms import Symbol

OWN = (twin, ridge, brier, log_likelihood, springs, barrier)
ELSEWHERE = (
    "weighted softmax",
    "tanh",
    "log-sum-exp, Hessian",
    "ranking, log-sigmoid of pairs",
    "variance",
    "centred entry",
    "product of two softmax",
    "an exponential and its share",
    "temperature, by logits",
)
PROBLEMS = [
    *(pytest.param(f(), id=f.__name__) for f in OWN),
    *(pytest.param(c.make(), id=c.name) for c in CASES if c.name in ELSEWHERE),
]
CLOSE = 1e-9


def matrices(problem: sd.Problem) -> list[tuple[Matrix, Statement]]:
    d = sd.derive(problem)
    found = jacobians(d)
    every = [] if isinstance(found, Absent) else [(m, d.statement) for m in found]
    second = hessian(d)
    return every if isinstance(second, Absent) else [*every, (second.matrix, second.statement)]


def numbers(m: Matrix, s: Statement, size: int, seed: int) -> np.ndarray:
    """The matrix at a random point that satisfies the facts."""
    sizes = {n.name: size for n in s.scope.sizes}
    names = default_arguments(s, (*s.variables, s.value, m.entry))
    given = draw(s, names, sizes, np.random.default_rng(seed))
    found: np.ndarray = Formulas(s, given, sizes).over(m.entry, (m.row, m.column), (size, size))
    return found


@pytest.mark.parametrize("problem", PROBLEMS)
def test_eigenvalues_bear_the_signs_out(problem: sd.Problem) -> None:
    compared = 0
    for m, s in matrices(problem):
        if m.definite is None or m.definite.needs:
            continue
        for size, seed in ((1, 0), (2, 1), (3, 2), (5, 3)):
            if any(size < least for least in s.scope.least.values()):
                continue
            values = np.linalg.eigvalsh(numbers(m, s, size, seed)) * m.definite.sign
            scale = max(1.0, float(np.abs(values).max()))
            assert values.min() > -CLOSE * scale, (plain(m.derivative), size)
            rank = int((values > CLOSE * scale * 1e-3).sum())
            assert rank == (size if m.definite.strict else size - 1), (plain(m.derivative), size, values)
            compared += 1
    assert compared > 0


def test_a_matrix_of_mixed_signs_has_none() -> None:
    """The Brier score bends either way."""
    (m, s) = matrices(brier())[-1]
    assert m.definite is None
    values = [np.linalg.eigvalsh(numbers(m, s, 3, seed)) for seed in range(20)]
    assert min(v.min() for v in values) < -1e-3
    assert max(v.max() for v in values) > 1e-3


def test_the_form_is_a_claim_of_its_own() -> None:
    """What the prover is asked is the identity for this matrix: with another weight it is refuted."""
    (m, s) = matrices(twin())[0]
    form = m.property("form")
    assert form is not None
    assert decide(form.verdict.claim).status == "proved"
    assert decide(within(form.left, m.entry, s)).status != "proved"
    assert Symbol(m.vector) not in s.scope.sizes
