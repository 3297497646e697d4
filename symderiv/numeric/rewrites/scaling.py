"""Sums of exponentials and the common shift that keeps them in range.

With any c, exp(a) = exp(c) exp(a - c). Written over all exponentials of a sum at once, and over a
numerator and its denominator alike, the powers of exp(c) come out and cancel; c is chosen as the
greatest exponent of the denominator, so every exponential there is at most 1 and one of them is 1.
"""

from __future__ import annotations

from symderiv.binders import free_names, key, match, opened, substitute
from symderiv.letters import ordered_indices
from symderiv.numeric.rewrites.marks import HOLD, MAX, OF, OTHERS, SHIFTED, WEIGHTED, hold, is_constant, shifted, strip
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Exp,
    Function,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    neg,
    number,
    parts,
    plus,
    power,
    quo,
    subterms,
    times,
)


def is_shifted(exponent: Term) -> bool:
    """Whether an exponent has had its shift."""
    t = strip(exponent)
    return isinstance(t, Function) and t.name == SHIFTED


def has_exp(t: Term) -> bool:
    """Whether t is built from unshifted exponentials by sums, products and whole powers.

    A quotient over exponentials counts as an atom: it gets a shift of its own.
    """
    match t:
        case Exp(a):
            return not is_shifted(a)
        case Plus(many) | Times(many):
            return any(map(has_exp, many))
        case Neg(u) | Big(_, _, u, _) | Function("@hold", (u,)):
            return has_exp(u)
        case Function(name, (u, *_)) if name == OTHERS:
            return has_exp(u)
        case Quotient(u, v):
            return has_exp(u) and not has_exp(v)
        case Power(u, Number(n)):
            return n.denominator == 1 and n > 0 and has_exp(u)
        case Function(name, (_, v)) if name == WEIGHTED:
            return has_exp(v)
    return False


def exponents(t: Term) -> tuple[Term, ...]:
    """What `MAX` runs over for t: every exponent of a sum of exponentials, 0 for a bare summand."""
    match t:
        case Exp(a):
            return (Function(OF, (a,)),)
        case Neg(u) | Function("@hold", (u,)) | Power(u, _) | Quotient(u, _):
            return exponents(u)
        case Plus(many):
            found = [e for u in many for e in (exponents(u) if has_exp(u) else (Function(OF, (ZERO,)),))]
            return tuple(dict.fromkeys(found))
        case Function(name, (u, *_)) if name == OTHERS:
            return exponents(u)
        case Times(many):
            found = [u for u in many if has_exp(u)]
            if len({peak(u) for u in found if isinstance(u, Big)}) > 1:
                return (Function(OF, (plus(*map(peak, found)),)),)
            # several factors with one shift: the first sets it, the others follow
            return exponents(found[0])
        case Big(index, size, u, excluded):
            return tuple(Big(index, size, e, excluded) for e in exponents(u))
    raise AssertionError(f"{t} has no exponential")


def peak(t: Term) -> Term:
    """The greatest exponent in t."""
    return Function(MAX, exponents(t))


def scaled(t: Term, by: Term) -> tuple[Term, int]:
    """t with every exponent lowered by ``by``, and the power of exp(by) that was taken out."""
    if not has_exp(t):
        return t, 0
    match t:
        case Exp(a):
            own, beside = _apart(a, by)
            return Exp(shifted(own, by, beside)), 1
        case Neg(u):
            inner, degree = scaled(u, by)
            return neg(inner), degree
        case Function("@hold", (u,)):
            inner, degree = scaled(u, by)
            return hold(inner), degree
        case Function(name, (u, *left_out)) if name == OTHERS:
            inner, degree = scaled(u, by)
            return Function(OTHERS, (inner, *left_out)), degree
        case Times(many) if _adds_up(by) and sum(map(has_exp, many)) > 1:
            # each sum has its own shift: what they add up to is left to come down to ``by``
            alone = [u.body for u in many if isinstance(u, Exp) and has_exp(u)]
            others = [u for u in many if not (isinstance(u, Exp) and has_exp(u))]
            peaks = [peak(u) if has_exp(u) else ZERO for u in others]
            every = [scaled(u, own) for u, own in zip(others, peaks, strict=True)]
            left = plus(*alone, *(times(number(d), own) for (_, d), own in zip(every, peaks, strict=True)))
            return times(*(u for u, _ in every), Exp(shifted(left, by))), 1
        case Times(many):
            every = [scaled(u, by) for u in many]
            return times(*(u for u, _ in every)), sum(d for _, d in every)
        case Quotient(u, v):
            inner, degree = scaled(u, by)
            return quo(inner, v), degree
        case Power(u, Number(n)):
            inner, degree = scaled(u, by)
            return power(inner, Number(n)), degree * int(n)
        case Plus(many):
            every = [scaled(u, by) for u in many]
            top = max(d for _, d in every)
            return plus(*(lowered(u, by, top - d) for u, d in every)), top
        case Big():
            around = opened(t, free_names(by))
            inner, degree = scaled(around.body, by)
            return big(around.index, around.size, inner, around.excluded), degree
    raise AssertionError(f"{t} has no exponential")


