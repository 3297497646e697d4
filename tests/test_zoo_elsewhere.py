"""Where PyTorch or JAX is installed: what a problem of the zoo says it equals there it equals, gradient and all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symderiv as sd
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo import load, names

NO_TORCH = "PyTorch is not installed: pip install torch"
NO_JAX = "JAX or Optax is not installed: pip install jax optax"
CASES = [pytest.param(load(name), example, id=name) for name in names() for example in load(name).examples]


def call(text: str, known: dict[str, Any], variable: str) -> Callable[[Any], Any]:
    """A line of the zoo, which is our own text, as a function of the array differentiated by."""
    code = compile(text, "zoo", "eval")
    return lambda x: eval(code, {**known, variable: x})


def agrees(problem: Problem, example: Example, value: Any, gradient: Any) -> None:
    ours = sd.value_and_grad(problem)
    expected = ours(*(np.asarray(example.values[name], dtype=float) for name in ours.args))
    assert np.allclose(expected[0], value, rtol=1e-12, atol=1e-14)
    assert np.allclose(expected[1], gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("problem", "example"), CASES)
def test_in_pytorch(problem: Problem, example: Example) -> None:
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    known = {a: torch.tensor(x, dtype=torch.float64) if np.ndim(x) else x for a, x in example.values.items()}
    variable = problem.statement.variables[0].array  # type: ignore[attr-defined]
    loss = call(problem.equals["PyTorch"], {"torch": torch, **known}, variable)
    gradient = torch.autograd.functional.jacobian(loss, known[variable])
    agrees(problem, example, loss(known[variable]).numpy(), gradient.numpy())


@pytest.mark.parametrize(("problem", "example"), CASES)
def test_in_jax(problem: Problem, example: Example) -> None:
    jax = pytest.importorskip("jax", reason=NO_JAX)
    optax = pytest.importorskip("optax", reason=NO_JAX)
    (line,) = (text for library, text in problem.equals.items() if library in ("JAX", "Optax"))
    with jax.enable_x64(True):
        known = {a: jax.numpy.asarray(x, dtype=float) if np.ndim(x) else x for a, x in example.values.items()}
        variable = problem.statement.variables[0].array  # type: ignore[attr-defined]
        loss = call(line, {"jax": jax, "optax": optax, **known}, variable)
        agrees(problem, example, loss(known[variable]), jax.jacobian(loss)(known[variable]))
