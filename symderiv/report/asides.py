"""What the notes say beside the derivation, as plain data: tools, other routes, matrices of derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.report.elements import Stamp
from symderiv.report.figures.drawn import Saying
from symderiv.report.markup import Formula
from symderiv.report.records import Chain, Need


@dataclass(frozen=True)
class ToldTool:
    """A rule by its name, its sentence and its law; ``constants`` are letters that do not depend on the variable."""

    name: str
    sentence: str
    law: Formula | None
    constants: tuple[Formula, ...]
    conditions: tuple[Formula, ...]


@dataclass(frozen=True)
class ToldRoute:
    """Another way to the result; ``agrees`` is the equation of the two results, where they are written differently."""

    id: str
    sentence: str
    chain: Chain
    agrees: Formula | None


@dataclass(frozen=True)
class ToldSign:
    """What the sign of a quadratic form says; ``weights`` and ``rows`` are the relations it rests on, with reasons."""

    positive: bool
    strict: bool
    weights: Need | None
    apart: Formula
    rows: Need | None
    needs: tuple[Need, ...]
    rank: Formula


@dataclass(frozen=True)
class ToldMatrix:
    """A matrix of derivatives: an entry, all of them, and equations that are proved of it by their kinds."""

    entry: Formula
    whole: Formula | None
    row: Formula
    column: Formula
    equations: dict[str, Formula]
    needs: tuple[Formula, ...]
    vector: Formula | None
    sign: ToldSign | None


@dataclass(frozen=True)
class ToldHessian:
    """The second derivatives, how they are derived, and what they say of the value."""

    matrix: ToldMatrix
    chain: Chain
    curvature: str
    positive: tuple[Formula, ...]


@dataclass(frozen=True)
class ToldBatch:
    """The mean over a batch: its value, its definitions, its gradient, and what it is without indices."""

    size: Formula
    index: Formula
    row: Formula
    needs: tuple[Formula, ...]
    arrays: tuple[Formula, ...]
    value: Formula
    definitions: tuple[Formula, ...]
    gradient: Formula
    whole: Formula | None


@dataclass(frozen=True)
class ToldShiftLine:
    """A line of what shows that a shift changes nothing: by a rule, with its sentence."""

    rule: str
    reason: str
    formula: Formula


@dataclass(frozen=True)
class ToldShift:
    """What a shift does to one quantity: nothing where it is ``kept``, else it adds ``change``, if that is constant.

    ``lines`` show it from ``start`` on; ``through`` are names that do not change and that all of it goes through.
    """

    subject: Formula
    kept: bool
    change: Formula | None
    start: Formula
    lines: tuple[ToldShiftLine, ...]
    through: tuple[Formula, ...]
    needs: tuple[Formula, ...]


@dataclass(frozen=True)
class ToldShifts:
    """A constant added to every entry of the variable, or to those of a row where it has several indices."""

    variable: Formula
    entry: Formula
    shifted: Formula
    constant: Formula
    by_row: bool
    parts: tuple[ToldShift, ...]


@dataclass(frozen=True)
class ToldQuantity:
    """Numbers of one quantity by its formula as it stands and by the generated code."""

    subject: Formula
    naive: Formula
    stable: Formula
    fails: bool


@dataclass(frozen=True)
class ToldExtremes:
    """What large entries of an array do."""

    array: Formula
    inputs: tuple[Formula, ...]
    rows: tuple[ToldQuantity, ...]


@dataclass(frozen=True)
class ToldFigure:
    """A figure by the path of its files without a suffix, and what is said of it: sentences with what fills them."""

    path: str
    alt: Saying
    caption: tuple[Saying, ...]


@dataclass(frozen=True)
class ToldCost:
    """Operations of the gradient and of the product with the Jacobian, and measured times in microseconds by size."""

    size: Formula
    direct: Formula
    product: Formula
    times: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True)
class Beside:
    """All of it; ``absent`` pairs elements that do not apply with the reason.

    ``hessian_is`` is the derivative whose matrix, told before, has the same entries as the second derivatives.
    """

    tools: tuple[ToldTool, ...] = ()
    routes: tuple[ToldRoute, ...] = ()
    matrices: tuple[ToldMatrix, ...] = ()
    hessian: ToldHessian | None = None
    hessian_is: Formula | None = None
    batch: ToldBatch | None = None
    shifts: ToldShifts | None = None
    extremes: ToldExtremes | None = None
    cost: ToldCost | None = None
    figures: Mapping[str, ToldFigure] = field(default_factory=dict)
    absent: tuple[tuple[str, str], ...] = ()
    stamp: Stamp | None = None
