"""From stable terms to the array graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from symderiv.binders import free_names, order, substitute
from symderiv.errors import InputError, Refused
from symderiv.letters import places
from symderiv.numeric.contract import contract, multiply
from symderiv.numeric.deltas import Piece, merge_indices, pieces, symbols_only
from symderiv.numeric.diagonal import Diagonal, add_diagonals, letters_of
from symderiv.numeric.graph import Graph, Value, axis_order, entry
from symderiv.numeric.marks import (
    CONSTANTS,
    HOLD,
    MAX,
    NUMPY_FUNCTIONS,
    OF,
    OTHERS,
    SHIFTED,
    SIGMOID,
    SOFTPLUS,
    TANH,
    WEIGHTED,
    has_delta,
    strip,
)
from symderiv.terms import (
    ONE,
    Big,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    delta,
    parts,
)

CALLS = {SIGMOID: "sigmoid", SOFTPLUS: "softplus", TANH: "np.tanh"}


class Lowering:
    """Lowers terms of one statement into one graph.

    ``shapes`` are the arrays' shapes, ``sizes`` the names that mean sizes, ``ranges`` the size of
    each free index, ``classes`` the size that class numbers in an array run over. ``preferred`` is the
    axis order of the output being lowered, where it matters.
    """

    def __init__(
        self,
        shapes: Mapping[str, tuple[Term, ...]],
        sizes: frozenset[str],
        ranges: Mapping[str, Term],
        classes: Mapping[str, Term],
    ):
        self.shapes, self.sizes, self.ranges, self.classes = shapes, sizes, dict(ranges), classes
        self.graph = Graph()
        self.memo: dict[tuple[Term, frozenset[tuple[str, Term]]], Value] = {}
        self.preferred: tuple[str, ...] = ()
        self.graph.rank_of = axis_order(shapes.values())

    def lower(self, t: Term) -> Value:
        """The value of a term; its axes are the term's free indices."""
        outside = self.ranges
        free = free_names(t)
        self.ranges = {**outside, **{n: size for n, size in self._entries(t) if n in free}}
        key = (t, frozenset((n, size) for n, size in self.ranges.items() if n in free))
        if key not in self.memo:
            self.memo[key] = self._lower(t)
        self.ranges = outside
        return self.memo[key]

    def _entries(self, t: Term, bound: frozenset[str] = frozenset()) -> Iterator[tuple[str, Term]]:
        """The free indices that stand in entries of t, with the sizes of their axes."""
        if isinstance(t, Entry):
            for i, size in zip(t.indices, self.shapes[t.array], strict=True):
                if isinstance(i, Symbol) and i.name not in bound:
                    yield i.name, size
        if isinstance(t, Delta) and isinstance(t.left, Symbol) and isinstance(t.right, Entry):
            yield t.left.name, self.classes[t.right.array]
        for i in places(t):
            yield from self._entries(i, bound)
        below = bound | {t.index.name} if isinstance(t, Big) else bound
        for u in parts(t):
            yield from self._entries(u, below)

    @contextmanager
    def _within(self, index: Symbol, size: Term) -> Iterator[None]:
        """Lower the body of a sum: there, its index has this range."""
        outside = self.ranges
        self.ranges = {**outside, index.name: size}
        yield
        self.ranges = outside

    def _lower(self, t: Term) -> Value:
        if isinstance(t, Plus | Times | Neg | Delta | Quotient | Big) and has_delta(t):
            found = pieces(t)
            if any(ds for ds, _ in found):
                return self._diagonals(found)
        match t:
            case Number(value):
                return Value(self.graph.leaf("number", (value,)), ())
            case Symbol(name):
                op = "size" if name in self.sizes else "input"
                return Value(self.graph.leaf(op, (name,)), ())
            case Entry():
                labels: dict[Term, Value] = {i: self._position(i) for i in t.indices if isinstance(i, Entry)}
                return entry(self.graph, t, self.shapes[t.array], labels)
            case Plus(many):
                return self._sum_of(many)
            case Times(many):
                return self._product(list(many))
            case Neg(u):
                return self.graph.elementwise("neg", [self.lower(u)])
            case Quotient(u, v):
                return self.graph.elementwise("div", [self.lower(u), self.lower(v)])
            case Power(u, v):
                return self.graph.elementwise("pow", [self.lower(u), self.lower(v)])
            case Exp(u):
                return self.graph.elementwise("call", [self.lower(u)], ("np.exp",))
            case Log(u):
                return self.graph.elementwise("call", [self.lower(u)], ("np.log",))
            case Big():
                return self._big(t)
            case Function():
                return self._function(t)
        raise Refused(f"{type(t).__name__} has no NumPy code")

    def _function(self, t: Function) -> Value:
        match t:
            case Function(name, (u,)) if name in (HOLD, OF):
                return self.lower(u)
            case Function(name, (u, v)) if name == SHIFTED:
                return self.graph.elementwise("add", [self.lower(u), self.lower(v)], (1, -1))
            case Function(name, many) if name == MAX:
                values = [self._peak(u) for u in many]
                return values[0] if len(values) == 1 else self.graph.elementwise("maximum", values)
            case Function(name, (u, *ds)) if name == OTHERS:
                return self._others(self.lower(u), tuple(ds), Fraction(0))
            case Function(name, (u, v)) if name == WEIGHTED:
                return self.graph.elementwise("weighted", [self.lower(u), self.lower(v)])
            case Function(name, ()) if name in CONSTANTS:
                return Value(self.graph.leaf("constant", (CONSTANTS[name],)), ())
            case Function(name, (u,)):
                call = CALLS.get(name) or f"np.{NUMPY_FUNCTIONS[name]}"
                return self.graph.elementwise("call", [self.lower(u)], (call,))
        raise Refused(f"the function {t.name} takes one argument here")

    def _sum_of(self, many: tuple[Term, ...]) -> Value:
        signs = tuple(-1 if isinstance(u, Neg) else 1 for u in many)
        values = [self.lower(u.body if isinstance(u, Neg) else u) for u in many]
        return self.graph.elementwise("add", values, signs)

    def _product(self, many: list[Term]) -> Value:
        """Constants under a fraction bar go under the product: 1/N times x is x / N."""
        tops: list[Term] = []
        bottoms: list[Term] = []
        for u in many:
            if isinstance(u, Quotient) and self._plain(u.bottom):
                tops += [] if u.top is ONE else [u.top]
                bottoms.append(u.bottom)
            elif isinstance(u, Number) and u.value.denominator > 1:
                tops += [] if u.value.numerator == 1 else [Number(Fraction(u.value.numerator))]
                bottoms.append(Number(Fraction(u.value.denominator)))
            else:
                tops.append(u)
        top = multiply(self.graph, [self.lower(u) for u in tops or [ONE]])
        if not bottoms:
            return top
        return self.graph.elementwise("div", [top, multiply(self.graph, [self.lower(u) for u in bottoms])])

    def _plain(self, t: Term) -> bool:
        return isinstance(t, Number | Symbol) or (isinstance(t, Times | Power) and all(map(self._plain, parts(t))))

    def _others(self, value: Value, ds: tuple[Term, ...], fill: Fraction | None) -> Value:
        if ONE in ds:
            return Value(self.graph.leaf("number", (fill or Fraction(0),)), ())
        masks = [self._equal(d) for d in ds if isinstance(d, Delta)]
        return self.graph.elementwise("others", [value, *masks], (fill,)) if masks else value

    def _equal(self, d: Delta) -> Value:
        return self.graph.elementwise("equal", [self._position(i) for i in sorted((d.left, d.right), key=_literal)])

    def _position(self, i: Term) -> Value:
        if isinstance(i, Number):
            return Value(self.graph.leaf("number", (i.value - 1,)), ())
        if isinstance(i, Entry):
            return self.lower(i)
        assert isinstance(i, Symbol)
        if i.name not in self.ranges:
            raise InputError(f"the index {i.name} has no range: nothing says which axis it runs over")
        size = self.ranges[i.name]
        return Value(self.graph.leaf("range", (size,), (size,)), (i.name,))

    def _peak(self, t: Term) -> Value:
        if not isinstance(t, Big):
            return self.lower(t)
        with self._within(t.index, t.size):
            value = self._others(self._peak(t.body), _masks(t), None)
        return self.graph.reduce("max", value, t.index.name) if t.index.name in value.axes else value

    def _big(self, t: Big) -> Value:
        body = strip(t.body)
        if t.excluded:
            masks = _masks(t)
            body = Function(OTHERS, (body, *masks)) if masks else body
        with self._within(t.index, t.size):
            return self._summed(t.index, t.size, body)

    def _summed(self, index: Symbol, size: Term, body: Term) -> Value:
        """The sum over one index: signs and factors without it come out, bodies split where that saves axes."""
        body = strip(body)
        if isinstance(body, Neg):
            return self.graph.elementwise("neg", [self._summed(index, size, body.body)])
        if isinstance(body, Plus) and self._splits(index, body):
            signs = tuple(-1 if isinstance(u, Neg) else 1 for u in body.summands)
            plain = [u.body if isinstance(u, Neg) else u for u in body.summands]
            return self.graph.elementwise("add", [self._summed(index, size, u) for u in plain], signs)
        if isinstance(body, Quotient) and index.name not in free_names(body.bottom):
            top = self._summed(index, size, body.top)
            return self.graph.elementwise("div", [top, self.lower(body.bottom)])
        factors = [self.lower(u) for u in (body.factors if isinstance(body, Times) else (body,))]
        inside = [v for v in factors if index.name in v.axes]
        outside = [v for v in factors if index.name not in v.axes]
        total = contract(self.graph, inside, index.name) if inside else self.lower(size)
        outside = [v for v in outside if v.node.op != "number" or v.node.data != (Fraction(1),)]
        return multiply(self.graph, [*outside, total])

    def _splits(self, index: Symbol, body: Plus) -> bool:
        every = [frozenset(self.lower(u).axes) for u in body.summands]
        whole = frozenset((index.name,)).union(*every)
        return all(e < whole for e in every)

    def _diagonals(self, found: list[Piece]) -> Value:
        """rest + sum of delta * coefficient: the coefficients are added on diagonals of the rest."""
        rest = [self._masked(ds, c) for ds, c in found if not (ds and symbols_only(ds))]
        base = self.graph.elementwise("add", rest, (1,) * len(rest)) if len(rest) > 1 else rest[0] if rest else None
        diagonals = []
        for ds, c in found:
            if ds and symbols_only(ds):
                leader = merge_indices(ds)
                around = tuple(self._position(s) for s in letters_of(ds))
                diagonals.append(Diagonal(leader, around, self.lower(substitute(c, leader))))
        if base is not None and not diagonals:
            return base
        return add_diagonals(self.graph, base, diagonals, self.preferred)

    def _masked(self, ds: frozenset[Delta], c: Term) -> Value:
        masks = [self._equal(d) for d in sorted(ds, key=order)]
        return self.graph.elementwise("only", [self.lower(c), *masks]) if masks else self.lower(c)


def _literal(i: Term) -> bool:
    return isinstance(i, Number)


def _masks(t: Big) -> tuple[Term, ...]:
    """The deltas that are 1 at the indices a sum leaves out."""
    return tuple(d for e in t.excluded if isinstance(d := delta(t.index, e), Delta))
