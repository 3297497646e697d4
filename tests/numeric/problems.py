"""Statements built by hand for the tests of the numeric wing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction, Output
from symderiv.statement import Definition, Fact, Relation, Statement, state
from symderiv.terms import (
    ONE,
    Entry,
    Symbol,
    Term,
    big,
    delta,
    exp,
    log,
    minus,
    neg,
    number,
    plus,
    power,
    quo,
    times,
)

a, d, i, j, k, m, n = (Symbol(s) for s in "adijkmn")
D_, K, N, T = (Symbol(s) for s in "DKNT")


def array(name: str) -> Callable[..., Entry]:
    return lambda *indices: Entry(name, tuple(indices))


z, y, p, q, s, x, W, c, u = map(array, ("z", "y", "p", "q", "s", "x", "W", "c", "u"))


def softmax(of: Callable[[Symbol], Term], at: Symbol) -> Term:
    return quo(exp(of(at)), big(j, K, exp(of(j))))


def cross_entropy(*front: Symbol) -> Term:
    return neg(big(k, K, times(y(*front, k), log(p(*front, k)))))


P = Definition("p", (k,), softmax(z, k))
P_BATCH = Definition("p", (n, k), softmax(lambda t: z(n, t), k))
P_TEMPERATURE = Definition("p", (k,), softmax(lambda t: quo(z(t), T), k))
LOGITS = Definition("u", (n, k), plus(big(d, D_, times(x(n, d), W(d, k))), c(k)))
P_LINEAR = Definition("p", (n, k), softmax(lambda t: u(n, t), k))
SIGMOID = Definition("s", (k,), quo(ONE, plus(ONE, exp(neg(z(k))))))
BATCH_CE = times(quo(ONE, N), big(n, N, cross_entropy(n)))
BCE = neg(plus(times(y(k), log(s(k))), times(minus(ONE, y(k)), log(minus(ONE, s(k))))))
ONE_EACH = Fact(Relation("=", big(k, K, y(k)), ONE))
ONE_EACH_ROW = Fact(Relation("=", big(k, K, y(n, k)), ONE), (n,))
JACOBIAN = times(p(j), minus(delta(i, j), p(i)))
ENTROPY = Definition("H", (), neg(big(k, K, times(p(k), log(p(k))))))


def made(
    value: Term, variables: Iterable[Term] = (), definitions: Iterable[Definition] = (), facts: Iterable[Fact] = ()
) -> Statement:
    return state("test", value, tuple(variables), tuple(definitions), tuple(facts), {})


def compiled(
    statement: Statement, *outputs: tuple[Term, tuple[Symbol, ...]], arguments: tuple[str, ...] | None = None
) -> NumericFunction:
    names = ("value", "gradient", "third")
    given = tuple(Output(name, t, axes) for name, (t, axes) in zip(names, outputs, strict=False))
    return compile_function("test", statement, given, arguments)


def flagship() -> NumericFunction:
    ce = cross_entropy()
    return compiled(made(ce, (z(i),), (P,), (ONE_EACH,)), (ce, ()), (minus(p(i), y(i)), (i,)))


Case = tuple[str, Statement, tuple[tuple[Term, tuple[Symbol, ...]], ...]]


def cases() -> list[Case]:
    """(name, statement, outputs): everything the general comparison with brute force runs over."""
    ce, two = cross_entropy(), number(2)
    square = big(k, K, power(minus(p(k), y(k)), two))
    square_raw = big(k, K, times(two, minus(p(k), y(k)), p(k), minus(delta(i, k), p(i))))
    lse = log(big(k, K, exp(z(k))))
    entropy_gradient = neg(times(p(i), plus(log(p(i)), Symbol("H"))))
    by_weight = times(quo(ONE, N), big(n, N, times(x(n, d), minus(p(n, k), y(n, k)))))
    by_bias = times(quo(ONE, N), big(n, N, minus(p(n, k), y(n, k))))
    hessian_batch = times(quo(ONE, N), delta(m, n), p(n, i), minus(delta(i, j), p(n, j)))
    by_temperature = times(quo(ONE, power(T, two)), big(k, K, times(minus(y(k), p(k)), z(k))))
    tanh = quo(minus(exp(times(two, z(i))), ONE), plus(exp(times(two, z(i))), ONE))
    raw = quo(minus(times(exp(z(i)), big(j, K, exp(z(j)))), power(exp(z(i)), two)), power(big(j, K, exp(z(j))), two))
    unsimplified = neg(big(k, K, times(y(k), quo(ONE, p(k)), p(k), minus(delta(i, k), p(i)))))
    pairs = big(i, K, big(j, K, power(minus(z(i), z(j)), two)))
    form = big(i, K, big(j, K, times(z(i), W(i, j), z(j))))
    form_gradient = plus(big(j, K, times(W(i, j), z(j))), big(j, K, times(W(j, i), z(j))))
    return [
        ("softmax-ce", made(ce, (z(i),), (P,)), ((ce, ()), (minus(p(i), y(i)), (i,)))),
        ("no-fact", made(ce, (z(i),), (P,)), ((minus(times(p(i), big(k, K, y(k))), y(i)), (i,)),)),
        ("unsimplified", made(ce, (z(i),), (P,)), ((unsimplified, (i,)),)),
        (
            "batch-ce",
            made(BATCH_CE, (z(m, i),), (P_BATCH,)),
            ((BATCH_CE, ()), (quo(minus(p(m, i), y(m, i)), N), (m, i))),
        ),
        ("jacobian", made(p(j), (z(i),), (P,)), ((JACOBIAN, (j, i)), (JACOBIAN, (i, j)))),
        ("log-jacobian", made(log(p(j)), (z(i),), (P,)), ((minus(delta(i, j), p(i)), (j, i)),)),
        ("log-jacobian-turned", made(log(p(j)), (z(i),), (P,)), ((minus(delta(i, j), p(i)), (i, j)),)),
        ("square", made(square, (z(i),), (P,)), ((square, ()), (square_raw, (i,)))),
        ("bce", made(BCE, (z(k),), (SIGMOID,)), ((BCE, (k,)), (minus(s(k), y(k)), (k,)))),
        (
            "bce-sum",
            made(big(k, K, BCE), (z(i),), (SIGMOID,)),
            ((big(k, K, BCE), ()), (minus(s(i), y(i)), (i,))),
        ),
        ("lse", made(lse, (z(i),)), ((lse, ()), (softmax(z, i), (i,)))),
        ("temperature", made(ce, (T,), (P_TEMPERATURE,)), ((ce, ()), (by_temperature, ()))),
        (
            "linear",
            made(BATCH_CE, (W(d, k), c(k)), (LOGITS, P_LINEAR)),
            ((BATCH_CE, ()), (by_weight, (d, k)), (by_bias, (k,))),
        ),
        (
            "entropy",
            made(ENTROPY.body, (z(i),), (P, ENTROPY)),
            ((ENTROPY.body, ()), (entropy_gradient, (i,))),
        ),
        (
            "others",
            made(big(k, K, z(k), (i,))),
            ((big(k, K, times(z(k), z(i)), (i,)), (i,)), (big(k, K, ONE, (i,)), (i,))),
        ),
        ("log-complement", made(log(minus(ONE, p(i))), (), (P,)), ((log(minus(ONE, p(i))), (i,)),)),
        (
            "literal",
            made(times(z(two), big(k, K, z(k))), (z(i),)),
            ((times(z(two), big(k, K, z(k))), ()), (delta(i, two), (i,))),
        ),
        (
            "sizes",
            made(quo(plus(K, N), big(k, K, z(k))), (z(i),)),
            ((quo(plus(K, N), big(k, K, z(k))), ()), (ONE, (i,))),
        ),
        ("hessian", made(ce, (z(i), z(j)), (P,)), ((times(p(i), minus(delta(i, j), p(j))), (i, j)),)),
        (
            "hessian-batch",
            made(BATCH_CE, (z(n, i), z(m, j)), (P_BATCH,)),
            ((hessian_batch, (n, i, m, j)),),
        ),
        ("quadratic-form", made(form, (z(i),)), ((form, ()), (form_gradient, (i,)))),
        ("trace", made(big(i, K, W(i, i))), ((times(big(i, K, W(i, i)), plus(W(i, j), W(j, i))), (i, j)),)),
        ("outer", made(big(i, K, W(i, i))), ((times(W(j, i), W(k, k)), (i, j, k)),)),
        ("pairs", made(pairs), ((pairs, ()), (big(j, K, minus(z(i), z(j))), (i,)))),
        ("quotient-rule", made(lse), ((raw, (i,)),)),
        ("tanh", made(tanh), ((tanh, (i,)),)),
    ]
