"""Rewrites that keep values in range: a table of named identities, recognised in any expression.

Each rewrite is an identity of real numbers wherever both sides are defined; its law is kept as data
(two terms, any c) and tested as such. They are tried at a node before its parts, on terms whose
definitions are unfolded, so that log(p[k]) with p a softmax is seen for what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.binders import substitute
from symderiv.numeric.rewrites.differences import log_of_gap
from symderiv.numeric.rewrites.divided import over_gap
from symderiv.numeric.rewrites.expm1 import below_difference, between_two, log_of_difference, minus_one
from symderiv.numeric.rewrites.fractions import (
    cancel,
    common_shift,
    one_exponent,
    one_line,
    over_exponential,
    several_sums,
    sigmoid,
    tanh,
)
from symderiv.numeric.rewrites.logarithms import (
    complement,
    difference_of_logs,
    exp_of_log,
    log_of_fraction,
    log_of_product,
    log_of_rest,
    log_of_sum,
    softplus,
    zero_weight,
)
from symderiv.numeric.rewrites.marks import LIVE, LOG_REST, WEIGHTED, hold, shifted
from symderiv.numeric.rewrites.multiples import multiples
from symderiv.numeric.rewrites.omitted import nothing_of_its_own, off_diagonal, omitted
from symderiv.numeric.rewrites.own import own_summand
from symderiv.numeric.rewrites.scaling import peak
from symderiv.numeric.rewrites.underflow import log_of_shares, sum_of_fractions, tidied, together
from symderiv.numeric.rewrites.vanishing import log_of_vanishing, vanishing
from symderiv.numeric.rewrites.weights import beside_weights, live_weights
from symderiv.terms import (
    ONE,
    Big,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    minus,
    neg,
    number,
    parts,
    plus,
    quo,
    rebuild,
    times,
)


@dataclass(frozen=True)
class Rewrite:
    """A named identity: ``law`` is (left, right) as terms, ``match`` gives the new term or None."""

    name: str
    law: tuple[Term, Term]
    match: Callable[[Term], Term | None]


def stable(t: Term) -> Term:
    """t in a form that stays finite wherever its value does; equal to t as a real number."""
    return _stable(tidied(t))


def _stable(t: Term) -> Term:
    while (new := _first(t)) is not None:
        # the logarithm of a defined quantity stays one bracket, so that it can be named and shared
        t = hold(new) if isinstance(t, Log) and isinstance(new, Plus) else new
    return rebuild(t, tuple(_stable(u) for u in parts(t)))


def _first(t: Term) -> Term | None:
    for rewrite in REWRITES:
        new = rewrite.match(t)
        if new is not None and new is not t:
            return new
    return None


_a, _b, _c = (Symbol(n) for n in "abc")
_j, _k, _K = Symbol("j"), Symbol("k"), Symbol("K")
_x, _w = (Entry(n, (_k,)) for n in "xw")
_log = Log(Power(_x, number(2)))


def _sum(t: Term) -> Term:
    return Big(_k, _K, t, ())


def _sum_j(t: Term) -> Term:
    return Big(_j, _K, t, ())


_x_j, _w_j = (Entry(n, (_j,)) for n in "xw")
_s, _r = (Quotient(Exp(u), plus(ONE, Exp(u))) for u in (_b, _a))
_share = hold(Quotient(Exp(_x), _sum_j(Exp(_x_j))))
_odds = Quotient(_share, minus(ONE, _share))
_others, _all = (Big(_j, _K, Exp(_x_j), excluded) for excluded in ((_k,), ()))
_two_logs = minus(Log(_others), Log(_all))
_l = Symbol("l")
_odds_l, _w_l = substitute(_odds, {_k: _l}), Entry("w", (_l,))


def _sum_l(t: Term) -> Term:
    return Big(_l, _K, t, ())


_below_a, _below_b = (Exp(shifted(u, peak(plus(Exp(_a), Exp(_b))))) for u in (_a, _b))
_less = minus(Exp(_a), ONE)
_x_l = Entry("x", (_l,))
_beside = Quotient(Exp(times(_x, _x_l)), Big(_j, _K, Exp(times(_x_j, _x_l)), (_l,)))
_gap = times(minus(_x_l, _x), Exp(times(_x, _x_l)))
_is_one, _beside_one = Delta(_k, ONE), times(_w, Exp(_x))

REWRITES: tuple[Rewrite, ...] = (
    Rewrite(
        "left out",
        (
            minus(times(_c, _sum_l(_beside)), times(_c, substitute(_beside, {_l: _k}))),
            times(_c, Big(_l, _K, _beside, (_k,))),
        ),
        omitted,
    ),
    Rewrite(
        "nothing of its own",
        (_sum_l(_gap), Big(_l, _K, _gap, (_k,))),
        nothing_of_its_own,
    ),
    Rewrite(
        "off the diagonal",
        (
            minus(_beside_one, times(_is_one, substitute(_beside_one, {_k: ONE}))),
            times(minus(ONE, _is_one), _beside_one),
        ),
        off_diagonal,
    ),
    Rewrite(
        "bernoulli near 0",
        (
            Quotient(minus(minus(Exp(_a), ONE), times(_a, Exp(_a))), Power(_less, number(2))),
            times(number(-1), Quotient(_a, _less), plus(quo(ONE, neg(_a)), neg(quo(ONE, minus(Exp(neg(_a)), ONE))))),
        ),
        vanishing,
    ),
    Rewrite(
        "log near 0",
        (minus(Log(_less), Log(_a)), neg(Log(Quotient(_a, _less)))),
        log_of_vanishing,
    ),
    Rewrite(
        "multiples",
        (
            Quotient(Exp(times(number(2), _x)), Power(_sum_j(Exp(_x_j)), number(2))),
            Quotient(Power(Exp(_x), number(2)), Power(_sum_j(Exp(_x_j)), number(2))),
        ),
        multiples,
    ),
    Rewrite(
        "live weights",
        (Quotient(_a, _sum(Times((_w, Exp(_x))))), Quotient(_a, _sum(Times((_w, Exp(Function(LIVE, (_x, _w)))))))),
        live_weights,
    ),
    Rewrite(
        "beside weights",
        (
            Times((_w, Quotient(Exp(_x), _sum_j(Times((_w_j, Exp(_x_j))))))),
            Times((_w, Quotient(Exp(Function(LIVE, (_x, _w))), _sum_j(Times((_w_j, Exp(_x_j))))))),
        ),
        beside_weights,
    ),
    Rewrite(
        "own summand",
        (
            minus(times(_w, _odds), times(_share, _sum_l(times(_w_l, _odds_l)))),
            minus(times(_w, _share), times(_share, Big(_l, _K, times(_w_l, _odds_l), (_k,)))),
        ),
        own_summand,
    ),
    Rewrite("cancel", (Times((Quotient(_a, _b), _b)), _a), cancel),
    Rewrite("exponential below", (Quotient(Exp(_a), Exp(_b)), Exp(minus(_a, _b))), over_exponential),
    Rewrite(
        "one fraction line",
        (Times((Quotient(_a, _sum(Exp(_x))), Exp(_c))), Quotient(Times((_a, Exp(_c))), _sum(Exp(_x)))),
        one_line,
    ),
    Rewrite(
        "several sums",
        (
            Quotient(Times((_a, _b)), Times((_sum(Exp(_x)), _sum(Exp(neg(_x)))))),
            Times((Quotient(_a, _sum(Exp(_x))), Quotient(_b, _sum(Exp(neg(_x)))))),
        ),
        several_sums,
    ),
    Rewrite(
        "over a gap",
        (
            Quotient(minus(times(_c, _s, hold(minus(ONE, _s))), times(_c, _r, hold(minus(ONE, _r)))), minus(_s, _r)),
            times(_c, plus(ONE, neg(_s), neg(_r))),
        ),
        over_gap,
    ),
    Rewrite(
        "below a difference",
        (Quotient(Exp(_a), minus(ONE, Exp(_a))), Quotient(ONE, minus(Exp(neg(_a)), ONE))),
        below_difference,
    ),
    Rewrite(
        "together",
        (
            Times((Power(_share, minus(_a, ONE)), _share)),
            Exp(times(_a, Log(_share))),
        ),
        together,
    ),
    Rewrite(
        "sum of fractions",
        (Log(_sum(Times((_share, Exp(_x))))), Log(_sum(Exp(plus(Log(_share), _x))))),
        sum_of_fractions,
    ),
    Rewrite("zero weight", (Times((_w, _log)), Function(WEIGHTED, (_w, _log))), zero_weight),
    Rewrite("exp of log", (Exp(minus(_a, Log(_sum(Exp(_x))))), Quotient(Exp(_a), _sum(Exp(_x)))), exp_of_log),
    Rewrite("complement", (Log(minus(ONE, Quotient(_a, plus(_a, _b)))), Log(Quotient(_b, plus(_a, _b)))), complement),
    Rewrite("log of the rest", (Log(Quotient(_others, _all)), Function(LOG_REST, (_share, _two_logs))), log_of_rest),
    Rewrite(
        "log of a gap",
        (
            Log(minus(_s, _r)),
            plus(Log(_s), Log(minus(ONE, _r)), Log(minus(ONE, Exp(minus(_a, _b))))),
        ),
        log_of_gap,
    ),
    Rewrite(
        "log of a difference",
        (Log(minus(Exp(_b), Exp(_a))), plus(_b, Log(minus(ONE, Exp(minus(_a, _b)))))),
        log_of_difference,
    ),
    Rewrite("softplus", (Log(plus(ONE, Exp(_a))), plus(_a, Log(plus(ONE, Exp(neg(_a)))))), softplus),
    Rewrite("log of a fraction", (Log(Quotient(Exp(_a), Exp(_b))), minus(_a, _b)), log_of_fraction),
    Rewrite("log of a product", (Log(Times((Exp(_a), Exp(_b)))), plus(_a, _b)), log_of_product),
    Rewrite(
        "difference of logs",
        (minus(_x, Log(_sum_j(Exp(_x_j)))), Log(Quotient(Exp(_x), _sum_j(Exp(_x_j))))),
        difference_of_logs,
    ),
    Rewrite(
        "log of shares", (Log(Times((_a, Power(_share, _b)))), plus(times(_b, Log(_share)), Log(_a))), log_of_shares
    ),
    Rewrite("log-sum-exp", (Log(_sum(Exp(_x))), plus(_c, Log(_sum(Exp(minus(_x, _c)))))), log_of_sum),
    Rewrite(
        "sigmoid", (Quotient(Exp(_a), plus(Exp(_a), Exp(_b))), Quotient(ONE, plus(ONE, Exp(minus(_b, _a))))), sigmoid
    ),
    Rewrite(
        "tanh",
        (
            Quotient(minus(Exp(_a), Exp(_b)), plus(Exp(_a), Exp(_b))),
            minus(Quotient(number(2), plus(ONE, Exp(minus(_b, _a)))), ONE),
        ),
        tanh,
    ),
    Rewrite(
        "common shift",
        (Quotient(Exp(_a), _sum(Exp(_x))), Quotient(Exp(minus(_a, _c)), _sum(Exp(minus(_x, _c))))),
        common_shift,
    ),
    Rewrite(
        "one exponent",
        (Times((Exp(_a), _sum(Exp(_x)))), Times((Exp(plus(_a, _c)), _sum(Exp(minus(_x, _c)))))),
        one_exponent,
    ),
    Rewrite(
        "between two",
        (
            minus(_below_a, _below_b),
            minus(hold(minus(_below_a, ONE)), hold(minus(_below_b, ONE))),
        ),
        between_two,
    ),
    Rewrite("minus one", (minus(Exp(_a), ONE), neg(minus(ONE, Exp(_a)))), minus_one),
)
