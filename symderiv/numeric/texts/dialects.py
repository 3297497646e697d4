"""The libraries the writer writes for: one table of spellings each, and nothing else that differs.

A pure dialect makes every array from whole operations: nothing is written into and no view is taken along
a diagonal, so that its text can be traced and differentiated, and scalars made of sizes are Python numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from symderiv.errors import InputError


@dataclass(frozen=True)
class Dialect:
    """How one library says things.

    ``module`` is what stands before the dot in its text, ``imports`` the lines that bring it in,
    ``title`` its name in prose. ``phrases`` are format strings; ``functions`` spell single functions
    that are called otherwise than in NumPy, ``scalar`` those of Python numbers.
    ``openings`` are the lines that bring in names the text uses.
    """

    name: str
    title: str
    module: str
    imports: tuple[str, ...]
    phrases: Mapping[str, str]
    functions: Mapping[str, str]
    scalar: Mapping[str, str]
    pure: bool
    openings: Mapping[str, str] = field(default_factory=dict)

    def about(self, like: str, dtype: str) -> Dialect:
        """The dialect of one function: new arrays stand where the argument ``like`` does and have this dtype."""

        def filled(texts: Mapping[str, str]) -> Mapping[str, str]:
            found = {key: t.replace("{like}", like).replace("{dtype}", dtype) for key, t in texts.items()}
            return MappingProxyType(found)

        return replace(self, phrases=filled(self.phrases), openings=filled(self.openings))

    def opening(self, body: str) -> list[str]:
        """The lines that a function's body starts with: those whose names it uses."""
        return [line for name, line in self.openings.items() if re.search(rf"\b{name}\b", body)]

    def say(self, phrase: str, **parts: object) -> str:
        """A phrase filled in.

        >>> NUMPY.say("max", x="z", axis=-1), TORCH.say("max", x="z", axis=-1)
        ('np.max(z, axis=-1)', 'torch.amax(z, dim=-1)')
        """
        return self.phrases[phrase].format(**parts)

    def call(self, function: str, x: str, number: bool = False) -> str:
        """A function of one argument, by its NumPy name or the name of a helper; ``number`` says it is a scalar.

        >>> ARRAY_API.call("np.arcsin", "z"), ARRAY_API.call("sigmoid", "z"), JAX.call("np.log", "K", number=True)
        ('xp.asin(z)', 'sigmoid(xp, z)', 'math.log(K)')
        """
        if not function.startswith("np."):
            return self.say("helper", name=function, x=self.say("scalar", x=x) if number and self.pure else x)
        name = function.removeprefix("np.")
        if number and self.pure:
            return self.scalar.get(name, "math." + self.functions.get(name, name) + "({x})").format(x=x)
        return f"{self.module}.{self.functions.get(name, name)}({x})"

    def constant(self, text: str) -> str:
        """A number with a name, given as NumPy spells it.

        >>> NUMPY.constant("np.pi"), TORCH.constant("np.pi"), TORCH.constant("0.9")
        ('np.pi', 'math.pi', '0.9')
        """
        if not self.pure or not text.startswith("np."):
            return text
        return self.scalar.get(text.removeprefix("np."), "math." + text.removeprefix("np."))


_NUMPY = {
    "shape": "np.shape({x})",
    "front": "np.shape({x})[:-{rank}]",
    "positions": "np.arange({n})",
    "sum": "np.sum({x}, axis={axis})",
    "sum kept": "np.sum({x}, axis={axis}, keepdims=True)",
    "max": "np.max({x}, axis={axis})",
    "max kept": "np.max({x}, axis={axis}, keepdims=True)",
    "swap": "np.swapaxes({x}, {a}, {b})",
    "transpose": "np.swapaxes({x}, -2, -1)",
    "move": "np.moveaxis({x}, {old}, {new})",
    "lift": "np.expand_dims({x}, {axes})",
    "where": "np.where({mask}, {x}, {y})",
    "maximum": "np.maximum({x}, {y})",
    "at least": "np.maximum({x}, {y})",
    "zeros": "np.zeros({n}, bool)",  # of the weakest type, so that the others decide
    "infinity": "np.inf",
    "full": "np.full({shape}, {x}, float)",
    "stretch": "np.broadcast_to({x}, {shape})",
    "scalar": "{x}",
    "helper": "{name}({x})",
}


def _spelled(module: str, **own: str) -> Mapping[str, str]:
    """The phrases of NumPy with another module in front, and what has no counterpart of that kind."""
    common = {key: text.replace("np.", f"{module}.") for key, text in _NUMPY.items()}
    common |= {"shape": "{x}.shape", "front": "{x}.shape[:-{rank}]", "at least": f"{module}.clip({{x}}, min={{y}})"}
    return MappingProxyType(common | {key.replace("_", " "): text for key, text in own.items()})


_STANDARD = MappingProxyType({f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")})
_NUMBERS = MappingProxyType(
    {"abs": "abs({x})", "sign": "(({x}) > 0) - (({x}) < 0)", "euler_gamma": "0.5772156649015329"}
)
NUMPY = Dialect(
    "numpy", "NumPy", "np", ("import numpy as np",), MappingProxyType(_NUMPY), MappingProxyType({}), _NUMBERS, False
)
ARRAY_API = Dialect(
    "array-api",
    "arrays",
    "xp",
    (),
    _spelled(
        "xp",
        positions="xp.arange({n}, device=device)",
        swap="xp.moveaxis({x}, ({a}, {b}), ({b}, {a}))",
        transpose="xp.matrix_transpose({x})",
        full="xp.full({shape}, {x}, dtype={dtype}, device=device)",
        zeros="xp.zeros({n}, dtype={dtype}, device=device)",
        scalar="xp.full((), {x}, dtype={dtype}, device=device)",
        helper="{name}(xp, {x})",
    ),
    _STANDARD,
    _NUMBERS,
    True,
    MappingProxyType(
        {
            "xp": "xp = namespace({like})",
            "device": 'device = getattr({like}, "device", None)  # lazy and traced arrays have none',
        }
    ),
)
TORCH = Dialect(
    "torch",
    "PyTorch",
    "torch",
    ("import torch",),
    _spelled(
        "torch",
        positions="torch.arange({n}, device={like}.device)",
        sum="torch.sum({x}, dim={axis})",
        sum_kept="torch.sum({x}, dim={axis}, keepdim=True)",
        max="torch.amax({x}, dim={axis})",
        max_kept="torch.amax({x}, dim={axis}, keepdim=True)",
        full="torch.full({shape}, {x}, dtype={dtype}, device={like}.device)",
        zeros="torch.zeros({n}, dtype={dtype}, device={like}.device)",
        scalar="torch.full((), {x}, dtype={dtype}, device={like}.device)",
    ),
    _STANDARD,
    _NUMBERS,
    True,
)
JAX = Dialect(
    "jax",
    "JAX",
    "jnp",
    ("import jax.numpy as jnp",),
    _spelled(
        "jnp",
        full="jnp.full({shape}, {x}, {dtype})",
        zeros="jnp.zeros({n}, {dtype})",
        scalar="jnp.full((), {x}, {dtype})",
    ),
    _STANDARD,
    _NUMBERS,
    True,
)
DIALECTS = MappingProxyType({d.name: d for d in (NUMPY, ARRAY_API, TORCH, JAX)})


def dialect(name: str) -> Dialect:
    """The dialect of a name; raises `InputError` that lists them for any other."""
    if name not in DIALECTS:
        raise InputError(f"there is no dialect {name!r}; there are: {', '.join(DIALECTS)}")
    return DIALECTS[name]
