"""What the notes tell beside the derivation, as plain data: tools, other routes, matrices of derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symderiv.binders import key, substitute
from symderiv.engine.rewrite import Law
from symderiv.printing.latex import latex, relation
from symderiv.printing.notation import DEFAULT, Notation
from symderiv.proof.steps import decide_trace
from symderiv.report.asides import (
    Beside,
    ToldBatch,
    ToldCost,
    ToldFigure,
    ToldHessian,
    ToldMatrix,
    ToldRoute,
    ToldSign,
    ToldTool,
)
from symderiv.report.elements import Absent, Batch, Elements, Hessian, Matrix, OtherRoute, Tool
from symderiv.report.figures.price import Price, measured
from symderiv.report.large import told_extremes, told_shifts
from symderiv.report.levels import NORMAL
from symderiv.report.markup import Formula
from symderiv.report.naming import lettered
from symderiv.report.records import Need
from symderiv.report.steps import Teller, equation_of, formula_of, lemmas_of
from symderiv.statement import Relation
from symderiv.terms import ZERO, Delta, Symbol, Term, big, parts, rebuild
from symderiv.trace import Condition, Trace

LONG, WIDE = 400, 60  # characters of a formula on its own lines, and of an entry in a matrix


def beside(elements: Elements, trace: Trace, value: Term, name: Term, to: Notation) -> Beside:
    """The elements of a derivation in formulas.

    ``to`` spells every name in them, ``name`` is what the notes call the value; lemmas of the derivation are not
    derived again.
    """
    above = lemmas_of(trace)
    matrices, hessian, batch = elements.jacobians, elements.hessian, elements.batch
    shifts, extremes = elements.shifts, elements.extremes
    every = {
        "The Jacobian matrix": matrices,
        "Second derivatives": hessian,
        "A batch of samples": batch,
        "A shift of the variable": shifts,
        "Large inputs": extremes,
        "What the gradient costs": elements.price,
        "Figures": elements.figures,
    }
    return Beside(
        tools=tuple(_tool(tool, to) for tool in elements.tools),
        routes=tuple(_route(route, to, above) for route in elements.routes),
        matrices=() if isinstance(matrices, Absent) else tuple(_matrix(_named(m, value, name), to) for m in matrices),
        hessian=None if isinstance(hessian, Absent) else _hessian(hessian, value, name, to, above),
        hessian_is=_same(hessian, matrices, to),
        batch=None if isinstance(batch, Absent) else _batch(batch, to),
        absent=tuple((name, a.why) for name, a in every.items() if isinstance(a, Absent) and a.why),
        shifts=None if isinstance(shifts, Absent) else told_shifts(shifts, value, name, to),
        extremes=None if isinstance(extremes, Absent) else told_extremes(extremes, value, name, to),
        cost=None if isinstance(elements.price, Absent) else _cost(elements.price, to),
        figures=_figures(elements),
        stamp=elements.stamp,
    )


def _tool(tool: Tool, to: Notation) -> ToldTool:
    """A rule in the letters of its law, which are none of the problem's, with the operators of the notation."""
    to = replace(DEFAULT, log=to.log, sums=to.sums)
    law = tool.law or Law(Symbol("u"), Symbol("u"))
    return ToldTool(
        name=tool.name,
        sentence=tool.sentence,
        law=None if tool.law is None else Formula(f"{latex(law.left, to)} = {latex(law.right, to)}"),
        constants=tuple(Formula(latex(Symbol(name), to)) for name in law.constant),
        conditions=tuple(Formula(relation(r, to)) for r in law.conditions),
    )


def _named(m: Matrix, value: Term, name: Term) -> Matrix:
    """The matrix with the value under its name."""
    return replace(m, derivative=lettered(m.derivative, value, name))


def _route(route: OtherRoute, to: Notation, above: Mapping[Term, str]) -> ToldRoute:
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
    return ToldMatrix(
        entry=Formula(f"{latex(m.derivative, to)} = {latex(m.entry, to)}"),
        whole=_whole(m, to) if m.entries else None,
        row=Formula(latex(m.row, to)),
        column=Formula(latex(m.column, to)),
        equations=dict(_equations(m, to)),
        needs=tuple(Formula(relation(r, to)) for r in _conditions(m)),
        vector=Formula(to.names[m.vector]) if m.vector else None,
        sign=_sign(m, to),
    )


