"""tensorgrad: tensor networks with symbolic sizes. Only its public interface is called; it is under the AGPL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from typing import Any

import sympy
import tensorgrad as tg
import tensorgrad.functions as F

from benchmarks.entrant import Entrant

# order, and summands of p*sum(y) - y, of (diag(p) - p p^T)*sum(y), and of the third derivative multiplied out
QUESTIONS = {"gradient": (1, 2), "batch gradient": (1, 2), "Hessian": (2, 2), "third derivative": (3, 5)}


def entrants() -> Iterator[Entrant]:
    """One for each question."""
    who = f"tensorgrad {version('tensorgrad')}"
    for question, (order, summands) in QUESTIONS.items():
        edges = ("n", "i") if question.startswith("batch") else ("i",)
        state, answer = partial(loss, edges), partial(derivative, order)
        yield Entrant(question, who, "grad, full_simplify", state, answer, partial(form, summands))


def loss(edges: tuple[str, ...], tag: str) -> tuple[Any, Any]:
    """Softmax cross-entropy written with exp, sum and log, and its logits."""
    sizes = [sympy.Symbol(name + tag) for name in edges]
    z, y = tg.Variable("z" + tag, *sizes), tg.Variable("y" + tag, *sizes)
    e = F.exp(z)
    return -(y @ F.log(e / F.sum(e, [str(sizes[-1])], keepdims=True))), z


def derivative(order: int, asked: tuple[Any, Any]) -> Any:
    """The derivative, simplified at the end."""
    value, z = asked
    for _ in range(order):
        value = value.grad(z)
    return value.full_simplify()


def form(summands: int, result: Any) -> str:
    """Whether there are as many summands as the closed form has."""
    count = len(getattr(result, "terms", (result,)))
    return "closed form, with Σy" if count <= summands else f"{count} summands"
