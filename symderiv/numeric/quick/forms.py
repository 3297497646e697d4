"""The quick functions of a graph, for rows that are a batch and for an axis of the problem that can be the rows."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symderiv.numeric.graphs.graph import Graph, Node, Slots, postorder
from symderiv.numeric.quick.blocks import Quickly
from symderiv.numeric.quick.lines import Quick
from symderiv.numeric.quick.lists import Lists, length, written
from symderiv.numeric.quick.places import Place, Shape
from symderiv.numeric.quick.rows import NotByRows, Rows, Stage, by_rows
from symderiv.numeric.quick.shares import apart
from symderiv.numeric.quick.shifts import shifts
from symderiv.numeric.quick.signs import outwards
from symderiv.numeric.quick.unfolded import unfolded
from symderiv.numeric.quick.weights import counting, vouched
from symderiv.numeric.texts.dialects import NUMPY
from symderiv.numeric.texts.helpers import helpers_for
from symderiv.numeric.texts.names import Names
from symderiv.terms import Number, Symbol, Term


@dataclass(frozen=True)
class Result:
    """A result by its name and node, in the layout wanted."""

    name: str
    node: Node
    slots: Slots


@dataclass(frozen=True)
class Form:
    """A quick form in text: its functions, and everything of `Quickly` but the functions themselves."""

    title: str
    functions: Mapping[str, str]
    record: Callable[[Mapping[str, Callable[..., Any]]], Quickly]


@dataclass(frozen=True)
class Signature:
    """What the functions are called and take."""

    name: str
    inputs: Mapping[str, str]
    sizes: Mapping[str, str]
    shapes: Mapping[str, tuple[Term, ...]]
    names: Names


def quickly(
    graph: Graph, results: Sequence[Result], of: Signature, run: Callable[[str, str], Mapping[str, Any]]
) -> tuple[str, tuple[Quickly, ...]]:
    """The text of all quick functions and the forms they make up; ``run`` gives the functions of a text."""
    forms = quick_forms(graph, results, of)
    text = schedule(forms)
    space = run(f"{of.name}, quickly", text)
    return text, tuple(f.record({end: space[f"{f.title}_{end}"] for end in f.functions}) for f in forms)


def quick_forms(graph: Graph, results: Sequence[Result], of: Signature) -> list[Form]:
    """Every quick form there is: of a batch of items, then along axes of the problem's own."""
    first = (s[0] for s in (of.shapes.get(n, ()) for n in of.inputs) if s and isinstance(s[0], Symbol))
    found: list[Form] = []
    for size in (None, *dict.fromkeys(first)):
        try:
            found.append(_form(graph, results, of, size))
        except NotByRows:
            continue
    return found


def _form(graph: Graph, results: Sequence[Result], of: Signature, size: Term | None) -> Form:
    if any(r.slots != r.node.natural for r in results) or len({r.node for r in results}) < len(results):
        raise NotByRows("a result in another layout, or twice")
    known = outwards(graph, apart(graph, outwards(graph, unfolded(graph, [r.node for r in results]))))
    roots, sums = counting(graph, known)
    rows = by_rows(roots, size)
    if any(r.op == "input" for r in roots):
        raise NotByRows("a result that is an argument as it stands")
    if size is None and not all(map(rows.runs, roots)):
        raise NotByRows("a result that no argument tells anything of")
    if any(rows.runs(r) and rows.axis(r) not in (None, 0) for r in roots):
        raise NotByRows("the rows of a result are not its first axis")
    texts = _Texts(rows, roots, [r.name for r in results], of)
    if not vouched(texts.order, sums, [s.maximum for s in texts.loose], [s.total for s in texts.loose]):
        raise NotByRows("a weight of 0 that no sum tells of")
    ends = ["rows"] if size is not None else ["rows", "row"]
    functions = {end: texts.function(end) for end in ends}
    functions |= texts.listed() if size is None else {}
    if any(rows.stages[r] in (Stage.TOTAL, Stage.AFTER, Stage.BEFORE) for r in roots):
        functions["whole"] = texts.whole()
    return Form(texts.title, functions, texts.record)


