"""Numbers of a witness: exact as long as they can be, certain always."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symderiv.proof import balls, jets
from symderiv.proof.balls import Logarithms, NoValue, Unclear, as_fraction, rational

positive = st.fractions(Fraction(1, 50), 50, max_denominator=50)


@given(positive, positive, st.fractions(-3, 3, max_denominator=4))
def test_logarithms_are_exact(a: Fraction, b: Fraction, c: Fraction) -> None:
    log_a, log_b = (balls.logarithm(rational(u)) for u in (a, b))
    assert as_fraction(balls.exponential(log_a + log_b)) == a * b
    assert as_fraction(log_a + log_b + -balls.logarithm(rational(a * b))) == 0
    shifted = log_a + rational(c)
    assert balls.ball(shifted).overlaps(flint.arb(rational(a)).log() + rational(c))
    assert as_fraction(shifted + -log_a) == c
    assert balls.sign(log_a + -log_b) == (a > b) - (a < b)


@given(positive, positive)
def test_products_of_logarithms_are_balls(a: Fraction, b: Fraction) -> None:
    found = balls.logarithm(rational(a)) * balls.logarithm(rational(b))
    assert balls.ball(found).overlaps(flint.arb(rational(a)).log() * flint.arb(rational(b)).log())


@given(positive, st.integers(1, 4), st.integers(-4, 4))
def test_roots_are_exact_where_they_are_rational(a: Fraction, degree: int, n: int) -> None:
    found = balls.real_power(rational(a**degree), rational(Fraction(n, degree)))
    assert as_fraction(found) == a**n


def test_what_has_no_value() -> None:
    for raises in (
        lambda: balls.inverse(rational(0)),
        lambda: balls.logarithm(rational(0)),
        lambda: balls.logarithm(rational(-1)),
        lambda: balls.real_power(rational(-8), rational(Fraction(1, 3))),
        lambda: balls.whole_power(rational(0), -1),
        lambda: balls.inverse(flint.arb(0)),
    ):
        with pytest.raises(NoValue) as caught:
            raises()
        assert not isinstance(caught.value, Unclear)
    assert balls.whole_power(rational(0), 0) == 1


def test_what_cannot_be_told_is_unclear() -> None:
    near = flint.arb(2).sqrt() ** 2 - 2
    for function in (balls.sign, balls.inverse, balls.logarithm):
        with pytest.raises(Unclear):
            function(near)


def test_large_powers_are_balls() -> None:
    assert as_fraction(balls.whole_power(rational(3), 10**4)) is None
    assert isinstance(balls.logarithm(rational(10**30)), flint.arb)
    assert isinstance(balls.logarithm(rational(10)), Logarithms)


def test_precision_is_put_back() -> None:
    before = flint.ctx.prec
    with pytest.raises(NoValue), balls.precision(300):
        balls.inverse(rational(flint.ctx.prec - 300))
    assert flint.ctx.prec == before


SERIES = {
    "inverse": (jets.inverse, lambda s: s.inv()),
    "exponential": (jets.exponential, lambda s: s.exp()),
    "logarithm": (jets.logarithm, lambda s: s.log()),
    "square": (jets.whole_power(2), lambda s: s * s),
    "minus third power": (jets.whole_power(-3), lambda s: (s * s * s).inv()),
    "root": (jets.root_power(Fraction(1, 2)), lambda s: s.sqrt()),
    "other root": (jets.root_power(Fraction(-3, 2)), lambda s: (s * s.sqrt()).inv()),
}


@pytest.mark.parametrize("name", SERIES)
@given(positive)
def test_series_are_flint_s(name: str, a: Fraction) -> None:
    own, expected = SERIES[name]
    with balls.precision(128):
        theirs = list(expected(flint.arb_series([rational(a), 1], prec=5)))
        ours = own(rational(a), 4)
        theirs += [flint.arb(0)] * (len(ours) - len(theirs))
        assert len(ours) == 5
        assert all(balls.ball(u).overlaps(v) for u, v in zip(ours, theirs, strict=True))
