"""SymPy: derivatives for a symbolic K, and of the loss written out for a fixed number of classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import sympy
from sympy import Expr, Indexed, IndexedBase, KroneckerDelta, Piecewise, Sum, Symbol, exp, log, simplify, symbols

import symderiv as sd
from benchmarks.claims import SIZE, Claim
from benchmarks.claims import Asked as Claimed
from benchmarks.entrant import Checker, Entrant

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


def checkers(claim: Claim) -> Iterator[Checker]:
    """How a claim is checked without a prover: written out, one entry of it or every one."""
    who, indices = f"SymPy {sympy.__version__}", claim.asked("").indices
    one = tuple(range(1, len(indices) + 1))
    if indices:
        yield Checker(who, f"one entry, all sizes {SIZE}", claim.asked, partial(vanishes, [one]))
    every = [*product(range(1, SIZE + 1), repeat=len(indices))]
    yield Checker(who, f"all sizes {SIZE}", claim.asked, partial(vanishes, every))


def vanishes(entries: Sequence[tuple[int, ...]], asked: Claimed) -> bool:
    """Whether ``simplify(left - right)`` is 0 at some entries, the given equations put in as one does by hand."""
    return all(simplify(_difference(asked, at)) == 0 for at in entries)


def _difference(asked: Claimed, at: tuple[int, ...]) -> Expr:
    """Left minus right, written out over real symbols."""
    values = {**dict.fromkeys(asked.sizes, SIZE), **dict(zip(asked.indices, at, strict=True))}
    left, right = (sd.instantiate(side, values, asked.where) for side in (asked.left, asked.right))
    found = (left - right).subs(asked.solved)
    return found.xreplace({entry: Symbol(str(entry), real=True) for entry in found.atoms(Indexed)})
