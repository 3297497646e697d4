"""One look at a derivation's result before code is made of it: a result that is wrong is not handed on.

A look is no proof (`symderiv.proof.steps` decides every step for all sizes): the derivative and the result are
compared at an exact point of small sizes, by the prover's own differentiation, which takes a few milliseconds.
"""

from __future__ import annotations

from symderiv.errors import InconsistentTrace
from symderiv.proof.claim import Claim
from symderiv.proof.witness import glance
from symderiv.statement import Statement
from symderiv.terms import Term
from symderiv.trace import Trace


def vouched(trace: Trace, statement: Statement) -> Term:
    """The result; raises `InconsistentTrace` with the point where it is not the derivative."""
    found = glance(Claim(trace.start, trace.result, statement)).counterexample
    if found is not None:
        raise InconsistentTrace(
            f"the derived gradient is wrong, {found}: a fault of symderiv, of which no code is made; verify() of the "
            "derivation names the step. Please report the problem"
        )
    return trace.result
