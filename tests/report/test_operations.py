"""Operations counted as polynomials, against loops that count one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from itertools import count, product

import pytest

import symderiv as sd
from symderiv.binders import free_names
from symderiv.printing.plain import plain
from symderiv.report.operations import Polynomial, operations
from symderiv.scope import Scope
from symderiv.statement import Statement
from symderiv.terms import (
    ONE,
    Big,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    number,
    parts,
)

RANGES = {"i": Symbol("K"), "k": Symbol("M")}
OWN = {Plus: "additions", Big: "additions", Times: "multiplications", Quotient: "multiplications"}


def bare(t: Term) -> Statement:
    return Statement("", t, (), (), (), Scope(indices=RANGES))


class Loops:
    """Works a term out entry by entry, remembering by place in the term what is known, and counts operations."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.sizes, self.found, self.known = sizes, Counter[str](), set[object]()

    def whole(self, t: Term) -> None:
        letters = sorted(free_names(t) & RANGES.keys())
        for values in product(*(range(1, self.sizes[RANGES[name].name] + 1) for name in letters)):
            self.at(t, (), dict(zip(letters, values, strict=True)))

    def at(self, t: Term, path: tuple[int, ...], env: Mapping[str, int]) -> None:
        here = path, *sorted((name, env[name]) for name in free_names(t) if name in env)
        if here in self.known:
            return
        self.known.add(here)
        if isinstance(t, Big):
            assert isinstance(t.size, Symbol)
            left_out = {env[e.name] for e in t.excluded if isinstance(e, Symbol)}
            rows = range(1, self.sizes[t.size.name] + 1)
            for n in rows:
                self.at(t.body, (*path, 0), {**env, t.index.name: n})
            self.found["additions"] += len(set(rows) - left_out) - 1
            return
        for n, u in enumerate(parts(t)):
            self.at(u, (*path, n), env)
        square = isinstance(t, Power) and t.exponent is number(2)
        kind = "multiplications" if square else OWN.get(type(t), "functions")
        self.found[kind] += (
            len(parts(t)) - 1 if isinstance(t, Plus | Times) else int(kind != "additions" and bool(parts(t)))
        )
        if isinstance(t, Neg):
            self.found["functions"] -= 1


def some_term(rng: random.Random, depth: int, letters: tuple[str, ...], names: count[int]) -> Term:
    """A term no two parts of which are alike, so that nothing is shared."""
    deeper = lambda more=(): some_term(rng, depth - 1, (*letters, *more), names)  # noqa: E731  # a word for what repeats
    if not depth:
        used = tuple(Symbol(s) for s in letters if rng.random() < 0.7)
        return Entry(f"x{next(names)}", used) if used else Symbol(f"c{next(names)}")
    bound = Symbol(f"j{next(names)}")
    match rng.randrange(9):
        case 0:
            return Plus((deeper(), deeper(), deeper()))
        case 1:
            return Times((deeper(), deeper()))
        case 2:
            return Quotient(deeper(), deeper())
        case 3:
            return Exp(deeper())
        case 4:
            return Log(deeper())
        case 5:
            return Neg(deeper())
        case 6:
            return Power(deeper(), number(rng.choice((2, 3))))
        case 7:
            return Big(bound, Symbol(rng.choice("KM")), deeper((bound.name,)), ())
    return Big(bound, Symbol("K"), deeper((bound.name,)), (Symbol("i"),) if "i" in letters else ())


@pytest.mark.parametrize("seed", range(60))
def test_the_polynomials_are_what_loops_count(seed: int) -> None:
    rng = random.Random(seed)
    t = some_term(rng, 4, ("i", "k"), count(1))
    found = operations(t, bare(t))
    for sizes in ({"K": 2, "M": 3}, {"K": 4, "M": 2}, {"K": 5, "M": 5}):
        loops = Loops(sizes)
        loops.whole(t)
        counted = {kind: getattr(found, kind).at(sizes) for kind in ("additions", "multiplications", "functions")}
        assert counted == {kind: loops.found[kind] for kind in counted}, plain(t)


def test_what_occurs_twice_is_worked_out_once_whatever_its_letters() -> None:
    i, j, k, K = (Symbol(s) for s in "ijkK")
    square = Power(Entry("x", (j,)), number(3))
    twice = Plus((Big(j, K, square, ()), Big(k, K, Power(Entry("x", (k,)), number(3)), ())))
    assert operations(twice, bare(twice)).functions == Polynomial({("K",): 1})
    ratio = Quotient(Exp(Entry("z", (i,))), Big(j, K, Exp(Entry("z", (j,))), ()))
    assert operations(ratio, bare(ratio)).functions == Polynomial({("K",): 1})


def test_signs_deltas_and_leaves_cost_nothing() -> None:
    t = Neg(Delta(Symbol("i"), Symbol("k")))
    assert operations(t, bare(t)).total == Polynomial()
    assert operations(ONE, bare(ONE)).total.term() is number(0)


def counted(problem: sd.Problem) -> str:
    d = sd.derive(problem)
    return plain(operations(d.trace.result, d.statement).total.term())


def test_definitions_are_worked_out_once_for_each_entry() -> None:
    assert counted(sd.load("softmax-cross-entropy")) == "4*K - 1"
    assert counted(sd.load("mean-squared-error")) == "3*N"
    assert counted(sd.load("softmax")) == "2*K**2 + 3*K - 1"
    assert counted(sd.load("softmax-cross-entropy-batch")) == "5*K*N - N"


def test_counts_do_not_depend_on_names() -> None:
    twin = sd.Problem.from_text(
        "-sum(i, t[i]*log(q[i]))", "j[k]", "q[i] = exp(j[i])/sum(exp(j[k]), k=1..M)", "sum(i, t[i]) = 1"
    )
    assert counted(twin).replace("M", "K") == "4*K - 1"
