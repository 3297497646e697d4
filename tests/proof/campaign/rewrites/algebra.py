"""Rewrites of sums, products, fractions and whole powers."""

from __future__ import annotations

from fractions import Fraction

from symderiv.nodes import ONE, Neg, Number, Plus, Power, Quotient, Stop, Term, Times, number

from ..names import same_index
from .spot import Spot, Table, addition, product, without

MINUS_ONE = number(-1)


def shuffle(t: Term, at: Spot) -> Term | None:
    match t:
        case Plus(many) | Times(many):
            return type(t)(tuple(at.random.sample(many, len(many))))
    return None


def bracket(t: Term, at: Spot) -> Term | None:
    match t:
        case Plus(many) | Times(many) if len(many) > 2:
            cut = at.random.randint(1, len(many) - 2)
            return type(t)((*many[:cut], type(t)(many[cut:])))
    return None


def flatten(t: Term, at: Spot) -> Term | None:
    match t:
        case Plus(many) | Times(many) if any(type(u) is type(t) for u in many):
            below = [u.summands if isinstance(u, Plus) else u.factors if isinstance(u, Times) else () for u in many]
            flat = (v for u, inner in zip(many, below, strict=True) for v in (inner if type(u) is type(t) else (u,)))
            return type(t)(tuple(flat))
    return None


def distribute(t: Term, at: Spot) -> Term | None:
    match t:
        case Times(many):
            for n, u in enumerate(many):
                if isinstance(u, Plus):
                    return Plus(tuple(Times((*many[:n], v, *many[n + 1 :])) for v in u.summands))
        case Neg(Plus(many)):
            return Plus(tuple(map(Neg, many)))
        case Quotient(Plus(many), v):
            return Plus(tuple(Quotient(u, v) for u in many))
        case Power(Plus((u, v)), Number(n)) if n == 2:
            return Plus((Power(u, number(2)), Times((number(2), u, v)), Power(v, number(2))))
    return None


def collect(t: Term, at: Spot) -> Term | None:
    """a b + a c = a (b + c), for two summands that share a factor."""
    if not isinstance(t, Plus):
        return None
    factors = [u.factors if isinstance(u, Times) else (u,) for u in t.summands]
    for n, some in enumerate(factors):
        for m, others in enumerate(factors[:n]):
            shared = [u for u in some if u in others and not isinstance(u, Number)]
            if shared:
                u = at.random.choice(shared)
                rests = [product(without(f, f.index(u))) for f in (others, some)]
                return addition((Times((u, Plus(tuple(rests)))), *without(t.summands, n, m)))
    return None


def join_fractions(t: Term, at: Spot) -> Term | None:
    match t:
        case Plus((u, v, *rest)):
            (a, b), (c, d) = _fraction(u), _fraction(v)
            joined = Quotient(Plus((Times((a, d)), Times((c, b)))), Times((b, d)))
            return addition((joined, *rest))
        case Times(many) if any(isinstance(u, Quotient) for u in many):
            tops, bottoms = zip(*map(_fraction, many), strict=True)
            return Quotient(Times(tops), product(tuple(u for u in bottoms if u is not ONE)))
    return None


def _fraction(t: Term) -> tuple[Term, Term]:
    return (t.top, t.bottom) if isinstance(t, Quotient) else (t, ONE)


def split_fraction(t: Term, at: Spot) -> Term | None:
    match t:
        case Quotient(Times(many), v):
            n = at.random.randrange(len(many))
            return Times((*without(many, n), Quotient(many[n], v)))
        case Quotient(u, Times((v, *rest))):
            return Quotient(Quotient(u, v), product(tuple(rest)))
        case Quotient(u, Quotient(v, w)):
            return Quotient(Times((u, w)), v)
        case Quotient(u, v):
            return Times((u, Power(v, MINUS_ONE)))
    return None


def signs(t: Term, at: Spot) -> Term | None:
    match t:
        case Neg(Neg(u)):
            return u
        case Neg(u):
            return Times((MINUS_ONE, u))
        case Times((Number(v), *rest)) if v < 0:
            return Neg(product((number(-v), *rest)))
        case Quotient(u, v):
            return Quotient(Neg(u), Neg(v))
        case Plus(many):
            return Neg(Plus(tuple(map(Neg, many))))
    return None


def powers(t: Term, at: Spot) -> Term | None:
    match t:
        case Power(u, Number(n)) if n.denominator == 1:
            if n < 0:
                return Quotient(ONE, Power(u, number(-n)) if n != -1 else u)
            if n > 1:
                return Times((u, Power(u, number(n - 1)) if n > 2 else u))
        case Times((u, *rest)) if u in rest:
            return product((Power(u, number(2)), *without(tuple(rest), rest.index(u))))
    return None


def power_of_product(t: Term, at: Spot) -> Term | None:
    match t:
        case Power(Times(many), Number(n) as e) if n.denominator == 1:
            return Times(tuple(Power(u, e) for u in many))
        case Power(Quotient(u, v), Number(n) as e) if n.denominator == 1:
            return Quotient(Power(u, e), Power(v, e))
    return None


def numbers(t: Term, at: Spot) -> Term | None:
    match t:
        case Number(value):
            part = Fraction(at.random.choice((-2, -1, 1, 2)), at.random.choice((1, 2, 3)))
            if at.chance(0.5):
                return Plus((number(part), number(value - part)))
            return Times((number(part), number(value / part)))
        case Plus((Number(u), Number(v))):
            return number(u + v)
    return None


def add_and_subtract(t: Term, at: Spot) -> Term | None:
    u = at.small()
    return Plus((u, t, Neg(u)))


def multiply_and_divide(t: Term, at: Spot) -> Term | None:
    u = at.small_positive()
    match t:
        case Quotient(v, w) if at.chance(0.6):
            return Quotient(Times((v, u)), Times((w, u)))
    return at.random.choice((Quotient(Times((t, u)), u), Times((u, Quotient(t, u))), Times((Quotient(ONE, u), t, u))))


def by_cases(t: Term, at: Spot) -> Term | None:
    """t = delta t + (1 - delta) t."""
    d = same_index(at.index("K"), at.index("K"))
    return Plus((Times((d, t)), Times((Plus((ONE, Neg(d))), t))))


def stop(t: Term, at: Spot) -> Term | None:
    """Where nothing is differentiated, a stopped term is the term."""
    if at.place.variables:
        return None
    return t.body if isinstance(t, Stop) else Stop(t)


def complement(t: Term, at: Spot) -> Term | None:
    """u/(u + v) = 1 - v/(u + v)."""
    match t:
        case Quotient(u, Plus((v, w))) if u in (v, w):
            return Plus((ONE, Neg(Quotient(w if u is v else v, t.bottom))))
    return None


TABLE: Table = (
    (shuffle, 3),
    (bracket, 2),
    (flatten, 3),
    (distribute, 8),
    (collect, 6),
    (join_fractions, 3),
    (split_fraction, 5),
    (signs, 2),
    (powers, 4),
    (power_of_product, 2),
    (numbers, 1),
    (add_and_subtract, 1),
    (multiply_and_divide, 1),
    (by_cases, 1),
    (stop, 1),
    (complement, 3),
)
