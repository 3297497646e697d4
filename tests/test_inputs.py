"""What callers hand in, as tuples."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, IndexedBase, symbols

from symderiv.doors.text import Text
from symderiv.errors import InputError
from symderiv.inputs import definitions, either, either_facts, given_facts, several, typed_definitions

x, k = symbols("x k")
p, z = IndexedBase("p"), IndexedBase("z")


def test_one_thing_or_several() -> None:
    assert several(x, "wrt") == (x,)
    assert several([x, k], "wrt") == (x, k)
    assert several(None, "wrt") == ()
    assert given_facts(Eq(x, 1)) == (Eq(x, 1),)
    assert given_facts([Eq(x, 1), True]) == (Eq(x, 1), True)


def test_strings_are_text_and_objects_stay() -> None:
    assert either("x") == Text("x")
    assert either(x) is x
    assert either_facts("x > 0") == (Text("x > 0"),)
    assert either_facts(["x > 0", Eq(k, 1)]) == (Text("x > 0"), Eq(k, 1))


@pytest.mark.parametrize("where", ["p[k] = z[k]", ["p[k] = z[k]"], {"p[k]": "z[k]"}])
def test_definitions_as_text(where: Any) -> None:
    assert [(str(a).strip(), str(b).strip()) for a, b in definitions(where).items()] == [("p[k]", "z[k]")]


def test_definitions_as_objects() -> None:
    assert definitions({p[k]: z[k]}) == {p[k]: z[k]}
    assert definitions(None) == {}


@pytest.mark.parametrize("where", [x, [x], 3, [("p", "z")]])
def test_what_defines_nothing_is_refused(where: Any) -> None:
    with pytest.raises(InputError, match="where is a mapping"):
        definitions(where)


def test_text_only_where_text_is_asked_for() -> None:
    with pytest.raises(InputError, match="where is text here"):
        typed_definitions({p[k]: z[k]})
