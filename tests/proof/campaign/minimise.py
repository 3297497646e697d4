"""Smaller claims that fail in the same way, for reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.nodes import ONE, Term

from .cases import Case, rewritten
from .judge import Decide, Outcome, outcome
from .names import Place, children, places, replaced, weight


def minimised(found: Outcome, decide: Decide) -> Outcome:
    """The outcome of a smaller claim with the same verdict and the same truth by evaluation."""
    shape = found.status, found.truth, found.failure[:12]
    done = False
    while not done:
        done = True
        for smaller in sorted(_smaller(found.case), key=lambda c: weight(c.left) + weight(c.right)):
            # true as far as evaluation tells: a smaller claim is no scrambled truth any more
            again = outcome(smaller, decide)
            if (again.status, again.truth, again.failure[:12]) == shape:
                found, done = again, False
                break
    return found


def _smaller(case: Case) -> Iterator[Case]:
    for given in case.setting.givens:
        fewer = rewritten(replace(case, setting=case.setting.without(given)), case.left, case.right)
        if fewer is not None:
            yield fewer
    for left, right in _pairs(case.left, case.right):
        made = rewritten(case, left, right)
        if made is not None and left is not right:
            yield made


def _pairs(left: Term, right: Term) -> Iterator[tuple[Term, Term]]:
    for u in _reduced(left):
        yield u, right
    for v in _reduced(right):
        yield left, v
    common = {t for t, _ in places(left, Place())} & {t for t, _ in places(right, Place())}
    for t in common:
        for new in (*children(t), ONE):
            if weight(t) > weight(new):
                yield _everywhere(left, t, new), _everywhere(right, t, new)
    if type(left) is type(right) and len(children(left)) == len(children(right)):
        yield from zip(children(left), children(right), strict=True)


def _reduced(t: Term) -> Iterator[Term]:
    for u, place in places(t, Place()):
        for new in (*children(u), ONE):
            if weight(new) < weight(u):
                yield replaced(t, place.path, new)
        for n in range(len(many := children(u))):
            if len(many) > 2 and type(u).__name__ in ("Plus", "Times"):
                yield replaced(t, place.path, type(u)((*many[:n], *many[n + 1 :])))


def _everywhere(t: Term, old: Term, new: Term) -> Term:
    while True:
        spot = next((place.path for u, place in places(t, Place()) if u is old), None)
        if spot is None:
            return t
        t = replaced(t, spot, new)
