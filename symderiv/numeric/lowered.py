"""From the outputs of a statement to the array graph and its parameters: unfold, sum out deltas, stabilise, lower."""

from __future__ import annotations

from symderiv.errors import InputError
from symderiv.numeric.arguments import Parameter, show
from symderiv.numeric.document import definitions_used
from symderiv.numeric.function import Output
from symderiv.numeric.graphs.graph import Node, Slots, Value
from symderiv.numeric.graphs.lower import Lowering
from symderiv.numeric.rewrites.deltas import resolve
from symderiv.numeric.rewrites.odds import odds
from symderiv.numeric.rewrites.onehot import by_class, one_hots
from symderiv.numeric.rewrites.padded import padded
from symderiv.numeric.rewrites.prepare import (
    default_arguments,
    independent,
    leaves,
    size_names,
    under_exp,
    unfold,
    with_classes,
)
from symderiv.numeric.rewrites.stable import stable
from symderiv.numeric.rewrites.underflow import rounds_off
from symderiv.numeric.rewrites.weights import exponent_arrays, weighted_logits
from symderiv.numeric.texts.names import Names, identifier
from symderiv.numeric.texts.schedule import TRIVIAL
from symderiv.statement import Statement
from symderiv.terms import Entry, Log, Number, Symbol, Term

# said where no stable form is known
ROUNDS_OFF = "no 1 - u/v that is divided by, or taken to a power that is not 1, 2, ..., rounds to 0 (else: inf or nan)"


