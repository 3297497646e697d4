"""What is known at the point: signs by structure, given equations, sizes.

Every answer comes with its reason, because a condition that structure discharges stays visible on
the step that needed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.binders import alpha_equal, free_names, match, substitute, union
from symderiv.keys import without_opposites
from symderiv.sizes import least_size
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import (
    NUMBER_SYMBOLS,
    ONE,
    ZERO,
    Big,
    Delta,
    Entry,
    Exp,
    Function,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    minus,
    minus_split,
    neg,
    plus,
    subterms,
)

GIVEN = "given"
SIGNS = {"positive": "positive", "nonzero": "other than 0", "_not_negative": "not negative"}  # what each asks for


@dataclass(frozen=True)
class Why:
    """A reason as a phrase, ``whole`` if it is a sentence of its own; and the facts and bounds of sizes it rests on."""

    phrase: str
    given: tuple[Relation, ...] = ()
    whole: bool = False


def positive(t: Term, statement: Statement) -> Why | None:
    """Why t > 0 wherever it is defined, or None where structure and facts do not show it."""
    match t:
        case Number(value):
            return Why("a positive number") if value > 0 else None
        case Exp():
            return Why("an exponential")
        case Function(name, ()) if name in NUMBER_SYMBOLS:
            return Why("a positive number")
        case Plus(many):
            return (
                _all(many, statement, "a sum of positive terms")
                or _above(many, statement)
                or _large(t, statement)
                or _difference(t, statement)
            )
        case Times(many):
            return _all(many, statement, "a product of positive factors")
        case Quotient(u, v):
            return _all((u, v), statement, "a quotient of positive terms")
        case Power(u, _):
            return _all((u,), statement, "a power of a positive base")
        case Stop(u):
            return positive(u, statement)
        case Big(_, size, body, excluded):
            found = _all((body,), statement, "a sum of positive terms")
            several = statement.presumed(len(excluded) + 1, size)
            return None if found is None or several is None else Why(found.phrase, (*several, *found.given))
        case Symbol(name) if t in statement.scope.sizes:
            return Why(f"{name} is a size", whole=True)
    return _given(t, (">",), statement) or _by_definition(t, statement, positive)


def nonzero(t: Term, statement: Statement) -> Why | None:
    """Why t is not 0, or None where structure and facts do not show it."""
    match t:
        case Number(value):
            return Why("a number other than 0") if value else None
        case Times(many):
            reasons = [nonzero(u, statement) for u in many]
            return _joined(reasons, "a product of factors other than 0")
        case Power(u, Number()):
            return _joined([nonzero(u, statement)], "a power of a base other than 0")
    for side, sign in ((t, "positive"), (neg(t), "negative")):
        found = positive(side, statement)
        if found is not None:
            return Why(f"it is given to be {sign}", found.given) if found.phrase == GIVEN else found
    if isinstance(t, Neg):
        return nonzero(t.body, statement)
    return _given(t, ("!=",), statement) or _by_definition(t, statement, nonzero)


def _all(many: tuple[Term, ...], statement: Statement, phrase: str) -> Why | None:
    return _joined([positive(u, statement) for u in many], phrase)


def _joined(reasons: list[Why | None], phrase: str) -> Why | None:
    if any(r is None for r in reasons):
        return None
    given = dict.fromkeys(g for r in reasons if r is not None for g in r.given)
    return Why(phrase, tuple(given))


def _above(many: tuple[Term, ...], statement: Statement) -> Why | None:
    """Positive terms and others that are not negative, one positive at least."""
    reasons = [positive(u, statement) for u in many]
    others = [_not_negative(u, statement) if why is None else why for u, why in zip(many, reasons, strict=True)]
    return _joined(others, "a positive term and squares") if any(reasons) else None


def _not_negative(t: Term, statement: Statement) -> Why | None:
    """Why t >= 0: an even power, or products, fractions and sums of such and of positive terms."""
    match t:
        case Power(_, Number(n)) if n > 0 and n.denominator == 1 and n.numerator % 2 == 0:
            return Why("an even power")
        case Times(many) | Plus(many):
            return _joined([_not_negative(u, statement) for u in many], "made of squares")
        case Quotient(u, v):
            return _joined([_not_negative(u, statement), positive(v, statement)], "made of squares")
        case Big(_, _, body, _):
            return _not_negative(body, statement)
    found = positive(t, statement) or _given(t, (">=",), statement)
    return found or _by_definition(t, statement, _not_negative)


def _by_definition(t: Term, statement: Statement, ask: Callable[[Term, Statement], Why | None]) -> Why | None:
    if not isinstance(t, Entry | Symbol):
        return None
    body = statement.unfold(t)
    found = ask(body, statement) if body is not None else None
    if found is None:
        return None
    name, sign = t.array if isinstance(t, Entry) else t.name, SIGNS[ask.__name__]
    if found.whole:
        phrase = f"{name} is {sign}; {found.phrase}"
    elif GIVEN in found.phrase:
        phrase = f"{name} is given to be {sign if found.phrase == GIVEN else found.phrase.split()[-1]}"
    else:
        phrase = f"{name} is minus {found.phrase}" if isinstance(body, Neg) else f"{name} is {found.phrase}"
    return Why(phrase, found.given, True)


def _difference(t: Plus, statement: Statement) -> Why | None:
    """1 - u/v is (v - u)/v: positive where v and what is left of v - u are."""
    for place, u in enumerate(t.summands):
        sign, body = minus_split(u)
        unfolded = statement.unfold(body) or body
        if not isinstance(unfolded, Quotient):
            continue
        rest = plus(*t.summands[:place], *t.summands[place + 1 :])
        if rest is not ONE or sign > 0:
            continue
        share = _share(unfolded, statement)
        if share is not None:
            return share
        left = without_opposites(minus(unfolded.bottom, unfolded.top))
        found = _joined([positive(unfolded.bottom, statement), positive(left, statement)], "")
        if found is not None:
            return Why("1 minus a fraction of positive terms that is below 1", found.given)
    return None


def _share(t: Quotient, statement: Statement) -> Why | None:
    """A positive summand over the sum of them all is below 1 where there are two summands or more."""
    top, total = t.top, t.bottom
    if not isinstance(total, Big) or total.excluded or match(total.body, top, (total.index,)) is None:
        return None
    why = positive(total.body, statement)
    if why is None:
        return None
    several = statement.presumed(2, total.size)
    if several is None:
        return None
    return Why("1 minus one of several positive shares of a total", (*several, *why.given))


def _large(t: Plus, statement: Statement) -> Why | None:
    """K - 1 is positive where K is at least 2, by a fact or because the problem has an index 2."""
    asked = least_size(">", t, ZERO, statement.scope)
    known = None if asked is None else statement.at_least(asked[1], asked[0])
    return None if asked is None or known is None else Why(f"{asked[0].name} is at least {asked[1]}", known, True)


def _given(t: Term, signs: tuple[str, ...], statement: Statement) -> Why | None:
    for fact in statement.facts:
        relation = fact.relation
        if relation.sign in signs and relation.right is ZERO:
            binding = match(relation.left, t, fact.variables)
            if binding is not None:
                used = Relation(relation.sign, substitute(relation.left, binding), ZERO)
                return Why(GIVEN, (used,))
    return None


def bounds_size(fact: Fact, statement: Statement) -> bool:
    """Whether a fact says where a size starts."""
    r = fact.relation
    return least_size(r.sign, r.left, r.right, statement.scope) is not None


def is_given(relation: Relation, statement: Statement) -> bool:
    """Whether a relation is a given fact, or an instance of one."""
    return given_as(relation, statement) is not None


def given_as(relation: Relation, statement: Statement) -> Fact | None:
    """The given fact that a relation is, or is an instance of."""
    for fact in statement.facts:
        known = fact.relation
        if known.sign == relation.sign:
            binding = match(_both(known), _both(relation), fact.variables)
            if binding is not None or alpha_equal(_both(known), _both(relation)):
                return fact
    return None


def _both(relation: Relation) -> Term:
    return Function("both sides", (relation.left, relation.right))


def equation(fact: Fact, t: Term) -> tuple[Term, Relation] | None:
    """The other side of a given equation whose left side t is, and the instance used.

    A one-hot label ``y[k] = delta(k, c)`` is not rewritten into deltas, for y is its shorter name: what it
    says here is that its entries add up to 1.
    """
    relation = fact.relation
    if relation.sign != "=":
        return None
    if class_index(fact) is not None:
        return _whole_row(fact, t)
    binding = match(relation.left, t, fact.variables)
    # x[n, j] = x[j, n] would swap for ever
    # and x[i] = x[j] + x[k] would grow for ever
    if binding is None or any(match(relation.left, u, fact.variables) is not None for u in subterms(relation.right)):
        return None
    right = substitute(relation.right, binding)
    return right, Relation("=", t, right)


def class_index(fact: Fact) -> Symbol | None:
    """The index k of a one-hot label ``y[n, k] = delta(k, c)``, c without k; None for any other fact."""
    match fact.relation:
        case Relation("=", Entry(_, indices), Delta(left, right)):
            for k in reversed(indices):
                if isinstance(k, Symbol) and k in fact.variables and k in (left, right) and indices.count(k) == 1:
                    others = (*(i for i in indices if i is not k), right if k is left else left)
                    return None if k.name in union(others) else k
    return None


def one_hot_label(t: Entry, statement: Statement) -> tuple[Term, Relation] | None:
    """The class c that an entry of a one-hot label marks, and the instance ``t = delta(k, c)`` of the fact.

    None where no given fact says that the entry is one.

    >>> from symderiv.scope import Scope
    >>> k, i, c = Symbol("k"), Symbol("i"), Symbol("c")
    >>> fact = Fact(Relation("=", Entry("y", (k,)), Delta(k, c)), (k,))
    >>> label, used = one_hot_label(Entry("y", (i,)), Statement("", c, (), (), (fact,), Scope()))
    >>> label, used.right
    (Symbol(name='c'), Delta(left=Symbol(name='i'), right=Symbol(name='c')))
    """
    for fact in statement.facts:
        k = class_index(fact)
        binding = None if k is None else match(fact.relation.left, t, fact.variables)
        if binding is not None and isinstance(fact.relation.right, Delta):
            right = fact.relation.right
            label = right.right if right.left is k else right.left
            return substitute(label, binding), Relation("=", t, substitute(right, binding))
    return None


def _whole_row(fact: Fact, t: Term) -> tuple[Term, Relation] | None:
    """The entries of a one-hot label add up to 1 over its class."""
    match t:
        case Big(index, _, Entry() as body, ()):
            k = class_index(fact)
            binding = match(fact.relation.left, body, fact.variables)
            if k is None or binding is None or binding.get(k) is not index:
                return None
            others = union(u for s, u in binding.items() if s is not k)
            if index.name in others | (free_names(fact.relation.right) - {s.name for s in fact.variables}):
                return None
            return ONE, Relation("=", body, substitute(fact.relation.right, binding))
    return None
