"""The SymPy door: what goes in, in which order, and what comes out again."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import sympy
from sympy import (
    Derivative,
    Eq,
    Float,
    Ge,
    Gt,
    IndexedBase,
    KroneckerDelta,
    Le,
    Lt,
    Mul,
    Ne,
    Pow,
    Rational,
    Sum,
    Symbol,
    cosh,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from symderiv import terms as T
from symderiv.doors.sympy import Reader, stop_gradient
from symderiv.errors import InputError
from symderiv.printing.plain import plain
from symderiv.statement import Relation
from symderiv.terms import D, Delta, Entry, Function, Stop, Term, number

K, N, x, w, lam = symbols("K N x w lam")
i, j, k, n = symbols("i j k n")
z, y, p = map(IndexedBase, ("z", "y", "p"))
total = Sum(z[k], (k, 1, K))


def read(expr: object) -> Term:
    return Reader().term(expr)


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        (3, "3"),
        (0.1, "1/10"),
        (Float("0.125"), "1/8"),
        (Float(0.1), "1/10"),
        (Float("1e300"), str(10**300)),
        (Rational(2, 3) * x, "2/3*x"),
        (x - y[i], "x - y[i]"),
        (-x + y[i] * 2, "2*y[i] - x"),
        (exp(x) + 1, "1 + exp(x)"),
        (1 - p[i], "1 - p[i]"),
        (log(x) * exp(x) * z[i] * lam * (1 + y[i]) * KroneckerDelta(i, j) * total, None),
        (z[i] * (1 - x) * lam, "lam*(1 - x)*z[i]"),
        (1 / x, "1/x"),
        (x**-2, "1/x**2"),
        (sqrt(x), "x**(1/2)"),
        (1 / sqrt(x), "1/x**(1/2)"),
        (z[i] / N, "z[i]/N"),
        (-total / N, "-1/N*sum(z[k], k=1..K)"),
        (lam * total / (2 * N), "lam/(2*N)*sum(z[k], k=1..K)"),
        (total / 2, "1/2*sum(z[k], k=1..K)"),
        (z[i] / total, "z[i]/sum(z[k], k=1..K)"),
        (sympy.E, "exp(1)"),
        (Pow(sympy.E, x, evaluate=False), "exp(x)"),
        (tanh(x), "(exp(2*x) - 1)/(exp(2*x) + 1)"),
        (cosh(x), "1/2*(exp(x) + exp(-x))"),
        (sinh(x), "1/2*(exp(x) - exp(-x))"),
    ],
)
def test_human_order(expr: object, shown: str | None) -> None:
    term = read(expr)
    if shown is None:
        assert isinstance(term, T.Times)
        kinds = [type(f).__name__ for f in term.factors]
        assert kinds == ["Symbol", "Entry", "Plus", "Exp", "Log", "Delta", "Big"]
    else:
        assert plain(term) == shown


def test_order_does_not_depend_on_how_sympy_was_asked() -> None:
    summands = [x, y[i], -z[i], exp(x), Rational(1, 2), -total]
    terms = set()
    for seed in range(10):
        shuffled = random.Random(seed).sample(summands, len(summands))
        terms.add(read(sympy.Add(*shuffled, evaluate=False)))
        terms.add(read(sympy.Add(*shuffled)))
    assert len(terms) == 1


def test_sums_over_all_but_one() -> None:
    leaving_out = Sum(z[j] * (1 - KroneckerDelta(i, j)), (j, 1, K))
    reader = Reader()
    term = reader.term(leaving_out)
    assert plain(term) == "sum(z[j], j=1..K, j!=i)"
    assert reader.surface().expression(term) == leaving_out
    counted = read(Sum(1 - KroneckerDelta(i, j), (j, 1, K)))
    assert counted == T.Big(T.Symbol("j"), T.Symbol("K"), T.ONE, (T.Symbol("i"),))
    both = read(Sum(z[j] / y[j] * (1 - KroneckerDelta(i, j)) * (1 - KroneckerDelta(j, k)), (j, 1, K)))
    assert isinstance(both, T.Big)
    assert set(both.excluded) == {T.Symbol("i"), T.Symbol("k")}
    other = read(Sum(z[j] * (1 - KroneckerDelta(i, k)), (j, 1, K)))
    assert isinstance(other, T.Big)
    assert other.excluded == ()


def test_sympys_limits_are_innermost_first() -> None:
    leaving_out = Sum(z[i] * y[j] * (1 - KroneckerDelta(i, j)), (j, 1, K), (i, 1, K))
    term = read(leaving_out)
    assert isinstance(term, T.Big)
    assert isinstance(term.body, T.Big)
    assert (term.index.name, term.body.index.name, term.body.excluded) == ("i", "j", (T.Symbol("i"),))


def test_nothing_shadows() -> None:
    shadowed = Sum(y[k] * Sum(z[k], (k, 1, K)), (k, 1, K))
    term = read(shadowed)
    assert isinstance(term, T.Big)
    inner = next(u for u in T.subterms(term.body) if isinstance(u, T.Big))
    assert inner.index is not term.index
    free = read(z[k] * total)
    inner = next(u for u in T.subterms(free) if isinstance(u, T.Big))
    assert inner.index is not T.Symbol("k")


def test_derivatives() -> None:
    term = read(Derivative(x**3 * w, (x, 2), w))
    X, W = T.Symbol("x"), T.Symbol("w")
    assert isinstance(term, D)
    assert term.variable is W
    assert term.body.variable is X  # type: ignore[attr-defined]
    reader = Reader()
    expr = Derivative(p[k] * x, z[i])
    assert reader.surface().expression(reader.term(expr)) == expr


def test_opaque_functions_and_constants() -> None:
    f = sympy.Function("f")
    assert read(pi) == Function("pi", ())
    assert read(f(x, z[i])) == Function("f", (T.Symbol("x"), Entry("z", (T.Symbol("i"),))))
    reader = Reader()
    expr = f(x) * pi + sin(x) + sympy.gamma(w)
    term = reader.term(expr)
    assert reader.surface().expression(term) == expr


def test_stop_gradient() -> None:
    assert read(stop_gradient(x)) == Stop(T.Symbol("x"))
    assert stop_gradient(x).diff(x) == 0
    assert (x * stop_gradient(x**2)).diff(x) == stop_gradient(x**2)
    assert sympy.latex(stop_gradient(x)) == r"\operatorname{sg}\left(x\right)"


def test_relations() -> None:
    reader = Reader()
    one, zero = number(1), T.ZERO
    X = T.Symbol("x")
    assert reader.relation(Eq(x, 1)) == Relation("=", X, one)
    assert reader.relation(Ne(x, 1)) == Relation("!=", X, one)
    assert reader.relation(Gt(x, 0)) == reader.relation(Lt(0, x)) == Relation(">", X, zero)
    assert reader.relation(Ge(x, 0)) == reader.relation(Le(0, x)) == Relation(">=", X, zero)
    assert reader.relation(Lt(x, 0)) == Relation(">", zero, X)
    for relation in (Eq(x, 1), Ne(x, 1), Gt(x, 0), Ge(x, w)):
        assert reader.surface().relation(reader.relation(relation)) == relation


def test_facts_are_quantified_over_their_subscripts() -> None:
    reader = Reader()
    assert reader.fact(Gt(y[k], 0)).variables == (T.Symbol("k"),)
    assert reader.fact(Eq(Sum(y[k], (k, 1, K)), 1)).variables == ()
    two = IndexedBase("t")
    assert reader.fact(Eq(Sum(two[n, k], (k, 1, K)), 1)).variables == (T.Symbol("n"),)
    assert reader.fact(Eq(y[k], KroneckerDelta(k, j))).variables == (T.Symbol("k"),)
    assert reader.fact(Ne(i, j)).variables == ()


def test_assumptions_become_facts() -> None:
    reader = Reader()
    index, size = Symbol("m", integer=True, positive=True), Symbol("M", integer=True, positive=True)
    a, b = IndexedBase("a", positive=True), IndexedBase("b", nonnegative=True)
    scale = Symbol("scale", positive=True)
    reader.term(Sum(a[index] * b[n, index] * scale / size, (index, 1, size)))
    facts = {(f.relation.sign, plain(f.relation.left), len(f.variables)) for f in reader.facts_from_assumptions()}
    assert facts == {(">", "a[i]", 1), (">=", "b[i, j]", 2), (">", "scale", 0)}


def test_identity_by_name() -> None:
    reader = Reader()
    shaped, bare = IndexedBase("z", shape=(K,)), IndexedBase("z")
    term = reader.term(shaped[i] - bare[i] * 2)
    z_i = Entry("z", (T.Symbol("i"),))
    assert term == T.minus(z_i, T.times(number(2), z_i))
    assert reader.declared == {"z": (T.Symbol("K"),)}
    plain_x, real_x = Symbol("x"), Symbol("x", real=True)
    both = Reader()
    assert both.term(real_x) is both.term(plain_x)
    assert both.surface().expression(T.Symbol("x")) is real_x


def test_new_letters_carry_the_assumptions_of_the_callers_indices() -> None:
    a, b = symbols("a b", integer=True, positive=True)
    reader = Reader()
    reader.term(z[a] * z[b])
    fresh = reader.surface().expression(Entry("z", (T.Symbol("c"),))).indices[0]
    assert fresh == Symbol("c", integer=True, positive=True)
    mixed = Reader()
    mixed.term(z[a] * z[i])
    assert mixed.surface().symbol("c") == Symbol("c")


def test_division_by_zero_stays_visible() -> None:
    out = Reader().surface().expression(T.Quotient(T.Symbol("x"), T.ZERO))
    assert not out.has(sympy.zoo, sympy.nan)
    assert not Reader().surface().expression(Delta(T.Symbol("i"), T.Symbol("i"))).has(sympy.nan)


class Pool:
    """Random terms with names of separate kinds, as a reader may meet them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def index(self, bound: tuple[str, ...]) -> Term:
        return T.Symbol(self.rng.choice(("i", "j", *bound)))

    def term(self, depth: int, bound: tuple[str, ...] = ()) -> Term:
        if depth == 0:
            return self.leaf(bound)
        some = [self.term(depth - 1, bound) for _ in range(2)]
        makers: list[Any] = [
            lambda: T.plus(*some),
            lambda: T.times(*some),
            lambda: T.neg(some[0]),
            lambda: T.quo(some[0], T.plus(number(3), T.times(some[1], some[1]))),
            lambda: T.power(some[0], number(2)),
            lambda: T.exp(T.quo(some[0], number(9))),
            lambda: T.log(T.plus(number(3), T.times(some[0], some[0]))),
            lambda: Stop(some[0]),
            lambda: self.sum(depth, bound),
        ]
        return self.rng.choice(makers)()  # type: ignore[no-any-return]

    def sum(self, depth: int, bound: tuple[str, ...]) -> Term:
        letter = self.rng.choice(("k", "l", "i"))
        excluded = (self.index(()),) if self.rng.random() < 0.3 else ()
        return T.big(T.Symbol(letter), T.Symbol("K"), self.term(depth - 1, (*bound, letter)), excluded)

    def leaf(self, bound: tuple[str, ...]) -> Term:
        a, b = self.index(bound), self.index(bound)
        leaves = [Entry("z", (a,)), Entry("v", (a, b)), T.delta(a, b), T.Symbol("x"), number(self.rng.randint(-2, 3))]
        return self.rng.choice(leaves)


