"""The way out: terms as SymPy expressions in the caller's own objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any

import sympy

from symderiv import terms
from symderiv.binders import array_names, free_names, separate
from symderiv.errors import InputError
from symderiv.statement import Relation
from symderiv.terms import Term

_RELATIONS = {"=": sympy.Eq, "!=": sympy.Ne, ">": sympy.Gt, ">=": sympy.Ge}


class stop_gradient(sympy.Function):  # type: ignore[misc]  # a function of the language; sympy is untyped
    """``stop_gradient(e)`` has the value of e and derivative 0 (detach).

    >>> from sympy.abc import x
    >>> stop_gradient(x).diff(x), (x * stop_gradient(x)).diff(x)
    (0, stop_gradient(x))
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """The derivative by the argument: 0 by definition."""
        return sympy.S.Zero

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\operatorname{{sg}}\left({printer._print(self.args[0])}\right)"
        return text if exp is None else rf"{text}^{{{exp}}}"


@dataclass(frozen=True)
class Surface:
    """Writes terms with the caller's symbols, arrays and functions, looked up by name.

    Names the caller never used become plain objects; new letters carry ``letters``, the
    assumptions all of the caller's index symbols share.
    """

    symbols: Mapping[str, sympy.Symbol] = field(default_factory=dict)
    arrays: Mapping[str, sympy.IndexedBase] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    letters: Mapping[str, bool] = field(default_factory=dict)

    def expression(self, t: Term) -> sympy.Expr:
        """The SymPy expression of a term; SymPy may evaluate it, its value is the term's."""
        # SymPy's sums capture: no bound letter may be free around them
        return self._out(separate(t, free_names(t) | array_names(t)))

    def relation(self, relation: Relation) -> Any:
        """The relation, unevaluated."""
        left, right = self.expression(relation.left), self.expression(relation.right)
        return _RELATIONS[relation.sign](left, right, evaluate=False)

    def symbol(self, name: str) -> sympy.Symbol:
        """The caller's symbol of that name, or a new one."""
        found = self.symbols.get(name)
        return sympy.Symbol(name, **self.letters) if found is None else found

    @singledispatchmethod
    def _out(self, t: Term) -> Any:
        raise InputError(f"no SymPy form for the node {type(t).__name__}")

    @_out.register
    def _(self, t: terms.Number) -> Any:
        return sympy.Rational(t.value.numerator, t.value.denominator)

    @_out.register
    def _(self, t: terms.Symbol) -> Any:
        return self.symbol(t.name)

    @_out.register
    def _(self, t: terms.Entry) -> Any:
        base = self.arrays.get(t.array)
        if base is None:
            base = sympy.IndexedBase(t.array)
        return base[tuple(map(self._out, t.indices))]

    @_out.register
    def _(self, t: terms.Delta) -> Any:
        return sympy.KroneckerDelta(self._out(t.left), self._out(t.right))

    @_out.register
    def _(self, t: terms.Plus) -> Any:
        return sympy.Add(*map(self._out, t.summands))

    @_out.register
    def _(self, t: terms.Times) -> Any:
        return sympy.Mul(*map(self._out, t.factors))

    @_out.register
    def _(self, t: terms.Neg) -> Any:
        return -self._out(t.body)

    @_out.register
    def _(self, t: terms.Quotient) -> Any:
        top, bottom = self._out(t.top), self._out(t.bottom)
        if bottom.is_zero:
            # SymPy would answer zoo; a line that divides by 0 must stay visible
            return sympy.Mul(top, sympy.Pow(bottom, -1, evaluate=False), evaluate=False)
        return top / bottom

    @_out.register
    def _(self, t: terms.Power) -> Any:
        return sympy.Pow(self._out(t.base), self._out(t.exponent))

    @_out.register
    def _(self, t: terms.Exp) -> Any:
        return sympy.exp(self._out(t.body))

    @_out.register
    def _(self, t: terms.Log) -> Any:
        body = self._out(t.body)
        return sympy.log(body, evaluate=False) if body.is_zero else sympy.log(body)

    @_out.register
    def _(self, t: terms.Big) -> Any:
        index = self._out(t.index)
        kept = [1 - sympy.KroneckerDelta(index, self._out(e)) for e in t.excluded]
        return sympy.Sum(sympy.Mul(*kept, self._out(t.body)), (index, 1, self._out(t.size)))

    @_out.register
    def _(self, t: terms.D) -> Any:
        variables = [t.variable]
        body = t.body
        while isinstance(body, terms.D):
            variables.insert(0, body.variable)
            body = body.body
        counts: list[list[Any]] = []
        for x in map(self._out, variables):
            if counts and counts[-1][0] == x:
                counts[-1][1] += 1
            else:
                counts.append([x, sympy.Integer(1)])
        # Derivative(...) answers 0 where the variable is hidden behind a name: make it without thinking
        return sympy.Expr.__new__(sympy.Derivative, self._out(body), *(sympy.Tuple(x, n) for x, n in counts))

    @_out.register
    def _(self, t: terms.Stop) -> Any:
        return stop_gradient(self._out(t.body))

    @_out.register
    def _(self, t: terms.Function) -> Any:
        function = self.functions.get(t.name, getattr(sympy, t.name, None) if not t.arguments else None)
        if function is None:
            function = sympy.Function(t.name)
        return function(*map(self._out, t.arguments)) if t.arguments else function
