"""SymPy: derivatives for a symbolic K, and of the loss written out for a fixed number of classes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import sympy
from sympy import Expr, IndexedBase, KroneckerDelta, Piecewise, Sum, exp, log, simplify, symbols

from benchmarks.entrant import Entrant

CLOSED = "closed form, with Σy"


class Asked(NamedTuple):
    """What to differentiate, by what, and the closed form that keeps the sum of the labels, where one is known."""

    value: Expr
    variables: tuple[Expr, ...]
    closed: Expr | None


def entrants() -> Iterator[Entrant]:
    """One for each question."""
    for question in ("gradient", "batch gradient", "Hessian", "third derivative"):
        who = f"SymPy {sympy.__version__}"
        yield Entrant(question, who, "diff, doit, simplify", partial(asked, question), derivative, form)


def asked(question: str, tag: str) -> Asked:
    """A question with the tag in all names.

    Without integer=True SymPy leaves its delta sums as they are, and simplify raises StopIteration.
    """
    K, N, i, j, k, m, n, r = symbols(" ".join(name + tag for name in "KNijkmnr"), integer=True)
    z, y = IndexedBase("z" + tag), IndexedBase("y" + tag)
    row = -Sum(y[k] * log(exp(z[k]) / Sum(exp(z[j]), (j, 1, K))), (k, 1, K))
    total, labels = Sum(exp(z[j]), (j, 1, K)), Sum(y[k], (k, 1, K))
    if question == "gradient":
        return Asked(row, (z[i],), exp(z[i]) * labels / total - y[i])
    if question == "Hessian":
        return Asked(row, (z[i], z[r]), (KroneckerDelta(i, r) - exp(z[r]) / total) * exp(z[i]) * labels / total)
    if question == "third derivative":
        return Asked(row, (z[i], z[r], z[m]), None)
    value = -Sum(Sum(y[n, k] * log(exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))), (k, 1, K)), (n, 1, N)) / N
    share = exp(z[m, i]) / Sum(exp(z[m, j]), (j, 1, K))
    return Asked(value, (z[m, i],), (share * Sum(y[m, k], (k, 1, K)) - y[m, i]) / N)


def derivative(question: Asked) -> tuple[Expr, Expr | None]:
    """The derivative with its delta sums carried out, beside the closed form."""
    value = question.value
    for v in question.variables:
        value = value.diff(v)
    return simplify(value.doit()), question.closed


def form(answer: tuple[Any, Expr | None]) -> str:
    """Whether a branch is the closed form."""
    result, closed = answer
    inside = result.args[0].expr if isinstance(result, Piecewise) else result
    around = ", inside a Piecewise" if isinstance(result, Piecewise) else ""
    return f"{CLOSED}{around}" if inside == closed else f"{sympy.count_ops(inside)} operations{around}"


def written_out(size: int, tag: str = "") -> tuple[Expr, list[Expr]]:
    """The loss for a fixed number of classes, the last label being 1 minus the others, and its variables."""
    logits = symbols(" ".join(f"z{tag}_{n}" for n in range(1, size + 1)))
    labels = [*(sympy.Symbol(f"y{tag}_{n}") for n in range(1, size))]
    labels.append(1 - sum(labels))
    total = sum(map(exp, logits))
    return -sum(b * log(exp(a) / total) for a, b in zip(logits, labels, strict=True)), list(logits)


def gradient_written_out(loss: tuple[Expr, list[Expr]]) -> list[Expr]:
    """Its gradient as SymPy leaves it."""
    value, logits = loss
    return [value.diff(a) for a in logits]


def simplified(loss: tuple[Expr, list[Expr]]) -> list[Expr]:
    """Its gradient, simplified."""
    return [simplify(g) for g in gradient_written_out(loss)]


def operations(gradient: list[Expr]) -> int:
    """How much there is to read."""
    return int(sum(map(sympy.count_ops, gradient)))