@pytest.mark.parametrize("seed", range(150))
def test_out_and_in_again_keeps_the_value(seed: int) -> None:
    term = Pool(seed).term(4)
    reader = Reader()
    expr = reader.surface().expression(term)
    if expr.has(sympy.zoo, sympy.nan, sympy.I):
        pytest.fail(f"seed {seed}: SymPy made {expr}")
    again = reader.term(expr)
    twice = Reader().term(Reader().surface().expression(again))
    for size in (1, 3):
        env = {"i": 1, "j": size, "K": size, "x": 2 / 3}
        want = value(term, env)
        assert value(again, env) == pytest.approx(want), f"seed {seed}"
        assert value(twice, env) == pytest.approx(want), f"seed {seed}"


def value(t: Term, env: dict[str, Any]) -> float:
    """What a term of the pool means, in floating point; names are looked up innermost first."""
    below = [value(u, env) for u in T.parts(t)] if not isinstance(t, T.Big) else []
    match t:
        case T.Number(number_):
            return float(number_)
        case T.Symbol(name):
            return float(env[name])
        case Entry(array, indices):
            return math.sin(
                sum(10**place * value(i, env) for place, i in enumerate(indices, len(array) + ord(array[0])))
            )
        case Delta(left, right):
            return float(value(left, env) == value(right, env))
        case T.Plus():
            return sum(below)
        case T.Times():
            return math.prod(below)
        case T.Neg():
            return -below[0]
        case T.Quotient():
            return below[0] / below[1]
        case T.Power():
            return float(below[0] ** below[1])
        case T.Exp():
            return math.exp(below[0])
        case T.Log():
            return math.log(below[0])
        case Stop():
            return below[0]
        case T.Big(index, size, body, excluded):
            left_out = {value(e, env) for e in excluded}
            values = (n for n in range(1, int(value(size, env)) + 1) if n not in left_out)
            return sum(value(body, {**env, index.name: n}) for n in values)
    raise AssertionError(type(t).__name__)


