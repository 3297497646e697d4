"""Rules that carry sums out: pull out, sift, distribute, split, use what is known."""

from __future__ import annotations

from symderiv.binders import alpha_equal, mentions, substitute, union
from symderiv.engine.dependence import depends
from symderiv.engine.laws import discharged
from symderiv.engine.poles import has_pole
from symderiv.engine.rewrite import Context, Law, Rewritten, Rule
from symderiv.engine.rules.algebra import denominators
from symderiv.engine.rules.factors import Factor, Product, alphabetical, product, split, view
from symderiv.facts import equation
from symderiv.statement import Relation
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Delta,
    Entry,
    Log,
    Neg,
    Number,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    delta,
    minus,
    number,
    plus,
    subterms,
    times,
)
from symderiv.trace import Condition


def constant_sum(t: Term, context: Context) -> Rewritten | None:
    """A sum of a constant is the number of summands times the constant."""
    match t:
        case Big(k, size, body, excluded) if not mentions(body, k) and len(excluded) < 2:
            return Rewritten(times(minus(size, number(len(excluded))), body), _leaving(body, t, context))
    return None


def pull_out(t: Term, context: Context) -> Rewritten | None:
    """Factors free of the index leave the sum."""
    match t:
        case Big(k, size, Times() | Quotient() as body, excluded):
            outside, inside = split(body, lambda u: mentions(u, k))
            if outside is not ONE and inside is not ONE:
                return Rewritten(times(outside, big(k, size, inside, excluded)), _leaving(outside, t, context))
    return None


def _leaving(u: Term, t: Big, context: Context) -> tuple[Condition, ...]:
    """What leaves a sum that leaves indices out must have a value even where no summand is left."""
    s = context.statement
    if not t.excluded or s.at_least(len(t.excluded) + 1, t.size) == ():
        return ()
    logs = (Relation(">", v.body, ZERO) for v in subterms(u) if isinstance(v, Log))
    below = (Relation("!=", base, ZERO) for base in denominators(u).values())
    return tuple(c for r in (*logs, *below) for c in discharged((r,), s) or (Condition(r),))


def sift(t: Term, context: Context) -> Rewritten | None:
    """A delta with the summation index leaves one summand."""
    if not isinstance(t, Big):
        return None
    for f in view(t.body).factors:
        target = _sifts(f, t, context)
        if target is not None:
            rest = tuple(g for g in view(t.body).factors if g is not f)
            body = substitute(product(Product(view(t.body).coefficient, rest)), {t.index: target})
            kept = [minus(ONE, delta(*sorted((target, e), key=alphabetical))) for e in t.excluded]
            return Rewritten(ZERO if target in t.excluded else times(body, *kept))
    return None


def _sifts(f: Factor, t: Big, context: Context) -> Term | None:
    """The other index of a factor that is a delta with the summation index, where the sum may be sifted."""
    if f.exponent <= 0 or not reaches(t, context):
        return None
    return agreeing(f.base, t, context)


def reaches(t: Big, context: Context) -> bool:
    """Whether the summand surely has a value at every index, those that the sum leaves out included."""
    return not t.excluded or not has_pole(t.body, t.index.name, context.preferred.guard)


def agreeing(u: Term, t: Big, context: Context) -> Term | None:
    """The other index of a delta with the summation index, where it lies in the sum's range."""
    match u:
        case Delta(a, b) if (a is t.index) != (b is t.index):
            other = b if a is t.index else a
            if isinstance(other, Number):
                least = t.size.value if isinstance(t.size, Number) else context.scope.least.get(t.size, 1)
                return other if other.value <= least else None
            if mentions(other, t.index):
                return None  # delta(n, t[n]) asks at which n the label is n itself
            return other if context.scope.size(other) is t.size else None
    return None


def distribute(t: Term, context: Context) -> Rewritten | None:
    """Open a bracket that hides a delta of the index, or after which a sum is known."""
    if not isinstance(t, Big) or not isinstance(t.body, Times | Quotient):
        return None
    p = view(t.body)
    for place, f in enumerate(p.factors):
        if isinstance(f.base, Plus) and f.exponent == 1:
            before, after = p.factors[:place], p.factors[place + 1 :]
            lines = [
                times(product(Product(p.coefficient, before)), u, product(Product(number(1).value, after)))
                for u in f.base.summands
            ]
            if _hides(f.base, t, context) or any(_summable(u, t, context) for u in lines):
                return Rewritten(big(t.index, t.size, plus(*lines), t.excluded))
    return None


