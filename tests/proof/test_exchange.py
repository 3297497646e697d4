"""Finite sums change places: whichever is done first, the normal form is the same; what is false stays so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proof.corpus.exchange import EXCHANGES
from proof.corpus.record import Record, parts_of
from proof.test_normal import claimed

from symderiv.proof.normal import normalise
from symderiv.proof.prove import decide

LETTERS = "ijmn"
SIZES = dict(zip(LETTERS, "ABCD", strict=True))
TRUE = [pytest.param(r, id=r.id) for r in EXCHANGES if r.expected == "proved"]


def summed(body: str, letters: str) -> str:
    """The sum over some letters, the last of them innermost."""
    for letter in reversed(letters):
        body = f"sum({body}, {letter}=1..{SIZES[letter]})"
    return body


@dataclass(frozen=True)
class Shares:
    """Weights over ``inner`` and ``outer`` letters, over their own sums over the inner ones, to a power."""

    inner: str
    outer: str
    power: int
    shift: bool
    beside: str
    order: tuple[int, ...]

    @property
    def letters(self) -> str:
        return self.inner + self.outer

    @property
    def weight(self) -> str:
        return f"w[{', '.join(self.letters)}]*exp(h[{self.inner[0]}])"

    @property
    def whole(self) -> str:
        """The sum of the weights, over letters of its own."""
        renamed = dict(zip(self.inner, "kl", strict=False))
        places = ", ".join(renamed.get(x, x) for x in self.letters)
        body = f"w[{places}]*exp(h[{renamed[self.inner[0]]}])"
        for x in reversed(self.inner):
            body = f"sum({body}, {renamed[x]}=1..{SIZES[x]})"
        return f"(g + {body})" if self.shift else body

    @property
    def factor(self) -> str:
        return f"c[{', '.join(self.beside)}]" if self.beside else "c"

    @property
    def left(self) -> str:
        """Every letter summed, in some order."""
        order = "".join(self.letters[n] for n in self.order)
        return summed(f"{self.factor}*{self.weight}/{self.whole}^{self.power}", order)

    def right(self, power: int) -> str:
        """The inner letters summed first."""
        top = f"({self.whole} - g)" if self.shift else self.whole
        return summed(f"{self.factor}*{top}/{self.whole}^{power}", self.outer)


@st.composite
def shares(draw: st.DrawFn) -> Shares:
    inner = draw(st.sampled_from(["i", "ij"]))
    outer = draw(st.sampled_from(["m", "mn"]))
    order = draw(st.permutations(range(len(inner + outer))))
    beside = draw(st.sampled_from(["", *outer, outer]))
    return Shares(inner, outer, draw(st.integers(1, 2)), draw(st.booleans()), beside, tuple(order))


@settings(deadline=None, max_examples=25)
@given(one=shares())
def test_the_order_of_the_sums_makes_no_difference(one: Shares) -> None:
    assert normalise(claimed(f"{one.left} = {one.right(one.power)}")).zero


@settings(deadline=None, max_examples=25)
@given(one=shares())
def test_another_power_of_the_whole_is_not_proved(one: Shares) -> None:
    c = claimed(f"{one.left} = {one.right(one.power + 1)}")
    assert not normalise(c).zero_where_it_speaks
    assert decide(c).status == "refuted"


MUTATIONS = (
    ("a weight of another array", "w[i, n]*c[n]", "v[i, n]*c[n]"),
    ("a factor of the inner letter", "c[n]", "c2[i]"),
    ("places exchanged", "w[k, n]", "w[n, k]"),
    ("another exponent", "exp(h[k])", "exp(2*h[k])"),
    ("the whole of another row", "w[k, n]", "w[k, 1]"),
    ("an index left out of the whole", "k=1..N)", "k=1..N, k!=n)"),
    ("an index left out of the sum", "i=1..N)", "i=1..N, i!=n)"),
    ("the whole squared", "k=1..N)", "k=1..N)^2"),
)
SHARE = "sum(sum(exp(h[i])*w[i, n]*c[n]/sum(w[k, n]*exp(h[k]), k=1..N), i=1..N), n=1..N)"


def test_the_share_that_is_changed_below() -> None:
    assert decide(claimed(f"{SHARE} = sum(c[n], n=1..N)")).status == "proved"


@pytest.mark.parametrize(("what", "old", "new"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_share_with_one_thing_changed_is_refuted(what: str, old: str, new: str) -> None:
    assert old in SHARE
    changed = SHARE.replace(old, new, 1)
    assert decide(claimed(f"{changed} = sum(c[n], n=1..N)")).status == "refuted"


@pytest.mark.parametrize(("left", "right"), [*product(("i!=n", "n!=i"), repeat=2)])
def test_punctures_move_along(left: str, right: str) -> None:
    """A sum over pairs apart is the same from either side, and under a sum of the others."""
    others = "sum(w[k, n]*exp(h[k]), k=1..N, k!=n)"
    body = f"exp(h[i])*w[i, n]*c[n]/{others}"
    first = f"sum(sum({body}, i=1..N, i!=n), n=1..N)"
    second = f"sum(sum({body}, n=1..N, n!=i), i=1..N)"
    one, two = (first if side == "i!=n" else second for side in (left, right))
    assert normalise(claimed(f"{one} = {two}")).zero
    assert normalise(claimed(f"{one} = sum(c[n], n=1..N)")).zero


@pytest.mark.parametrize("record", TRUE)
def test_the_other_side_first(record: Record) -> None:
    c = parts_of(record)
    read = c.claim()
    assert normalise(type(read)(read.right, read.left, read.statement)).zero_where_it_speaks
