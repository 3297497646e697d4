"""SymPy's traps: first that SymPy behaves as measured, then that ours does not."""

from __future__ import annotations

import pytest
from sympy import (
    Add,
    Derivative,
    Eq,
    IndexedBase,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    S,
    Sum,
    Symbol,
    diff,
    evaluate,
    exp,
    lambdify,
    log,
    simplify,
    symbols,
)

from symderiv.binders import alpha_equal, substitute
from symderiv.doors.sympy import Reader
from symderiv.doors.written_out import instantiate, written_out
from symderiv.statement import Definition
from symderiv.terms import (
    ONE,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Plus,
    Quotient,
    Term,
    Times,
    minus,
    neg,
    plus,
    quo,
    times,
)
from symderiv.terms import Symbol as Name

K, N, S0, x = symbols("K N S x")
i, j, k, n = symbols("i j k n")
z, y, p = map(IndexedBase, ("z", "y", "p"))
I_, J_, K_ = Name("i"), Name("j"), Name("k")
SIZE = Name("K")


def at(array: str, *indices: Term) -> Term:
    return Entry(array, indices)


def test_diff_by_the_letter_of_a_sum() -> None:
    squares = Sum(z[j] ** 2, (j, 1, K))
    assert diff(squares, z[j]) == Sum(2 * z[j], (j, 1, K))  # captured
    term = Reader().term(Derivative(squares, z[j]))
    assert isinstance(term, D)
    assert isinstance(term.body, Big)
    assert term.body.index is not J_
    assert written_out(term, {"K": 3}, {"j": 2}) == 2 * Symbol("z_2")
    assert instantiate(Derivative(squares, z[j]), {K: 3, j: 2}) == 2 * z[2]


def test_substitution_under_a_sum() -> None:
    sum_ = Sum(z[k] * y[i], (k, 1, K))
    captured = Sum(z[k] * y[k], (k, 1, K))
    assert sum_.subs(i, k) == captured
    assert sum_.xreplace({i: k}) == captured
    moved = substitute(Reader().term(sum_), {I_: K_})
    assert isinstance(moved, Big)
    assert moved.index is not K_
    assert alpha_equal(moved, Big(J_, SIZE, Times((at("y", K_), at("z", J_))), ()))


def test_sums_equal_up_to_the_bound_letter() -> None:
    left, right = Sum(z[i], (i, 1, K)), Sum(z[j], (j, 1, K))
    assert left - right != 0
    reader = Reader()
    assert alpha_equal(reader.term(left), reader.term(right))


def test_cancelling_on_construction() -> None:
    key_step = Sum(y[k] / p[k] * p[k] * (KroneckerDelta(i, k) - p[i]), (k, 1, K))
    assert not key_step.has(Pow)  # the factor 1/p has gone, and with it the condition p != 0
    y_k, p_k = at("y", K_), at("p", K_)
    kept = times(y_k, quo(ONE, p_k), p_k, minus(Delta(I_, K_), at("p", I_)))
    assert isinstance(kept, Times)
    assert Quotient(ONE, p_k) in kept.factors
    unevaluated = Mul(y[k], Pow(p[k], -1), p[k], evaluate=False)
    assert Reader().term(unevaluated) == Quotient(Times((p_k, y_k)), p_k)


def test_evaluation_on_construction() -> None:
    real = Symbol("r", real=True)
    assert exp(real - log(S0)) == exp(real) / S0
    assert -(p[i] - y[i]) == y[i] - p[i]
    assert 1 / exp(x) == exp(-x)
    assert log(exp(real)) == real
    r, s = Name("r"), Name("S")
    assert Exp(plus(r, neg(Log(s)))) == Exp(Plus((r, Neg(Log(s)))))
    assert neg(minus(at("p", I_), at("y", I_))) == Neg(Plus((at("p", I_), Neg(at("y", I_)))))
    assert quo(ONE, Exp(r)) == Quotient(ONE, Exp(r))
    assert Log(Exp(r)) is Log(Exp(r)) is not r


