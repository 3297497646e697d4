"""No code is made of a derivation that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.derivation import Derivation
from symderiv.engine import directions
from symderiv.engine.derive import Derived, derive_statement
from symderiv.errors import InconsistentTrace
from symderiv.terms import Number, plus, times
from symderiv.trace import Trace


def _changed(d: Derived, by: str) -> Derived:
    """A derivation with its result changed."""
    last = d.trace.steps[-1]
    after = plus(last.after, Number(1)) if by == "1" else times(Number(2), last.after)
    step = replace(last, before=d.trace.start, after=after, cases=(), lemma=None)
    return replace(d, trace=Trace(d.trace.start, (step,)))


def _wrong(name: str, by: str) -> Derivation:
    d = sd.derive(sd.load(name))
    return Derivation(d.problem, _changed(d.derived, by))


@pytest.mark.parametrize("by", ["1", "factor"])
@pytest.mark.parametrize("name", ["softmax-cross-entropy", "linear-softmax-cross-entropy", "softmax", "source-e"])
def test_a_wrong_result_makes_no_function(name: str, by: str) -> None:
    wrong = _wrong(name, by)
    with pytest.raises(InconsistentTrace, match=r"the derived gradient is wrong, at .* a fault of symderiv"):
        sd.value_and_grad(wrong)
    with pytest.raises(InconsistentTrace):
        wrong.lambdify()


def test_what_cannot_be_looked_at_is_let_through() -> None:
    """Facts at which no point is found stop no one."""
    z, (i, k, K) = IndexedBase("z"), symbols("i k K")
    total = Sum(exp(z[k]), (k, 1, K))
    d = sd.derive(sd.Problem("odd", log(total), z[i], given=[Eq(total, 7)]))
    assert callable(sd.value_and_grad(d))


@pytest.mark.parametrize("product", [sd.jvp, sd.vjp, sd.hvp])
def test_a_wrong_product_makes_no_function(product: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directions, "derive_statement", lambda s: _changed(derive_statement(s), "factor"))
    with pytest.raises(InconsistentTrace, match="wrong, at"):
        product(sd.load("softmax-cross-entropy"))
