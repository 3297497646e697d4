"""What stands beside the derivation, told: matrices, other ways, batches, and what does not apply."""

from __future__ import annotations

from functools import cache

import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.derivation import Derivation
from symderiv.notes import _elements
from symderiv.report.asides import Beside
from symderiv.report.contents import Page
from symderiv.report.judged import Judgement
from symderiv.report.page import page
from symderiv.report.records import Chain, Evidence
from symderiv.report.steps import lemma_key

i, j, k, m, K = symbols("i j k m K")
z, p = map(IndexedBase, ("z", "p"))


def made(d: Derivation) -> Page:
    return page(d.subject, (), Evidence("", "", (), False, ()), elements=_elements(d, Judgement()))


@cache
def told(name: str) -> Beside:
    return made(sd.derive(sd.load(name))).beside


def lines(chain: Chain) -> list[str]:
    below = [c for line in chain.lines for c in (*([line.lemma] if line.lemma else []), *line.cases)]
    return [line.number for line in chain.lines] + [n for c in below for n in lines(c)]


def test_the_jacobian_of_softmax() -> None:
    (m,) = told("softmax-cross-entropy").matrices
    assert m.entry == r"\frac{\partial p_k}{\partial z_i} = p_k \left(\delta_{ik} - p_i\right)"
    assert m.whole is not None
    assert m.whole.count("\\\\") == 3
    assert r"\vdots & \vdots & \ddots & \vdots" in m.whole
    assert list(m.equations) == ["symmetric", "rows", "columns", "trace", "form"]
    assert m.sign is not None
    assert (m.sign.positive, m.sign.strict, m.sign.rank) == (True, False, "K - 1")


def test_second_derivatives_that_were_told_are_not_told_again() -> None:
    found = told("softmax-cross-entropy")
    assert found.hessian is not None
    assert found.hessian.curvature == "convex"
    assert found.hessian_is == r"\frac{\partial p_k}{\partial z_i}"
    assert told("entropy").hessian_is is None
    other = told("entropy").hessian
    assert other is not None
    assert other.matrix.whole is None  # its entries are too long for a matrix on a page


def test_a_lemma_is_derived_once_whatever_its_indices_are_called() -> None:
    found = told("softmax-cross-entropy")
    assert found.hessian is not None
    chains = [found.hessian.chain, *(route.chain for route in found.routes if route.id == "jacobian")]
    for chain in chains:
        above = [line for line in chain.lines if line.seen_above]
        assert above
        assert all(line.lemma is None and line.seen_above == "4" for line in above)
    one, other = (
        sd.derive(p[a], z[b], where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}) for a, b in ((k, i), (m, j))
    )
    assert lemma_key(one.trace) is lemma_key(other.trace)


def test_the_verdict_on_every_step_is_told() -> None:
    found = told("softmax-cross-entropy")
    assert found.hessian is not None
    for chain in (found.hessian.chain, *(route.chain for route in found.routes)):
        assert {line.status for line in chain.lines} == {"proved"}
        assert len(set(lines(chain))) == len(lines(chain))


@pytest.mark.parametrize("name", sd.names())
def test_an_element_is_told_or_its_absence_is(name: str) -> None:
    found = told(name)
    absent = {element for element, _ in found.absent}
    assert bool(found.matrices) != ("The Jacobian matrix" in absent)
    assert bool(found.hessian) != ("Second derivatives" in absent)
    assert bool(found.batch) != ("A batch of samples" in absent)
    assert found.tools


def test_letters_that_clash_with_those_of_the_matter() -> None:
    """The variable is v, the indices are m and n, the size N: names that the matter would choose."""
    v, n, m, size = IndexedBase("v"), *symbols("n m N")
    found = made(sd.derive(sd.Problem("clash", log(Sum(exp(v[n]), (n, 1, size))), v[m]))).beside
    assert found.hessian is not None
    vector = found.hessian.matrix.vector
    assert vector is not None
    assert vector not in ("v", "n", "m", "N")
    assert f"{vector}_m" in found.hessian.matrix.equations["form"]
    assert found.batch is not None
    assert found.batch.size not in ("N", "n", "m")


def test_the_value_takes_no_name_of_the_problem() -> None:
    size = symbols("L")
    found = made(sd.derive(sd.Problem("lz", size * Sum(z[k], (k, 1, K)) ** 2, z[i])))
    assert found.name == "F"
    assert found.headline.startswith(r"\frac{\partial F}{\partial z_i} = 2 L")


def test_a_shift_does_not_rest_on_a_fact_about_what_is_shifted() -> None:
    """With sum(z) = 1 given, z + c adds up to 1 + K*c: the change of sum(z^2) depends on z all the same."""
    given = [Eq(Sum(z[k], (k, 1, K)), 1)]
    found = made(sd.derive(sd.Problem("on a plane", Sum(z[k] ** 2, (k, 1, K)), z[i], given=given))).beside.shifts
    assert found is not None
    assert [(p.kept, p.change) for p in found.parts] == [(False, None)]


def test_what_a_shift_needs_is_told() -> None:
    y = IndexedBase("y")
    given = [Eq(Sum(y[k], (k, 1, K)), 0)]
    found = made(sd.derive(sd.Problem("balanced", Sum(y[k] * z[k], (k, 1, K)), z[i], given=given))).beside.shifts
    assert found is not None
    assert [(p.kept, p.needs) for p in found.parts] == [(True, (r"\sum_{k=1}^{K} y_k = 0",))]


def test_a_stopped_gradient_is_not_called_linear() -> None:
    d = sd.derive(sd.Problem("held", Sum(z[k] * sd.stop_gradient(z[k]), (k, 1, K)), z[i]))
    reasons = dict(made(d).beside.absent)
    assert reasons["Second derivatives"] == "Its second derivatives, taken with what is stopped held, are 0."
