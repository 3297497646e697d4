"""Somebody who is asked a question, or to check a claim: how, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entrant:
    """One way to an answer: ``state`` makes the question with new names, untimed; ``form`` reads the answer."""

    question: str
    who: str
    how: str
    state: Callable[[str], Any]
    answer: Callable[[Any], Any]
    form: Callable[[Any], str]


@dataclass(frozen=True)
class Checker:
    """One way to check a claim: ``reach`` is what it speaks of, ``check`` whether the difference came to 0."""

    who: str
    reach: str
    state: Callable[[str], Any]
    check: Callable[[Any], bool]