def _refusals() -> list[tuple[str, Any, str]]:
    A = sympy.MatrixSymbol("A", 2, 2)
    m = sympy.Idx("m", K)
    return [
        ("a number beyond floating point", Float("1e400") * x, "more than 308 digits"),
        ("index 0", z[0], "start at 1"),
        ("index -1", z[-1], "start at 1"),
        ("shifted index", z[i + 1], "shifted"),
        ("computed entry as an index", z[y[i] + 1], "index is a symbol"),
        ("literal of a label", z[y[0]], "start at 1"),
        ("Idx", Sum(z[m], (m, 1, K)), "plain Symbol"),
        ("range from 0", Sum(z[k], (k, 0, K - 1)), r"write \(k, 1, K\)"),
        ("range from 2", Sum(z[k], (k, 2, K)), "starts at 2"),
        ("range to K - 1", Sum(z[k], (k, 1, K - 1)), "size is a symbol"),
        ("range to 2 K", Sum(z[k], (k, 1, 2 * K)), "size is a symbol"),
        ("range to a bound index", Sum(z[k], (k, 1, j), (j, 1, K)), "stands as"),
        ("empty range", Sum(z[k], (k, 1, 0)), "size is a symbol"),
        ("size as an index", total * z[K], "stands as"),
        ("array alone", x * z, "entry such as"),
        ("array and scalar", Symbol("z") * z[i], "both an array and a scalar"),
        ("two shapes", IndexedBase("a", shape=(K,))[i] * IndexedBase("a", shape=(N,))[i], "shape"),
        ("assumptions", Symbol("a", positive=True) * Symbol("a", negative=True), "assumed"),
        ("dummies", sympy.Dummy("a") * sympy.Dummy("a"), "Dummy"),
        ("not commuting", Symbol("a", commutative=False), "commute"),
        ("Piecewise", sympy.Piecewise((x, x > 0), (0, True)), "Piecewise"),
        ("Max", sympy.Max(x, 0), "Max"),
        ("Abs", abs(x), "Abs"),
        ("Product", sympy.Product(z[k], (k, 1, K)), "Product"),
        ("Integral", sympy.Integral(x, x), "Integral"),
        ("matrix", 2 * A, "entries"),
        ("matrix entry", A[0, 1], "cannot read"),
        ("literal matrix", sympy.Matrix([1]), "entries"),
        ("literal array", sympy.Array([1, 2])[i], "literal array"),
        ("truth", sympy.true, "truth value"),
        ("Python truth", True, "truth value"),
        ("relation", x > 0, "truth value"),
        ("nan", sympy.nan, "real number"),
        ("zoo", sympy.zoo, "real number"),
        ("oo", x + sympy.oo, "real number"),
        ("float nan", float("nan"), "real number"),
        ("I", sympy.I * x, "real number"),
        ("1/0", Mul(x, Pow(0, -1, evaluate=False), evaluate=False), "zero"),
        ("1/sqrt(0)", Pow(0, sympy.Rational(-1, 2), evaluate=False), "division by zero"),
        ("0**0", Mul(x, Pow(0, 0, evaluate=False), evaluate=False), "0 to the power 0"),
        ("log(0)", x + sympy.log(0, evaluate=False), r"log\(0\) has no value"),
        ("text", "x + 1", "is text"),
        ("list", [x, w], "list"),
        ("order n", Derivative(x**3, (x, n)), "literal integer"),
        ("delta with a range", KroneckerDelta(i, j, (1, 3)), "no range"),
        ("delta of a computed entry", KroneckerDelta(i, 2 * y[n]), "index is a symbol"),
    ]


