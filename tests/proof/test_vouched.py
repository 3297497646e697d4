"""No code is made of a derivation that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.derivation import Derivation
from symderiv.errors import InconsistentTrace
from symderiv.terms import Number, plus, times
from symderiv.trace import Trace


def _wrong(name: str, by: str) -> Derivation:
    """A derivation with its result changed."""
    d = sd.derive(sd.load(name))
    last = d.trace.steps[-1]
    after = plus(last.after, Number(1)) if by == "1" else times(Number(2), last.after)
    changed = Trace(d.trace.start, (replace(last, before=d.trace.start, after=after, cases=(), lemma=None),))
    return Derivation(d.problem, replace(d.derived, trace=changed))


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
