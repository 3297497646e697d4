"""Questions about terms of a derivation: to the prover, and to the engine for a line that the prover then confirms."""

from __future__ import annotations

from symderiv.derivation import Derivation
from symderiv.doors.surface import Surface
from symderiv.engine.chain import CARRY_OUT, finish
from symderiv.engine.poles import guard
from symderiv.engine.polynomial import Preferred
from symderiv.engine.rewrite import Context, Record, exhaust
from symderiv.errors import DidNotTerminate, Refused
from symderiv.proof.claim import Claim, within
from symderiv.proof.prove import decide, holds
from symderiv.statement import Statement
from symderiv.terms import Term
from symderiv.verdicts import Verdict


def asked(left: Term, right: Term, derivation: Derivation) -> Verdict:
    """Whether two terms are equal, with the definitions and facts of a derivation's problem."""
    return judged(within(left, right, derivation.problem.statement), derivation.problem.surface)


def asked_of(left: Term, right: Term, statement: Statement, surface: Surface) -> Verdict:
    """Whether two terms are equal, with the definitions and facts of a statement of one's own."""
    return judged(within(left, right, statement), surface)


def shown(left: Term, right: Term, statement: Statement, surface: Surface) -> Verdict | None:
    """The verdict on an equation that is proved; None for any other, without a search for why it is not."""
    claim = within(left, right, statement)
    if not holds(claim):
        return None
    found = judged(claim, surface)
    return found if found else None


def judged(claim: Claim, surface: Surface) -> Verdict:
    """A claim decided."""
    return Verdict(claim, decide(claim), surface)


def carried_out(t: Term, statement: Statement) -> Term:
    """A term with its sums carried out and in printed form, as the engine writes it; nothing confirms it here."""
    scope = within(t, t, statement).statement.scope
    record = Record(t)
    context = Context(statement, scope, (), Preferred(tuple(scope.indices), guard(statement)))
    try:
        exhaust(CARRY_OUT, record, context)
        finish(record, context)
    except (Refused, DidNotTerminate):
        return t
    return record.line
