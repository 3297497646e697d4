"""PyTensor: symbolic graphs with shapes known at run time, simplified by its own rewrites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytensor
import pytensor.tensor as pt
from pytensor.gradient import hessian, jacobian
from pytensor.graph.rewriting.utils import rewrite_graph

from benchmarks.entrant import Entrant

REWRITES = ("canonicalize", "stabilize", "specialize")  # those that compilation would apply
CLOSED = 13  # operations of (p*sum(y) - y)/N, broadcasting included


def entrants() -> Iterator[Entrant]:
    """One for each question; derivatives of vectors are loops over their entries."""
    who = f"PyTensor {pytensor.__version__}"
    yield Entrant("gradient", who, "grad, rewritten", row, partial(rewritten, pytensor.grad), form)
    yield Entrant("batch gradient", who, "grad, rewritten", batch, partial(rewritten, pytensor.grad), form)
    yield Entrant("Hessian", who, "hessian, rewritten", row, partial(rewritten, hessian), form)
    yield Entrant("third derivative", who, "jacobian of hessian, rewritten", row, partial(rewritten, third), form)


def row(tag: str) -> tuple[Any, Any]:
    """Softmax cross-entropy and its logits."""
    z, y = pt.dvector("z" + tag), pt.dvector("y" + tag)
    e = pt.exp(z)
    return -(y * pt.log(e / e.sum())).sum(), z


def batch(tag: str) -> tuple[Any, Any]:
    """Its mean over a batch and its logits."""
    z, y = pt.dmatrix("z" + tag), pt.dmatrix("y" + tag)
    e = pt.exp(z)
    return -(y * pt.log(e / e.sum(axis=1, keepdims=True))).sum() / z.shape[0], z


def third(value: Any, z: Any) -> Any:
    """All third derivatives, two axes in one."""
    return jacobian(hessian(value, z).flatten(), z)


def rewritten(derive: Callable[[Any, Any], Any], asked: tuple[Any, Any]) -> Any:
    """The derivative, simplified."""
    return rewrite_graph(derive(*asked), include=REWRITES)


def form(result: Any) -> str:
    """What the graph is: a loop, the closed form, or a number of operations."""
    found, waiting = set(), [result]
    while waiting:
        made = waiting.pop().owner
        if made is not None and made not in found:
            found.add(made)
            waiting += made.inputs
    if any(type(made.op).__name__ == "Scan" for made in found):
        return "a loop over entries, no formula"
    return "closed form, with Σy" if len(found) <= CLOSED else f"{len(found)} operations"
