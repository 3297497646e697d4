"""From stable terms to the array graph."""

from __future__ import annotations

from fractions import Fraction

from symderiv.binders import free_names, order, substitute
from symderiv.errors import Refused
from symderiv.numeric.graphs.classes import class_sums
from symderiv.numeric.graphs.contract import multiply
from symderiv.numeric.graphs.diagonal import Diagonal, add_diagonals, letters_of
from symderiv.numeric.graphs.empty import filled, nothing_live, sizes_of_weights
from symderiv.numeric.graphs.graph import Value, entry
from symderiv.numeric.graphs.others import leaves_each_out, masked, masks_of, over_others, over_own_peak
from symderiv.numeric.graphs.placing import Places, at_class, places_of
from symderiv.numeric.graphs.sums import Sums
from symderiv.numeric.rewrites.deltas import Piece, pieces
from symderiv.numeric.rewrites.marks import (
    CALLS,
    CONSTANTS,
    FILLED,
    HOLD,
    LIVE,
    LOG_REST,
    MAX,
    NUMPY_FUNCTIONS,
    OF,
    OTHERS,
    SHIFTED,
    WEIGHTED,
    has_delta,
    strip,
)
from symderiv.terms import (
    ONE,
    ZERO,
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
    big,
    parts,
    times,
)


class Lowering(Sums):
    """Lowers terms of one statement into one graph."""

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
            case Function(name, (u, v, w)) if name == SHIFTED:
                near = self.graph.elementwise("add", [self.lower(u), self.lower(v)], (1, -1))
                return self.graph.elementwise("add", [near, self.lower(w)], (1, 1))
            case Function(name, (u, v)) if name == SHIFTED:
                return self.graph.elementwise("add", [self.lower(u), self.lower(v)], (1, -1))
            case Function(name, many) if name == MAX:
                top = self._greatest(many)
                sizes = sizes_of_weights(many)
                return nothing_live(self.graph, top, self._greatest(sizes)) if sizes else top
            case Function(name, (u, *ds)) if name == OTHERS:
                return self._others(self.lower(u), tuple(ds), Fraction(0))
            case Function(name, (u, *weights)) if name == LIVE:
                masks = [self.graph.elementwise("equal", [self.lower(w), self.lower(ZERO)]) for w in weights]
                return self.graph.elementwise("others", [self.lower(u), *masks], (None,))
            case Function(name, (u, *weights)) if name == FILLED:
                return filled(self.graph, self.lower(u), list(map(self.lower, weights)))
            case Function(name, (u, v)) if name == WEIGHTED:
                return self.graph.elementwise("weighted", [self.lower(u), self.lower(v)])
            case Function(name, (u, v)) if name == LOG_REST:
                return self.graph.elementwise("log_rest", [self.lower(u), self.lower(v)])
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
        """The value, but ``fill`` (None for minus infinity) where one of the deltas is 1."""
        if ONE in ds:
            return Value(self.graph.leaf("number", (fill or Fraction(0),)), ())
        masks = [self._equal(d) for d in ds if isinstance(d, Delta) and (self.graph.pure or at_class(d) is None)]
        value = self.graph.elementwise("others", [value, *masks], (fill,)) if masks else value
        if self.graph.pure:
            return value
        op, data = ("constant", "-np.inf") if fill is None else ("number", fill)
        for letter, label in (found for d in ds if isinstance(d, Delta) and (found := at_class(d))):
            value = self._put("set", value, letter, label, Value(self.graph.leaf(op, (data,)), ()))
        return value

    def _greatest(self, many: tuple[Term, ...]) -> Value:
        values = [self._peak(u) for u in many]
        return values[0] if len(values) == 1 else self.graph.elementwise("maximum", values)

    def _peak(self, t: Term) -> Value:
        if not isinstance(t, Big):
            return self.lower(t)
        if (found := self._over_others(t, "max", t.body)) is not None:
            return found
        with self._within(t.index, t.size):
            value = self._others(self._peak(t.body), masks_of(t), None)
        return self.graph.reduce("max", value, t.index.name) if t.index.name in value.axes else value

    def _over_others(self, t: Big, kind: str, *of: Term) -> Value | None:
        """A sum or maximum over all places but each in turn, where one node does."""
        one = leaves_each_out(t, *of)
        if one is None or self._size(one) is not t.size:
            return None
        with self._within(t.index, t.size):
            values = [self.lower(u) for u in of]
        return over_others(self.graph, kind, t.index.name, one, values)

    def _big(self, t: Big) -> Value:
        body = strip(t.body)
        if (of := over_own_peak(t)) and (value := self._over_others(t, "sum", *of)) is not None:
            return value
        if t.excluded:
            masks = masks_of(t)
            body = masked(body, masks) if masks else body
        with self._within(t.index, t.size):
            found = self._by_class((t,), body) if has_delta(body) else None
            return self._summed(t.index, t.size, body) if found is None else found

    def _by_class(self, sums: tuple[Big, ...], body: Term) -> Value | None:
        """Sums of one summand by the class that a label of the summation indices names; None for other sums."""
        body = strip(body)
        if isinstance(body, Big) and not body.excluded:
            with self._within(body.index, body.size):
                return self._by_class((*sums, body), body.body)
        found = pieces(body, sums[-1].index)
        if len(found) != 1:
            return None
        ds, c = found[0]
        inside = frozenset(s.index.name for s in sums)
        for d in sorted(ds, key=order):
            class_of = at_class(d)
            if class_of is None or class_of[0].name in inside or not free_names(class_of[1]) & inside:
                continue
            letter, label = class_of
            others = times(*sorted(ds - {d}, key=order), c)
            inner = substitute(others, {letter: label})
            for s in reversed(sums):
                inner = inner if s.index.name in free_names(label) else big(s.index, s.size, inner)
            at, value, about = self._position(label), self.lower(inner), free_names(label) & inside
            return class_sums(self.graph, letter.name, self._size(letter), at, value, about)
        return None

    def _diagonals(self, found: list[Piece]) -> Value:
        """rest + sum of delta * coefficient: the coefficients are added on diagonals of the rest, and at classes."""
        every = [(places, ds, c) for ds, c in found if (places := places_of(ds)) is not None]
        rest = [self._masked(p, c) for p, _, c in every if not p.binding]
        base = self.graph.elementwise("add", rest, (1,) * len(rest)) if len(rest) > 1 else rest[0] if rest else None
        diagonals = []
        for p, ds, c in every:
            if p.leader:
                around = tuple(self._position(s) for s in letters_of(ds) if s not in p.at)
                value = self._masked(p, substitute(c, p.binding))
                diagonals.append(Diagonal(p.leader, around, self._placed(None, p, value)))
        if diagonals:
            base = add_diagonals(self.graph, base, diagonals, self.preferred)
        for p, _, c in every:
            if p.at and not p.leader:
                base = self._placed(base, p, self._masked(p, substitute(c, p.binding)))
        return Value(self.graph.leaf("number", (Fraction(0),)), ()) if base is None else base

    def _placed(self, base: Value | None, places: Places, value: Value) -> Value:
        """The base, or zeros, with a value added where each index is what its label says; without labels the value."""
        *first, last = places.at.items() or ((None, None),)
        if last[0] is None:
            return value
        for s, label in first:
            assert isinstance(s, Symbol)
            value = self._put("add", None, s, label, value)
        s, label = last
        assert isinstance(s, Symbol)
        return self._put("add", base, s, label, value)

    def _masked(self, places: Places, c: Term) -> Value:
        masks = [self._equal(d) for d in places.masks]
        return self.graph.elementwise("only", [self.lower(c), *masks]) if masks else self.lower(c)
