"""What a gradient costs against a product with the Jacobian: operations counted, and times that were measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symderiv.engine.derive import derive_statement
from symderiv.errors import InputError, Refused
from symderiv.printing.plain import plain
from symderiv.report.figures.cost import Cost, cost
from symderiv.report.figures.drawn import Drawn, Saying
from symderiv.report.figures.setting import Setting, only_through
from symderiv.report.operations import Operations, operations
from symderiv.statement import Statement
from symderiv.terms import Big, D, Entry, Symbol, Term, times
from symderiv.trace import Trace

MEASURED = Path(__file__).parent / "cost.json"
SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


@dataclass(frozen=True)
class Price:
    """Two ways to a gradient: its own formula, and the sum over ``size`` of ``outer`` times the Jacobian."""

    statement: Statement
    gradient: Term
    outer: Term
    jacobian: Term
    start: D
    index: Symbol
    size: Symbol
    direct: Operations
    product: Operations

    @property
    def mark(self) -> Mapping[str, Any]:
        """What the measured times of a problem are found by: its formulas as text."""
        defined = [f"{plain(d.head)} = {plain(d.body)}" for d in self.statement.definitions]
        return {"value": plain(self.statement.value), "where": defined, "gradient": plain(self.gradient)}


def price_of(statement: Statement, gradient: Term, jacobians: tuple[Trace, ...]) -> Price | None:
    """The price of a gradient dL/dz[i], where a square Jacobian dp[k]/dz[i] was derived on the way.

    None unless z has one axis, L depends on z through p alone, and p and z run over one symbolic size, the only
    one on which the counts depend, those of the product by a higher power.
    """
    for trace in jacobians:
        start = trace.start
        assert isinstance(start, D)
        inner, variable = start.body, start.variable
        assert isinstance(inner, Entry)
        assert isinstance(variable, Entry)
        (size,), shape = statement.scope.shapes[inner.array], statement.scope.shapes[variable.array]
        own = statement.variables[0]
        if shape != (size,) or not isinstance(size, Symbol) or variable is not own:
            continue
        if only_through(statement, inner.array, variable.array):
            return _price(statement, gradient, trace, start, inner, size)
    return None


def _price(statement: Statement, gradient: Term, trace: Trace, start: D, inner: Entry, size: Symbol) -> Price | None:
    (k,) = inner.indices
    assert isinstance(k, Symbol)
    own = replace(statement, variables=(inner,))
    scope = replace(own.scope, indices={**own.scope.indices, k.name: size})
    try:
        outer = derive_statement(replace(own, scope=scope)).trace.result
    except (InputError, Refused):
        return None
    indices = {**statement.scope.indices, **{i.name: size for i in (k, *_letters(start))}}
    product = Big(k, size, times(outer, trace.result), ())
    direct, through = (operations(t, statement, indices) for t in (gradient, product))
    names = {name for o in (direct, through) for names in o.total.terms for name in names}
    if names - {size.name} or _degree(direct) >= _degree(through):
        return None
    return Price(statement, gradient, outer, trace.result, start, k, size, direct, through)


def _degree(counted: Operations) -> int:
    return max((len(names) for names in counted.total.terms), default=0)


def _letters(start: D) -> tuple[Symbol, ...]:
    assert isinstance(start.variable, Entry)
    return tuple(i for i in start.variable.indices if isinstance(i, Symbol))


def measured(price: Price) -> Mapping[str, Any] | None:
    """The committed measurement of exactly these formulas: sizes, times in microseconds; None where there is none."""
    every = json.loads(MEASURED.read_text(encoding="utf-8"))["measured"]
    mark = price.mark
    return next((m for m in every if all(m[name] == text for name, text in mark.items())), None)


def cost_of(setting: Setting) -> Drawn | None:
    """Operations of both ways as the size grows, with the times of the benchmark where it measured this problem.

    Its precondition is that of `price_of`.
    """
    if setting.vector is None:
        return None
    price = price_of(setting.statement, setting.subject.trace.result, setting.jacobians)
    if price is None:
        return None
    timed = measured(price)
    return Drawn(
        "cost",
        cost(_data(setting, price, timed), setting.formats),
        _alt(setting, price),
        _caption(setting, price, timed),
    )


def _data(setting: Setting, price: Price, timed: Mapping[str, Any] | None) -> Cost:
    whole = Big(price.index, price.size, times(D(setting.name, price.start.body), price.start), ())
    return Cost(
        sizes=SIZES,
        direct=tuple(price.direct.total.at({price.size.name: n}) for n in SIZES),
        product=tuple(price.product.total.at({price.size.name: n}) for n in SIZES),
        timed=tuple(timed["sizes"]) if timed else (),
        direct_times=tuple(timed["direct"]) if timed else (),
        product_times=tuple(timed["product"]) if timed else (),
        size=setting.formula(price.size),
        labels=(setting.formula(price.gradient), setting.formula(whole)),
    )


def _alt(setting: Setting, price: Price) -> Saying:
    return Saying(
        "Operations against {size} on logarithmic axes: the product with the Jacobian lies above the "
        "gradient's own formula, and further the larger {size} is.",
        {"size": plain(price.size)},
    )


def _caption(setting: Setting, price: Price, timed: Mapping[str, Any] | None) -> tuple[Saying, ...]:
    direct, product = (setting.formula(o.total.term()) for o in (price.direct, price.product))
    first = Saying(
        "Operations (additions, multiplications, functions) of the gradient, {direct}, and of the product with the "
        "Jacobian, {product}, as {size} grows.",
        {"direct": direct, "product": product, "size": setting.formula(price.size)},
    )
    if timed is None:
        return (first,)
    return (
        first,
        Saying(
            "The times are in microseconds, the fastest of several runs, measured once and kept: the generated code "
            "for the gradient, and NumPy's product with the generated Jacobian."
        ),
    )
