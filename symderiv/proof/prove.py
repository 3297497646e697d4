"""Decide a claim: look for a counterexample, then bring the difference to normal form, then look harder.

Evaluation comes first because a normal form grows on false claims, and a counterexample costs a millisecond.
"Proved" rests on an identity of rational functions, "refuted" on a counterexample that its own check confirms.
A true identity that no point satisfies is not proved: one point is asked for at which the facts hold and both
sides have a value.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from symderiv.printing import plain
from symderiv.proof.budget import DEFAULT, Budget, GivesUp, Valueless
from symderiv.proof.claim import Claim, written_out
from symderiv.proof.conditions import contradiction, needs
from symderiv.proof.normal import Normal, normalise, together
from symderiv.proof.verdict import Verdict
from symderiv.proof.witness import NO_POINT, Found, look_again, search
from symderiv.terms import NUMBER_SYMBOLS, Function, Number, Symbol, subterms

PROVED = "the two sides have the same normal form"
REFUTED = "the two sides differ at a point"
NO_MODEL = "no point was found at which the given facts hold and both sides have a value"
NOT_SHOWN = "the normal form of the difference is not 0, and no counterexample was found"
NOT_SILENT = "for some pattern of its indices the normal form has no value, and the claim may have one"
AT_ODDS = "the normal form and the evaluation contradict each other, a defect of symderiv: please report the claim"


def decide(claim: Claim, budget: Budget = DEFAULT) -> Verdict:
    """The verdict on a claim, in terms: proved, refuted with a counterexample, or undecided with the reason.

    A claim that speaks of nothing, because its facts contradict each other or it divides by what is
    identically 0, is undecided and its verdict has a ``flaw``.

    >>> from symderiv.proof.claim import claim
    >>> from symderiv.terms import Entry, Symbol
    >>> i = Symbol("i")
    >>> decide(claim(Entry("z", (i,)), Entry("y", (i,)))).status
    'refuted'
    """
    found = search(claim)
    if _certain(found):
        return _refuted(found)
    try:
        normal = _normal(claim, budget)
    except Valueless as problem:
        if problem.everywhere and found.model is None:
            return Verdict("undecided", str(problem), flaw=str(problem))
        return _looked_harder(claim, found, "at some size there is nothing that it speaks of", budget)
    except GivesUp as problem:
        return _looked_harder(claim, found, str(problem), budget)
    if not normal.zero_where_it_speaks:
        return _looked_harder(claim, found, _not_shown(claim, normal), budget)
    loud = _not_silent(claim, normal)
    if loud is not None:
        return _refuted(loud) if _certain(loud) else _looked_harder(claim, found, NOT_SILENT, budget)
    if found.model is None:
        found = search(claim, True, monotonic() + budget.seconds)
        if _certain(found):
            return Verdict("undecided", AT_ODDS)
    if _certain(look_again(claim)):
        return Verdict("undecided", AT_ODDS)
    return _proved(claim, normal) if found.model is not None else _about_nothing(claim, found, budget)


def holds(claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a claim is proved, without a long search for why it is not.

    >>> from symderiv.proof.claim import claim
    >>> from symderiv.terms import Symbol, plus
    >>> x, y = Symbol("x"), Symbol("y")
    >>> holds(claim(plus(x, y), plus(y, x)))
    True
    """
    found = search(claim)
    if found.counterexample is not None or found.model is None:
        return False
    try:
        return _normal(claim, budget).zero
    except GivesUp:
        return False


def _normal(claim: Claim, budget: Budget) -> Normal:
    """The normal form of a claim; for every value of an index over a small fixed size, up to one that is not 0."""
    end = monotonic() + budget.seconds
    cases: list[Normal] = []
    for case in written_out(claim):
        cases.append(normalise(case, replace(budget, seconds=max(0.0, end - monotonic()))))
        if not cases[-1].zero_where_it_speaks:
            break
    return together(cases)


def _not_silent(claim: Claim, normal: Normal) -> Found | None:
    """What is found at a pattern for which the normal form has no value, though the claim may have one."""
    for relations in normal.silent:
        if not all(isinstance(side, Symbol | Number) for r in relations for side in (r.left, r.right)):
            return Found(None, None, "a pattern of labels")  # the search draws labels and cannot be told
        found = search(replace(claim, relations=(*claim.relations, *relations)))
        if found.counterexample is not None or found.model is not None:
            return found
    return None


def _not_shown(claim: Claim, normal: Normal) -> str:
    """Why a normal form that is not 0 may not be the last word."""
    s = claim.statement
    terms = (claim.left, claim.right, *(d.body for d in s.definitions))
    names = {u.name for t in terms for u in subterms(t) if isinstance(u, Function)} - NUMBER_SYMBOLS
    unused = [f for f in s.facts if f.relation.sign == "=" and f not in normal.used]
    told = [NOT_SHOWN]
    told += [f"nothing is known here of {', '.join(sorted(names))} but the name"] if names else []
    told += [f"not used: {', '.join(plain.relation(f.relation) for f in unused)}"] if unused else []
    return "; ".join(told)


def _certain(found: Found) -> bool:
    return found.counterexample is not None and found.counterexample.check()


def _refuted(found: Found) -> Verdict:
    return Verdict("refuted", REFUTED, counterexample=found.counterexample)


def _proved(claim: Claim, normal: Normal) -> Verdict:
    facts = tuple(f.relation for f in normal.used)
    return Verdict("proved", PROVED, tuple(dict.fromkeys((*facts, *needs(claim)))))


def _looked_harder(claim: Claim, quick: Found, reason: str, budget: Budget) -> Verdict:
    """What a thorough search says of a claim that the normal form does not prove."""
    # the normal form may have used up all the time there was
    found = search(claim, True, monotonic() + budget.seconds / 4)
    if _certain(found):
        return _refuted(found)
    if quick.model is not None or found.model is not None:
        return Verdict("undecided", reason)
    return _about_nothing(claim, found, budget)


def _about_nothing(claim: Claim, found: Found, budget: Budget) -> Verdict:
    """The verdict on a claim for which no point was found that it speaks of."""
    flaw = contradiction(claim, budget)
    further = (said for said in found.reason.split("; ") if said not in ("", NO_POINT))
    return Verdict("undecided", flaw or "; ".join((NO_MODEL, *further)), flaw=flaw)
