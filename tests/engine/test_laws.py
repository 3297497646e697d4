"""Every law holds, and every rule does what its law says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from oracle.small_sizes import check_step

from symderiv.binders import rebuild_raw, substitute
from symderiv.engine.chain import CARRY_OUT, DIFFERENTIATE
from symderiv.engine.rewrite import Context, Law, Rule
from symderiv.engine.routes import ROUTES
from symderiv.engine.rules.factors import product as written
from symderiv.engine.rules.factors import view
from symderiv.proof.verdict import Verdict
from symderiv.statement import Definition, Fact, Relation, Statement, state
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    big,
    exp,
    log,
    minus,
    number,
    parts,
    plus,
    power,
    quo,
    subterms,
    times,
)
from symderiv.trace import Condition, Step

RULES = DIFFERENTIATE + CARRY_OUT + tuple(rule for route in ROUTES.values() for rule in route.rules)
WITHOUT_LAW = {
    "entry": "its right side is built from the indices of two entries, which no pattern of terms shows",
    "opaque-function": "it only refuses",
    "normalised": "what it says depends on a definition",
    "given": "what it says is the given fact",
    "exchange": "it applies only where a fact or a definition makes the inner sum known",
    "one-hot-sum": "what it says depends on a given fact",
    "one-hot-power": "what it says depends on a given fact",
    "one-hot": "what it says is the given fact",
    "definition-under-log": "what it says depends on a definition",
    "zero-term": "what it says depends on a definition",
}
SIZES = {"K": 3}

i, j, k, K, T, A = map(Symbol, ("i", "j", "k", "K", "T", "A"))


def z(*at: Term) -> Term:
    return Entry("z", at)


def y(*at: Term) -> Term:
    return Entry("y", at)


def p(*at: Term) -> Term:
    return Entry("p", at)


SOFTMAX = Definition("p", (k,), quo(exp(z(k)), big(j, K, exp(z(j)))))
POSITIVE = (
    Fact(Relation(">", y(k), ZERO), (k,)),
    Fact(Relation(">", T, ZERO)),
)

# letters shared on purpose: k is free in some, bound in others, i is the index of the variable as well
ANY: tuple[Term, ...] = (
    z(k),
    times(y(k), z(i)),
    plus(power(z(i), number(2)), T),
    big(k, K, times(y(k), z(k), z(i))),
    big(j, K, times(Delta(j, k), exp(z(j))), (i,)),
    minus(p(k), y(k)),
)
ABOVE_ZERO: tuple[Term, ...] = (exp(z(k)), p(i), times(y(k), exp(z(i))), big(k, K, exp(z(k))), plus(ONE, exp(z(i))))
CONSTANTS: tuple[Term, ...] = (y(k), number(-3), A, Stop(z(i)), big(i, K, y(i)))
EXPONENTS: tuple[Term, ...] = (number(2), number(-1), number(3), A)
POOLS: dict[str, tuple[Term, ...]] = {"u": ANY, "v": ANY, "w": ANY, "c": CONSTANTS, "n": EXPONENTS, "x": (z(i), z(j))}
BODIES: tuple[Term, ...] = (  # of a sum over k, with the letters around it free
    times(y(k), z(k)),
    Delta(i, k),
    times(Delta(k, j), z(k), y(i)),
    exp(z(k)),
    big(j, K, times(Entry("w", (j, k)), y(j))),
)
OUTSIDE: tuple[Term, ...] = (T, y(i), number(2), big(k, K, y(k)), minus(ONE, z(j)))


def filled(pattern: Term, table: Mapping[str, Term]) -> Term:
    """The pattern with terms for its symbols, and for an entry f[k] the term for f at that index; nothing tidied."""
    match pattern:
        case Symbol(name):
            return table.get(name, pattern)
        case Entry(name, (at,)) if name in table:
            return substitute(table[name], {k: at})
        case D(body, variable):
            return D(filled(body, table), filled(variable, table))
        case Big(index, size, body, ()):
            return Big(index, size, filled(body, table), ())
    return rebuild_raw(pattern, tuple(filled(u, table) for u in parts(pattern)))


def tables(law: Law) -> Iterator[dict[str, Term]]:
    """Terms for the metavariables of a law: every term turns up in every place, not in all combinations."""
    seen = {u.name for t in (law.left, law.right) for u in subterms(t) if isinstance(u, Symbol)}
    seen |= {u.variable.name for u in subterms(law.left) if isinstance(u, D) and isinstance(u.variable, Symbol)}
    over = any(isinstance(u, Big) for u in subterms(law.left))
    pools = {name: OUTSIDE if over and name == "c" else POOLS[name] for name in sorted(seen) if name in POOLS}
    for relation in law.conditions:
        assert isinstance(relation.left, Symbol)
        pools[relation.left.name] = ABOVE_ZERO
    # p is the array that the statement defines
    arrays = {u.array for u in subterms(law.left) if isinstance(u, Entry)} - {SOFTMAX.name}
    pools |= dict.fromkeys(sorted(arrays), BODIES)
    longest = max(map(len, pools.values()))
    for first, shift in product(range(longest), (0, 1, 3)):
        yield {name: pool[(first + shift * place) % len(pool)] for place, (name, pool) in enumerate(pools.items())}


@cache
def statement(value: Term) -> Statement:
    return state("law", value, (z(i),), (SOFTMAX,), POSITIVE, {})


def verdict(before: Term, after: Term, conditions: tuple[Relation, ...] = ()) -> Verdict:
    step = Step("law", "", before, after, tuple(map(Condition, conditions)))
    return check_step(step, statement(Plus((before, after))), SIZES)


def compared(found: Verdict) -> bool:
    return found.status != "refuted" and found.reason.startswith("checked")


def holds(law: Law) -> list[Verdict]:
    """The verdicts on every instance of a law."""
    verdicts = []
    for table in tables(law):
        needed = tuple(Relation(r.sign, filled(r.left, table), r.right) for r in law.conditions)
        verdicts.append(verdict(filled(law.left, table), filled(law.right, table), needed))
    return verdicts


with_law = [pytest.param(r, id=r.id) for r in RULES if r.law is not None]


def test_a_rule_has_a_law_or_a_reason_why_not() -> None:
    assert {r.id for r in RULES if r.law is None} == set(WITHOUT_LAW)


def test_rules_have_distinct_names_and_sentences() -> None:
    assert len({r.id for r in RULES}) == len(RULES)
    assert all(r.sentence.endswith(".") for r in RULES)


@pytest.mark.parametrize("rule", with_law)
def test_the_law_holds(rule: Rule) -> None:
    assert rule.law is not None
    verdicts = holds(rule.law)
    assert [v for v in verdicts if v.status == "refuted"] == []
    assert sum(map(compared, verdicts)) >= len(verdicts) * 2 / 3


@pytest.mark.parametrize("rule", with_law)
def test_the_rule_does_what_its_law_says(rule: Rule) -> None:
    assert rule.law is not None
    applied = 0
    for table in tables(rule.law):
        left, right = filled(rule.law.left, table), filled(rule.law.right, table)
        given = statement(left)
        found = rule.match(left, Context(given, given.scope))
        if found is None:
            continue
        applied += 1
        assert rule.may_match(left)
        # the law may keep a fraction that the rule cancels, so its side comes first
        assert verdict(right, found.after).status != "refuted", (rule.id, left)
        assert verdict(left, found.after).status != "refuted", (rule.id, left)
    assert applied >= 3


u, v, n, c, x = map(Symbol, "uvncx")
Du, Dv = D(u, x), D(v, x)
f, g = Entry("f", (k,)), Entry("g", (k,))
POSITIVES = (Relation(">", u, ZERO), Relation(">", v, ZERO))
TWO = number(2)
MUTANTS = {
    "quotient rule with a plus": Law(
        D(Quotient(u, v), x), Quotient(Plus((Times((Du, v)), Times((u, Dv)))), Power(v, TWO))
    ),
    "quotient rule, bottom not squared": Law(
        D(Quotient(u, v), x), Quotient(Plus((Times((Du, v)), Neg(Times((u, Dv))))), v)
    ),
    "product rule, a term dropped": Law(D(Times((u, v)), x), Times((Du, v))),
    "product of derivatives": Law(D(Times((u, v)), x), Times((Du, Dv))),
    "logarithm without the chain rule": Law(D(Log(u), x), Quotient(ONE, u), POSITIVES[:1]),
    "logarithm upside down": Law(D(Log(u), x), Times((u, Du)), POSITIVES[:1]),
    "exponential without the chain rule": Law(D(Exp(u), x), Exp(u)),
    "exponential as a power": Law(D(Exp(u), x), Times((u, Exp(u), Du))),
    "power not lowered": Law(D(Power(u, n), x), Times((n, Power(u, n), Du)), (), ("n",)),
    "power without the chain rule": Law(D(Power(u, n), x), Times((n, Power(u, Plus((n, number(-1)))))), (), ("n",)),
    "difference with a plus": Law(D(Plus((u, Neg(v))), x), Plus((Du, Dv))),
    "what is not constant as if it were": Law(D(Times((u, v)), x), Times((u, Dv))),
    "logarithm of a quotient added": Law(Log(Quotient(u, v)), Plus((Log(u), Log(v))), POSITIVES),
    "logarithm of a sum": Law(Log(Plus((u, v))), Plus((Log(u), Log(v))), POSITIVES),
    "cancelled across a sum": Law(Quotient(Plus((u, v)), u), v),
    "sum of a constant": Law(Big(k, K, c, ()), c),
    "sifted at the wrong index": Law(Big(k, K, Times((f, Delta(i, k))), ()), Entry("f", (j,))),
    "sifted and summed": Law(Big(k, K, Times((f, Delta(i, k))), ()), Big(k, K, f, ())),
    "sum of a product": Law(Big(k, K, Times((f, g)), ()), Times((Big(k, K, f, ()), Big(k, K, g, ())))),
    "split with the sign lost": Law(Big(k, K, Plus((f, Neg(g))), ()), Plus((Big(k, K, f, ()), Big(k, K, g, ())))),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_law_is_refuted(name: str) -> None:
    assert any(found.status == "refuted" for found in holds(MUTANTS[name]))


def test_a_condition_that_nothing_discharges_stops_the_rule() -> None:
    rule = next(r for r in RULES if r.id == "log-product")
    t = Log(Times((z(k), exp(z(k)))))
    given = statement(t)
    assert rule.match(t, Context(given, given.scope)) is None
    positive = replace(given, facts=(Fact(Relation(">", z(k), ZERO), (k,)),))
    found = rule.match(t, Context(positive, positive.scope))
    assert found is not None
    assert Condition(Relation(">", z(k), ZERO), "given") in found.conditions


def test_entries_differentiate_to_deltas_axis_by_axis() -> None:
    rule = next(r for r in RULES if r.id == "entry")
    w = Entry("w", (k, number(2)))
    given = statement(w)
    found = rule.match(D(w, Entry("w", (i, j))), Context(given, given.scope))
    assert found is not None
    assert found.after == Times((Delta(i, k), Delta(j, number(2))))
    same = rule.match(D(z(i), z(i)), Context(given, given.scope))
    assert same is not None
    assert same.after is ONE


def test_powers_with_rational_exponents_join() -> None:
    """A root times a root is what it is the root of; a square under a root stays there, for it may hide a sign."""
    half = number(Fraction(1, 2))
    total = big(j, K, power(z(j), TWO))
    assert written(view(Power(Power(total, half), TWO))) is total
    assert written(view(Quotient(total, Power(total, half)))) == Power(total, half)
    hidden = Power(Power(z(k), TWO), half)
    assert written(view(hidden)) is hidden
    assert written(view(Times((log(T), Power(TWO, half))))) == Times((log(T), Power(TWO, half)))
