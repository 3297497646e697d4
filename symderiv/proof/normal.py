"""The normal form of a claim: the difference of its sides for every pattern of equal and distinct indices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from math import lcm
from typing import NamedTuple, TypeVar

from symderiv.proof.atoms import Index, index_of, is_open
from symderiv.proof.budget import DEFAULT, Budget, GivesUp, Meter, OutOfBudget, OutsideFragment, Valueless
from symderiv.proof.claim import Claim
from symderiv.proof.fractions import Finer, Ratio
from symderiv.proof.functions import folded, rational_power
from symderiv.proof.given import learn_equations
from symderiv.proof.needed import learn_signs
from symderiv.proof.reading import read, unfolded
from symderiv.proof.session import Operations, Session, Split
from symderiv.proof.sums import WRITTEN_OUT, total
from symderiv.proof.written import place, polynomial, written
from symderiv.statement import Fact, Relation
from symderiv.terms import ZERO, D, Number, Stop, Term, kinds, minus, number

T = TypeVar("T")
OPERATIONS = Operations(total, rational_power, folded, unfolded)


@dataclass(frozen=True)
class Pattern:
    """The difference of the sides where some indices are equal and others distinct."""

    residual: Term
    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Normal:
    """What the normal form says of a claim, pattern by pattern; ``used`` are the facts it rests on.

    ``silent`` are the patterns in which it found a side without a value, as relations between indices: whoever
    takes a claim for proved has to see for himself that it says nothing there.
    """

    patterns: tuple[Pattern, ...]
    used: tuple[Fact, ...]
    silent: tuple[tuple[Relation, ...], ...] = ()

    @property
    def zero(self) -> bool:
        """Whether the sides are equal for every pattern, and have a value for every pattern."""
        return self.zero_where_it_speaks and not self.silent

    @property
    def zero_where_it_speaks(self) -> bool:
        """Whether the sides are equal for every pattern in which the normal form found a value."""
        return not any(p.factors for p in self.patterns)


def normalise(claim: Claim, budget: Budget = DEFAULT) -> Normal:
    """The normal form of left - right, first as it stands and then with the given equations.

    Raises `OutOfBudget`, `OutsideFragment`, and `Valueless` where a side has no value anywhere.
    """
    return _over_roots(partial(_normalised, claim, budget))


def _over_roots(attempt: Callable[[int], T]) -> T:
    """An attempt over exponentials, and again over finer roots of them where it asks for that."""
    root = 1
    while True:
        try:
            return attempt(root)
        except Finer as problem:
            root = lcm(root, problem.root)
        except RecursionError:
            raise OutOfBudget("budget: terms within terms too deep to follow") from None


def _normalised(claim: Claim, budget: Budget, root: int) -> Normal:
    s = _session(claim, budget, root)
    difference = minus(claim.left, claim.right)
    equations = any(f.relation.sign == "=" for f in claim.statement.facts)
    nodes = frozenset().union(*map(kinds, (difference, *(d.body for d in claim.statement.definitions))))
    bare = nodes.isdisjoint((D, Stop))
    try:
        found = _patterns(s, partial(read, s, difference, {}))
    except OutsideFragment:
        if not (equations and bare):
            raise  # derivatives are taken before facts about a point are used
        found = [Found(None, s.distinct, s.equal)]  # the facts may say more
    if all(one.nothing for one in found):
        raise found[0].nothing or Valueless("a side has no value")
    rest = [one for one in found if not one.nothing and (one.value is None or one.value)]
    if not rest or not (equations or Stop in nodes):
        return _told(s, found)
    results = [_told(s, [one for one in found if one not in rest])]
    for one in rest:
        again = _session(claim, budget, root, s.meter)
        again.distinct, again.equal = one.distinct, one.equal
        start = difference if bare or one.value is None else written(s, one.value)
        results.append(_with_equations(again, start, bare))
    if not any(n.patterns for n in results):
        raise Valueless("a side has no value for any values of the indices")
    return together(results)


def together(many: Iterable[Normal]) -> Normal:
    """What normal forms for different values of the indices say of them all."""
    many = tuple(many)
    used = dict.fromkeys(f for n in many for f in n.used)
    return Normal(tuple(p for n in many for p in n.patterns), tuple(used), tuple(q for n in many for q in n.silent))


def _told(s: Session, found: Iterable[Found]) -> Normal:
    found = tuple(found)
    patterns = tuple(_pattern(s, one) for one in found if not one.nothing)
    return Normal(patterns, tuple(s.used), tuple(_relations(one) for one in found if one.nothing))


def _with_equations(s: Session, start: Term, bare: bool) -> Normal:
    """The second reading: with the given equations, for the indices of one pattern."""
    learn_equations(s)
    found = _patterns(s, partial(read, s, start, {}))
    if not bare and any(one.nothing for one in found):
        # a first normal form may divide by what the facts make 0 though the claim does not
        raise GivesUp("with the given equations its derivatives, as they were brought to normal form, have a pole")
    return _told(s, found)


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
    """A pattern of indices: the difference there (None if it was not read), what is distinct and what is equal.

    ``nothing`` is why there is no value for it.
    """

    value: Ratio | None
    distinct: frozenset[frozenset[Index]]
    equal: Mapping[Index, Index]
    nothing: Valueless | None = None


def _relations(found: Found) -> tuple[Relation, ...]:
    """A pattern as relations between indices."""
    apart = (Relation("!=", *map(place, sorted(pair, key=str))) for pair in found.distinct if len(pair) == 2)
    return (*apart, *(Relation("=", place(i), place(j)) for i, j in found.equal.items()))


def _patterns(s: Session, look: Callable[[], Ratio]) -> list[Found]:
    """What a look finds, for every pattern of the indices it compares."""
    try:
        return [Found(look(), s.distinct, s.equal)]
    except Valueless as problem:
        if not problem.everywhere:
            raise
        return [Found(None, s.distinct, s.equal, problem)]
    except Split as split:
        left, right = split.pair
        if is_open(left) or is_open(right):
            raise GivesUp("an index of a sum is compared where nothing says whether it is equal") from None
    found: list[Found] = []
    with s.apart(left, (right,)):
        if _possible(s):
            found += _patterns(s, look)
    with s.equated(*_giving_way(left, right)):
        found += _patterns(s, look)
    return found


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
    try:
        return _over_roots(partial(_always, claim, t, ask, budget))
    except GivesUp:
        return False


def _always(claim: Claim, t: Term, ask: Callable[[Session, Ratio], bool], budget: Budget, root: int) -> bool:
    s = _session(claim, budget, root)
    answers: list[bool] = []
    found = _patterns(s, partial(_answered, s, t, ask, answers))
    return not any(one.nothing for one in found) and all(answers)


def _answered(s: Session, t: Term, ask: Callable[[Session, Ratio], bool], answers: list[bool]) -> Ratio:
    value = read(s, t, {})
    answers.append(ask(s, value))
    return value
