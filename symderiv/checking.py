"""A gradient, ours or the caller's, against its value: `gradcheck`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symderiv.derivation import Derivation, derive
from symderiv.doors.digits import Digits
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError
from symderiv.numeric.backends import compiler
from symderiv.numeric.checks.accuracy import accuracy
from symderiv.numeric.checks.checked import GradCheck, together
from symderiv.numeric.checks.elsewhere import jacobians
from symderiv.numeric.checks.gradcheck import gradcheck as check
from symderiv.numeric.checks.held import held
from symderiv.numeric.checks.naive import Plainly
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.problem import Problem

Function = Callable[..., Any]
LEAST_DIGITS = 20  # fewer are hardly more than those of a double


@dataclass(frozen=True)
class _Asked:
    """What is the same for every variable."""

    arguments: tuple[str, ...]
    pulls: bool
    against: tuple[str, ...]
    digits: int | None
    seed: int


def gradcheck(
    problem: Problem | Derivation,
    grad: Function | None = None,
    *,
    wrt: Any = None,
    vjp: Function | None = None,
    against: Sequence[str] = (),
    digits: int | None = None,
    seed: int = 0,
) -> GradCheck:
    """Compare a gradient with finite differences and the complex step at random points.

    The points satisfy the problem's facts. What `stop_gradient` encloses is held still while the
    variable moves. A derivative of higher order is compared with differences of the derivative of one
    order less, as derived. Of a value with free indices, such as a layer's, its entries are compared, and their sum
    with random weights (``upstream``: with weights of 1, errors in a layer that normalises cancel).

    ``grad`` is a gradient function of your own, with the arguments of
    ``value_and_grad(problem)`` (of ``derive(problem).lambdify()`` for a higher order), a one-hot label as an array; by
    default the derived gradient is checked. ``vjp`` is instead one that takes the upstream gradient, of the shape of
    the value, as one more argument, and returns the sum of the gradients of the value's entries weighted with it: the
    backward pass of a layer. With ``wrt`` a tuple of variables all gradients are checked; ``grad`` and ``vjp`` then
    return a tuple. ``against=("torch", "jax")`` compares as well with what these libraries make of the value's code for
    the Array API by differentiating it themselves. With ``digits`` the gradient is also compared with its formula in so
    many digits, the variable's entries up to 10000 times as large (``accuracy``, in units of eps); it fails where it is
    not finite and the formula is. Sizes at which value or derivative is not finite, however the arguments are drawn,
    are left out and named (``untried``).

    Raises `Refused` where no such points are known or no size is left, `ToolMissing` for a library that is not
    installed.

    >>> from symderiv import load
    >>> gradcheck(load("softmax-cross-entropy")).passed
    True
    """
    if grad is not None and vjp is not None:
        raise InputError("give grad or vjp, one gradient function at a time")
    if digits is not None and (not isinstance(digits, int) or digits < LEAST_DIGITS):
        raise InputError(f"digits is a whole number from {LEAST_DIGITS} on, such as 50")
    own = vjp if vjp is not None else grad
    several = isinstance(wrt, tuple | list)
    if several and not wrt:
        raise InputError("wrt is empty: name what to differentiate by")
    found = [_derivation(problem, v) for v in wrt] if several else [_derivation(problem, wrt)]
    arguments = _arguments(found)
    parts = [_part(own, n, len(found)) for n in range(len(found))] if several else [own]
    asked = _Asked(arguments, vjp is not None, (against,) if isinstance(against, str) else tuple(against), digits, seed)
    checks = [_one(d, f, asked) for d, f in zip(found, parts, strict=True)]
    return together(checks) if several else checks[0]


def _arguments(found: list[Derivation]) -> tuple[str, ...]:
    """Those of `value_and_grad`: what is differentiated by first."""
    statement = found[0].statement
    variables = [v for d in found for v in d.statement.variables]
    return default_arguments(statement, (*variables, statement.value, *(d.trace.result for d in found)))


def _derivation(problem: Problem | Derivation, wrt: Any) -> Derivation:
    if isinstance(problem, Derivation):
        if wrt is not None:
            raise InputError("gradcheck of a derivation has its variable already; pass the problem instead")
        return problem
    return derive(problem, wrt)


def _part(own: Function | None, place: int, count: int) -> Function | None:
    """One of the gradients that a function returns in a tuple."""
    if own is None:
        return None

    def part(*arguments: Any, **sizes: int) -> Any:
        found = own(*arguments, **sizes)
        if not isinstance(found, tuple | list) or len(found) != count:
            raise InputError(f"the gradient function returns a tuple of {count} gradients, one for each variable")
        return found[place]

    return part


def _one(derivation: Derivation, own: Function | None, asked: _Asked) -> GradCheck:
    statement, result = derivation.statement, derivation.trace.result
    axes = result_axes(statement, statement.variables[:-1])
    lower = derivation.last_differentiated
    split, copies = held(lower)
    names = (*asked.arguments, *(copy for copy, _ in copies))
    stated = ("value", split, (Output("value", split.value, axes),), names)
    value = compile_function(*stated)
    output = Output("gradient", result, result_axes(statement))
    ours = ("gradient", statement, (output,), asked.arguments, (), True)
    gradient = own if own is not None else compile_function(*ours)
    formula = Plainly(statement, result, output.axes, asked.arguments)
    found = check(
        value,
        gradient,
        lower,
        lower.variables[0],
        axes,
        asked.arguments,
        asked.seed,
        held=tuple(name for _, name in copies),
        domain=None if asked.pulls else formula,
        pulls=asked.pulls,
        elsewhere=jacobians(compiler("array-api")(*stated), asked.against) if asked.against else {},
    )
    if asked.digits is None or asked.pulls:
        return found
    exact = accuracy(gradient, formula, dict(found.trials[-1]), Digits, asked.digits, asked.seed)
    return replace(found, accuracy=exact)
