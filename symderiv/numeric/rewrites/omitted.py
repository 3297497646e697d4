"""An entry taken from a sum is left out of it, where a sum of exponentials below leaves it out as well.

Losses that compare each item with all others (contrastive, neighbourhood components) have gradients
Sum_n f(n, i) - f(i, i), where f(n, i) is exp(a(i, n)) over Sum_{l != n} exp(a(l, n)). The exponent a(i, i) is
none of those below, so f(i, i) may be as large as it likes: it must not be added and taken away again.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.binders import key, match, mentions, substitute
from symderiv.numeric.rewrites.linear import cancelled, lines, total
from symderiv.numeric.rewrites.marks import has_delta, letters, strip
from symderiv.numeric.rewrites.poles import unless
from symderiv.numeric.rewrites.portions import factors, written
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Delta,
    Exp,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
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
    """c Sum_n f(n) - c f(i) as c Sum_{n != i} f(n); None for any other."""
    if not isinstance(t, Plus) or not any(_left_out(u) for u in subterms(t) if isinstance(u, Big)):
        return None
    many = _lines(t)
    apart = [q for p in many for q in _apart(p)]
    return _added_up(_from_sums(many) or _together(apart) or _from_sums(apart))


def nothing_of_its_own(t: Term) -> Term | None:
    """Sum_n f(n) as Sum_{n != i} f(n) where f(i) is 0, for an exponent in f(i) may be as large as it likes."""
    if not isinstance(t, Big) or t.excluded:
        return None
    return next((_without(t, i) for i in _beside(t) if _normal(_at(t, i)) is ZERO), None)


def off_diagonal(t: Term) -> Term | None:
    """f(m, n) - delta(m, n) f(m, m) as f(m, n), but 0 where the delta is 1; None for any other."""
    if not isinstance(t, Plus) or not has_delta(t) or not _has_exp(t):
        return None
    return _added_up(_from_diagonals(_lines(t)))


def _lines(t: Plus) -> list[Line]:
    return [p for v in t.summands for p in lines(_one_line(v))]


def _added_up(found: list[Line] | None) -> Term | None:
    return None if found is None else plus(*(times(number(value), u) for value, u in found))


def _from_sums(many: list[Line]) -> list[Line] | None:
    """The lines with a sum in one of them that leaves out an index, in place of that sum and a line less."""
    for p in many:
        for whole in _factors(p[1]):
            if isinstance(inner := strip(whole), Big):
                front = [v for v in _factors(p[1]) if v is not whole]
                for i in _left_out(inner):
                    own = _opposite(many, p[0], times(*front, _at(inner, i)))
                    if own is not None:
                        new = (p[0], times(*front, _without(inner, i)))
                        return [new if q is p else q for q in many if q is not own]
    return None


def _together(many: list[Line]) -> list[Line] | None:
    """The same for several sums over n, whose own summands make up what is taken away together."""
    found = [(p, at, u) for p in many for at, v in enumerate(_factors(p[1])) if isinstance(u := strip(v), Big)]
    for i in dict.fromkeys(i for _, _, u in found for i in _left_out(u)):
        sums = {id(p): (p, at, u) for p, at, u in found if i in _left_out(u)}
        own = [(p[0], _replaced(p[1], at, _at(u, i))) for p, at, u in sums.values()]
        great = {e for _, t in own for e in _exponentials(t)}
        loose = [p for p in many if id(p) not in sums and _exponentials(p[1]) & great]
        if loose and not _canonical([*own, *loose]):
            new = {n: (p[0], _replaced(p[1], at, _without(u, i))) for n, (p, at, u) in sums.items()}
            return [new.get(id(p), p) for p in many if not any(p is q for q in loose)]
    return None


def _exponentials(t: Term) -> set[Term]:
    """The exponentials among the factors of a product, for comparing."""
    return {key(_normal(u)) for u, _ in factors(t, ONE, False) if isinstance(u, Exp)}


def _replaced(t: Term, at: int, by: Term) -> Term:
    many = _factors(t)
    return times(*many[:at], by, *many[at + 1 :])


def _canonical(many: list[Line]) -> dict[Term, Fraction]:
    """Terms, brackets and sums opened, and how often each is there; those that cancel are gone."""
    table: dict[Term, Fraction] = {}
    for value, t in many:
        for c, u in lines(_normal(t)):
            for d, v in lines(_one_line(u)):
                w = key(v)
                table[w] = table.get(w, Fraction(0)) + value * c * d
    return {u: value for u, value in table.items() if value}


def _apart(p: Line) -> list[Line]:
    """A line with a sum over several lines as several lines with a sum."""
    for whole in _factors(p[1]):
        if isinstance(inner := strip(whole), Big) and _left_out(inner):
            front = [v for v in _factors(p[1]) if v is not whole]
            below = lines(_one_line(strip(inner.body)))
            return [(p[0] * c, times(*front, Big(inner.index, inner.size, u, ()))) for c, u in below]
    return [p]


def _from_diagonals(many: list[Line]) -> list[Line] | None:
    """The lines with f(m, n) - delta(m, n) f(m, m) as one that is 0 where the delta is 1."""
    for q in many:
        found = factors(q[1], ONE, False)
        d = next((u for u, n in found if isinstance(u, Delta) and n is ONE), None)
        if d is None:
            continue
        rest = written([(u, n) for u, n in found if u is not d])
        for here, there in ((d.left, d.right), (d.right, d.left)):
            for p in many:
                if isinstance(here, Symbol) and here.name in letters(p[1]) and p is not q and _has_exp(p[1]):
                    own, wanted = (substitute(u, {here: there}) for u in (rest, p[1]))
                    if _opposite([(q[0], own)], p[0], wanted) is not None:
                        masked = (p[0], unless(p[1], (d,)))
                        return [masked if r is p else r for r in many if r is not q]
    return None


def _has_exp(t: Term) -> bool:
    return any(isinstance(u, Exp) for u in subterms(t))


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


def _beside(t: Big) -> list[Symbol]:
    """The indices that stand beside that of a sum in an exponent."""
    bound = {u.index.name for u in subterms(t) if isinstance(u, Big)}
    found = [letters(u) for u in subterms(t.body) if isinstance(u, Exp)]
    return [Symbol(i) for i in sorted({i for names in found if t.index.name in names for i in names} - bound)]


def _at(t: Big, i: Symbol) -> Term:
    return substitute(t.body, {t.index: i})


def _without(t: Big, i: Symbol) -> Term:
    return Big(t.index, t.size, t.body, (i,))


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
        case Big(index, size, body, excluded):
            return plus(*(_outside(index, size, value, u, excluded) for value, u in lines(_one_line(body))))
    return t


def _outside(index: Symbol, size: Term, value: Fraction, t: Term, excluded: tuple[Term, ...]) -> Term:
    """value Sum t, with what does not depend on the index outside."""
    many = factors(t, ONE, False)
    inside = [(u, n) for u, n in many if mentions(u, index) or mentions(n, index)]
    rest = [p for p in many if p not in inside]
    return times(number(value), written([*rest, (Big(index, size, written(inside), excluded), ONE)]))
