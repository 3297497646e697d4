"""Products of powers: what underflows and what overflows are brought together in one exponent.

A softmax p underflows where log p is an ordinary number. So a share to a power that is no natural number becomes
exp(c log p), powers of one base are multiplied out first (p^(q-1) p is p^q), and sums of shares become sums of
exponentials, which know a shift.
"""

from __future__ import annotations

from symderiv.binders import key, match, opened, union
from symderiv.letters import ordered_indices
from symderiv.numeric.rewrites.complements import over_one_line
from symderiv.numeric.rewrites.logarithms import exp_of_log
from symderiv.numeric.rewrites.marks import has_delta, hold, letters, strip
from symderiv.numeric.rewrites.portions import (
    Pair,
    atom,
    exponentials,
    factors,
    is_bare,
    is_exp,
    is_whole,
    merged,
    natural,
    negative,
    one_exponential,
    without_each,
    written,
)
from symderiv.numeric.rewrites.scaling import fraction, has_exp, two_less
from symderiv.numeric.rewrites.weights import is_weight, masked
from symderiv.terms import (
    ONE,
    Big,
    Exp,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    log,
    neg,
    number,
    parts,
    plus,
    power,
    quo,
    rebuild,
    subterms,
    times,
)


def together(t: Term) -> Term | None:
    """A product of powers in which something may underflow that is divided by: one exponent for all of it."""
    if not isinstance(t, Times | Quotient | Power):
        return None
    many = factors(t)
    spread = _distributed(many)
    if spread is not None:
        return spread
    if _delicate(many):
        if _alone(fewer := merged(many)):
            return written(fewer)
        return _product(merged((exponentials(b), n) for b, n in many))
    if any(atom(b) is not None for b, _ in many) and any(has_exp(b) for b, _ in many):
        open_ = factors(t, ONE, False)
        if _cancels(open_):
            return _product(merged(open_))
    return None


def sum_of_fractions(t: Term) -> Term | None:
    """log Sum w p = log Sum w exp(log p): a sum of what may underflow is one of exponentials."""
    if isinstance(t, Log):
        new = exponentials(t.body)
        return None if new is t.body else Log(new)
    return None


def log_of_shares(t: Term) -> Term | None:
    """log(u p^c) = log u + c log p for a share p."""
    if not isinstance(t, Log):
        return None
    many = merged(factors(t.body))
    shares = [(b, n) for b, n in many if atom(b) is not None]
    if not shares or (len(many) == 1 and shares[0][1] is ONE and strip(shares[0][0]) is fraction(t.body)):
        return None
    rest = [p for p in many if p not in shares]
    return plus(*(times(n, hold(Log(b))) for b, n in shares), log(written(rest)))


def tidied(t: Term) -> Term:
    """t with sums of exponentials that stand above a line and below cancelled, 1 - (1 - u) undone, inside out."""
    t = rebuild(t, tuple(map(tidied, parts(t))))
    match t:
        case Plus():
            return _uncomplemented(t)
        case Exp() if (share := exp_of_log(t)) is not None:
            return share
        case Exp(Quotient(u, Number(n))) if n:
            # one spelling for a fraction of an exponent
            return Exp(times(number(1 / n), u))
    if not isinstance(t, Times | Quotient) or not any(has_exp(b) for b, _ in factors(t)):
        return t
    many = factors(t, ONE, False)
    return written(many) if _cancels(many) else t


def _uncomplemented(t: Plus) -> Term:
    """u for 1 - (1 - u), beside other summands too; any other sum as it is."""
    if ONE in t.summands:
        for place, u in enumerate(t.summands):
            if isinstance(u, Neg) and isinstance(w := strip(u.body), Plus) and ONE in w.summands:
                rest = [*t.summands[:place], *t.summands[place + 1 :]]
                rest.remove(ONE)
                return plus(*rest, *(neg(v) for v in w.summands), ONE)
    return t


def _delicate(many: list[Pair]) -> bool:
    """Whether something that may underflow is divided by, or taken to a power that is no natural number."""
    if any(_tiny(base) and not natural(n) for base, n in many):
        return not _alone(many) or len(_exponentials(many)) > 1
    return _cancels(many) or any(is_bare(base) and negative(n) for base, n in many)


def _cancels(many: list[Pair]) -> bool:
    """Whether a sum of exponentials stands above the line and below."""
    signs: dict[Term, set[bool]] = {}
    for base, n in many:
        if has_exp(base) and isinstance(n, Number):
            signs.setdefault(key(strip(base)), set()).add(n.value > 0)
    return any(len(found) > 1 for found in signs.values())


