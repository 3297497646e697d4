"""Expressions written out for concrete sizes: sums become additions, deltas 0 or 1, names their definitions.

Derivatives are taken by SymPy here, of the written-out body, never by symderiv's own rules: this
is what makes the comparison at small sizes an independent check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from symderiv import terms
from symderiv.doors.sympy import Reader, Surface
from symderiv.errors import InputError, Refused
from symderiv.statement import Definition, Statement, names_used, state
from symderiv.terms import Entry, Symbol, Term

Env = Mapping[str, Any]
Labels = Mapping[tuple[str, tuple[int, ...]], int]
_NUMBERED = re.compile(r"_\d+$")


def written_out(
    t: Term,
    sizes: Mapping[str, int],
    indices: Mapping[str, int],
    statement: Statement | None = None,
    labels: Labels | None = None,
) -> sympy.Expr:
    """The term for concrete sizes and indices, over plain SymPy symbols named by `plain_name`.

    Definitions of the statement are unfolded; ``labels`` are the class numbers. Raises `InputError` for
    a size, index or label without a value, `Refused` for a derivative by a defined name around one by
    what that name depends on.

    >>> from symderiv.terms import Big, D, Power, number
    >>> k, K, z_k = Symbol("k"), Symbol("K"), Entry("z", (Symbol("k"),))
    >>> written_out(D(Big(k, K, Power(z_k, number(2)), ()), Entry("z", (Symbol("i"),))), {"K": 3}, {"i": 2})
    2*z_2
    """
    definitions = statement.by_name if statement else {}
    writer = _Writer(
        dict(sizes), definitions, _plain_entry, lambda name: sympy.Symbol(plain_name(name)), labels=labels or {}
    )
    return writer.written({name: sympy.Integer(value) for name, value in indices.items()}, t)


def plain_name(name: str, indices: Iterable[int] = ()) -> str:
    """The name of an entry's (or scalar's) plain symbol: ``z_1_2``; no two entries or scalars share one.

    >>> plain_name("z", (1, 2)), plain_name("z_1", (2,)), plain_name("lam")
    ('z_1_2', 'z_1[2]', 'lam')
    """
    values = [str(i) for i in indices]
    if _NUMBERED.search(name):
        return f"{name}[{','.join(values)}]"
    return "_".join((name, *values))


def instantiate(expr: Any, sizes: Mapping[Any, int], where: Mapping[Any, Any] | None = None) -> sympy.Expr:
    """The expression written out for concrete sizes, as plain SymPy over entries with literal indices.

    ``sizes`` maps sizes, and if wanted free indices, to whole numbers from 1 on; a free index that
    is not given stays a symbol. Definitions of ``where`` are unfolded, derivatives carried out.
    Raises `InputError` for a size without a value and for an index out of range.

    >>> from sympy import IndexedBase, Sum, symbols
    >>> z, (k, K) = IndexedBase("z"), symbols("k K")
    >>> instantiate(Sum(z[k] ** 2, (k, 1, K)), {K: 3})
    z[1]**2 + z[2]**2 + z[3]**2
    """
    if not isinstance(sizes, Mapping):
        raise InputError("sizes is a mapping such as {K: 3}")
    values = {str(getattr(key, "name", key)): _whole(key, value) for key, value in sizes.items()}
    reader = Reader()
    term = reader.term(expr)
    definitions = tuple(reader.definition(key, body) for key, body in (where or {}).items())
    statement = state("instantiate", term, (), definitions, (), reader.declared)
    for size, least in statement.scope.least.items():
        if isinstance(size, Symbol) and values.get(size.name, least) < least:
            raise InputError(f"{size.name} = {values[size.name]} is too small: the expression has the index {least}")
    for name, size in statement.scope.indices.items():
        most = values.get(size.name) if isinstance(size, Symbol) else None
        if name in values and most is not None and values[name] > most:
            raise InputError(f"the index {name} = {values[name]} lies outside 1..{most}")
    surface = reader.surface()
    writer = _Writer(values, statement.by_name, _indexed(surface), surface.symbol, surface.functions)
    return writer.written(
        {name: sympy.Integer(values[name]) for name in statement.scope.indices if name in values}, term
    )


def _whole(key: Any, value: Any) -> int:
    if not isinstance(value, int | float | sympy.Number) or isinstance(value, bool) or value != int(value) or value < 1:
        raise InputError(f"{key} = {value}: sizes and indices are whole numbers from 1 on")
    return int(value)


def _plain_entry(array: str, indices: tuple[Any, ...]) -> Any:
    return sympy.Symbol(plain_name(array, map(int, indices)))


def _indexed(surface: Surface) -> Callable[[str, tuple[Any, ...]], Any]:
    def entry(array: str, indices: tuple[Any, ...]) -> Any:
        base = surface.arrays.get(array)
        return (sympy.IndexedBase(array) if base is None else base)[indices]

    return entry


MOST = 50_000


@dataclass
class _Writer:
    """Writes terms out; ``entry`` and ``scalar`` make the leaves."""

    sizes: Mapping[str, int]
    definitions: Mapping[str, Definition]
    entry: Callable[[str, tuple[Any, ...]], Any]
    scalar: Callable[[str], Any]
    functions: Mapping[str, Any] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    # what stop_gradient stands for, by the constant that holds its place while derivatives are taken
    stopped: dict[Any, tuple[Term, Env]] = field(default_factory=dict)
    # names that are independent variables just now, by the derivative around
    held: frozenset[str] = frozenset()
    # summands written so far, over all sums
    summands: int = 0
    # the leaves met while their name was held
    met: dict[Any, tuple[str, tuple[Any, ...]]] = field(default_factory=dict)

    def written(self, env: Env, t: Term) -> Any:
        """The whole term, the values of stop_gradient put back in."""
        result = self.write(t, env)
        while found := result.free_symbols & self.stopped.keys():
            result = result.xreplace({s: self.write(*self.stopped[s]) for s in found})
        return result

    def write(self, t: Term, env: Env) -> Any:
        match t:
            case terms.Number(value):
                return sympy.Rational(value.numerator, value.denominator)
            case terms.Symbol(name):
                return self.symbol(name)
            case terms.Entry(array, indices):
                return self.leaf(array, tuple(self.index(i, env) for i in indices))
            case terms.Delta(left, right):
                return sympy.KroneckerDelta(self.index(left, env), self.index(right, env))
            case terms.Big():
                return self.sum(t, env)
            case terms.D(body, variable):
                return self.derivative(body, variable, env)
            case terms.Stop(body):
                place = sympy.Dummy("stopped")
                self.stopped[place] = (body, env)
                return place
        return self.compound(t, [self.write(u, env) for u in terms.parts(t)])

    def compound(self, t: Term, values: list[Any]) -> Any:
        match t:
            case terms.Plus():
                return sympy.Add(*values)
            case terms.Times():
                return sympy.Mul(*values)
            case terms.Neg():
                return -values[0]
            case terms.Quotient():
                return values[0] / values[1]
            case terms.Power():
                return values[0] ** values[1]
            case terms.Exp():
                return sympy.exp(values[0])
            case terms.Log():
                return sympy.log(values[0])
            case terms.Function(name, ()):
                return self.functions.get(name, getattr(sympy, name, None)) or sympy.Symbol(name)
            case terms.Function(name, _):
                return self.function(name)(*values)
        raise InputError(f"cannot write out the node {type(t).__name__}")

    def function(self, name: str) -> Any:
        known = getattr(sympy, name, None)
        is_function = isinstance(known, type) and issubclass(known, sympy.Function)
        return self.functions.get(name) or (known if is_function else sympy.Function(name))

    def symbol(self, name: str) -> Any:
        if name in self.sizes:
            return sympy.Integer(self.sizes[name])
        return self.leaf(name, ())

    def leaf(self, name: str, indices: tuple[Any, ...]) -> Any:
        """An entry or scalar; its definition written out unless the name is held."""
        definition = self.definitions.get(name)
        if definition is None or name in self.held:
            leaf = self.entry(name, indices) if indices else self.scalar(name)
            self.met[leaf] = name, indices
            return leaf
        return self.write(definition.body, dict(zip((s.name for s in definition.parameters), indices, strict=True)))

    def index(self, i: Term, env: Env) -> Any:
        match i:
            case terms.Number(value):
                return sympy.Integer(int(value))
            case terms.Symbol(name) if name in env:
                return env[name]
            case terms.Symbol(name) if self.entry is not _plain_entry:
                return self.scalar(name)
            case terms.Symbol(name):
                raise InputError(f"the index {name} has no value; give one, such as {{{name!r}: 1}}")
            case terms.Entry(array, indices):
                return self.label(array, tuple(self.index(j, env) for j in indices))
        raise InputError(f"an index is a symbol or a whole number, not a {type(i).__name__}")

    def label(self, array: str, indices: tuple[Any, ...]) -> Any:
        """A class number: an entry with a name, or its value where entries are plain symbols."""
        if self.entry is not _plain_entry:
            return self.entry(array, indices)
        found = self.labels.get((array, tuple(map(int, indices))))
        if found is None:
            raise InputError(f"the label {plain_name(array, map(int, indices))} has no value")
        return sympy.Integer(found)

    def sum(self, t: terms.Big, env: Env) -> Any:
        many = self.size(t.size)
        left_out = [self.index(e, env) for e in t.excluded]
        summands = []
        for value in map(sympy.Integer, range(1, many + 1)):
            self.summands += 1
            if self.summands > MOST:
                raise InputError(f"more than {MOST} summands to write out; choose smaller sizes")
            kept = sympy.Mul(*(1 - sympy.KroneckerDelta(value, e) for e in left_out))
            if kept != 0:
                summands.append(kept * self.write(t.body, {**env, t.index.name: value}))
        return sympy.Add(*summands)

    def size(self, size: Term) -> int:
        match size:
            case terms.Number(value):
                return int(value)
            case terms.Symbol(name) if name in self.sizes:
                return self.sizes[name]
            case terms.Symbol(name):
                raise InputError(f"the size {name} has no value; give one, such as {{{name}: 3}}")
        raise InputError(f"a size is a symbol or a whole number, not a {type(size).__name__}")

    def derivative(self, body: Term, variable: Term, env: Env) -> Any:
        """SymPy's derivative; a defined variable is independent meanwhile and unfolded afterwards."""
        name = variable.array if isinstance(variable, Entry) else getattr(variable, "name", "")
        for outer in self.held:
            if outer != name and name in self._basis(outer):
                raise Refused(f"the derivative by {name} inside one by {outer}, which is defined through {name}")
        around = self.held
        self.held = around | ({name} & self.definitions.keys())
        indices = tuple(self.index(i, env) for i in variable.indices) if isinstance(variable, Entry) else ()
        result = sympy.diff(self.write(body, env), self.leaf(name, indices))
        self.held = around
        return self.unfolded(result, name) if name in self.definitions and name not in around else result

    def unfolded(self, result: Any, name: str) -> Any:
        """The result with the name that was independent replaced by its definition."""
        if result.has(sympy.Derivative, sympy.Subs):
            raise Refused(f"the derivative by {name} leaves an undefined function; give that function a definition")
        places = [(leaf, indices) for leaf, (of, indices) in self.met.items() if of == name and result.has(leaf)]
        return result.xreplace({leaf: self.leaf(name, indices) for leaf, indices in places})

    def _basis(self, name: str) -> frozenset[str]:
        """Every name a definition is built on, directly or through others."""
        found: set[str] = set()
        todo = [name]
        while todo:
            definition = self.definitions.get(todo.pop())
            new = names_used(definition.body) - found if definition else frozenset()
            found |= new
            todo += new
        return frozenset(found)
