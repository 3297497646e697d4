"""The normal form of a claim: the difference of its sides for every pattern of equal and distinct indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import lcm
from typing import NamedTuple

from symderiv.proof.atoms import Index, index_of, is_open
from symderiv.proof.budget import DEFAULT, Budget, GivesUp, Meter, NoValue, OutsideFragment
from symderiv.proof.claim import Claim
from symderiv.proof.fractions import Finer, Ratio
from symderiv.proof.functions import folded, rational_power
from symderiv.proof.given import learn_equations
from symderiv.proof.needed import learn_signs
from symderiv.proof.reading import read, unfolded
from symderiv.proof.session import Operations, Session, Split
from symderiv.proof.sums import WRITTEN_OUT, total
from symderiv.proof.written import polynomial, written
from symderiv.statement import Fact
from symderiv.terms import ZERO, D, Number, Stop, Term, kinds, minus, number

OPERATIONS = Operations(total, rational_power, folded, unfolded)


@dataclass(frozen=True)
class Pattern:
    """The difference of the sides where some indices are equal and others distinct."""

    residual: Term
    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Normal:
    """What the normal form says of a claim; ``residual`` and ``factors`` are those of the generic pattern."""

    patterns: tuple[Pattern, ...]
    used: tuple[Fact, ...]

    @property
    def zero(self) -> bool:
        """Whether the sides are equal for every pattern."""
        return not any(p.factors for p in self.patterns)


def normalise(claim: Claim, budget: Budget = DEFAULT) -> Normal:
    """The normal form of left - right, first as it stands and then with the given equations.

    Raises `OutOfBudget`, `OutsideFragment`, and `NoValue` where a side has no value anywhere.
    """
    root = 1
    while True:
        try:
            return _normalised(claim, budget, root)
        except Finer as problem:
            root = lcm(root, problem.root)


def _normalised(claim: Claim, budget: Budget, root: int) -> Normal:
    s = _session(claim, budget, root)
    difference = minus(claim.left, claim.right)
    equations = any(f.relation.sign == "=" for f in claim.statement.facts)
    terms = (difference, *(d.body for d in claim.statement.definitions))
    try:
        todo = _patterns(s, lambda: read(s, difference, {}))
    except OutsideFragment:
        if not equations or any({D, Stop} & kinds(t) for t in terms):
            raise  # derivatives are taken before facts about a point are used
        todo = [Found(None, s.distinct, s.equal)]  # the facts may say more
    if not any(found.value is None or found.value for found in todo):
        return Normal(tuple(_pattern(s, found) for found in todo), tuple(s.used))
    if not equations and not any(Stop in kinds(t) for t in terms):
        return Normal(tuple(_pattern(s, found) for found in todo), ())
    done: list[Pattern] = []
    used: dict[Fact, None] = {}
    nothing: NoValue | None = None
    for one in todo:
        if one.value is not None and not one.value:
            done.append(_pattern(s, one))
            continue
        again = _session(claim, budget, root, s.meter)
        again.distinct, again.equal = one.distinct, one.equal
        learn_equations(again)
        bare = not any({D, Stop} & kinds(t) for t in terms)
        start = difference if bare or one.value is None else written(s, one.value)
        found: list[Found] = []
        problem = _patterns_into(again, partial(read, again, start, {}), found)
        if problem is not None and not bare:
            # a first normal form may divide by what the facts make 0 though the claim does not
            raise GivesUp("with the given equations its derivatives, as they were brought to normal form, have a pole")
        nothing = problem or nothing
        done += [_pattern(again, p) for p in found]
        used |= again.used | s.used
    if not done and nothing is not None:
        raise nothing
    return Normal(tuple(done), tuple(used))


def _session(claim: Claim, budget: Budget, root: int, meter: Meter | None = None) -> Session:
    s = Session(claim.statement, budget, OPERATIONS, root)
    s.meter = meter or s.meter
    for relation in claim.relations:
        left, right = index_of(relation.left, {}), index_of(relation.right, {})
        left, right = s.resolve(left), s.resolve(right)
        if relation.sign == "!=":
            s.distinct |= {frozenset((left, right))}
        elif left != right:
            s.equate(*_giving_way(left, right))
    learn_signs(s, (claim.left, claim.right))
    return s


class Found(NamedTuple):
    """A pattern of indices: the difference there (None if it was not read), what is distinct and what is equal."""

    value: Ratio | None
    distinct: frozenset[frozenset[Index]]
    equal: Mapping[Index, Index]


def _patterns(s: Session, look: Callable[[], Ratio]) -> list[Found]:
    """What a look finds, for every pattern of the indices it compares; raises `NoValue` where none has a value."""
    found: list[Found] = []
    problem = _patterns_into(s, look, found)
    if not found and problem is not None:
        raise problem
    return found


def _patterns_into(s: Session, look: Callable[[], Ratio], found: list[Found]) -> NoValue | None:
    """Add the patterns that have a value; a claim says nothing of the others, of which one is returned."""
    try:
        found.append(Found(look(), s.distinct, s.equal))
        return None
    except NoValue as problem:
        if not problem.everywhere:
            raise
        return problem
    except Split as split:
        left, right = split.pair
        if is_open(left) or is_open(right):
            raise GivesUp("an index of a sum is compared where nothing says whether it is equal") from None
    one = other = None
    with s.apart(left, (right,)):
        if _possible(s):
            one = _patterns_into(s, look, found)
    with s.equated(*_giving_way(left, right)):
        other = _patterns_into(s, look, found)
    return one or other


def _giving_way(left: Index, right: Index) -> tuple[Index, Index]:
    """Of two indices that are equal, the one that is replaced first: a label before a letter before a literal."""
    rank = {tuple: 0, str: 1, int: 2}
    return (left, right) if rank[type(left)] <= rank[type(right)] else (right, left)


def _possible(s: Session) -> bool:
    """Whether no index or label over a literal size differs from every number up to it."""
    scope = s.statement.scope
    for index in {i for pair in s.distinct for i in pair if not isinstance(i, int)}:
        size = scope.labels.get(index[0]) if isinstance(index, tuple) else scope.indices.get(index)
        numbers = range(1, int(size.value) + 1) if isinstance(size, Number) and size.value <= WRITTEN_OUT else None
        if numbers is not None and all(frozenset((index, n)) in s.distinct for n in numbers):
            return False
    return True


def _pattern(s: Session, found: Found) -> Pattern:
    a = found.value
    if not a:
        return Pattern(ZERO, ())
    _, mono, factors = s.factored(a.terms)
    singles = (written(s, s.power_of(s.atoms[n])) for n, e in mono if e > 0 and s.atoms[n].kind != "exp")
    several = (polynomial(s, s.factors[f].terms) for f, _ in factors)
    # a residual that is no more than a number has one factor all the same: it is not 0
    return Pattern(written(s, a), (*singles, *several) or (number(1),))


def always(claim: Claim, t: Term, ask: Callable[[Session, Ratio], bool], budget: Budget = DEFAULT) -> bool:
    """Whether a term has a value that answers so, for every pattern of the indices it compares.

    What the normal form gives up on does not. The claim says what is known about indices and signs.
    """
    root = 1
    while True:
        s = _session(claim, budget, root)
        answers: list[bool] = []
        try:
            return _patterns_into(s, partial(_answered, s, t, ask, answers), []) is None and all(answers)
        except Finer as problem:
            root = lcm(root, problem.root)
        except GivesUp:
            return False


def _answered(s: Session, t: Term, ask: Callable[[Session, Ratio], bool], answers: list[bool]) -> Ratio:
    value = read(s, t, {})
    answers.append(ask(s, value))
    return value
