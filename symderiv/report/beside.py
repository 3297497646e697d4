"""What the notes tell beside the derivation, as plain data: tools, other routes, matrices of derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symderiv.engine.rewrite import Law
from symderiv.printing.latex import latex, relation
from symderiv.printing.notation import DEFAULT, Notation
from symderiv.report.asides import Beside, ToldHessian, ToldMatrix, ToldRoute, ToldSign, ToldTool
from symderiv.report.elements import Absent, Elements, Hessian, Matrix, OtherRoute, Tool
from symderiv.report.levels import NORMAL
from symderiv.report.markup import Formula
from symderiv.report.naming import lettered
from symderiv.report.records import Need
from symderiv.report.steps import LemmaKey, Teller, lemmas_of
from symderiv.statement import Relation
from symderiv.terms import Symbol, Term
from symderiv.trace import Condition, Trace


def beside(elements: Elements, trace: Trace, value: Term, name: Term, to: Notation) -> Beside:
    """The elements of a derivation in formulas.

    ``to`` spells every name in them, ``name`` is what the notes call the value; lemmas of the derivation are not
    derived again.
    """
    above = lemmas_of(trace)
    matrices, hessian = elements.jacobians, elements.hessian
    return Beside(
        tools=tuple(map(_tool, elements.tools)),
        routes=tuple(_route(route, to, above) for route in elements.routes),
        matrices=() if isinstance(matrices, Absent) else tuple(_matrix(_named(m, value, name), to) for m in matrices),
        hessian=None if isinstance(hessian, Absent) else _hessian(hessian, value, name, to, above),
        absent=tuple(a.why for a in (matrices, hessian) if isinstance(a, Absent)),
    )


def _tool(tool: Tool) -> ToldTool:
    """A rule in the letters of its law, which are none of the problem's."""
    law = tool.law or Law(Symbol("u"), Symbol("u"))
    return ToldTool(
        name=tool.name,
        sentence=tool.sentence,
        law=None if tool.law is None else Formula(f"{latex(law.left)} = {latex(law.right)}"),
        constants=tuple(Formula(latex(Symbol(name), DEFAULT)) for name in law.constant),
        conditions=tuple(Formula(relation(r)) for r in law.conditions),
    )


def _named(m: Matrix, value: Term, name: Term) -> Matrix:
    """The matrix with the value under its name."""
    return replace(m, derivative=lettered(m.derivative, value, name))


def _route(route: OtherRoute, to: Notation, above: Mapping[LemmaKey, str]) -> ToldRoute:
    numbers = (number for number, _ in route.trace.walk())
    statuses = {n: v.status for n, v in zip(numbers, route.verdicts, strict=True)}
    agreement = route.agreement.claim
    return ToldRoute(
        id=route.id,
        sentence=route.sentence,
        chain=Teller(route.statement, to, NORMAL, statuses, above).chain(route.trace, ""),
        agrees=None if route.same else Formula(f"{latex(agreement.left, to)} = {latex(agreement.right, to)}"),
    )


def _matrix(m: Matrix, to: Notation) -> ToldMatrix:
    equations = {p.kind: Formula(f"{latex(p.left, to)} = {latex(p.right, to)}") for p in m.properties}
    return ToldMatrix(
        entry=Formula(f"{latex(m.derivative, to)} = {latex(m.entry, to)}"),
        whole=_whole(m, to) if m.entries else None,
        row=Formula(latex(m.row, to)),
        column=Formula(latex(m.column, to)),
        equations={kind: formula for kind, formula in equations.items() if kind != "entry"},
        vector=Formula(to.names[m.vector]) if m.vector else None,
        sign=_sign(m, to),
    )


def _whole(m: Matrix, to: Notation) -> Formula:
    """The matrix, with dots where rows or columns are left out before the last."""
    rows = [_dotted([latex(t, to) for t in line], "\\dots", m.dots[1]) for line in m.entries]
    if m.dots[0]:
        between = ["\\vdots"] * len(m.columns)
        rows.insert(-1, _dotted(between, "\\ddots", m.dots[1]))
    body = " \\\\ ".join(" & ".join(row) for row in rows)
    letters = ",".join(latex(t, to) for t in (m.row, m.column))
    return Formula(
        f"\\left({latex(m.derivative, to)}\\right)_{{{letters}}} = \\begin{{bmatrix}} {body} \\end{{bmatrix}}"
    )


def _dotted(cells: list[str], dots: str, between: bool) -> list[str]:
    return [*cells[:-1], dots, cells[-1]] if between else cells


def _sign(m: Matrix, to: Notation) -> ToldSign | None:
    d = m.definite
    if d is None:
        return None
    size = latex(m.sizes[0], to)
    return ToldSign(
        positive=d.sign > 0,
        strict=d.strict,
        weights=_need(d.weight, to),
        apart=Formula(relation(Relation("!=", m.row, m.column), to)),
        rows=_need(d.rows, to),
        needs=tuple(n for n in (_need(c, to) for c in d.needs) if n is not None),
        rank=Formula(size if d.strict else f"{size} - 1"),
    )


def _need(c: Condition | None, to: Notation) -> Need | None:
    return None if c is None else Need(Formula(relation(c.relation, to)), c.reason or "assumed")


def _hessian(h: Hessian, value: Term, name: Term, to: Notation, above: Mapping[LemmaKey, str]) -> ToldHessian:
    return ToldHessian(
        matrix=_matrix(_named(h.matrix, value, name), to),
        chain=Teller(h.statement, to, NORMAL, {}, above).chain(h.trace, ""),
        curvature=h.curvature,
        positive=tuple(Formula(latex(t, to)) for t in h.positive),
    )
