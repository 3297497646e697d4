"""The campaign's evaluation against the exact one, which has SymPy write derivatives out: two paths, one value."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import flint
import pytest
from flint import arb, fmpq
from oracle.derivatives import written_derivative
from oracle.exact import Field, Finer, NotExact, Undefined
from oracle.valuation import Valuation

from symderiv.errors import InputError
from symderiv.nodes import ONE, D, Delta, Entry, Neg, Number, Plus, Power, Quotient, Stop, Symbol, Times, number
from symderiv.proof.claim import Claim

from .evaluation import BITS, differ
from .generate import Maker
from .meaning import Meaning, NoValue
from .names import free
from .settings import Setting, draw, setting

i, j = Symbol("i"), Symbol("j")
z_i, z_j = Entry("z", (i,)), Entry("z", (j,))
WORLD = Meaning({}, {"K": 2}, {("z", (1,)): Fraction(3), ("z", (2,)): Fraction(3)})


def value(t: Any) -> Any:
    return WORLD.value(t, {"i": 1, "j": 2})


def test_a_delta_leaves_its_product_out() -> None:
    off = Plus((ONE, Neg(Delta(i, j))))
    pole = Plus((z_i, Neg(z_j)))
    assert value(Times((Delta(i, j), Quotient(ONE, pole)))) == 0
    assert value(Quotient(Delta(i, j), pole)) == 0
    with pytest.raises(NoValue):
        value(Times((off, Quotient(ONE, pole))))


def test_derivatives() -> None:
    cube = Power(z_i, number(3))
    assert value(D(D(cube, z_i), z_i)) == 18
    assert value(D(Times((z_i, Stop(z_i))), z_i)) == 3
    assert value(D(cube, z_j)) == 0
    assert value(D(Power(Times((z_i, z_j)), Number(Fraction(1, 2))), z_i)) == fmpq(1, 2)


def test_agreement_with_exact_evaluation() -> None:
    found: Counter[str] = Counter()
    for seed in range(600):
        found[agreement(seed)] += 1
    assert found["different"] == 0
    assert found["same"] > 500
    assert found["one has a value"] < 12, found  # SymPy may cancel what has none


def agreement(seed: int) -> str:
    random = Random(f"agreement {seed}")
    around = setting(random)
    maker = Maker(random, around)
    depth = random.choice((1, 2, 2, 3))
    t = maker.textbook(around.letters) if random.random() < 0.3 else maker.term(depth, around.letters)
    claim = around.claim(t, t)
    size = around.sizes["K"]
    sizes = {"K": int(size.value) if isinstance(size, Number) else random.choice((2, 3)), "N": 2}
    flint.ctx.prec = BITS
    meaning, fixed = draw(around, sizes, random)
    env = {a: random.randint(1, sizes[axis]) for a, axis in around.letters.items()} | fixed
    env = {a: v for a, v in env.items() if a in free(t)}
    if any(isinstance(v, arb) for (name, _), v in meaning.values.items() if name in around.reached(t)):
        return "no rational point"
    own = _own(meaning, t, env)
    other = _exact(claim, around, sizes, meaning, env)
    if isinstance(other, str):
        return other
    if own is None or other is None:
        return "no value" if own is other else "one has a value"
    return "different" if differ(arb(own), other) else "same"


def _own(meaning: Meaning, t: Any, env: dict[str, int]) -> Any:
    try:
        return meaning.value(t, env)
    except NoValue:
        return None


def _exact(claim: Claim, around: Setting, sizes: dict[str, int], meaning: Meaning, env: dict[str, int]) -> Any:
    """An enclosure by the exact evaluation; None where there is no value, text where it cannot say."""
    values = {at: Fraction(int(v.p), int(v.q)) for at, v in meaning.values.items() if isinstance(v, fmpq)}
    labels = {at: int(v) for at, v in values.items() if at[0] == "t"}

    def derive(t: D, inner: Any) -> Any:
        return written_derivative(t, sizes, inner, claim.statement, labels)

    unit = 1
    while unit < 50_000:
        ring = Field(unit)
        try:
            found = Valuation(ring, claim.statement, sizes, values, derive).at(claim.left, env)
            return ring.enclosure(found, BITS)
        except Finer as problem:
            unit *= problem.factor
        except NotExact:
            return "not exact"
        except (Undefined, InputError):
            return None
    return "not exact"
