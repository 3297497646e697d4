"""The evaluation by jets against the exact one, whose derivatives SymPy writes out, and on cases known by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import pytest
from engine.random_losses import nested, statements
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.derivatives import written_derivative
from oracle.exact import Field, Finer, NotExact, Undefined
from oracle.valuation import Valuation
from proof.claims_typed import typed
from proof.known_claims import PLAIN, TWIN, false_claims, true_claims

from symderiv.errors import InputError, Refused
from symderiv.proof import balls, jets
from symderiv.proof.balls import NoValue
from symderiv.proof.claim import Claim, within
from symderiv.proof.claim import claim as claim_of
from symderiv.proof.evaluation import Evaluation, NoMeaning
from symderiv.proof.places import Places
from symderiv.terms import (
    ONE,
    Big,
    D,
    Delta,
    Entry,
    Function,
    Log,
    Neg,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    number,
)

K, T, x = map(Symbol, ("K", "T", "x"))
i, j, k = map(Symbol, "ijk")
z_i, z_j, z_k = (Entry("z", (s,)) for s in (i, j, k))
nothing = Plus((z_i, Neg(z_i)))


def exactly(claim: Claim, t: Term, sizes: Any, env: Any, values: Any, labels: Any) -> Any:
    """An enclosure by the exact arithmetic; None for no value. Raises `NotExact` and `Refused`."""
    unit = 1
    numbers = values | {place: Fraction(label) for place, label in labels.items()}
    while True:

        def derive(d: D, at: Any) -> Term:
            return written_derivative(d, sizes, at, claim.statement, labels)

        point = Valuation(Field(unit), claim.statement, sizes, numbers, derive)
        try:
            return point.ring.enclosure(point.at(t, env), 200)
        except Finer as problem:
            unit *= problem.factor
        except NotExact:
            raise
        except Undefined:
            return None


def by_jets(claim: Claim, t: Term, sizes: Any, env: Any, values: Any, labels: Any = None) -> Any:
    numbers = {place: balls.rational(value) for place, value in values.items()}
    with balls.precision(200):
        try:
            return balls.ball(jets.value(Evaluation(Places(claim).names, sizes, numbers, labels or {}).at(t, env)))
        except NoMeaning:
            raise
        except NoValue:
            return None


@st.composite
def points(draw: st.DrawFn, claim: Claim) -> tuple[Any, Any, Any, Any]:
    """Sizes, indices, numbers that are whole but for y, labels."""
    places = Places(claim)
    scope = claim.statement.scope
    sizes = {s.name: draw(st.integers(scope.least.get(s, 1), max(3, scope.least.get(s, 1)))) for s in scope.sizes}
    values = {}
    for place in places.locations(sizes):
        whole = draw(st.integers(1, 4))
        signed = whole * (draw(st.sampled_from((1, 1, -1))) if place[0] == "z" else 1)
        values[place] = Fraction(whole, 5) if place[0] == "y" else Fraction(signed)
    labels = {place: draw(st.integers(1, many)) for place, many in places.label_places(sizes).items()}
    env = {n: draw(st.integers(1, sizes[getattr(scope.indices[n], "name", "")])) for n in places.free}
    return sizes, env, values, labels


def agree(claim: Claim, t: Term, point: Any) -> bool:
    """Whether both ways find one value, or none; True where the exact one finds neither."""
    sizes, env, values, labels = point
    try:
        expected = exactly(claim, t, sizes, env, values, labels)
    except (NotExact, Refused):
        return True
    found = by_jets(claim, t, sizes, env, values, labels)
    if expected is None or found is None:
        return expected is found
    return bool(expected.overlaps(found)) and found.rad() < 1e-20 * (1 + abs(found))


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_random_losses_and_their_derivatives(data: st.DataObject) -> None:
    try:
        statement = data.draw(statements(orders=data.draw(st.integers(0, 2))))
        claim = within(nested(statement), statement.value, statement)
    except InputError:
        return
    point = data.draw(points(claim))
    assert agree(claim, claim.left, point)
    assert agree(claim, claim.right, point)


ROWS = [row for s in (PLAIN, TWIN) for row in (*true_claims(s), *false_claims(s)) if "function" not in row[0]]


@settings(max_examples=6, deadline=None)
@given(st.data())
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_known_claims(row: Any, data: st.DataObject) -> None:
    claim = typed(*row[1:])
    point = data.draw(points(claim))
    assert agree(claim, claim.left, point)
    assert agree(claim, claim.right, point)


def value(t: Term) -> Fraction | None:
    """The exact value for K = 2, i = 1, j = 2, z = (2, 3), x = 3, T = 2; None where there is none."""
    values = {("z", (1,)): Fraction(2), ("z", (2,)): Fraction(3), ("x", ()): Fraction(3), ("T", ()): Fraction(2)}
    evaluation = Evaluation(
        Places(claim_of(t, t)).names, {"K": 2}, {place: balls.rational(v) for place, v in values.items()}
    )
    try:
        return balls.as_fraction(jets.value(evaluation.at(t, {"i": 1, "j": 2, "k": 1})))
    except NoValue:
        return None


BY_HAND: list[tuple[str, Term, int | Fraction | None]] = [
    ("a derivative", D(Power(z_i, number(3)), z_i), 12),
    ("a second one", D(D(Power(z_i, number(3)), z_i), z_i), 12),
    ("mixed", D(D(Times((z_i, z_i, z_j)), z_i), z_j), 4),
    ("under a sum", D(Big(k, K, Power(z_k, number(2)), ()), z_j), 6),
    ("over an index of its own", Big(k, K, D(Power(z_k, number(2)), z_k), ()), 10),
    ("held", D(Times((z_i, Stop(z_i))), z_i), 2),
    ("held, then differentiated", Stop(D(Power(z_i, number(2)), z_i)), 4),
    ("held in between", D(Times((z_i, Stop(D(Power(z_i, number(2)), z_i)))), z_i), 4),
    ("by a scalar", D(Power(x, number(2)), x), 6),
    ("of a root", D(Power(Power(x, number(2)), number(Fraction(1, 2))), x), 1),
    ("left out", Times((Delta(i, j), Quotient(ONE, nothing))), 0),
    ("left out by 1 - delta", Quotient(Plus((ONE, Neg(Delta(i, i)))), nothing), 0),
    ("left out under a derivative", D(Times((Delta(i, j), Log(nothing), z_i)), z_i), 0),
    ("a 0 that leaves nothing out", Times((nothing, Quotient(ONE, nothing))), None),
    ("an excluded index", Big(k, K, Quotient(ONE, Plus((z_i, Neg(z_k)))), (i,)), -1),
    ("the derivative of what has no value", D(Quotient(z_j, nothing), z_i), None),
    ("a logarithm of a negative number", Log(Neg(x)), None),
    ("a root of a negative number", Power(Neg(x), number(Fraction(1, 2))), None),
    ("a root of 0", Power(nothing, number(Fraction(1, 2))), 0),
    # its jet looks like that of sqrt(x^2) at 0, which has no derivative: nothing is said of either
    ("the derivative of a root at 0", D(Power(nothing, number(Fraction(1, 2))), z_j), None),
    ("the slope of a root at 0", D(Power(Plus((z_i, number(-2))), number(Fraction(1, 2))), z_i), None),
    ("a negative base, a size", Power(Neg(x), K), 9),
    ("a negative base, an accident of the point", Power(Neg(x), T), None),
    ("a positive base", Power(x, T), 9),
    ("a function of our choice", Function("f", (ONE,)), 6),
    ("its derivative", D(Function("f", (x,)), x), 148),
]


@pytest.mark.parametrize(("t", "expected"), [pytest.param(*row[1:], id=row[0]) for row in BY_HAND])
def test_by_hand(t: Term, expected: Any) -> None:
    assert value(t) == expected


def test_work_is_bounded_by_sizes_not_by_nesting() -> None:
    """A value is found once for its own indices: three nested sums of one index each are no product."""
    t: Term = Big(i, K, z_i, ())
    for _ in range(40):
        t = Big(k, K, Times((z_k, t)), ())
    claim = claim_of(t, t)
    found = by_jets(claim, t, {"K": 3}, {}, {("z", (n,)): Fraction(1, n) for n in (1, 2, 3)})
    assert found.overlaps(flint.arb(flint.fmpq(11, 6)) ** 41)
