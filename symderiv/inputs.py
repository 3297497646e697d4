"""What callers hand in, as tuples: one thing or several, SymPy objects or typed text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symderiv.doors.text import AsTyped, Text, equation, separated
from symderiv.errors import InputError

WHERE = "where is a mapping from names to definitions: where={p[k]: exp(z[k]) / ...}"


def several(given: Any, what: str) -> tuple[Any, ...]:
    """One thing or a sequence of things as a tuple; text is refused."""
    if given is None:
        return ()
    if isinstance(given, str | Mapping):
        hint = "; Problem.from_text reads text" if isinstance(given, str) else ""
        raise InputError(f"{what} holds SymPy objects, not {type(given).__name__}: {given!r}{hint}")
    return tuple(given) if isinstance(given, Iterable) else (given,)


def given_facts(given: Any) -> tuple[Any, ...]:
    """One fact or a sequence of facts as a tuple."""
    single = hasattr(given, "rel_op") or isinstance(given, bool)
    return several([given] if single else given, "given")


def typed(text: Any, what: str) -> Text:
    """A text; SymPy objects are refused."""
    if not isinstance(text, str):
        raise InputError(f"{what} is text here, not {text!r}; SymPy objects go into Problem(...)")
    return Text(text)


def typed_lines(texts: Any, what: str) -> tuple[Text, ...]:
    """One text or a sequence of texts as a tuple."""
    many = () if texts is None else texts if isinstance(texts, Iterable) and not isinstance(texts, str) else (texts,)
    return tuple(typed(text, what) for text in many)


def typed_variables(wrt: Any) -> tuple[Text, ...]:
    """Variables by comma, in one text or several."""
    return tuple(part for text in typed_lines(wrt, "wrt") for part in separated(text))


def typed_definitions(where: Any) -> dict[Text, Text]:
    """Definitions as texts: a mapping, or one or several lines such as ``p[k] = exp(z[k])``."""
    if isinstance(where, Mapping):
        return {typed(key, "where"): typed(body, "where") for key, body in where.items()}
    return dict(map(equation, typed_lines(where, "where")))


def either(thing: Any) -> Any:
    """Typed text where a string stands, anything else as it is."""
    return Text(thing) if isinstance(thing, str) else thing


def quoted(thing: Any) -> Any:
    """Text as it is typed, factors and summands in its order; anything else as it is."""
    match thing:
        case str():
            return AsTyped(thing)
        case Text(source, start, end):
            return AsTyped(source, start, end)
    return thing


def definitions(where: Any) -> dict[Any, Any]:
    """Definitions as SymPy objects or text: a mapping, or lines of text."""
    if where is None:
        return {}
    if isinstance(where, Mapping):
        return {either(key): either(body) for key, body in where.items()}
    many = (where,) if isinstance(where, str) or not isinstance(where, Iterable) else tuple(where)
    if not all(isinstance(line, str) for line in many):
        raise InputError(WHERE)
    return {**typed_definitions(many)}


def either_facts(given: Any) -> tuple[Any, ...]:
    """Facts as SymPy relations or text: one of them or several."""
    return tuple(map(either, (given,) if isinstance(given, str) else given_facts(given)))
