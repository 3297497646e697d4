"""Passes over whole terms, before and after the rewrites: what a weight of 0 silences, wherever in a product it stands.

Their laws are those of rewrites that stand for what a pass does at one place. The further laws of a rewrite that
has several stand here too.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.binders import substitute
from symderiv.numeric.rewrites.apart import comes_apart
from symderiv.numeric.rewrites.marks import FILLED, LIVE, MAX, OF, WEIGHTED, hold, shifted
from symderiv.numeric.rewrites.oneshift import by_one_shift
from symderiv.numeric.rewrites.padded import padded
from symderiv.numeric.rewrites.stable import Rewrite
from symderiv.numeric.rewrites.vanishing import vanishing
from symderiv.numeric.rewrites.weights import weighted_logits
from symderiv.terms import (
    ONE,
    Big,
    Entry,
    Exp,
    Function,
    Log,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    minus,
    neg,
    number,
    plus,
    quo,
    times,
)

_a, _c = Symbol("a"), Symbol("c")
_j, _k, _K = Symbol("j"), Symbol("k"), Symbol("K")
_x, _w = (Entry(n, (_k,)) for n in "xw")
_x_j = Entry("x", (_j,))


def _sum_j(t: Term) -> Term:
    return Big(_j, _K, t, ())


_w_j = substitute(_w, {_k: _j})
_peak = Function(MAX, (Big(_j, _K, Function(OF, (Function(LIVE, (_x_j, _w_j)),)), ()),))
_shared = Function(LIVE, (_x_j, _w_j, _x))
_row = _sum_j(Times((_w_j, Exp(Function(LIVE, (times(_x_j, _x), _w_j))))))


def _in_rows(exponent: Term) -> Term:
    by = Function(MAX, (Big(_j, _K, Function(OF, (exponent,)), ()),))
    one, each = (Exp(shifted(u, by)) for u in (substitute(exponent, {_j: _k}), exponent))
    return Quotient(times(_w, one), _sum_j(times(_w_j, _x, each)))


_greatest = Function(MAX, (Big(_j, _K, Function(OF, (_x_j,)), ()),))
_total = _sum_j(Exp(shifted(_x_j, _greatest)))
_log_share = hold(minus(shifted(_x, _greatest), Log(_total)))
_share = Quotient(Exp(shifted(_x, _greatest)), _total)
_below = shifted(substitute(_x, {_k: ONE}), _greatest)
_less = minus(Exp(_a), ONE)
_b, _b_back = Quotient(_a, _less), quo(neg(_a), minus(Exp(neg(_a)), ONE))
_odd = plus(number(Fraction(1, 2)), neg(quo(ONE, _a)), quo(ONE, _less))

PASSES: tuple[Rewrite, ...] = (
    Rewrite(
        "masked logits",
        (times(_w, _x), Function(WEIGHTED, (_w, _x))),
        lambda t: weighted_logits(t, frozenset("x")),
    ),
    Rewrite(
        "weight further out",
        (
            times(_w, plus(_c, Exp(shifted(_x, _peak)))),
            times(_w, plus(_c, Exp(shifted(Function(LIVE, (_x, _w)), _peak)))),
        ),
        padded,
    ),
    Rewrite(
        "padded row",
        (Quotient(times(_w, _a), _row), Quotient(times(_w, _a), Function(FILLED, (_row, _w)))),
        padded,
    ),
    Rewrite("one shift for all", (_in_rows(_shared), _in_rows(_x_j)), by_one_shift),
    Rewrite("one exponential each", (Exp(plus(_log_share, _below)), times(_share, Exp(_below))), comes_apart),
    Rewrite("twice near 0", (plus(_b, _b_back, number(-2)), times(number(2), _a, _odd)), vanishing),
    Rewrite(
        "product near 0",
        (Quotient(times(Power(_a, number(2)), Exp(_a)), Power(_less, number(2))), times(_b, _b_back)),
        vanishing,
    ),
)
