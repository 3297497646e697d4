"""One claim as data, and how it is read into terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text, equation
from symderiv.proof.claim import Claim, claim
from symderiv.statement import Definition, Fact, Statement, state
from symderiv.terms import Function, Term

Expected = Literal["proved", "refuted", "undecided"]


@dataclass(frozen=True)
class Record:
    """A claim and what is known about it.

    ``left``, ``right``, ``where`` and ``given`` are typed formulas or SymPy objects. ``holds_when`` lists
    alternatives, each a tuple of facts that together make the claim true; ``residual`` is left minus right;
    ``witness`` holds sizes, indices and values at which the sides differ; ``coincidences`` are all the
    sizes up to 4 at which a false claim holds (None: not stated).
    """

    id: str
    left: Any
    right: Any
    where: tuple[Any, ...] = ()
    given: tuple[Any, ...] = ()
    expected: Expected = "proved"
    holds_when: tuple[tuple[Any, ...], ...] = ()
    residual: str | None = None
    witness: Mapping[str, Any] = field(default_factory=dict)
    coincidences: tuple[Mapping[str, int], ...] | None = None


@dataclass(frozen=True)
class Read:
    """A claim in terms; ``left`` and ``right`` are the two sides within the statement's scope."""

    left: Term
    right: Term
    statement: Statement


def proved(id_: str, claim: Any, where: Any = (), given: Any = ()) -> Record:
    """A claim that holds wherever both sides have a value."""
    return Record(id_, *sides(claim), several(where), several(given))


def refuted(id_: str, claim: Any, where: Any = (), given: Any = (), **known: Any) -> Record:
    """A claim that fails at some point that satisfies what is given."""
    return Record(id_, *sides(claim), several(where), several(given), "refuted", **known)


def conditional(id_: str, claim: Any, needs: Any, where: Any = (), given: Any = (), **known: Any) -> tuple[Record, ...]:
    """A claim that is true where ``needs`` holds, and false without it; two records."""
    with_it = Record(id_, *sides(claim), several(where), (*several(given), *several(needs)))
    return with_it, refuted(f"{id_}, not given", claim, where, given, **known)


def sides(claim: Any) -> tuple[Any, Any]:
    """The two sides of an equation, typed or as a pair."""
    if not isinstance(claim, str):
        left, right = claim
        return left, right
    return tuple(str(side).strip() for side in equation(Text(claim)))  # type: ignore[return-value]


def several(given: Any) -> tuple[Any, ...]:
    """One thing or several as a tuple."""
    return (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)


def typed(thing: Any) -> Any:
    """Text for a string, SymPy objects as they are."""
    return Text(thing) if isinstance(thing, str) else thing


@dataclass(frozen=True)
class Parts:
    """A claim as its door hands it out, before anything is inferred from it."""

    left: Term
    right: Term
    definitions: tuple[Definition, ...]
    facts: tuple[Fact, ...]
    declared: Mapping[str, Any]
    open_sizes: tuple[Any, ...]

    def claim(self) -> Claim:
        """The claim as the prover takes it."""
        return claim(self.left, self.right, self.definitions, self.facts, self.declared, self.open_sizes)

    def read(self, more: tuple[Fact, ...] = ()) -> Read:
        """The claim with its scope, with further facts if any are named."""
        both = Function("both sides", (self.left, self.right))
        facts = (*self.facts, *more)
        stated = state("a claim", both, (), self.definitions, facts, self.declared, self.open_sizes)
        assert isinstance(stated.value, Function)
        left, right = stated.value.arguments
        return Read(left, right, stated)


def parts_of(record: Record) -> Parts:
    """A record's claim in terms."""
    reader, where = Reader(), dict(_definition(d) for d in record.where)
    every = typed(record.left), typed(record.right)
    given = tuple(map(typed, record.given))
    reader.announce((*every, *where.values(), *given), where)
    definitions = tuple(reader.definition(key, body) for key, body in where.items())
    left, right = map(reader.term, every)
    facts = tuple(map(reader.fact, given))
    facts += reader.facts_from_assumptions()
    return Parts(left, right, definitions, facts, reader.declared, reader.open_sizes)


def _definition(given: Any) -> tuple[Any, Any]:
    if isinstance(given, str):
        head, body = equation(Text(given))
        return head, body
    head, body = given
    return typed(head), typed(body)


def difference(record: Record) -> Record:
    """The claim that left minus right is the residual."""
    return replace(record, left=f"({record.left}) - ({record.right})", right=record.residual)


def alternative(record: Record, facts: tuple[Any, ...]) -> Record:
    """The record's claim with facts added to what is given."""
    return replace(record, given=(*record.given, *facts), expected="proved")