def _alone(many: list[Pair]) -> bool:
    """Whether the only thing that may underflow is a reciprocal that nothing makes up for."""
    found = _exponentials(merged(many))
    return len(found) == 1 and atom(found[0][0]) is not None and is_whole(n := found[0][1]) and negative(n)


def _exponentials(many: list[Pair]) -> list[Pair]:
    return [(base, n) for base, n in many if _exponential(base)]


def _tiny(t: Term) -> bool:
    return atom(t) is not None or exponentials(t) is not t


def _exponential(t: Term) -> bool:
    return atom(t) is not None or has_exp(t) or exponentials(t) is not t


def _product(many: list[Pair]) -> Term:
    """The product; where a fraction has no natural power, fractions and exponentials over its axes join it."""
    odd = frozenset().union(*(letters(b) for b, n in many if atom(b) is not None and not natural(n)))
    joins = any(atom(b) is not None and not natural(n) for b, n in many)
    sums = [b for b, n in many if not natural(n)]
    joined: list[Pair] = []
    tops: list[Term] = []
    bottoms: list[Term] = []
    for base, n in many:
        if is_bare(base) or (
            atom(base) is not None
            and (not natural(n) or (joins and letters(base) <= odd) or any(_has_summand(u, base) for u in sums))
        ):
            joined.append((base, n))
        elif negative(n):
            bottoms.append(power(hold(base), neg(n)))
        else:
            tops.append(power(base, n))
    front = one_exponential(joined)
    weights = tuple(u for u in tops if is_weight(u) and letters(u) <= letters(front[0])) if front else ()
    if weights and any(not natural(n) for _, n in joined):
        front = [masked(front[0], weights)]
    return quo(times(*front, *tops), times(*bottoms))


def _has_summand(total: Term, share: Term) -> bool:
    """Whether the logarithm of a share stands in an exponent of a sum."""
    found = (u.body for u in subterms(total) if isinstance(u, Log))
    return any(match(v, share, ordered_indices(v)) is not None for v in found)


def _distributed(many: list[Pair]) -> Term | None:
    """A product with a sum, one of whose summands may overflow: the other factors go to each summand."""
    for place, (base, n) in enumerate(many):
        if n is not ONE or not isinstance(base, Plus) or has_delta(base):
            continue
        rest = many[:place] + many[place + 1 :]
        apart = any(map(_overflows, base.summands)) and any(is_exp(b) or has_exp(b) for b, _ in rest)
        shared = all(map(_holds_share, base.summands)) and any(atom(b) is not None and negative(m) for b, m in rest)
        if apart or shared:
            return plus(*(written([*rest, *factors(u)]) for u in base.summands))
    for place, (base, n) in enumerate(many):
        rest = many[:place] + many[place + 1 :]
        mine = [(b, m) for b, m in rest if is_exp(b)]
        inner = merged(factors(base.body)) if isinstance(base, Big) and n is ONE and mine else []
        if isinstance(base, Big) and any(negative(m) and (_tiny(b) or has_exp(b)) for b, m in inner):
            around = opened(base, union(b for b, _ in mine))
            body = written([*mine, *factors(around.body)])
            return written(
                [*(p for p in rest if p not in mine), (Big(around.index, around.size, body, around.excluded), ONE)]
            )
    return None


def _holds_share(t: Term) -> bool:
    return any(atom(b) is not None for b, _ in factors(t))


def _overflows(t: Term) -> bool:
    """Whether a summand may overflow where what multiplies it underflows."""
    many = merged(factors(t))
    for base, n in many:
        if isinstance(base, Plus) and n is ONE and any(map(_overflows, base.summands)):
            return True
        if isinstance(base, Big) and n is ONE and _overflows(base.body):
            return True
        if negative(n) and two_less(base) is not None:
            return True
        if _tiny(base) and (not isinstance(n, Number) or n.value < 0):
            return True
        if (
            has_exp(base)
            and isinstance(n, Number)
            and n.value < 0
            and not any(has_exp(b) for b, m in many if natural(m))
        ):
            return True
    return False


def rounds_off(t: Term) -> bool:
    """Whether t divides by 1 minus each share in turn, or takes such a power of it: no stable form of that is known.

    In a line without other indices each of these differences is a sum over all the others, a table for a row.
    """
    match t:
        case Quotient(_, v) if any(_each_difference(b) for b, n in factors(v) if natural(n)):
            return True
        case Power(u, n) if not natural(n) and any(_each_difference(b) for b, _ in factors(u)):
            return True
    return any(map(rounds_off, parts(t)))


def _each_difference(t: Term) -> bool:
    line = over_one_line(t)
    return line is not None and without_each(line)
