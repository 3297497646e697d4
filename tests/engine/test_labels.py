"""Class numbers and one-hot labels: what the default route makes of them, and that every step holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from oracle.small_sizes import check_trace
from sympy import Gt, IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv import facts
from symderiv.checking import gradcheck
from symderiv.engine.derive import derive_statement
from symderiv.engine.rewrite import Context
from symderiv.engine.rules import onehot
from symderiv.errors import InputError
from symderiv.printing.plain import plain
from symderiv.problem import Problem
from symderiv.statement import Relation
from symderiv.terms import ONE, ZERO, Big, Entry, Symbol, number, power, times
from symderiv.trace import Trace

K, N, D, G, eps = symbols("K N D gamma epsilon")
a, c, i, j, k, l, m, n = symbols("a c i j k l m n")  # noqa: E741
z, y, p, q, t, r, x, w, s, mu = map(IndexedBase, ("z", "y", "p", "q", "t", "r", "x", "w", "s", "mu"))
SOFTMAX = {p[k]: sd.softmax(z, k)}
ROWS = {p[n, k]: sd.softmax(z[n, k], k)}
CROSS_ENTROPY = -Sum(y[k] * log(p[k]), (k, 1, K))


@dataclass(frozen=True)
class Case:
    """A problem with labels, its derivative in plain text, and the conditions it rests on."""

    name: str
    make: Callable[[], Problem]
    expected: str
    conditions: tuple[str, ...] = ()


def case(name: str, value: Any, wrt: Any, expected: str, *conditions: str, where: Any = None, given: Any = ()) -> Case:
    return Case(name, lambda: Problem(name, value, wrt, where, given), expected, conditions)


CASES = (
    case(
        "cross-entropy",
        CROSS_ENTROPY,
        z[i],
        "p[i] - y[i]",
        "y[k] = delta(c, k)",
        where=SOFTMAX,
        given=sd.one_hot(y[k], c),
    ),
    case(
        "cross-entropy, every letter another one's",
        -Sum(y[n] * log(p[n]), (n, 1, K)),
        z[j],
        "p[j] - y[j]",
        "y[n] = delta(n, k)",
        where={p[n]: sd.softmax(z, n)},
        given=sd.one_hot(y, k),
    ),
    case(
        "cross-entropy whose sums are over the letter of the class",
        -Sum(y[c] * log(p[c]), (c, 1, K)),
        z[i],
        "p[i] - y[i]",
        "y[j] = delta(c, j)",
        where={p[k]: exp(z[k]) / Sum(exp(z[c]), (c, 1, K))},
        given=sd.one_hot(y[k], c),
    ),
    case(
        "batch",
        -Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)) / N,
        z[m, i],
        "(p[m, i] - y[m, i])/N",
        "y[m, k] = delta(k, t[m])",
        where=ROWS,
        given=sd.one_hot(y[n, k], t[n]),
    ),
    case("negative logarithm", -log(p[c]), z[i], "p[i] - delta(c, i)", where=SOFTMAX),
    case("of the second class", -log(p[2]), z[i], "p[i] - delta(i, 2)", where=SOFTMAX),
    case("of the first label", -log(p[t[1]]), z[i], "p[i] - delta(i, t[1])", where=SOFTMAX),
    case(
        "mean of negative logarithms",
        -Sum(log(p[n, t[n]]), (n, 1, N)) / N,
        z[m, i],
        "(p[m, i] - delta(i, t[m]))/N",
        where=ROWS,
    ),
    case(
        "mean of negative logarithms, rows called k and classes n",
        -Sum(log(q[k, r[k]]), (k, 1, N)) / N,
        z[l, m],
        "(q[l, m] - delta(m, r[l]))/N",
        where={q[k, n]: sd.softmax(z[k, n], n)},
    ),
    case(
        "class weights",
        -Sum(w[t[n]] * log(p[n, t[n]]), (n, 1, N)),
        z[m, i],
        "w[t[m]]*(p[m, i] - delta(i, t[m]))",
        where=ROWS,
    ),
    case(
        "by the class weights",
        -Sum(w[t[n]] * log(p[n, t[n]]), (n, 1, N)),
        w[a],
        "-sum(log(p[n, t[n]])*delta(a, t[n]), n=1..N)",
        where=ROWS,
    ),
    case(
        "two labels per row",
        -Sum(log(p[n, t[n]]) + log(p[n, r[n]]), (n, 1, N)),
        z[m, i],
        "2*p[m, i] - delta(i, r[m]) - delta(i, t[m])",
        where=ROWS,
    ),
    case(
        "Brier score",
        Sum((p[k] - y[k]) ** 2, (k, 1, K)),
        z[i],
        "2*p[i]*(p[i] - y[i] - sum(p[k]*(p[k] - y[k]), k=1..K))",
        where=SOFTMAX,
        given=sd.one_hot(y, c),
    ),
    case(
        "Gaussian mixture by label",
        Sum((x[n, a] - mu[t[n], a]) ** 2 / 2, (a, 1, D), (n, 1, N)),
        mu[k, j],
        "sum((mu[t[n], j] - x[n, j])*delta(k, t[n]), n=1..N)",
    ),
    case(
        "Gaussian mixture, scales by label",
        Sum(log(s[t[n]]) + (x[n] - mu[t[n]]) ** 2 / (2 * s[t[n]] ** 2), (n, 1, N)),
        s[k],
        "sum((1 - (x[n] - mu[t[n]])**2/s[t[n]]**2)*delta(k, t[n])/s[t[n]], n=1..N)",
        given=Gt(s[k], 0),
    ),
    case(
        "ranking by label",
        Sum(exp(z[n, k] - z[n, t[n]]), (k, 1, K), (n, 1, N)),
        z[m, i],
        "exp(z[m, i] - z[m, t[m]]) - delta(i, t[m])*sum(exp(z[m, k] - z[m, t[m]]), k=1..K)",
    ),
    case(
        "all but the label",
        Sum((1 - KroneckerDelta(k, t[n])) * exp(z[n, k]), (k, 1, K), (n, 1, N)),
        z[m, i],
        "(1 - delta(i, t[m]))*exp(z[m, i])",
    ),
    case(
        "within classes",
        Sum(KroneckerDelta(t[n], t[m]) * (x[n] - x[m]) ** 2, (n, 1, N), (m, 1, N)),
        x[i],
        "4*sum((x[i] - x[m])*delta(t[m], t[i]), m=1..N)",
    ),
    case(
        "a label that may be its own place",
        Sum(KroneckerDelta(n, t[n]) * x[n] ** 2 + x[t[n]], (n, 1, N)),
        x[i],
        "2*x[i]*delta(i, t[i]) + sum(delta(i, t[n]), n=1..N)",
    ),
    case(
        "a label of a label",
        Sum(x[t[r[n]]] ** 2, (n, 1, N)),
        x[i],
        "2*sum(x[t[r[n]]]*delta(i, t[r[n]]), n=1..N)",
    ),
    case(
        "smoothed labels",
        -Sum(((1 - eps) * y[k] + eps / K) * log(p[k]), (k, 1, K)),
        z[i],
        "p[i] - (1 - epsilon)*y[i] - epsilon/K",
        "y[k] = delta(c, k)",
        where=SOFTMAX,
        given=sd.one_hot(y[k], c),
    ),
    case(
        "focal",
        -((1 - p[c]) ** G) * log(p[c]),
        z[i],
        "(delta(c, i) - p[i])*(gamma*p[c]*(1 - p[c])**(gamma - 1)*log(p[c]) - (1 - p[c])**gamma)",
        "K >= 2",
        where=SOFTMAX,
    ),
    case(
        "label and class in one problem",
        -log(p[c]) + Sum(y[k] * p[k], (k, 1, K)),
        z[i],
        "p[i] + p[i]*(y[i] - p[c]) - y[i]",
        "y[k] = delta(c, k)",
        where=SOFTMAX,
        given=sd.one_hot(y[k], c),
    ),
    case(
        "powers by label",
        Sum(w[t[n]] ** w[n], (n, 1, K)),
        w[i],
        "w[t[i]]**w[i]*log(w[t[i]]) + sum(w[t[n]]**w[n]*w[n]*delta(i, t[n])/w[t[n]], n=1..K)",
        "w[t[n]] > 0",
        given=Gt(w[k], 0),
    ),
    case(
        "square of a label",
        Sum(y[k] ** 2 * z[k] ** 2, (k, 1, K)),
        z[i],
        "2*y[i]*z[i]",
        "y[i] = delta(c, i)",
        given=sd.one_hot(y[k], c),
    ),
    case(
        "by the label itself",
        Sum(y[k], (k, 1, K)) * Sum(y[k] * z[k], (k, 1, K)) + y[2] ** 2,
        y[i],
        "2*y[2]*delta(i, 2) + sum(y[k]*z[k], k=1..K) + z[i]",
        "y[k] = delta(c, k)",
        given=sd.one_hot(y[k], c),
    ),
)


def refuted_or_unchecked(trace: Trace, problem: Any) -> list[str]:
    verdicts = zip(check_trace(trace, problem), trace.walk(), strict=True)
    return [
        f"{number} [{step.rule}]: {v}"
        for v, (number, step) in verdicts
        if v.status == "refuted" or not v.reason.startswith("checked")
    ]


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES])
def test_the_gradient_its_steps_and_its_code(case: Case) -> None:
    problem = case.make()
    derivation = sd.derive(problem)
    assert plain(derivation.trace.result) == case.expected
    assert tuple(derivation.stated_conditions) == case.conditions
    assert refuted_or_unchecked(derivation.trace, derivation.statement) == []
    assert gradcheck(derivation).passed


def test_the_second_derivative_by_the_label_waits() -> None:
    value = Sum(y[k], (k, 1, K)) ** 3
    hessian = sd.derive(value, [y[i], y[j]], given=sd.one_hot(y, c))
    assert hessian.result == 6
    first = sd.derive(value, y[i])
    assert not first.conditions


@pytest.mark.parametrize(
    ("value", "wrt", "given", "message"),
    [
        (Sum(t[n] * log(p[n, t[n]]), (n, 1, N)), z[m, i], (), "t holds class numbers"),
        (Sum(log(p[n, t[n]]), (n, 1, N)), t[m], (), "t holds class numbers"),
        (Sum(log(p[n, t[n]]), (n, 1, N)), z[m, t[m]], (), "at a label"),
        (Sum(y[k] * z[k], (k, 1, K)), z[c], sd.one_hot(y[k], c), "c is an index of wrt and the class"),
    ],
)
def test_what_is_refused(value: Any, wrt: Any, given: Any, message: str) -> None:
    where = ROWS if value.has(p) else None
    with pytest.raises(InputError, match=message):
        sd.derive(value, wrt, where=where, given=given)


def test_computed_labels_are_refused() -> None:
    value = Sum(log(p[n, t[n]]), (n, 1, N))
    with pytest.raises(InputError, match="t holds class numbers"):
        sd.derive(value, z[m, i], where={**ROWS, t[n]: Sum(z[n, k], (k, 1, K))})


# --- the rules ---------------------------------------------------------------------------------------


def context(*pending: Any) -> Context:
    problem = Problem("rules", Sum(y[k] * x[k], (k, 1, K)) + x[c], x[i], None, sd.one_hot(y[k], c))
    return Context(problem.statement, problem.statement.scope, tuple(Entry(str(v), (Symbol("i"),)) for v in pending))


LETTER, SIZE, CLASS = Symbol("k"), Symbol("K"), Symbol("c")
LABEL, LOGIT = Entry("y", (LETTER,)), Entry("x", (LETTER,))


def test_a_one_hot_label_leaves_one_summand() -> None:
    found = onehot.marked(Big(LETTER, SIZE, times(LABEL, LOGIT), ()), context())
    assert found is not None
    assert found.after is Entry("x", (CLASS,))
    assert [c.relation.left for c in found.conditions] == [LABEL]


def test_a_summand_left_out_is_left_out() -> None:
    total = Big(LETTER, SIZE, times(LABEL, LOGIT), (CLASS,))
    found = onehot.marked(total, context())
    assert found is not None
    assert found.after is ZERO
    other = onehot.marked(Big(LETTER, SIZE, times(LABEL, LOGIT), (Symbol("i"),)), context())
    assert other is not None
    assert plain(other.after) == "x[c]*(1 - delta(c, i))"


def test_the_label_waits_for_its_variable() -> None:
    assert onehot.marked(Big(LETTER, SIZE, times(LABEL, LOGIT), ()), context(y)) is None
    assert onehot.idempotent(power(LABEL, number(2)), context(y)) is None


def test_powers_of_a_label() -> None:
    found = onehot.idempotent(times(power(LABEL, number(3)), LOGIT), context())
    assert found is not None
    assert plain(found.after) == "y[k]*x[k]"
    assert onehot.idempotent(power(LOGIT, number(2)), context()) is None
    assert onehot.idempotent(times(LABEL, LOGIT), context()) is None


# --- would a mistake be noticed? ------------------------------------------------------------------------


def row_of_two(fact: Any, term: Any) -> Any:
    """A one-hot row that adds up to 2."""
    found = facts._whole_row(fact, term)
    return None if found is None else (number(2), found[1])


def other_class(entry: Any, statement: Any) -> Any:
    """The label of class 1 where it says c."""
    found = facts.one_hot_label(entry, statement)
    return None if found is None else (ONE, Relation("=", found[1].left, found[1].right))


@pytest.mark.parametrize(
    ("module", "name", "mutant", "of"),
    [
        (facts, "_whole_row", row_of_two, "cross-entropy"),
        (facts, "_whole_row", row_of_two, "batch"),
        (onehot, "one_hot_label", other_class, "label and class in one problem"),
    ],
)
def test_a_wrong_use_of_a_label_is_refuted(
    module: Any, name: str, mutant: Any, of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = next(c for c in CASES if c.name == of).make()
    original = getattr(module, name)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, lambda *args: _with(mutant, original, module, name, args))
        derived = derive_statement(problem.statement)
    assert any("refuted" in line for line in refuted_or_unchecked(derived.trace, derived.statement))


def _with(mutant: Any, original: Any, module: Any, name: str, args: Any) -> Any:
    """The mutant, calling the original below itself."""
    replaced = getattr(module, name)
    setattr(module, name, original)
    try:
        return mutant(*args)
    finally:
        setattr(module, name, replaced)


# --- positive bases ---------------------------------------------------------------------------------------

u = IndexedBase("u", positive=True)


@pytest.mark.parametrize(
    ("value", "wrt", "given", "expected", "conditions"),
    [
        (Sum(u[k] ** u[k], (k, 1, K)), u[i], (), "u[i]**u[i]*(log(u[i]) + 1)", ("u[k] > 0",)),
        (Sum(w[k] ** w[k], (k, 1, K)), w[i], Gt(w[k], 0), "w[i]**w[i]*(log(w[i]) + 1)", ("w[k] > 0",)),
        (Sum(u[k] ** G, (k, 1, K)), G, (), "sum(u[k]**gamma*log(u[k]), k=1..K)", ("u[k] > 0",)),
        (
            Sum(x[n, k] ** x[n, k], (k, 1, K), (n, 1, N)),
            x[m, i],
            Gt(x[n, k], 0),
            "x[m, i]**x[m, i]*(log(x[m, i]) + 1)",
            ("x[n, k] > 0",),
        ),
    ],
)
def test_a_positive_base_may_have_any_exponent(
    value: Any, wrt: Any, given: Any, expected: str, conditions: tuple[str, ...]
) -> None:
    derivation = sd.derive(value, wrt, given=given)
    assert (plain(derivation.trace.result), derivation.stated_conditions) == (expected, conditions)
    assert refuted_or_unchecked(derivation.trace, derivation.statement) == []
    assert gradcheck(derivation).passed


def test_assumptions_on_a_label_array_are_no_facts_about_numbers() -> None:
    classes = IndexedBase("t", integer=True, positive=True)
    derivation = sd.derive(-Sum(log(p[n, classes[n]]), (n, 1, N)), z[m, i], where=ROWS)
    assert plain(derivation.trace.result) == "p[m, i] - delta(i, t[m])"
