"""The street from terms to a `NumericFunction`: unfold, sum out deltas, stabilise, lower, plan, write."""

from __future__ import annotations

from copy import copy

from symderiv.errors import InputError
from symderiv.numeric.built import built, built_into, space
from symderiv.numeric.document import document
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.graphs.graph import VIEWS, Node, Slots, Value
from symderiv.numeric.lowered import Lowered
from symderiv.numeric.quick.at_once import LEAST, AtOnce
from symderiv.numeric.quick.blocks import Quickly
from symderiv.numeric.quick.forms import Result, Signature, quickly
from symderiv.numeric.rewrites.marks import is_analytic
from symderiv.numeric.rewrites.oneshift import by_one_shift, looked_at, shares_logits
from symderiv.numeric.texts.dialects import NUMPY, Dialect
from symderiv.numeric.texts.schedule import TRIVIAL, is_scalar, plan
from symderiv.numeric.texts.source import Writer
from symderiv.numeric.texts.text import WIDTH, broken
from symderiv.numeric.texts.written import Written, whole
from symderiv.statement import Statement
from symderiv.terms import Symbol, Term


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
    compiler = _Compiler(name, statement, outputs, arguments, conditions, labels_by_class, NUMPY)
    written = compiler.written()
    schedule, forms = compiler.quick()
    quick: tuple[Quickly | AtOnce, ...] = forms
    if not quick and (found := compiler.at_once()):
        schedule, sizes = found
        run = space(f"{compiler.name}, at once", schedule)[f"{compiler.name}_at_once"]
        quick = (AtOnce(sizes, run),)
    return NumericFunction(
        **vars(written), body=built(written.name, written.source), schedule=schedule, quick=quick, into=built_into
    )


def lowered(statement: Statement, outputs: tuple[Output, ...], arguments: tuple[str, ...]) -> tuple[Value, ...]:
    """The outputs in the array graph that `compile_function` writes down, one-hot arrays as class numbers."""
    return Lowered("function", statement, outputs, arguments, (), True, False).values


def write_source(
    name: str,
    statement: Statement,
    outputs: tuple[Output, ...],
    arguments: tuple[str, ...] | None = None,
    conditions: tuple[str, ...] = (),
    labels_by_class: bool = False,
    dialect: Dialect = NUMPY,
) -> Written:
    """The text of that function in a dialect, and what it takes; nothing is run. Errors as for `compile_function`."""
    return _Compiler(name, statement, outputs, arguments, conditions, labels_by_class, dialect).written()