def _apart(a: Term, by: Term) -> tuple[Term, Term]:
    """An exponent as one of those that ``by`` is the greatest of, at whatever index, and what stands beside it.

    With the maximum taken off first nothing of the rest is rounded away, however large both are.
    """
    assert isinstance(by, Function)
    many = _summands(a)
    for t in by.arguments:
        letters: tuple[Symbol, ...] = ()
        inner: Term = t
        while isinstance(inner, Big):
            letters = (*letters, inner.index)
            inner = inner.body
        wanted = _summands(inner)
        if len(wanted) < len(many):
            for u in many:
                binding = match(wanted[0], u, letters)
                found = None if binding is None else _found([substitute(v, binding) for v in wanted], many)
                if found is not None:
                    return plus(*found), plus(*(v for v in many if v not in found))
    return a, ZERO


def _found(wanted: list[Term], many: list[Term]) -> list[Term] | None:
    """The summands that are wanted, if all of them are there."""
    rest = list(many)
    found = []
    for v in wanted:
        u = next((u for u in rest if key(u) is key(v)), None)
        if u is None:
            return None
        rest.remove(u)
        found.append(u)
    return found


def _summands(t: Term, sign: int = 1) -> list[Term]:
    """The summands behind brackets and signs."""
    match t:
        case Plus(many):
            return [v for u in many for v in _summands(u, sign)]
        case Neg(u):
            return _summands(u, -sign)
        case Function(name, (u,)) if name in (HOLD, OF):
            return _summands(u, sign)
    return [t if sign > 0 else neg(t)]


def _adds_up(by: Term) -> bool:
    """Whether a peak is the greatest of some that are sums of peaks."""
    assert isinstance(by, Function)
    below = (u for a in by.arguments for u in subterms(a))
    return any(isinstance(u, Function) and u.name == MAX for u in below)


def lowered(t: Term, by: Term, times_over: int) -> Term:
    """t * exp(-by) ** times_over."""
    return times(t, *[Exp(shifted(ZERO, by))] * times_over)


def positive(t: Term) -> bool:
    """Whether t is positive for every real value of its arguments, by its form alone.

    A sum that leaves out an index may be empty, and then 0: its logarithm is -inf either way.
    """
    match t:
        case Exp():
            return True
        case Number(value):
            return value > 0
        case Plus(many) | Times(many):
            return all(map(positive, many))
        case Quotient(u, v):
            return positive(u) and positive(v)
        case Big(_, _, u, _):
            return positive(u)
        case Power(u, _):
            return positive(u)
        case Function(name, (u,)) if name == HOLD:
            return positive(u)
    return is_constant(t)


def fraction(t: Term) -> Term:
    """t without brackets, a negative power of exponentials as a fraction."""
    match strip(t):
        case Power(u, Number(n)) if n < 0 and has_exp(u):
            return Quotient(ONE, power(u, Number(-n)))
    return strip(t)


def two_exponents(t: Term) -> tuple[Term, Term] | None:
    """The exponents (a, b) of exp(a) + exp(b), where 1 counts as exp(0), or None."""
    t = strip(t)
    if not isinstance(t, Plus) or len(t.summands) != 2:
        return None
    a, b = (exponent(u) for u in t.summands)
    return None if a is None or b is None or a is b is ZERO else (a, b)


def two_less(t: Term) -> tuple[Term, Term] | None:
    """The exponents (a, b) of exp(a) - exp(b), where 1 counts as exp(0), or None."""
    match strip(t):
        case Plus((u, Neg(v))) | Plus((Neg(v), u)):
            a, b = exponent(u), exponent(v)
        case Plus((u, Number(value))) | Plus((Number(value), u)) if value == -1:
            a, b = exponent(u), ZERO
        case _:
            return None
    return None if a is None or b is None or a is b else (a, b)


def exponent(t: Term) -> Term | None:
    """The a of exp(a), 0 for 1, None for anything else."""
    match strip(t):
        case Exp(a) if not is_shifted(a):
            return a
        case u if u is ONE:
            return ZERO
    return None


def shares_exponent(t: Term, below: Term) -> bool:
    """Whether an exponential in t is one of those below, at whatever index."""
    found = [(a, ordered_indices(a)) for a in _outer_exponents(below)]
    return any(match(a, b, letters) is not None for a, letters in found for b in _outer_exponents(t))


def _outer_exponents(t: Term) -> list[Term]:
    return [t.body] if isinstance(t, Exp) else [a for u in parts(t) for a in _outer_exponents(u)]
