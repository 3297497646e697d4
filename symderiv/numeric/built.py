"""Functions from generated texts.

Such a function lies in no module that a pickle could name: a pickle or a copy takes the texts along, which are run
again where it arrives. What a process has learnt of its arguments, and has compiled, stays behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

from symderiv.numeric.texts.into import writing_into

MADE = frozenset(("body", "drivers", "kinds", "known", "settled"))  # fields that are made anew


def built(name: str, source: str) -> Callable[..., Any]:
    """The function of that name that a source text of ours defines."""
    found: Callable[..., Any] = space(name, source)[name]
    return found


@lru_cache(maxsize=256)
def built_into(name: str, source: str) -> Callable[..., Any]:
    """The function of a source text of ours that writes into arrays handed in, made when it is first asked for."""
    return built(name, writing_into(name, source))


def space(name: str, source: str) -> dict[str, Any]:
    """The functions that a source text of ours defines."""
    functions: dict[str, Any] = {}
    exec(compile(source, f"<symderiv {name}>", "exec"), functions)
    return functions


def texts(function: Any) -> dict[str, Any]:
    """The fields of a generated function's record without what is made anew."""
    return {f.name: getattr(function, f.name) for f in fields(function) if f.init and f.name not in MADE}


def again(kind: Any, kept: Mapping[str, Any]) -> Any:
    """A generated function of some kind from its texts."""
    return kind.from_texts(kept)
