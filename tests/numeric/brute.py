"""A slow, obvious evaluator of terms: loops over indices, one number at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

import numpy as np

from symderiv.numeric.rewrites.marks import (
    BERNOULLI,
    BERNOULLI_BEND,
    BERNOULLI_GAP,
    BERNOULLI_LESS,
    BERNOULLI_ODD,
    EXPM1,
    FILLED,
    HOLD,
    LIVE,
    LOG1MEXP,
    LOG_BERNOULLI,
    LOG_INV_CLOGLOG,
    LOG_REST,
    MAX,
    OF,
    OTHERS,
    SHIFTED,
    SIGMOID,
    SOFTPLUS,
    TANH,
    WEIGHTED,
)
from symderiv.statement import Statement
from symderiv.terms import (
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
    Stop,
    Symbol,
    Term,
    Times,
)


def evaluate(t: Term, statement: Statement | None, values: Mapping[str, object], at: Mapping[str, int]) -> float:
    """The value of t; ``values`` holds arrays, scalars and sizes, ``at`` the free indices (from 1)."""

    def index(i: Term) -> int:
        if isinstance(i, Entry):  # class numbers count from 0 in arrays
            return int(values[i.array][tuple(index(u) - 1 for u in i.indices)]) + 1
        return at[i.name] if isinstance(i, Symbol) else int(i.value)

    def go(u: Term) -> float:
        return evaluate(u, statement, values, at)

    match t:
        case Number(value):
            return float(value)
        case Entry(name, _) | Symbol(name) if name in values:
            found = values[name]
            return found[tuple(index(i) - 1 for i in t.indices)] if isinstance(t, Entry) else found
        case Entry(name, indices):
            d = statement.by_name[name]
            return evaluate(
                d.body, statement, values, dict(zip([p.name for p in d.parameters], map(index, indices), strict=True))
            )
        case Symbol(name):
            return evaluate(statement.by_name[name].body, statement, values, {})
        case Delta(left, right):
            return float(index(left) == index(right))
        case Plus(many):
            return math.fsum(map(go, many))
        case Times(many):
            return math.prod(map(go, many))
        case Neg(u):
            return -go(u)
        case Quotient(u, v):
            return go(u) / go(v)
        case Power(u, v):
            return go(u) ** go(v)
        case Exp(u):
            return math.exp(go(u))
        case Log(u):
            return math.log(go(u))
        case Stop(u):
            return go(u)
        case Function(name, (u, *_)) if name in (HOLD, OF):
            return go(u)
        case Function(name, many) if name == MAX:
            return max(peak for u in many for peak in _peaks(u, statement, values, at))
        case Function(name, (u, v)) if name == SHIFTED:
            return go(u) - go(v)
        case Function(name, (u, *left_out)) if name == OTHERS:
            return 0.0 if any(map(go, left_out)) else go(u)
        case Function(name, (u, *weights)) if name == LIVE:
            return go(u) if all(map(go, weights)) else -math.inf
        case Function(name, (u, *weights)) if name == FILLED:
            return go(u) or float(not all(map(go, weights)))
        case Function(name, (u, v)) if name == WEIGHTED:
            return go(u) * go(v) if go(u) else 0.0
        case Function(name, (u, v)) if name == LOG_REST:
            return math.log1p(-go(u)) if go(u) < 0.5 else go(v)
        case Function(name, (u,)) if name == SIGMOID:
            return 1 / (1 + math.exp(-go(u)))
        case Function(name, (u,)) if name == SOFTPLUS:
            return math.log1p(math.exp(go(u)))
        case Function(name, (u,)) if name == TANH:
            return math.tanh(go(u))
        case Function(name, (u,)) if name == EXPM1:
            return math.expm1(go(u))
        case Function(name, (u,)) if name == BERNOULLI:
            return go(u) / math.expm1(go(u))
        case Function(name, (u,)) if name == BERNOULLI_GAP:
            return 1 / go(u) - 1 / math.expm1(go(u))
        case Function(name, (u,)) if name == BERNOULLI_LESS:
            return 1 - go(u) / math.expm1(go(u))
        case Function(name, (u,)) if name == BERNOULLI_ODD:
            return 0.5 - 1 / go(u) + 1 / math.expm1(go(u))
        case Function(name, (u,)) if name == BERNOULLI_BEND:
            return 1 / go(u) ** 2 - math.exp(go(u)) / math.expm1(go(u)) ** 2
        case Function(name, (u,)) if name == LOG_BERNOULLI:
            return math.log(go(u) / math.expm1(go(u)))
        case Function(name, (u,)) if name == LOG1MEXP:
            return math.log1p(-math.exp(go(u)))
        case Function(name, (u,)) if name == LOG_INV_CLOGLOG:
            return math.log1p(-math.exp(-math.exp(go(u))))
        case Function(name, (u,)):
            return getattr(math, name)(go(u))
        case Big(k, size, u, excluded):
            left_out = {index(e) for e in excluded}
            top = values[size.name] if isinstance(size, Symbol) else int(size.value)
            rows = [m for m in range(1, top + 1) if m not in left_out]
            return math.fsum(evaluate(u, statement, values, {**at, k.name: m}) for m in rows)
    raise AssertionError(t)


def _peaks(
    t: Term, statement: Statement | None, values: Mapping[str, object], at: Mapping[str, int]
) -> Iterator[float]:
    """What a maximum runs over: a sum in it stands for all of its summands."""
    if not isinstance(t, Big):
        yield evaluate(t, statement, values, at)
        return
    top = values[t.size.name] if isinstance(t.size, Symbol) else int(t.size.value)
    for m in range(1, top + 1):
        if m not in [at[e.name] if isinstance(e, Symbol) else int(e.value) for e in t.excluded]:
            yield from _peaks(t.body, statement, values, {**at, t.index.name: m})


def table(
    t: Term, axes: tuple[Symbol, ...], shape: tuple[int, ...], statement: Statement | None, values: Mapping[str, object]
) -> np.ndarray:
    """The values of t at all values of its free indices."""
    out = np.empty(shape)
    for place in itertools.product(*map(range, shape)):
        out[place] = evaluate(t, statement, values, {s.name: p + 1 for s, p in zip(axes, place, strict=True)})
    return out