class _Compiler(Lowered):
    """Writes, and says of the text what it takes."""

    def __init__(
        self,
        name: str,
        statement: Statement,
        outputs: tuple[Output, ...],
        arguments: tuple[str, ...] | None,
        conditions: tuple[str, ...],
        labels_by_class: bool,
        dialect: Dialect,
    ) -> None:
        super().__init__(name, statement, outputs, arguments, conditions, labels_by_class, dialect.pure)
        self.dialect = self._spoken(dialect)

    def _spoken(self, dialect: Dialect) -> Dialect:
        """The dialect, told where new arrays stand and of which precision they are."""
        like = self._like() if dialect.pure else ""
        exact = any(p.classes is None for p in self._parameters())
        return dialect.about(like, f"{like}.dtype" if exact else "None")

    def written(self) -> Written:
        """The text and what it takes."""
        return self._wrap(*self._fitting(self._wishes()))

    def _fitting(self, wishes: dict[Node, str]) -> tuple[list[str], Writer, list[str]]:
        """Lines that fit, their writer, and what they return."""
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
        return [text for text, _ in lines], writer, returned

    def at_once(self) -> tuple[str, tuple[str, ...]] | None:
        """The same with one shift for rows that share their logits, if any do: the text and its keyword arguments."""
        if not any(map(shares_logits, self.stable.values())):
            return None
        twin, terms = copy(self), {n: by_one_shift(t) for n, t in self.stable.items()}
        told = [looked_at(t) for t in terms.values()]
        twin.values = tuple(twin._lowered(o, terms[o.name]) for o in self.outputs)
        twin.slots = tuple(map(self._slots, self.outputs, twin.values))
        exponentials: dict[Node, str] = {}
        for found in told:
            if found is None:
                return None
            for e, index, size in found:
                twin.lowering.ranges = {index.name: size}
                node = twin.lowering.lower(e).node
                exponentials[node] = exponentials.get(node) or self.names.new("e")
        lines, writer, returned = twin._fitting(exponentials)
        looks = [f"np.min({writer.text(e, e.natural)[0]}) >= {LEAST}" for e in exponentials]
        body = [*self._reads(writer), *map(broken, lines), f"if not ({' and '.join(looks)}):", "    return None"]
        body.append(f"return {', '.join(returned)}" + "," * (len(returned) == 1))
        doc = "One shift for all rows; None where an exponential is too small for that."
        sizes = self._keywords(writer)
        return whole(self.dialect, f"{self.name}_at_once", tuple(self.inputs.values()), sizes, doc, body), sizes

    def quick(self) -> tuple[str, tuple[Quickly, ...]]:
        """The same in place, where it can be done row by row: the text and its functions."""
        results = [Result(o.name, v.node, s) for o, v, s in zip(self.outputs, self.values, self.slots, strict=True)]
        of = Signature(self.name, self.inputs, self.sizes, self.shapes, self.names)
        return quickly(self.lowering.graph, results, of, space)

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
        writer = Writer(plan(pairs, named), self.inputs, self.sizes, wishes, names, self.dialect)
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
                front = "*" + self.dialect.say("front", x=name, rank=len(slots))
                inside = ", ".join([front, *map(writer.size, self._shape_terms(o))])
                lines.append((f"{name} = {self.dialect.say('stretch', x=name, shape=f'({inside})')}", node))
            returned.append(name)
        return lines, writer, returned

    def _output_text(self, writer: Writer, output: Output, node: Node, slots: Slots) -> str:
        text = writer.text(node, slots)[0]
        if is_scalar(node) and slots:
            return self.dialect.say("full", shape=self._shape(writer, output, slots), x=text)
        if is_scalar(node):
            return self.dialect.say("scalar", x=text)
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

    def _wrap(self, lines: list[str], writer: Writer, returned: list[str]) -> Written:
        shapes = tuple(self._shape_terms(o) for o in self.outputs)
        for size in (s for shape in shapes for s in shape if isinstance(s, Symbol)):
            writer.used_sizes.setdefault(size.name) if self._carrier(size.name) is None else None
        sizes = self._keywords(writer)
        doc = document(
            self.statement,
            self.outputs,
            shapes,
            self._parameters(),
            list(sizes),
            self.conditions,
            self.dialect.title,
        )
        inputs = tuple(self.inputs.values())
        body = [*self._reads(writer), *(broken(line) for line in lines), f"return {', '.join(returned)}"]
        return Written(
            self.name,
            whole(self.dialect, self.name, inputs, sizes, doc, body),
            inputs,
            sizes,
            self._parameters(),
            tuple(tuple(self._renamed(s) for s in shape) for shape in shapes),
            self._least(shapes),
            all(map(is_analytic, self.unfolded)),
            tuple(v.node.op not in VIEWS and None not in s for v, s in zip(self.values, self.slots, strict=True)),
        )

    def _keywords(self, writer: Writer) -> tuple[str, ...]:
        """Sizes that no argument's shape tells."""
        return tuple(self.sizes[n] for n in writer.used_sizes if self._carrier(n) is None)

    def _reads(self, writer: Writer) -> list[str]:
        """Lines that read sizes off arguments' shapes."""
        return [f"{self.sizes[n]} = {c}" for n in writer.used_sizes if (c := self._carrier(n))]

    def _like(self) -> str:
        """The argument that new arrays are made alike: one of the precision computed in, with axes if there is one."""
        found = sorted(self._parameters(), key=lambda p: (p.classes is not None, not p.sizes))
        if not found:
            raise InputError(f"{self.name} takes no array, so nothing tells which library it is to compute with")
        return found[0].name

    def _carrier(self, size: str) -> str | None:
        """Code that reads a size off an argument's shape."""
        for name, ident in self.inputs.items():
            shape = self.shapes.get(name, ())
            for axis, s in enumerate(shape):
                if s is Symbol(size):
                    return f"{self.dialect.say('shape', x=ident)}[{axis - len(shape)}]"
        return None
