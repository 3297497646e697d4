"""The street from terms to a `NumericFunction`: unfold, sum out deltas, stabilise, lower, plan, write."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from symderiv.errors import InputError
from symderiv.numeric.arguments import Parameter, show
from symderiv.numeric.deltas import resolve
from symderiv.numeric.document import definitions_used, document
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.graph import Node, Slots, Value
from symderiv.numeric.helpers import helpers_for
from symderiv.numeric.lower import Lowering
from symderiv.numeric.marks import is_analytic
from symderiv.numeric.names import Names, identifier
from symderiv.numeric.odds import odds
from symderiv.numeric.onehot import by_class, one_hots
from symderiv.numeric.prepare import (
    default_arguments,
    independent,
    leaves,
    size_names,
    under_exp,
    unfold,
    with_classes,
)
from symderiv.numeric.schedule import TRIVIAL, is_scalar, plan
from symderiv.numeric.source import Writer
from symderiv.numeric.stable import stable
from symderiv.numeric.text import WIDTH, broken
from symderiv.statement import Statement
from symderiv.terms import Entry, Log, Number, Symbol, Term


def compile_function(
    name: str,
    statement: Statement,
    outputs: tuple[Output, ...],
    arguments: tuple[str, ...] | None = None,
    conditions: tuple[str, ...] = (),
    labels_by_class: bool = False,
) -> NumericFunction:
    """A NumPy function computing the outputs; with one output it returns it, with several a tuple.

    ``arguments`` are names of arrays and scalars in the order wanted (default: `default_arguments`); an
    index among them is a class number instead of an axis;
    ``conditions`` say in the docstring what the outputs rest on. With ``labels_by_class`` one-hot arrays are
    computed with as class numbers.
    Raises `InputError` for an argument left out or an output index that is no axis, `Refused` for a
    term with no NumPy code.
    """
    return _Compiler(name, statement, outputs, arguments, conditions, labels_by_class).function()


def lowered(statement: Statement, outputs: tuple[Output, ...], arguments: tuple[str, ...]) -> tuple[Value, ...]:
    """The outputs in the array graph that `compile_function` writes down, one-hot arrays as class numbers."""
    return _Compiler("function", statement, outputs, arguments, (), True).values


class _Compiler:
    def __init__(
        self,
        name: str,
        statement: Statement,
        outputs: tuple[Output, ...],
        arguments: tuple[str, ...] | None,
        conditions: tuple[str, ...],
        labels_by_class: bool,
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
        self.size_names = size_names(statement, self.unfolded)
        self.names = Names()
        used = {d.name for d in statement.definitions} | {o.name for o in outputs}
        self.names.users |= {identifier(n) for n in (*self.arguments, *self.size_names, *used)}
        self.name = self.names.new(name)
        self.inputs = self.names.table(self.arguments)
        self.sizes = self.names.table(self.size_names)
        self._check_arguments()
        scope = statement.scope
        self.lowering = Lowering(self.shapes, frozenset(self.size_names), scope.indices, self.classes)
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
        return self.lowering.lower(stable(resolve(odds(unfolded))))

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
                    node = self.lowering.lower(stable(resolve(self._unfolded(head)))).node
                    if node.op not in TRIVIAL:
                        wishes.setdefault(node, wish)
        for o, v, slots in zip(self.outputs, self.values, self.slots, strict=True):
            if slots == v.node.natural:
                wishes.setdefault(v.node, o.name)
        return wishes

    def function(self) -> NumericFunction:
        """Write, compile and wrap."""
        wishes = self._wishes()
        last = {v.node for v in self.values}
        named = frozenset(n for n in wishes if n not in last)
        lines, writer, returned = self._write(wishes, named)
        for _ in range(200):
            inner = (self._inner(node, writer) for text, node in lines if len(text) > WIDTH)
            long = next((node for node in inner if node is not None), None)
            if long is None:
                break
            named |= {long}
            lines, writer, returned = self._write(wishes, named)
        return self._wrap([text for text, _ in lines], writer, returned)

    def _inner(self, node: Node, writer: Writer) -> Node | None:
        """The largest unnamed subexpression of a node that is not a mere leaf."""
        best: tuple[int, Node] | None = None
        todo = list(node.children)
        while todo:
            n = todo.pop()
            if n in writer.variables or n.op in TRIVIAL or is_scalar(n):
                continue
            size = len(writer.expression(n, n.natural)[0])
            if best is None or size > best[0]:
                best = (size, n)
            todo += n.children
        return None if best is None else best[1]

    def _write(
        self, wishes: dict[Node, str], named: frozenset[Node]
    ) -> tuple[list[tuple[str, Node]], Writer, list[str]]:
        pairs = [(v.node, s) for v, s in zip(self.values, self.slots, strict=True)]
        names = self.names.copy()
        writer = Writer(plan(pairs, named), self.inputs, self.sizes, wishes, names)
        writer.run()
        lines = list(writer.lines)
        returned = []
        for o, (node, slots) in zip(self.outputs, pairs, strict=True):
            text = self._output_text(writer, o, node, slots)
            if text.isidentifier() and text in writer.variables.values():
                returned.append(text)
                continue
            name = names.new(o.name)
            lines.append((f"{name} = {text}", node))
            if None in slots and not is_scalar(node):
                inside = ", ".join([f"*np.shape({name})[:-{len(slots)}]", *map(writer.size, self._shape_terms(o))])
                lines.append((f"{name} = np.broadcast_to({name}, ({inside}))", node))
            returned.append(name)
        return lines, writer, returned

    def _output_text(self, writer: Writer, output: Output, node: Node, slots: Slots) -> str:
        text = writer.text(node, slots)[0]
        if is_scalar(node) and slots:
            return f"np.full({self._shape(writer, output, slots)}, {text}, float)"
        return text

    def _shape(self, writer: Writer, output: Output, slots: Slots) -> str:
        inside = ", ".join(writer.size(s) for s in self._shape_terms(output))
        return f"({inside},)" if len(slots) == 1 else f"({inside})"

    def _shape_terms(self, output: Output) -> tuple[Term, ...]:
        value = self.values[self.outputs.index(output)]
        found: list[Term] = []
        for s in output.axes:
            size = value.node.sizes[value.axes.index(s.name)] if s.name in value.axes else self._range(output, s)
            found.append(size)
        return tuple(found)

    def _range(self, output: Output, index: Symbol) -> Term:
        shared = (s for v in self.values for a, s in zip(v.axes, v.node.sizes, strict=True) if a == index.name)
        own = output.ranges.get(index.name) or self.statement.scope.indices.get(index.name)
        size = own or next(shared, None)
        if size is None:
            raise InputError(f"{output.name} does not depend on its axis {index.name}, and nothing tells its size")
        return size

    def _wrap(self, lines: list[str], writer: Writer, returned: list[str]) -> NumericFunction:
        shapes = tuple(self._shape_terms(o) for o in self.outputs)
        for size in (s for shape in shapes for s in shape if isinstance(s, Symbol)):
            writer.used_sizes.setdefault(size.name) if self._carrier(size.name) is None else None
        keywords = [n for n in writer.used_sizes if self._carrier(n) is None]
        read = [f"{self.sizes[n]} = {c}" for n in writer.used_sizes if (c := self._carrier(n))]
        doc = document(
            self.statement,
            self.outputs,
            shapes,
            self._parameters(),
            [self.sizes[n] for n in keywords],
            self.conditions,
        )
        body = [*read, *(broken(line) for line in lines), f"return {', '.join(returned)}"]
        signature = ", ".join([*self.inputs.values(), *(["*", *(self.sizes[n] for n in keywords)] if keywords else [])])
        text = f"def {self.name}({signature}):\n" + textwrap.indent("\n".join([f'"""{doc}\n"""', *body]), "    ")
        source = "\n\n\n".join(["import numpy as np", *helpers_for("\n".join(body)), text]) + "\n"
        source = "\n".join(line.rstrip() for line in source.splitlines()) + "\n"
        return NumericFunction(
            self.name,
            source,
            tuple(self.inputs.values()),
            tuple(self.sizes[n] for n in keywords),
            self._parameters(),
            tuple(tuple(self._renamed(s) for s in shape) for shape in shapes),
            self._least(shapes),
            all(map(is_analytic, self.unfolded)),
            _built(self.name, source),
        )

    def _renamed(self, size: Term) -> Term:
        return Symbol(self.sizes[size.name]) if isinstance(size, Symbol) and size.name in self.sizes else size

    def _carrier(self, size: str) -> str | None:
        """Code that reads a size off an argument's shape."""
        for name, ident in self.inputs.items():
            shape = self.shapes.get(name, ())
            for axis, s in enumerate(shape):
                if s is Symbol(size):
                    return f"np.shape({ident})[{axis - len(shape)}]"
        return None

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


def _built(name: str, source: str) -> Callable[..., Any]:
    """The function defined by a source text of ours."""
    space: dict[str, Any] = {}
    exec(compile(source, f"<symderiv {name}>", "exec"), space)
    found: Callable[..., Any] = space[name]
    return found