class Lowered:
    """The outputs of a statement as one array graph; ``pure`` asks for one that writes into no array."""

    def __init__(
        self,
        name: str,
        statement: Statement,
        outputs: tuple[Output, ...],
        arguments: tuple[str, ...] | None,
        conditions: tuple[str, ...],
        labels_by_class: bool,
        pure: bool,
    ) -> None:
        if not outputs:
            raise InputError(f"{name}: nothing to compute; name at least one output")
        self.statement, self.outputs, self.conditions = statement, outputs, conditions
        self.arguments = default_arguments(statement, [o.term for o in outputs]) if arguments is None else arguments
        self.indices = {n: size for n, size in statement.scope.indices.items() if n in self.arguments}
        self.one_hots = one_hots(statement, self.arguments) if labels_by_class else {}
        marked = {n: y.classes for n, y in self.one_hots.items()}
        self.classes = {**statement.scope.labels, **self.indices, **marked}
        rows = {n: y.rows for n, y in self.one_hots.items()}
        self.shapes = {**statement.scope.shapes, **dict.fromkeys(self.indices, ()), **rows}
        self.unfolded = tuple(self._unfolded(o.term) for o in outputs)
        self.logits = exponent_arrays(self.unfolded)
        self.size_names = size_names(statement, self.unfolded)
        self.names = Names()
        used = {d.name for d in statement.definitions} | {o.name for o in outputs}
        self.names.users |= {identifier(n) for n in (*self.arguments, *self.size_names, *used)}
        self.inputs = self.names.table(self.arguments)
        self.sizes = self.names.table(self.size_names)
        self.name = self.names.new(name)
        self._check_arguments()
        scope = statement.scope
        sizes = frozenset(self.size_names)
        self.lowering = Lowering(self.shapes, sizes, scope.indices, self.classes, pure)
        self.stable: dict[str, Term] = {}
        self.values = tuple(self._value(o, t) for o, t in zip(outputs, self.unfolded, strict=True))
        self.slots = tuple(self._slots(o, v) for o, v in zip(outputs, self.values, strict=True))

    def _unfolded(self, t: Term) -> Term:
        return by_class(with_classes(unfold(t, self.statement), self.indices), self.one_hots)

    def _check_arguments(self) -> None:
        for n in self.arguments:
            if n in self.size_names:
                raise InputError(
                    f"{n} is a size, not an argument of {self.name}: it is read off the arrays' shapes, or passed by "
                    f"keyword ({n}=...) where none has it; leave it out of the arguments"
                )
        for t in self.unfolded:
            for u in leaves(t):
                used = u.array if isinstance(u, Entry) else u.name
                if isinstance(u, Entry) and u.array not in self.shapes:
                    raise InputError(f"{self.name} uses the array {u.array}, whose shape the problem does not tell")
                if used not in self.inputs and used not in self.size_names:
                    raise InputError(f"{self.name} needs {used}, which is not among its arguments {self.arguments}")

    def _value(self, output: Output, unfolded: Term) -> Value:
        self.lowering.preferred = tuple(s.name for s in output.axes)
        self.lowering.ranges = {**self.statement.scope.indices, **output.ranges}
        opened = resolve(odds(unfolded))
        in_range = self.stable[output.name] = self._in_range(opened)
        if rounds_off(in_range) and ROUNDS_OFF not in self.conditions:
            self.conditions = (*self.conditions, ROUNDS_OFF)
        return self.lowering.lower(in_range)

    def _lowered(self, output: Output, t: Term) -> Value:
        """The value of a term in stable form, that of an output."""
        self.lowering.preferred = tuple(s.name for s in output.axes)
        self.lowering.ranges = {**self.statement.scope.indices, **output.ranges}
        return self.lowering.lower(t)

    def _in_range(self, t: Term) -> Term:
        """t in stable form, a masked class honoured."""
        return padded(stable(weighted_logits(t, self.logits)))

    def _slots(self, output: Output, value: Value) -> Slots:
        wanted = [s.name for s in output.axes]
        extra = [a for a in value.axes if a not in wanted]
        if extra:
            raise InputError(
                f"{output.name} depends on the index {', '.join(extra)}, which is not among its axes: name every free "
                "index of the expression as an axis"
            )
        return tuple(value.axes.index(a) if a in value.axes else None for a in wanted)

    def _wishes(self) -> dict[Node, str]:
        """Names for nodes: those of definitions, ``log_p`` for the logarithm of one, those of outputs."""
        wishes: dict[Node, str] = {}
        free = independent(self.statement)
        used = definitions_used(self.statement, self.outputs)
        for d in self.statement.definitions:
            if d.name in used and d.name not in free:
                own = zip((s.name for s in d.parameters), self.statement.scope.shapes.get(d.name, ()), strict=False)
                self.lowering.ranges = {**self.statement.scope.indices, **dict(own)}
                for head, wish in ((d.head, d.name), (Log(d.head), f"log_{d.name}")):
                    node = self.lowering.lower(self._in_range(resolve(self._unfolded(head)))).node
                    if node.op not in TRIVIAL:
                        wishes.setdefault(node, wish)
        for o, v, slots in zip(self.outputs, self.values, self.slots, strict=True):
            if slots == v.node.natural:
                wishes.setdefault(v.node, o.name)
        return wishes

    def _renamed(self, size: Term) -> Term:
        return Symbol(self.sizes[size.name]) if isinstance(size, Symbol) and size.name in self.sizes else size

    def _parameters(self) -> tuple[Parameter, ...]:
        strict = under_exp(self.unfolded) | set(independent(self.statement))
        return tuple(
            Parameter(
                ident,
                tuple(map(self._renamed, self.shapes.get(name, ()))),
                name not in strict,
                self._renamed(self.classes[name]) if name in self.classes else None,
                self.one_hots[name].axis if name in self.one_hots else None,
            )
            for name, ident in self.inputs.items()
        )

    def _least(self, shapes: tuple[tuple[Term, ...], ...]) -> dict[str, int]:
        """Sizes start at 1; a free axis nothing takes the maximum over may be empty."""
        free = {s for shape in shapes for s in shape} - self.lowering.graph.never_empty()
        scope = self.statement.scope
        zero = {s: 0 for s in free if scope.least.get(s, 1) == 1}
        every = {**dict(scope.least), **zero}
        return {show(self._renamed(s)): least for s, least in every.items() if not isinstance(s, Number)}
