"""When a sum may be printed without its index."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.letters import places, union
from symderiv.terms import Big, D, Term, subterms


def unsaid(formula: Iterable[Term]) -> frozenset[str]:
    """The bound letters that the sums of a formula may leave unsaid.

    A sum says by itself what it runs over where one letter stands at every index under it and no other sum does.
    The letter must not be free in the formula: there it would look like the same thing.

    >>> from symderiv.terms import *
    >>> i, j, K = (Symbol(s) for s in "ijK")
    >>> share = lambda at: quo(exp(Entry("z", (at,))), big(j, K, exp(Entry("z", (j,)))))
    >>> sorted(unsaid([share(i)])), sorted(unsaid([share(j)]))
    (['j'], [])
    """
    terms = tuple(formula)
    sums = [u for t in terms for u in subterms(t) if isinstance(u, Big)]
    told = {u.index.name for u in sums if not _speaks_for_itself(u)}
    return frozenset(u.index.name for u in sums) - told - union(terms)


def _speaks_for_itself(t: Big) -> bool:
    """Whether the index of a sum is the one letter at every index under it."""
    inside = set(subterms(t.body))
    at = {i for u in inside for i in places(u)}
    return not t.excluded and at == {t.index} and not any(isinstance(u, Big | D) for u in inside)
