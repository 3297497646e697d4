"""Identity by name: the caller's own objects, one per name, merged where they are compatible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from symderiv.errors import InputError

Assumptions = Mapping[str, bool | None]


@dataclass
class Names:
    """What a reader met: scalars and indices, arrays with their shapes, functions.

    The first met under a name stands for it; a symbol about which more is assumed takes its place.
    """

    symbols: dict[str, sympy.Symbol] = field(default_factory=dict)
    arrays: dict[str, sympy.IndexedBase] = field(default_factory=dict)
    shapes: dict[str, tuple[sympy.Expr, ...]] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)
    known: dict[str, dict[str, bool]] = field(default_factory=dict)

    def symbol(self, symbol: sympy.Symbol) -> str:
        """Register a symbol and return its name; `InputError` where another use of the name contradicts."""
        name = str(symbol.name)
        first = self.symbols.get(name)
        if first is symbol:
            return name
        if not symbol.is_commutative:
            raise InputError(f"the symbol {name} does not commute; symderiv works with ordinary numbers only")
        if name in self.arrays:
            raise InputError(f"{name} is both an array and a scalar or index; rename one of them")
        if first is not None and (isinstance(first, sympy.Dummy) or isinstance(symbol, sympy.Dummy)):
            raise InputError(f"two different Dummy symbols print as {name}; use Symbols with names of their own")
        self._merge(name, symbol.assumptions0)
        if first is None or len(symbol.assumptions0) > len(first.assumptions0):
            self.symbols[name] = symbol
        return name

    def array(self, base: sympy.IndexedBase) -> str:
        """Register an array and return its name; `InputError` where shape or assumptions contradict."""
        if not isinstance(base.label, sympy.Symbol):
            raise InputError(f"{base} is a literal array; name it with IndexedBase and give its values to the function")
        name = str(base.label.name)
        if self.arrays.get(name) is base:
            return name
        if name in self.symbols:
            raise InputError(f"{name} is both an array and a scalar or index; rename one of them")
        self.arrays.setdefault(name, base)
        if base.shape is not None:
            shape = tuple(base.shape)
            if self.shapes.setdefault(name, shape) != shape:
                raise InputError(f"{name} has the shape {self.shapes[name]} in one place and {shape} in another")
        self._merge(name, {**base.label.assumptions0, **base.assumptions0})
        return name

    def function(self, name: str, meaning: Any) -> str:
        """Register an opaque function or constant under its name."""
        if self.functions.setdefault(name, meaning) != meaning:
            raise InputError(f"two different functions are called {name}; rename one of them")
        return name

    def _merge(self, name: str, assumptions: Assumptions) -> None:
        known = self.known.setdefault(name, {})
        for fact, value in assumptions.items():
            if value is not None and known.setdefault(fact, value) != value:
                raise InputError(f"{name} is assumed {fact} in one place and not {fact} in another; keep one of them")