def test_evaluate_false_does_not_last() -> None:
    product = Mul(2, Mul(3, x, evaluate=False), evaluate=False)
    assert product.func(*product.args) == 6 * x  # lost by a rebuild
    with evaluate(False):
        stray = x + 1 * y[i]
    assert stray != x + y[i]  # a stray factor 1
    assert Reader().term(stray) == Reader().term(x + y[i])
    written = Times((Plus((Name("x"), Neg(Name("x")))), at("y", I_)))
    assert substitute(written, {I_: J_}) == Times((Plus((Name("x"), Neg(Name("x")))), at("y", J_)))


def test_simplify_of_the_raw_gradient() -> None:
    softmax = exp(z[k]) / Sum(exp(z[j]), (j, 1, K))
    raw = diff(-Sum(y[k] * log(softmax), (k, 1, K)), z[i])
    with pytest.raises(StopIteration):
        simplify(raw)
    assert instantiate(raw, {K: 2, i: 1}) != 0


def test_sums_of_deltas() -> None:
    sifted = Sum(KroneckerDelta(i, k) * y[k], (k, 1, K))
    assert isinstance(sifted.doit(), Piecewise)
    batched = Sum(KroneckerDelta(i, k) * KroneckerDelta(n, j) * y[n, k], (k, 1, K), (n, 1, N))
    assert batched.doit().has(Piecewise)
    assert instantiate(sifted, {K: 3, i: 2}) == y[2]
    assert instantiate(batched, {K: 3, N: 2, i: 2, j: 1}) == y[1, 2]


def test_the_derivative_of_a_name() -> None:
    assert p[k].diff(z[i]) == 0  # silently
    assert Derivative(p[k], z[i]).doit() == 0
    reader = Reader()
    term = reader.term(Derivative(p[k], z[i]))
    assert term == D(at("p", K_), at("z", I_))
    out = reader.surface().expression(term)
    assert isinstance(out, Derivative)
    assert reader.term(out) == term
    assert instantiate(Derivative(p[1], z[1]), {}, where={p[k]: z[k] ** 2}) == 2 * z[1]


def test_free_symbols_of_a_derivative() -> None:
    assert i not in Derivative(p[k], z[i]).free_symbols
    moved = substitute(D(at("p", K_), at("z", I_)), {I_: J_})
    assert moved == D(at("p", K_), at("z", J_))
    under = Big(I_, SIZE, D(at("p", I_), at("z", K_)), ())
    assert substitute(under, {K_: I_}) != Big(I_, SIZE, D(at("p", I_), at("z", I_)), ())


def test_nested_sums_are_flattened() -> None:
    nested = Sum(Sum(p[i] * p[j], (j, 1, K)), (i, 1, N))
    assert len(nested.limits) == 2
    term = Reader().term(nested)
    assert isinstance(term, Big)
    assert (term.index, term.size) == (I_, Name("N"))
    assert isinstance(term.body, Big)
    assert (term.body.index, term.body.size) == (J_, SIZE)


def test_equations_that_evaluate_themselves() -> None:
    assert Eq(x, x) == S.true
    assert Eq(exp(log(x)), x) == S.true
    reader = Reader()
    relation = reader.relation(Eq(x, x, evaluate=False))
    assert relation.left is relation.right
    assert reader.surface().relation(relation) == Eq(x, x, evaluate=False)


def test_lambdify_loops() -> None:
    function = lambdify((z, K), Sum(z[i] * Sum(z[j], (j, 1, K)), (i, 1, K)))
    assert function.__doc__ is not None
    assert function.__doc__.count("for ") >= 2  # O(K^2) in Python


def test_definitions_never_capture() -> None:
    softmax = Reader().definition(p[k], exp(z[k]) / Sum(exp(z[j]), (j, 1, K)))
    assert isinstance(softmax, Definition)
    unfolded = softmax.at((J_,))
    assert isinstance(unfolded, Quotient)
    assert isinstance(unfolded.bottom, Big)
    assert unfolded.bottom.index is not J_


def test_add_of_unevaluated_keeps_the_value() -> None:
    unevaluated = Add(x, Mul(-1, x, evaluate=False), evaluate=False)
    assert Reader().term(unevaluated) == Plus((Name("x"), Neg(Name("x"))))