def _equations(m: Matrix, to: Notation) -> Iterator[tuple[str, Formula]]:
    """What is proved, with the derivative itself for the entry where that says it; long ones are left to the prover."""
    swapped = substitute(m.derivative, {m.row: m.column, m.column: m.row})
    short = {
        "symmetric": (m.derivative, swapped),
        "rows": (big(m.column, m.sizes[1], m.derivative), ZERO),
        "columns": (big(m.row, m.sizes[0], m.derivative), ZERO),
    }
    for p in m.properties:
        left, right = short.get(p.kind, (p.left, p.right))
        formula = f"{latex(left, to)} = {latex(right, to)}"
        if p.kind != "entry" and (p.kind in short or len(formula) <= LONG):
            yield p.kind, Formula(formula)


def _conditions(m: Matrix) -> dict[Relation, None]:
    """What the entry and the equations rest on."""
    return dict.fromkeys(r for p in m.properties for r in p.verdict.finding.conditions)


def _whole(m: Matrix, to: Notation) -> Formula | None:
    """The matrix, with dots where rows or columns are left out before the last."""
    if any(len(latex(t, to)) > WIDE for line in m.entries for t in line):
        return None
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


def _same(h: Hessian | Absent, matrices: tuple[Matrix, ...] | Absent, to: Notation) -> Formula | None:
    """The derivative whose matrix has the same entries as the second derivatives, if one was told."""
    if isinstance(h, Absent) or isinstance(matrices, Absent):
        return None
    found = (m for m in matrices if m.sizes == h.matrix.sizes and _pattern(m) is _pattern(h.matrix))
    return next((formula_of(m.derivative, to) for m in found), None)


def _pattern(m: Matrix) -> Term:
    """The entry of a matrix whatever its indices are called."""
    return key(_ordered(substitute(m.entry, {m.row: Symbol("#0"), m.column: Symbol("#1")})))


def _ordered(t: Term) -> Term:
    """A term with the indices of deltas in one order."""
    if isinstance(t, Delta):
        return Delta(*sorted((t.left, t.right), key=repr))
    return rebuild(t, tuple(map(_ordered, parts(t)))) if parts(t) else t


def _hessian(h: Hessian, value: Term, name: Term, to: Notation, above: Mapping[Term, str]) -> ToldHessian:
    decided = zip(h.trace.walk(), decide_trace(h.trace, h.statement), strict=True)
    statuses = {number: found.status for (number, _), (_, found) in decided}
    return ToldHessian(
        matrix=_matrix(_named(h.matrix, value, name), to),
        chain=Teller(h.statement, to, NORMAL, statuses, above).chain(h.trace, ""),
        curvature=h.curvature,
        positive=tuple(Formula(latex(t, to)) for t in h.positive),
    )


def _batch(b: Batch, to: Notation) -> ToldBatch:
    s = b.statement
    return ToldBatch(
        size=formula_of(b.size, to),
        index=formula_of(b.index, to),
        row=formula_of(b.row, to),
        needs=tuple(Formula(relation(r, to)) for r in b.derived.finding.conditions),
        arrays=tuple(Formula(to.names[name]) for name in (*b.arrays, *b.scalars)),
        value=formula_of(s.value, to),
        definitions=tuple(equation_of(d.head, d.body, to) for d in s.definitions),
        gradient=equation_of(b.trace.start, b.trace.result, to),
        whole=None if b.whole is None else formula_of(b.whole, to),
    )


def _cost(price: Price, to: Notation) -> ToldCost:
    found = measured(price) or {"sizes": (), "direct": (), "product": ()}
    return ToldCost(
        size=formula_of(price.size, to),
        direct=formula_of(price.direct.total.term(), to),
        product=formula_of(price.product.total.term(), to),
        times=tuple(zip(found["sizes"], found["direct"], found["product"], strict=True)),
    )


def _figures(elements: Elements) -> dict[str, ToldFigure]:
    drawn = () if isinstance(elements.figures, Absent) else elements.figures
    return {f.name: ToldFigure(f"{elements.folder}/{f.name}", f.alt, f.caption) for f in drawn}
