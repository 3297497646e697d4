"""PyTorch: the value by its own functions, the gradient by its autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, log_softmax

from benchmarks.contest import Way

THREADS = (1, 2)


def entropy(z: Any) -> Any:
    log_p = log_softmax(z, -1)
    return -(log_p.exp() * log_p).sum(-1)


VALUES: Mapping[str, Callable[..., Any]] = {
    "cross-entropy": partial(cross_entropy, reduction="none"),
    "mean cross-entropy": cross_entropy,
    "linear layer, dW": lambda w, x, c, y: cross_entropy(x @ w + c, y),
    "binary cross-entropy": lambda z, y: binary_cross_entropy_with_logits(z, y, reduction="none").sum(-1),
    "entropy": entropy,
}


def ways(question: str, arrays: tuple[Any, ...]) -> dict[str, Way]:
    """Its ways to an answer: by one thread, and by two."""
    tensors = [torch.tensor(a) for a in arrays]
    run = _jacobian(tensors[0]) if question == "softmax Jacobian" else _gradient(VALUES[question], tensors)
    return {f"torch autograd, threads: {n}": Way(run, partial(torch.set_num_threads, n)) for n in THREADS}


def _gradient(value: Callable[..., Any], tensors: list[Any]) -> Callable[[], Any]:
    x, *others = tensors
    x.requires_grad_()

    def run() -> Any:
        found = value(x, *others)
        return found.detach(), torch.autograd.grad(found.sum(), x)[0]

    return run


def _jacobian(z: Any) -> Callable[[], Any]:
    one = torch.func.jacrev(partial(torch.softmax, dim=-1))
    return partial(torch.func.vmap(one), z)
