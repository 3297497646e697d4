"""Terms as tables of plain data: exact both ways, and nothing that no writer made is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from engine.losses import CASES
from hypothesis import given
from strategies import terms

from symderiv import nodes
from symderiv.codec import DEEPEST, SHAPES, TermReader, TermWriter
from symderiv.errors import InputError
from symderiv.terms import Entry, Function, Neg, Number, Symbol, Term, exp, number, subterms


def back(*several: Term) -> tuple[Term, ...]:
    writer = TermWriter()
    places = [writer.place(t) for t in several]
    reader = TermReader(json.loads(json.dumps(writer.rows)))
    return tuple(map(reader.term, places))


@given(terms)
def test_a_term_comes_back_as_itself(t: Term) -> None:
    assert back(t)[0] is t


def test_every_node_type_has_its_form() -> None:
    every = {c for c in vars(nodes).values() if isinstance(c, type) and issubclass(c, Term)} - {Term}
    assert every == {shape.node for shape in SHAPES.values()} | {Number}
    for shape in SHAPES.values():
        assert len(shape.fields) == len(shape.node.__match_args__)  # type: ignore[attr-defined]  # dataclasses add it


def test_names_of_any_kind_and_labels() -> None:
    odd = [Symbol("\u03c3 \"'\\\n\u4e2d"), Entry("terms", (Entry("t", (Symbol("n"),)), number(2))), Function("pi", ())]
    assert all(a is b for a, b in zip(back(*odd), odd, strict=True))


def test_what_terms_share_is_written_once() -> None:
    writer = TermWriter()
    value = CASES[0].make().statement.value
    for t in (value, Neg(value), exp(value)):
        writer.place(t)
    assert len(writer.rows) == len({json.dumps(row) for row in writer.rows})
    assert len(writer.rows) < 3 * len(set(subterms(value)))


X: list[Any] = ["symbol", "x"]
HOSTILE: list[tuple[Any, str]] = [
    (None, "terms is a list of rows, not nothing"),
    ({"0": X}, "not an object"),
    ([X, 3], "row 1 of terms is 3"),
    ([[]], "starts with a kind of node"),
    ([[["symbol"], "x"]], "starts with a kind of node"),
    ([["softmax", 0]], "row 0 of terms has the unknown kind 'softmax'; it may be of a later version"),
    ([["__class__", 0]], "unknown kind"),
    ([["symbol"]], "a symbol has 1 fields, not 0"),
    ([["symbol", "x", "y"]], "a symbol has 1 fields, not 2"),
    ([["symbol", ""]], "a name is text"),
    ([["symbol", 3]], "a name is text"),
    ([["symbol", ["x"]]], "a name is text"),
    ([["neg", 0]], "refers to 0; a reference is the number of an earlier row"),
    ([X, ["neg", 1]], "refers to 1"),
    ([X, ["neg", -1]], "refers to -1"),
    ([X, ["neg", False]], "refers to False"),
    ([X, ["neg", 0.0]], "refers to 0.0"),
    ([X, ["neg", "0"]], "refers to '0'"),
    ([X, ["neg", X]], r"refers to \['symbol', 'x'\]"),
    ([X, ["neg", 10**500]], "a number that is too large"),
    ([X, ["plus", [0]]], "a list of at least 2 references"),
    ([X, ["times", 0]], "a list of at least 2 references"),
    ([["number", 3]], "a number is written as text"),
    ([["number", "3.5"]], "a number is written as text"),
    ([["number", "1/0"]], "divides by 0"),
    ([["number", "\u0663"]], "a number is written as text"),
    ([["number", "9" * 5000]], "a number is written as text"),
    ([X, ["exp", 0], ["entry", "z", [1]]], "cannot have a exp there"),
    ([["entry", "z", []]], "at least 1 references"),
    ([X, ["exp", 0], ["delta", 0, 1]], "cannot have a exp there"),
    ([X, ["number", "3"], ["sum", 1, 0, 0, []]], "cannot have a number there"),
    ([X, ["exp", 0], ["sum", 0, 1, 0, []]], "cannot have a exp there"),
    ([X, ["exp", 0], ["derivative", 0, 1]], "cannot have a exp there"),
    ([["function", "exit", []]], "'exit' is no number with a name"),
    ([X, *(["neg", n] for n in range(DEEPEST))], "too large to work with"),
    ([X, *(["neg", n] for n in range(50_000))], "too large to work with"),
    ([X, *(["plus", [n, n]] for n in range(60))], "too large to work with"),
    ([X] * 100_001, "more than 100000 are not read"),
]


@pytest.mark.parametrize(("rows", "said"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_no_writer_made_is_refused(rows: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        TermReader(rows)


def test_a_place_that_is_none_is_refused() -> None:
    reader = TermReader([X])
    for place in (1, -1, None, True, "0", [0]):
        with pytest.raises(InputError, match="a reference is the number of an earlier row"):
            reader.term(place)


def test_large_terms_are_not_handed_out_without_end() -> None:
    reader = TermReader([X, *(["plus", [n, n]] for n in range(14))])
    with pytest.raises(InputError, match="too large to work with"):
        list(map(reader.term, [14] * 1000))