@pytest.mark.parametrize(("expr", "message"), [pytest.param(*r[1:], id=r[0]) for r in _refusals()])
def test_refusals(expr: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(expr)


@pytest.mark.parametrize("relation", [True, sympy.false, x, Eq(1, 1)])
def test_relations_that_are_none(relation: object) -> None:
    with pytest.raises(InputError, match="relation"):
        Reader().relation(relation)


@pytest.mark.parametrize(
    "fact",
    [
        Eq(1, 2, evaluate=False),
        sympy.Gt(3, 2, evaluate=False),
        sympy.Ne(sympy.pi, exp(2), evaluate=False),
        Eq(Sum(2, (k, 1, 3)), 6, evaluate=False),
    ],
)
def test_facts_between_numbers_are_refused(fact: object) -> None:
    with pytest.raises(InputError, match="between numbers only"):
        Reader().fact(fact)


def test_a_fact_about_a_function_is_one_about_more_than_numbers() -> None:
    assert Reader().fact(Eq(sympy.Function("f")(1), 2)).relation.sign == "="


@pytest.mark.parametrize("key", [p[1], p[k, k], exp(x), 3])
def test_keys_that_define_nothing(key: object) -> None:
    with pytest.raises(InputError, match="where"):
        Reader().definition(key, x)