class _Texts:
    def __init__(self, rows: Rows, roots: Sequence[Node], names: Sequence[str], of: Signature) -> None:
        self.rows, self.roots, self.of = rows, roots, of
        self.order = postorder(roots)
        self.loose = shifts(self.order, rows)
        self.totals = [n for n in self.order if rows.stages[n] is Stage.TOTAL]
        self.names = of.names.copy()
        self.written = [n for n, r in enumerate(roots) if rows.is_vector(r)]
        self.results = {roots[n]: self.names.new(names[n]) for n in self.written}
        self.sizes: dict[str, None] = {}
        self.scratch: dict[str, tuple[Any, ...]] = {}
        suffix = "" if rows.size is None else f"_by_{of.sizes[rows.size.name]}" if isinstance(rows.size, Symbol) else ""
        self.title = f"{of.name}{suffix}"

    def function(self, end: str) -> str:
        """The text for some rows, or for a row alone, which makes its arrays itself."""
        quick = self._quick(end == "row")
        quick.run()
        returned = [r for r in self.roots if r not in self.results and self.rows.runs(r)]
        for r in returned:
            quick.keep(r)
        roots = (*self.results, *returned, *self.totals)
        doubtful = [r for r in roots if _may_lack_limit(r, quick.fused)]
        for r in doubtful:
            self._look(quick, r)
        takes = [*self.of.inputs.values()]
        if quick.alone:
            found = _tuple([quick.expression(r)[0] for r in self.roots])
            doc = "One row; None where another form has to do it."
        else:
            self.scratch = dict(quick.buffers.scratch)
            takes += [*self.results.values(), *self.scratch]
            values, totals = ([quick.expression(r)[0] for r in many] for many in (returned, self.totals))
            found = f"{quick.good or True}, {_tuple(values)}" + f", {_tuple(totals)}" * (self.rows.size is not None)
            doc = "Some rows, and which of them are right: another form has to do the others."
        lines = [*quick.lines, f"return {found}"]
        self.sizes |= quick.used_sizes
        return self._text(end, [*takes, "steady"], quick.used_sizes, f'"""{doc}"""', lines)

    def listed(self) -> dict[str, str]:
        """The text for a short row in lists, where there is one."""
        doubtful = [r for r in self.roots if _may_lack_limit(r)]
        lists = Lists(self.rows, self.roots, self.of.inputs, self.of.sizes, self.names.copy(), self.loose)
        try:
            length(self.order)
            text = written(lists, self.title, doubtful)
        except NotByRows:
            return {}
        self.sizes |= lists.used_sizes
        return {"list": text}

    def _quick(self, alone: bool) -> Quick:
        return Quick(
            self.rows, self.of.inputs, self.of.sizes, alone, self.roots, self.results, self.loose, self.names.copy()
        )

    def _look(self, quick: Quick, r: Node) -> None:
        """Products with an infinite logarithm were not told from others: then a result is not finite."""
        text = quick.expression(r)[0]
        if not r.rank and not self.rows.runs(r):
            quick.need(f"np.isfinite({text})")
        elif not self.rows.runs(r) or (quick.alone and self.rows.is_vector(r)):
            quick.need(f"is_finite({text})")
        elif self.rows.is_vector(r):
            several = len(self.rows.own(r)) > 1
            quick.need(f"np.isfinite(row_sum({f'{text}.reshape(len({text}), -1)' if several else text}))")
        else:
            quick.need(f"{'math' if quick.alone else 'np'}.isfinite({text})")

    def whole(self) -> str:
        """The text for what is made from sums over the rows."""
        quick = self._quick(False)
        sums = []
        for t in self.totals:
            quick.named[t] = self.names.new("total")
            sums.append(quick.named[t])
        many = [quick.expression(r)[0] for r in self.roots if not self.rows.runs(r)]
        self.sizes |= quick.used_sizes
        takes = [*self.of.inputs.values(), *sums]
        return self._text(
            "whole", takes, quick.used_sizes, '"""From the sums over all rows."""', [f"return {_tuple(many)}"]
        )

    def _text(self, end: str, takes: Sequence[str], sizes: Iterable[str], doc: str, lines: Sequence[str]) -> str:
        head = f"def {self.title}_{end}({', '.join(takes)}, **sizes):"
        reads = [f'{self.of.sizes[n]} = sizes["{self.of.sizes[n]}"]' for n in sizes]
        return head + "\n" + textwrap.indent("\n".join([doc, *reads, *lines]), "    ")

    def record(self, built: Mapping[str, Callable[..., Any]]) -> Quickly:
        """The record with its functions."""
        rows, of = self.rows, self.of
        leaves = {n.data[0]: n for n in self.order if n.op == "input"}
        inputs = []
        for name in of.inputs:
            shape = of.shapes.get(name, ())
            runs = rows.size is None or (name in leaves and rows.axis(leaves[name]) is not None)
            own = shape[1:] if runs and rows.size is not None else shape
            inputs.append(Place(runs, self._lengths(own)))
        results = [Place(rows.runs(r), self._lengths([r.sizes[a] for a in rows.own(r)])) for r in self.roots]
        return Quickly(
            of.sizes[rows.size.name] if isinstance(rows.size, Symbol) else None,
            tuple(inputs),
            tuple(results),
            tuple(self.written),
            tuple(self._lengths(s) for s in self.scratch.values()),
            tuple(of.sizes[n] for n in self.sizes),
            any(t.op == "matmul" for t in self.totals),
            built["rows"],
            built.get("row"),
            built.get("whole"),
            built.get("list"),
            self._lengths([length(self.order)]) if "list" in built else None,
        )

    def _lengths(self, shape: Iterable[Any]) -> Shape:
        return Shape(tuple(int(s.value) if isinstance(s, Number) else self.of.sizes[s.name] for s in shape))


def schedule(forms: Sequence[Form]) -> str:
    """The text of all quick functions; empty where there are none."""
    body = "\n\n\n".join(text for f in forms for text in f.functions.values())
    if not body:
        return ""
    every = "\n\n\n".join([*helpers_for(body, NUMPY), body])
    imports = ["import math"] * ("math." in every) + ["from functools import lru_cache"] * ("lru_cache" in every)
    imports += ["from operator import mul"] * ("map(mul, " in every)
    arrays = ["import numpy as np"] + ["from numpy import array"] * (" array(" in every)
    return "\n".join([*imports, "", *arrays]).lstrip() + f"\n\n\n{every}\n"


def _tuple(many: Sequence[str]) -> str:
    return f"({', '.join(many)}{',' if len(many) == 1 else ''})"


def _may_lack_limit(root: Node, right: Container[Node] = ()) -> bool:
    """Whether a weight of 0 may have met an infinite logarithm below a node, but for products that are ``right``."""
    return any(n.op == "weighted" and n not in right for n in postorder([root]))
