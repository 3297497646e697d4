"""An entry taken from a sum is left out of it, where a sum of exponentials below leaves it out as well.

Losses that compare each item with all others (contrastive, neighbourhood components) have gradients
Sum_n f(n, i) - f(i, i), where f(n, i) is exp(a(i, n)) over Sum_{l != n} exp(a(l, n)). The exponent a(i, i) is
none of those below, so f(i, i) may be as large as it likes: it must not be added and taken away again.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.binders import key, match, substitute
from symderiv.numeric.rewrites.linear import cancelled, lines, total
from symderiv.numeric.rewrites.marks import letters, strip
from symderiv.numeric.rewrites.portions import factors, written
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Exp,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    exp,
    number,
    parts,
    plus,
    rebuild,
    subterms,
    times,
)

Line = tuple[Fraction, Term]


def omitted(t: Term) -> Term | None:
    """c Sum_n f(n) - c f(i) as c Sum_{n != i} f(n), and Sum_n f(n) likewise where f(i) is 0; None for any other."""
    if isinstance(t, Big):
        return next((_without(t, i) for i in _left_out(t) if _normal(_at(t, i)) is ZERO), None)
    if not isinstance(t, Plus) or not any(_left_out(u) for u in subterms(t) if isinstance(u, Big)):
        return None
    many = [q for v in t.summands for p in lines(_one_line(v)) for q in _apart(p)]
    for p in many:
        for whole in _factors(p[1]):
            if isinstance(inner := strip(whole), Big):
                front = [v for v in _factors(p[1]) if v is not whole]
                for i in _left_out(inner):
                    own = _opposite(many, p[0], times(*front, _at(inner, i)))
                    if own is not None:
                        new = (p[0], times(*front, _without(inner, i)))
                        left = [new if q is p else q for q in many if q is not own]
                        return plus(*(times(number(value), u) for value, u in left))
    return None


def _left_out(t: Big) -> list[Symbol]:
    """The indices i for which a sum over n holds exp(a(i, n)) beside a sum over l != n of exp(a(l, n))."""
    if t.excluded:
        return []
    below = [u for u in subterms(t.body) if isinstance(u, Big) and t.index in u.excluded and u.size is t.size]
    sums = [(v, u.index) for u in below for v in subterms(u.body) if isinstance(v, Exp)]
    bound = {u.index for u in subterms(t) if isinstance(u, Big)}
    found: list[Symbol] = []
    for u in subterms(t.body):
        if isinstance(u, Exp) and t.index.name in letters(u):
            for v, index in sums:
                i = (match(v, u, (index,)) or {}).get(index)
                if isinstance(i, Symbol) and i not in bound and i not in found:
                    found.append(i)
    return found


def _at(t: Big, i: Symbol) -> Term:
    return substitute(t.body, {t.index: i})


def _without(t: Big, i: Symbol) -> Term:
    return Big(t.index, t.size, t.body, (i,))


def _apart(p: Line) -> list[Line]:
    """A line with a sum that holds an entry to be left out, as one line for each summand of its body."""
    many = _factors(p[1])
    for n, u in enumerate(many):
        if isinstance(whole := strip(u), Big) and _left_out(whole):
            found = [(c, big(whole.index, whole.size, v)) for c, v in lines(_one_line(strip(whole.body)))]
            return [(p[0] * c, times(*many[:n], v, *many[n + 1 :])) for c, v in found]
    return [p]


def _factors(t: Term) -> tuple[Term, ...]:
    return t.factors if isinstance(t, Times) else (t,)


def _opposite(many: list[Line], value: Fraction, own: Term) -> Line | None:
    """The line that is minus value * own."""
    wanted = _compared((-value, own))
    return next((p for p in many if _compared(p) == wanted), None)


def _compared(p: Line) -> list[Line]:
    return [(p[0] * value, key(u)) for value, u in lines(_normal(p[1]))]


def _one_line(t: Term) -> Term:
    """A product with one fraction line."""
    return written(factors(t, ONE, False)) if isinstance(t, Times | Quotient) else t


def _normal(t: Term) -> Term:
    """t with like terms added up and powers multiplied out, inside out: for comparing."""
    t = strip(t)
    t = rebuild(t, tuple(map(_normal, parts(t))))
    match t:
        case Exp(a):
            return exp(a)
        case Plus():
            return total([cancelled([t])])
        case Times() | Quotient() | Power():
            return written(factors(t, ONE, False))
    return t
