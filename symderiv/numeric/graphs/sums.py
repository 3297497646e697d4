"""Sums lowered over as few axes as the arrays allow: of several ways to one sum, the one with the smaller arrays.

A difference that ties a matrix to what lacks its axes, as in sum_k v[k] (C[k, i] - m[k]), is multiplied out: what
is left are products of matrices. A product or fraction among the factors is taken apart for the same end, and so is
an exponential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.binders import free_names, opened
from symderiv.letters import all_names
from symderiv.numeric.graphs.contract import contract, loosened, multiply
from symderiv.numeric.graphs.graph import Value
from symderiv.numeric.graphs.ranges import Ranges
from symderiv.numeric.graphs.work import saves_axes
from symderiv.numeric.rewrites.apart import comes_apart
from symderiv.numeric.rewrites.marks import letters, strip
from symderiv.terms import (
    ONE,
    Big,
    Entry,
    Exp,
    Neg,
    Number,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    neg,
    quo,
    subterms,
    times,
)


class Sums(Ranges):
    """Lowers sums over one index."""

    def _summed(self, index: Symbol, size: Term, body: Term, whole: bool = True) -> Value:
        """The sum over one index; ``whole`` says that no difference among its factors has been multiplied out."""
        body = strip(body)
        if isinstance(body, Neg):
            return self.graph.elementwise("neg", [self._summed(index, size, body.body, whole)])
        if isinstance(body, Plus) and self._splits(index, body):
            return self._apart(index, size, body.summands, whole)
        if isinstance(body, Quotient) and index.name not in free_names(body.bottom):
            top = self._summed(index, size, body.top, whole)
            return self.graph.elementwise("div", [top, self.lower(body.bottom)])
        if (looser := loosened(body, index.name)) is not None:
            return self._summed(index, size, looser, whole)
        best = self._contracted(size, index.name, factors(body))
        if len(letters(body)) > 1:
            for other in self._other_ways(index, size, body, whole):
                best = other if saves_axes(other, best) else best
        return best

    def _other_ways(self, index: Symbol, size: Term, body: Term, whole: bool) -> Iterator[Value]:
        """The sum with its body taken apart: at its sum, a fraction bar, an exponent or a difference among factors."""
        if isinstance(body, Plus):
            yield self._apart(index, size, body.summands, whole)
        elif (halves := over_fewer(body, index.name)) is not None:
            yield self._contracted(size, index.name, *halves)
        if (apart := comes_apart(body)) is not None:
            yield self._summed(index, size, apart, whole)
        for other in swapped(index, size, body):
            with self._within(other.index, other.size):
                yield self._summed(other.index, other.size, other.body, whole)
        for outside, summands in multiplied_out(body, index.name) if whole else ():
            inner = self._apart(index, size, summands, False)
            yield multiply(self.graph, [*map(self.lower, outside), inner])

    def _apart(self, index: Symbol, size: Term, summands: Iterable[Term], whole: bool) -> Value:
        """The sums of some summands, added up."""
        every = [(-1, u.body) if isinstance(u, Neg) else (1, u) for u in summands]
        values = [self._summed(index, size, u, whole) for _, u in every]
        return self.graph.elementwise("add", values, tuple(sign for sign, _ in every))

    def _contracted(self, size: Term, name: str, tops: tuple[Term, ...], bottom: Term = ONE) -> Value:
        """The sum over ``name`` of a product of factors, or of that over ``bottom``, which takes what has its axes."""
        factors = [self.lower(u) for u in tops]
        if bottom is not ONE:
            below = self.lower(bottom)
            near = [v for v in factors if set(v.axes) <= set(below.axes)]
            top = multiply(self.graph, near or [self.lower(ONE)])
            factors = [v for v in factors if v not in near]
            factors.append(self.graph.elementwise("div", [top, below]))
        inside = [v for v in factors if name in v.axes]
        outside = [v for v in factors if name not in v.axes]
        total = contract(self.graph, inside, name) if inside else self.lower(size)
        outside = [v for v in outside if v.node.op != "number" or v.node.data != (ONE.value,)]
        return multiply(self.graph, [*outside, total])

    def _splits(self, index: Symbol, body: Plus) -> bool:
        every = [frozenset(self.lower(u).axes) for u in body.summands]
        whole = frozenset((index.name,)).union(*every)
        return all(e < whole for e in every)


def factors(t: Term) -> tuple[Term, ...]:
    """The factors of a product, t itself where it is none."""
    return t.factors if isinstance(t, Times) else (t,)


def over_fewer(t: Term, name: str) -> tuple[tuple[Term, ...], Term] | None:
    """The factors of a product over and under its bars, where what stands under them has ``name`` but not all indices.

    >>> a, b, c = Entry("a", (Symbol("i"), Symbol("k"))), Entry("b", (Symbol("k"),)), Entry("c", (Symbol("k"),))
    >>> over_fewer(quo(times(a, b), c), "k") == ((a, b), c)
    True
    """
    tops: list[Term] = []
    bottoms: list[Term] = []
    for u in factors(t):
        if isinstance(u, Quotient) and name in (below := letters(u.bottom)) and below < letters(t):
            tops += factors(u.top)
            bottoms.append(u.bottom)
        else:
            tops.append(u)
    return (tuple(tops), times(*bottoms)) if bottoms else None


def is_unbounded(t: Term) -> bool:
    """Whether t has exponentials over a sum that leaves some out: such a term may be far greater than what it adds to.

    >>> x = Entry("x", (Symbol("k"),))
    >>> every, others = (Big(Symbol("k"), Symbol("K"), Exp(x), left_out) for left_out in ((), (Symbol("i"),)))
    >>> is_unbounded(quo(Exp(x), every)), is_unbounded(quo(Exp(x), others))
    (False, True)
    """
    below = (v for u in subterms(t) if isinstance(u, Quotient) for v in subterms(u.bottom))
    sums = (v.body for v in below if isinstance(v, Big) and v.excluded)
    return any(isinstance(w, Exp) for body in sums for w in subterms(body))


def swapped(index: Symbol, size: Term, t: Term) -> Iterator[Big]:
    """The sum of t with a sum among its factors as the outer one, for each where the inner one loses indices by that.

    >>> a, b, c = (Entry(n, tuple(map(Symbol, at))) for n, at in (("a", "d"), ("b", "dk"), ("c", "kei")))
    >>> d, k, D, K = map(Symbol, "dkDK")
    >>> [*swapped(d, D, times(a, Big(k, K, times(b, c), ())))] == [Big(k, K, times(c, Big(d, D, times(a, b), ())), ())]
    True
    """
    many = factors(t)
    for n, u in enumerate(many):
        if isinstance(u, Big) and not u.excluded and index.name in letters(u) and not is_unbounded(u.body):
            rest = (*many[:n], *many[n + 1 :])
            inner = opened(u, frozenset().union({index.name}, free_names(size), *map(all_names, rest)))
            mine = [v for v in factors(inner.body) if index.name in letters(v)]
            new = Big(index, size, times(*rest, *mine), ())
            if len(mine) < len(factors(inner.body)) and len(letters(new)) < len(letters(u)):
                yield Big(inner.index, inner.size, times(*(v for v in factors(inner.body) if v not in mine), new), ())


def multiplied_out(t: Term, name: str) -> Iterator[tuple[tuple[Term, ...], tuple[Term, ...]]]:
    """A product with one of its factors multiplied out, a sum that has ``name``, for each such factor in turn.

    What it comes to are the factors without ``name``, and the summands of the rest. A difference of entries stays
    whole: it loses no digits, but its two products would.

    >>> from symderiv.terms import minus, neg
    >>> a, b, v = Entry("a", (Symbol("i"), Symbol("k"))), Entry("b", (Symbol("k"),)), Entry("v", (Symbol("k"),))
    >>> [*multiplied_out(times(v, minus(a, b)), "k")]
    []
    >>> [*multiplied_out(times(v, minus(a, times(b, b))), "k")] == [((), (times(v, a), neg(times(v, b, b))))]
    True
    """
    top, bottom = (t.top, t.bottom) if isinstance(t, Quotient) else (t, ONE)
    many = factors(top)
    outside = tuple(u for u in many if name not in letters(u))
    for n, u in enumerate(many):
        inner = strip(u)
        if isinstance(inner, Plus) and name in letters(inner) and not _is_exact(inner):
            rest = [v for place, v in enumerate(many) if place != n and name in letters(v)]
            yield outside, tuple(quo(times(*rest, v), bottom) for v in _summands(inner))


def _summands(t: Term) -> list[Term]:
    """What a sum adds up, sums within it opened; a product of two sums, or a difference of entries, stays one."""
    if isinstance(t, Neg):
        return [neg(u) for u in _summands(t.body)]
    inner = strip(t)
    if isinstance(inner, Plus):
        return [v for u in inner.summands for v in _summands(u)] if not _is_exact(inner) else [t]
    many = factors(t)
    sums = [n for n, u in enumerate(many) if isinstance(strip(u), Plus)]
    if len(many) == 1 or len(sums) != 1 or _is_exact(strip(many[sums[0]])):
        return [t]
    place = sums[0]
    return [times(*many[:place], v, *many[place + 1 :]) for v in _summands(many[place])]


def _is_exact(t: Term) -> bool:
    """Whether t is a sum or difference of numbers that are known without rounding."""
    return isinstance(t, Plus) and all(map(_is_given, t.summands))


def _is_given(t: Term) -> bool:
    """Whether t is a number that is known without rounding, up to its sign."""
    return isinstance(t.body if isinstance(t, Neg) else t, Entry | Symbol | Number)
