"""Letters that a problem does not use yet."""

from __future__ import annotations

from matter.losses import twin

from symderiv.matter.names import VECTORS, fresh_array, fresh_size, taken_names
from symderiv.terms import Entry, Symbol


def test_every_name_of_a_problem_is_taken() -> None:
    taken = taken_names(twin().statement, [Entry("q", (Symbol("t"),))])
    assert {"v", "y", "c", "n", "m", "k", "N", "q", "t"} <= taken


def test_the_wish_comes_first_and_letters_of_the_kind_after_it() -> None:
    assert fresh_array({"n"}, "c") == "c"
    assert fresh_array({"c", "v"}, "c") == "u"
    assert fresh_size({"K"}, "N") == Symbol("N")
    assert fresh_size({"N", "K"}, "N") == Symbol("M")


def test_there_is_always_another() -> None:
    taken = {"c", *VECTORS}
    assert fresh_array(taken, "c") not in taken
