"""The normal form of a claim: the difference of its sides for every pattern of equal and distinct indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import lcm
from typing import NamedTuple

from symderiv.proof.atoms import Index, index_of, is_open
from symderiv.proof.budget import DEFAULT, Budget, GivesUp, Meter, NoValue, OutOfBudget, OutsideFragment
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

    Raises `OutOfBudget`, `OutsideFragment`, and `NoValue` where a side has no value anywhere.
    """
    root = 1
    while True:
        try:
            return _normalised(claim, budget, root)
        except Finer as problem:
            root = lcm(root, problem.root)
        except RecursionError:
            raise OutOfBudget("budget: terms within terms too deep to follow") from None


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
    if all(one.nothing for one in todo):
        raise todo[0].nothing or NoValue("a side has no value")
    silent = [_relations(one) for one in todo if one.nothing]
    todo = [one for one in todo if not one.nothing]
    if not any(one.value is None or one.value for one in todo):
        return Normal(tuple(_pattern(s, one) for one in todo), tuple(s.used), tuple(silent))
    if not equations and not any(Stop in kinds(t) for t in terms):
        return Normal(tuple(_pattern(s, one) for one in todo), (), tuple(silent))
    bare = not any({D, Stop} & kinds(t) for t in terms)
    done: list[Pattern] = []
    used: dict[Fact, None] = {}
    for one in todo:
        if one.value is not None and not one.value:
            done.append(_pattern(s, one))
            continue
        again = _session(claim, budget, root, s.meter)
        again.distinct, again.equal = one.distinct, one.equal
        learn_equations(again)
        start = difference if bare or one.value is None else written(s, one.value)
        found = _patterns(again, partial(read, again, start, {}))
        if not bare and any(p.nothing for p in found):
            # a first normal form may divide by what the facts make 0 though the claim does not
            raise GivesUp("with the given equations its derivatives, as they were brought to normal form, have a pole")
        done += [_pattern(again, p) for p in found if not p.nothing]
        silent += [_relations(p) for p in found if p.nothing]
        used |= again.used | s.used
    if not done:
        raise NoValue("a side has no value for any values of the indices")
    return Normal(tuple(done), tuple(used), tuple(silent))


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
    nothing: NoValue | None = None


def _relations(found: Found) -> tuple[Relation, ...]:
    """A pattern as relations between indices."""
    apart = (Relation("!=", *map(place, sorted(pair, key=str))) for pair in found.distinct if len(pair) == 2)
    return (*apart, *(Relation("=", place(i), place(j)) for i, j in found.equal.items()))


def _patterns(s: Session, look: Callable[[], Ratio]) -> list[Found]:
    """What a look finds, for every pattern of the indices it compares."""
    try:
        return [Found(look(), s.distinct, s.equal)]
    except NoValue as problem:
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
    root = 1
    while True:
        s = _session(claim, budget, root)
        answers: list[bool] = []
        try:
            found = _patterns(s, partial(_answered, s, t, ask, answers))
            return not any(one.nothing for one in found) and all(answers)
        except Finer as problem:
            root = lcm(root, problem.root)
        except GivesUp:
            return False


def _answered(s: Session, t: Term, ask: Callable[[Session, Ratio], bool], answers: list[bool]) -> Ratio:
    value = read(s, t, {})
    answers.append(ask(s, value))
    return value
