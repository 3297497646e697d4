"""tensorgrad: tensor networks with symbolic sizes. Only its public interface is called; it is under the AGPL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any

import sympy
import tensorgrad as tg
import tensorgrad.functions as F

from benchmarks.claims import Claim
from benchmarks.entrant import Checker, Entrant

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


def checkers(claim: Claim) -> Iterator[Checker]:
    """The claims that can be stated; labels cannot be given to add up to 1, so their sum stays in the right side."""
    if claim.name in DIFFERENCES:
        labels, difference = DIFFERENCES[claim.name]
        reach = "for all sizes, with Σy on the right" if labels else "for all sizes"
        yield Checker(f"tensorgrad {version('tensorgrad')}", reach, _variables, partial(_vanishes, difference))


def _variables(tag: str) -> tuple[Any, Any]:
    size = sympy.Symbol("i" + tag)
    return tg.Variable("z" + tag, i=size), tg.Variable("y" + tag, i=size)


def _vanishes(difference: Callable[[Any, Any], Any], asked: tuple[Any, Any]) -> bool:
    return isinstance(difference(*asked).full_simplify(), tg.Zero)


def _softmax(z: Any) -> Any:
    return F.exp(z) / F.sum(F.exp(z), ["i"], keepdims=True)


def _loss(z: Any, y: Any) -> Any:
    return -(y @ F.log(_softmax(z)))


def _diagonal(p: Any, *edges: str) -> Any:
    """p where all indices are equal, else 0."""
    return tg.Delta(p.shape["i"], "of", *edges) @ p.rename(i="of")


def _jacobian_claim(z: Any, _: Any) -> Any:
    left = _softmax(z).grad(z)
    return left - _jacobian(_softmax(z), *left.edges)


def _jacobian(p: Any, a: str, b: str) -> Any:
    return _diagonal(p, a, b) - p.rename(i=a) @ p.rename(i=b)


def _gradient(z: Any, y: Any) -> Any:
    return _loss(z, y).grad(z) - (_softmax(z) * F.sum(y, ["i"]) - y)


def _hessian(z: Any, y: Any) -> Any:
    left = _loss(z, y).grad(z).grad(z)
    return left - _jacobian(_softmax(z), *left.edges) @ F.sum(y, ["i"])


def _third(z: Any, y: Any) -> Any:
    left, p = _loss(z, y).grad(z).grad(z).grad(z), _softmax(z)
    a, b, c = left.edges
    right = _diagonal(p, a, b, c) + 2 * (p.rename(i=a) @ p.rename(i=b) @ p.rename(i=c))
    for one, two, rest in ((a, b, c), (a, c, b), (b, c, a)):
        right = right - _diagonal(p, one, two) @ p.rename(i=rest)
    return left - right @ F.sum(y, ["i"])


def _logistic(z: Any, y: Any) -> Any:
    s = 1 / (1 + F.exp(-z))
    return -F.sum(y * F.log(s) + (1 - y) * F.log(1 - s), ["i"]).grad(z) - (s - y)


def _entropy(z: Any, _: Any) -> Any:
    p = _softmax(z)
    value = -(p @ F.log(p))
    return value.grad(z) + p * (F.log(p) + value)


def _total(z: Any, y: Any) -> Any:
    p = _softmax(z)
    return ((p - y) @ z).grad(z) - (p - y)


DIFFERENCES: Mapping[str, tuple[bool, Callable[[Any, Any], Any]]] = {  # whether Σy stands in it, left minus right
    "softmax Jacobian": (False, _jacobian_claim),
    "cross-entropy gradient": (True, _gradient),
    "Hessian": (True, _hessian),
    "third derivative": (True, _third),
    "L2, total derivative": (False, _total),
    "binary cross-entropy": (False, _logistic),
    "entropy": (False, _entropy),
}
