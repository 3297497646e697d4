"""Reading SymPy expressions into terms, without rebuilding them, so that nothing can evaluate on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Idx

from symderiv.binders import free_names, separate
from symderiv.doors.exclusions import exclusions, factors_of
from symderiv.doors.names import Names
from symderiv.doors.numerals import plain_number
from symderiv.doors.order import ordered_product, ordered_sum
from symderiv.doors.surface import stop_gradient
from symderiv.doors.words import hyperbolic, logarithm, raised
from symderiv.errors import InputError
from symderiv.terms import (
    ONE,
    D,
    Entry,
    Function,
    Neg,
    Quotient,
    Stop,
    Symbol,
    Term,
    big,
    delta,
    exp,
    number,
)

_REFUSED: dict[type, str] = {
    sympy.Piecewise: "split the problem into its smooth pieces",
    sympy.Max: "it has a kink; write the smooth piece that is meant",
    sympy.Min: "it has a kink; write the smooth piece that is meant",
    sympy.Abs: "it has a kink; write the smooth piece that is meant",
    sympy.Product: "write exp(Sum(log(...), (k, 1, K))) for a product of positive factors",
    sympy.Integral: "symderiv knows finite sums, not integrals",
    sympy.MatrixExpr: "write its entries: W = IndexedBase('W'), then W[i, j]",
    sympy.MatrixBase: "write its entries: W = IndexedBase('W'), then W[i, j]",
    sympy.IndexedBase: "an array alone has no value: write an entry such as z[i]",
    Idx: "use a plain Symbol and the range (k, 1, K)",
}


class ExpressionReader:
    """Reads SymPy expressions of one problem; names mean the same thing throughout."""

    def __init__(self) -> None:
        self.names = Names()
        self._indices: dict[str, None] = {}
        self._sizes: dict[str, None] = {}
        self._values: dict[str, None] = {}
        self._ranks: dict[str, int] = {}
        self._labels: dict[str, None] = {}

    def term(self, expr: object) -> Term:
        """The expression as a term, in human order, no bound name shadowing a free one.

        Raises `InputError` for anything that is no expression of ordinary numbers.
        """
        t = self._term(expr)
        return separate(t, free_names(t) | self.names.arrays.keys())

    def index(self, expr: object) -> Term:
        """An index on its own: a symbol, a whole number from 1 on, or an entry that holds a class number."""
        whole = isinstance(expr, int) and not isinstance(expr, bool)
        return self._index(sympy.Integer(expr) if whole else expr, expr)

    def size(self, expr: object) -> Term:
        """A size on its own: a symbol or a whole number from 1 on."""
        return self._size(expr, "a size")

    def is_index(self, name: str) -> bool:
        """Whether a name has stood as an index."""
        return name in self._indices

    def _term(self, expr: object) -> Term:
        read = _READERS.get(type(expr))
        if read is not None:
            return read(self, expr)
        return self._other(expr)

    def _other(self, expr: Any) -> Term:
        if isinstance(expr, bool | sympy.logic.boolalg.Boolean) and not isinstance(expr, sympy.Symbol):
            raise InputError(f"{show(expr)} is a truth value, not a number; write relations with evaluate=False")
        if isinstance(expr, str):
            raise InputError(f"{show(expr)!r} is text: cannot read it as SymPy; Problem.from_text reads text")
        if isinstance(expr, int | float | Fraction | Decimal):
            return plain_number(expr)
        for kind, hint in _REFUSED.items():
            if isinstance(expr, kind):
                raise InputError(f"cannot read {type(expr).__name__} in {show(expr)}: {hint}")
        if isinstance(expr, sympy.Symbol):
            return self._symbol(expr)
        if isinstance(expr, sympy.Rational):
            return plain_number(Fraction(int(expr.p), int(expr.q)))
        if isinstance(expr, sympy.NumberSymbol):
            return Function(self.names.function(str(expr), expr), ())
        if isinstance(expr, sympy.Function):
            return self._function(expr)
        if isinstance(expr, sympy.Expr) and expr.is_number and expr.is_Atom:
            raise InputError(f"{show(expr)} is not an ordinary real number; check the expression it came from")
        raise InputError(
            f"cannot read {show(expr)} (a {type(expr).__name__}): expressions are made of symbols, entries of "
            "IndexedBase, Sum, exp, log, KroneckerDelta, Derivative and ordinary arithmetic"
        )

    def _symbol(self, expr: sympy.Symbol) -> Term:
        name = self.names.symbol(expr)
        self._values[name] = None
        return Symbol(name)

    def _entry(self, expr: sympy.Indexed) -> Term:
        if not isinstance(expr.base, sympy.IndexedBase):
            raise InputError(f"{show(expr)} is an entry of a literal array; name the array with IndexedBase")
        name = self.names.array(expr.base)
        self._ranks[name] = len(expr.indices)
        return Entry(name, tuple(self._index(i, expr) for i in expr.indices))

    def _index(self, expr: Any, where: object) -> Term:
        if isinstance(expr, sympy.Symbol):
            name = self.names.symbol(expr)
            if name in self._sizes:
                raise InputError(f"the size {name} stands as an index in {show(where)}: give the index another letter")
            self._indices[name] = None
            return Symbol(name)
        if isinstance(expr, sympy.Integer):
            if expr >= 1:
                return number(int(expr))
            raise InputError(f"the index {expr} in {show(where)}: indices start at 1; the first entry has index 1")
        if isinstance(expr, sympy.Indexed):
            label = self._entry(expr)
            assert isinstance(label, Entry)
            self._labels[label.array] = None
            return label
        if isinstance(expr, Idx):
            raise InputError(f"the Idx {expr} in {show(where)}: use a plain Symbol and the range (k, 1, K)")
        raise InputError(
            f"the index {show(expr)} in {show(where)}: an index is a symbol, an entry that holds a "
            "class number, or a literal integer from 1 on; shifted and computed indices are not supported, name the "
            "shifted array instead"
        )

    def _size(self, expr: Any, where: str) -> Term:
        if isinstance(expr, sympy.Symbol):
            name = self.names.symbol(expr)
            if name in self._indices:
                raise InputError(f"the index {name} stands as a size in {where}: give the size another letter")
            self._sizes[name] = None
            return Symbol(name)
        if isinstance(expr, int | sympy.Integer) and expr >= 1:
            return number(int(expr))
        raise InputError(
            f"{show(expr)} in {where}: a size is a symbol or a literal integer from 1 on, ranges are 1..size; "
            "give the number of terms a symbol of its own, say (k, 1, K)"
        )

    def _sum(self, expr: sympy.Sum) -> Term:
        t = self._term(expr.function)
        for limit in expr.limits:
            if len(limit) != 3:
                raise InputError(f"the sum {show(expr)} has no range; write (k, 1, K)")
            index, low, high = limit
            if isinstance(index, Idx) or not isinstance(index, sympy.Symbol):
                raise InputError(f"{show(expr)} runs over {index}: use a plain Symbol and the range (k, 1, K)")
            if low != 1:
                raise InputError(
                    f"the range {tuple(limit)} in {show(expr)} starts at {low}: ranges are 1..size; write "
                    f"({index}, 1, K) with K the number of terms"
                )
            size = self._size(high, f"the range {tuple(limit)}")
            bound = self._index(index, expr)
            assert isinstance(bound, Symbol)
            body, excluded = exclusions(bound, t)
            t = big(bound, size, body, tuple(dict.fromkeys(excluded)))
        return t

    def _delta(self, expr: sympy.KroneckerDelta) -> Term:
        if len(expr.args) > 2:
            raise InputError(f"{show(expr)}: write KroneckerDelta with two indices and no range")
        return delta(*(self._index(i, expr) for i in expr.args))

    def _product(self, expr: sympy.Mul) -> Term:
        tops: list[Term] = []
        bottoms: list[Term] = []
        for t in map(self._term, _flat(expr, sympy.Mul)):
            sign, body = (-1, t.body) if isinstance(t, Neg) else (1, t)
            match body:
                case Quotient(top, bottom):
                    tops += (number(sign), *factors_of(top))
                    bottoms += factors_of(bottom)
                case _:
                    tops += (number(sign), *factors_of(body))
        return ordered_product(tops, bottoms)

    def _total(self, expr: sympy.Add) -> Term:
        return ordered_sum(map(self._term, _flat(expr, sympy.Add)))

    def _power(self, expr: sympy.Pow) -> Term:
        base, exponent = expr.args
        if base is sympy.E:
            return exp(self._term(exponent))
        return raised(self._term(base), self._term(exponent))

    def _derivative(self, expr: sympy.Derivative) -> Term:
        t = self._term(expr.expr)
        for variable, count in expr.variable_count:
            if not isinstance(count, sympy.Integer):
                raise InputError(f"{show(expr)}: the order {count} of a derivative must be a literal integer")
            x = self._term(variable)
            if not isinstance(x, Entry | Symbol):
                raise InputError(f"{show(expr)} differentiates by {variable}: use an entry such as z[i] or a symbol")
            for _ in range(int(count)):
                t = D(t, x)
        return t

    def _function(self, expr: Any) -> Term:
        name = expr.func.__name__ if isinstance(expr, AppliedUndef) else type(expr).__name__
        return Function(self.names.function(name, expr.func), tuple(map(self._term, expr.args)))

    def _logarithm(self, expr: Any) -> Term:
        """The natural logarithm; SymPy keeps a base only unevaluated."""
        return logarithm(*map(self._term, expr.args))

    def _hyperbolic(self, expr: Any) -> Term:
        return hyperbolic(type(expr).__name__, self._term(expr.args[0]))

    def _number(self, expr: Any) -> Term:
        return plain_number(float(expr) if expr._prec == 53 and abs(expr) < 1e300 else Decimal(str(expr)))


_READERS: dict[type, Callable[[ExpressionReader, Any], Term]] = {
    sympy.Symbol: ExpressionReader._symbol,
    sympy.Indexed: ExpressionReader._entry,
    sympy.Sum: ExpressionReader._sum,
    sympy.KroneckerDelta: ExpressionReader._delta,
    sympy.Mul: ExpressionReader._product,
    sympy.Add: ExpressionReader._total,
    sympy.Pow: ExpressionReader._power,
    sympy.Derivative: ExpressionReader._derivative,
    sympy.Float: ExpressionReader._number,
    sympy.exp: lambda reader, e: exp(reader._term(e.args[0])),
    sympy.log: ExpressionReader._logarithm,
    stop_gradient: lambda reader, e: Stop(reader._term(e.args[0])),
    sympy.tanh: ExpressionReader._hyperbolic,
    sympy.sinh: ExpressionReader._hyperbolic,
    sympy.cosh: ExpressionReader._hyperbolic,
    type(sympy.E): lambda reader, e: exp(ONE),
}


def _flat(expr: Any, kind: type) -> Iterator[Any]:
    """The arguments of nested unevaluated products or sums, in order."""
    for argument in expr.args:
        if isinstance(argument, kind):
            yield from _flat(argument, kind)
        else:
            yield argument


def show(expr: object) -> str:
    """The expression in one short line, for messages."""
    text = str(expr)
    return text if len(text) <= 80 else text[:77] + "..."
