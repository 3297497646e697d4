"""The caller's symbols, arrays and functions as plain data and back: names, assumptions, shapes.

SymPy compares by name and assumptions, so an object made from this data equals the one described; only
a Dummy, which equals nothing but itself, comes back as a plain symbol.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.core.facts import InconsistentAssumptions

from symderiv.doors.surface import Surface
from symderiv.errors import InputError
from symderiv.statement import Relation
from symderiv.terms import ZERO, Entry, Symbol

ASSUMPTIONS = frozenset(
    "algebraic complex composite even extended_negative extended_nonnegative extended_nonpositive extended_nonzero "
    "extended_positive extended_real finite hermitian antihermitian imaginary infinite integer irrational negative "
    "noninteger nonnegative nonpositive nonzero odd positive prime rational real transcendental zero".split()
)
REMEDY = "the data is not what to_dict wrote"


def describe(surface: Surface) -> dict[str, Any]:
    """What tells the caller's objects apart from plain ones of the same names."""
    return {
        "symbols": {name: _assumed(s) for name, s in surface.symbols.items()},
        "arrays": {name: [_assumed(a.label), _shape(a)] for name, a in surface.arrays.items()},
        "functions": {name: getattr(sympy, name, None) is f for name, f in surface.functions.items()},
        "letters": {fact: value for fact, value in surface.letters.items() if fact in ASSUMPTIONS},
    }


def restore(data: Any) -> Surface:
    """A surface from what `describe` made; raises `InputError` for anything else."""
    if not isinstance(data, dict) or data.keys() != {"symbols", "arrays", "functions", "letters"}:
        raise InputError(f"objects holds symbols, arrays, functions and letters; {REMEDY}")
    symbols = {name: _symbol(name, facts) for name, facts in _items(data["symbols"])}
    return Surface(
        symbols,
        {name: _array(name, described, symbols) for name, described in _items(data["arrays"])},
        {name: _function(name, known) for name, known in _items(data["functions"])},
        _facts("letters", data["letters"]),
    )


def assumes(surface: Surface, relation: Relation) -> bool:
    """Whether a fact is one that the assumptions on the caller's own symbol or array say."""
    match relation.left:
        case Entry(name, _) if name in surface.arrays:
            known = surface.arrays[name].label.assumptions0 | surface.arrays[name].assumptions0
        case Symbol(name) if name in surface.symbols:
            known = surface.symbols[name].assumptions0
        case _:
            return False
    asked = {">": "positive", ">=": "nonnegative"}.get(relation.sign, "")
    return relation.right is ZERO and known.get(asked) is True


def _assumed(symbol: Any) -> dict[str, bool]:
    return {fact: value for fact, value in symbol.assumptions0.items() if fact in ASSUMPTIONS and value is not None}


def _shape(array: Any) -> list[str | int] | None:
    """The shape given with an array: names and whole numbers."""
    if array.shape is None:
        return None
    return [int(s) if isinstance(s, int | sympy.Integer) else str(s.name) for s in array.shape]


def _items(data: Any) -> list[tuple[str, Any]]:
    if not isinstance(data, dict) or not all(isinstance(name, str) and name for name in data):
        raise InputError(f"objects are listed by their names; {REMEDY}")
    return list(data.items())


def _facts(name: str, data: Any) -> dict[str, bool]:
    if not isinstance(data, dict) or not all(f in ASSUMPTIONS and isinstance(v, bool) for f, v in data.items()):
        raise InputError(f"{name!r} has assumptions that SymPy does not know; {REMEDY}")
    return dict(data)


def _symbol(name: str, data: Any) -> sympy.Symbol:
    try:
        return sympy.Symbol(name, **_facts(name, data))
    except InconsistentAssumptions:
        raise InputError(f"the assumptions on {name!r} contradict each other; {REMEDY}") from None


def _array(name: str, data: Any, symbols: Mapping[str, sympy.Symbol]) -> sympy.IndexedBase:
    if not isinstance(data, list) or len(data) != 2 or not isinstance(data[1], list | None):
        raise InputError(f"the array {name!r} has assumptions and a shape; {REMEDY}")
    label, shape = _symbol(name, data[0]), data[1]
    if shape is None:
        return sympy.IndexedBase(label)
    if not shape or not all((type(s) is int and s >= 1) or (isinstance(s, str) and s in symbols) for s in shape):
        raise InputError(f"the shape of {name!r} is made of sizes and whole numbers from 1 on; {REMEDY}")
    return sympy.IndexedBase(label, shape=tuple(symbols[s] if isinstance(s, str) else s for s in shape))


def _function(name: str, known: Any) -> Any:
    """SymPy's own function or number of that name where it was that, else one without a meaning."""
    found = getattr(sympy, name, None) if known is True else None
    is_number = isinstance(found, sympy.NumberSymbol)
    if is_number or (isinstance(found, type) and issubclass(found, sympy.Function)):
        return found
    if known is not False:
        raise InputError(f"SymPy has no function or number called {name!r}; {REMEDY}")
    return sympy.Function(name)