def split_sum(t: Term, context: Context) -> Rewritten | None:
    """The sum of a sum, taken apart where a part can then be carried out."""
    match t:
        case Big(k, size, Plus(many), excluded):
            pieces = [Big(k, size, u, excluded) for u in many]
            if any(_worth(u, context) for u in pieces):
                return Rewritten(plus(*(big(k, size, u, excluded) for u in many)))
    return None


def exchange(t: Term, context: Context) -> Rewritten | None:
    """Two sums change places where the inner one is then known."""
    match t:
        case Big(k, size, Big(n, other, body, out), excluded) if not {n.name} & union(excluded) | {k.name} & union(out):
            inner = Big(k, size, body, excluded)
            if _summable(body, inner, context.within(t.body)):
                return Rewritten(Big(n, other, inner, out))
    return None


def _worth(t: Big, context: Context) -> bool:
    """Whether a delta in the summand sifts, or the sum is constant or known up to a factor."""
    body = t.body.body if isinstance(t.body, Neg) else t.body
    if any(_sifts(f, t, context) is not None for f in view(body).factors):
        return True
    if any(isinstance(f.base, Plus) and f.exponent == 1 and _hides(f.base, t, context) for f in view(body).factors):
        return True
    return _summable(body, t, context)


def _summable(body: Term, t: Big, context: Context) -> bool:
    """Whether the sum of a summand is constant or known, up to factors that leave it."""
    _, inside = split(body, lambda u: mentions(u, t.index))
    total = big(t.index, t.size, inside, t.excluded)
    return inside is ONE or (known(total, context) or whole(total, context)) is not None


def _hides(bracket: Plus, t: Big, context: Context) -> bool:
    inner = context.within(t)
    for u in bracket.summands:
        for f in view(u).factors:
            if _sifts(f, t, inner) is not None:
                return True
            if isinstance(f.base, Plus) and f.exponent == 1 and _hides(f.base, t, inner):
                return True
    return False


def known(t: Term, context: Context) -> Rewritten | None:
    """What a given equation says of t, once no remaining variable touches it."""
    for fact in context.statement.facts:
        found = equation(fact, t)
        if found is None:
            continue
        right, used = found
        if any(depends(side, v, context.statement) for v in context.pending for side in (used.left, used.right)):
            continue
        return Rewritten(right, (Condition(used),))
    return None


def whole(t: Term, context: Context) -> Rewritten | None:
    """The entries of a quotient by the sum of its own tops add up to 1.

    Not where a derivative by them is still to come: it takes them as independent.
    """
    match t:
        case Big(k, size, body, ()):
            if isinstance(body, Entry) and any(isinstance(v, Entry) and v.array == body.array for v in context.pending):
                return None
            clash = frozenset(context.scope.indices) | {k.name}
            unfolded = context.statement.unfold(body, clash, context.names)
            if isinstance(unfolded, Quotient):
                total = Big(k, size, unfolded.top, ())
                if not mentions(unfolded.bottom, k) and alpha_equal(total, unfolded.bottom):
                    return Rewritten(ONE)
    return None


_k, _c, _K = map(Symbol, ("k", "c", "K"))
_f, _g = Entry("f", (_k,)), Entry("g", (_k,))


def _all(body: Term) -> Term:
    return Big(_k, _K, body, ())


_i = Symbol("i")
CONSTANT = Law(_all(_c), Times((_K, _c)))
PULL_OUT = Law(_all(Times((_c, _f))), Times((_c, _all(_f))))
SIFT = Law(_all(Times((_f, Delta(_i, _k)))), Entry("f", (_i,)))
DISTRIBUTE = Law(_all(Times((_f, Plus((_c, Neg(_g)))))), _all(Plus((Times((_f, _c)), Neg(Times((_f, _g)))))))
SPLIT = Law(_all(Plus((_f, Neg(_g)))), Plus((_all(_f), Neg(_all(_g)))))

SUMS: tuple[Rule, ...] = (
    Rule(
        "constant-sum",
        "The sum of a constant is the number of summands times the constant.",
        constant_sum,
        CONSTANT,
        (Big,),
    ),
    Rule("pull-out", "A factor without the summation index moves in front of the sum.", pull_out, PULL_OUT, (Big,)),
    Rule("sift", "The delta is 0 except where its indices agree: one summand is left.", sift, SIFT, (Big,)),
    Rule("distribute", "Multiply out the bracket.", distribute, DISTRIBUTE, (Big,)),
    Rule("split-sum", "The sum of a sum is the sum of the sums.", split_sum, SPLIT, (Big,)),
    Rule("normalised", "The entries are shares of their total: they add up to 1.", whole, None, (Big,)),
    Rule("given", "Use what is given.", known),
    Rule("exchange", "Two sums may change places.", exchange, None, (Big,)),
)
