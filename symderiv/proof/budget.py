"""How much work a decision may take, and the ways in which the normal form gives up."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from symderiv.errors import InputError, SymderivError


class GivesUp(SymderivError):
    """The normal form says nothing about a claim; the message says why."""


class OutOfBudget(GivesUp):
    """A decision needs more than its budget."""


class OutsideFragment(GivesUp):
    """A claim holds something the normal form cannot represent."""


class Defect(GivesUp):
    """The normal form contradicts itself: nothing it says about the claim counts."""


class Valueless(GivesUp):
    """A term has no value: a division by what is identically 0, the logarithm of 0.

    ``everywhere`` says whether that is so at every size.
    """

    def __init__(self, message: str, everywhere: bool = True) -> None:
        super().__init__(message)
        self.everywhere = everywhere


@dataclass(frozen=True)
class Budget:
    """What a decision may use: seconds, summands of one polynomial, sums within one another.

    Raises `InputError` for what is no number, and for what is less than 0.

    >>> Budget(seconds=1).terms
    4000
    """

    seconds: float = 10.0
    terms: int = 4000
    binders: int = 8

    def __post_init__(self) -> None:
        seconds = self.seconds
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
            raise InputError(f"a budget has a number of seconds from 0 on, such as Budget(seconds=5), not {seconds!r}")
        for name, many in (("terms", self.terms), ("binders", self.binders)):
            if isinstance(many, bool) or not isinstance(many, int) or many < 0:
                raise InputError(f"{name} of a budget is a whole number from 0 on, not {many!r}")


DEFAULT = Budget()


@dataclass
class Meter:
    """What is left of a budget."""

    budget: Budget
    started: float = field(default_factory=monotonic)

    def check(self, terms: int = 0, binders: int = 0) -> None:
        """Raise `OutOfBudget` where more is used than allowed."""
        if terms > self.budget.terms:
            raise OutOfBudget(f"budget: a polynomial of {terms} terms, more than {self.budget.terms}")
        if binders > self.budget.binders:
            raise OutOfBudget(f"budget: {binders} sums within one another, more than {self.budget.binders}")
        if monotonic() - self.started > self.budget.seconds:
            raise OutOfBudget(f"budget: more than {self.budget.seconds:g} seconds")
