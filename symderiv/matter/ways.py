"""Other routes to the result: derivations of their own that must arrive at the same formula."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.binders import alpha_equal, key
from symderiv.derivation import Derivation, derive
from symderiv.engine.routes import ROUTES
from symderiv.errors import Refused
from symderiv.matter.asking import asked
from symderiv.report.elements import OtherRoute
from symderiv.terms import Term
from symderiv.trace import Trace

FIRST = ("jacobian", "log-sum-exp", "zero-term", "one-hot", "cases", "chain")
MOST = 2


def other_routes(derivation: Derivation, most: int = MOST) -> tuple[OtherRoute, ...]:
    """Routes beside that of the derivation which lead through, differ from it and from one another, and agree.

    A route counts where most of its lines stand in no earlier one, every step of it is proved, and its result is
    proved equal to that of the derivation. Those whose precondition fails are passed over.

    >>> from symderiv.zoo import load
    >>> [route.id for route in other_routes(derive(load("softmax-cross-entropy")))]
    ['jacobian', 'log-sum-exp']
    """
    found: list[OtherRoute] = []
    told = set(_lines(derivation.trace))
    for name, other in _through(derivation):
        lines = set(_lines(other.trace))
        if 2 * len(lines - told) <= len(lines):
            continue
        route = _agreeing(derivation, name, other)
        if route is not None:
            told |= lines
            found.append(route)
        if len(found) == most:
            break
    return tuple(found)


def _through(derivation: Derivation) -> Iterator[tuple[str, Derivation]]:
    """The derivations by every route that leads through."""
    for name in FIRST:
        try:
            yield name, derive(derivation.problem, route=name)
        except Refused:
            continue


def _lines(trace: Trace) -> Iterator[Term]:
    """Every line that follows, up to the letters of its sums."""
    return (key(step.after) for _, step in trace.walk())


def _agreeing(derivation: Derivation, name: str, other: Derivation) -> OtherRoute | None:
    """The other derivation as a record, where all of it is proved."""
    mine, theirs = derivation.trace.result, other.trace.result
    agreement = asked(theirs, mine, derivation)
    if not (agreement and other.verified):
        return None
    sentence, same = ROUTES[name].sentence, alpha_equal(mine, theirs)
    return OtherRoute(name, sentence, other.statement, other.trace, other.verify(), agreement, same)
