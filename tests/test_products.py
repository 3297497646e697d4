"""jvp, vjp and hvp against matrices, other libraries, the complex step and the prover; no matrix in the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from engine.losses import CASES
from sympy import Eq, IndexedBase, Ne, Sum, exp, log, sqrt, symbols

import symderiv as sd
from symderiv import products
from symderiv.engine.directions import Direction, along, by_columns, known_names
from symderiv.errors import InputError, Refused
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.compile import lowered
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.graphs.work import axes, computed
from symderiv.numeric.texts.names import identifier
from symderiv.terms import Entry, Symbol

D, K, N, T, eps, m_, w_ = symbols("D K N T epsilon m w")
a, b, d, i, j, k, l, m, n = symbols("a b d i j k l m n")  # noqa: E741
g, h, p, q, s, t, u, v, x, y, z = map(IndexedBase, "g h p q s t u v x y z".split())
SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
ROWS = {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))}
CROSS_ENTROPY = -Sum(y[k] * log(p[k]), (k, 1, K))
BATCH = -Sum(Sum(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, N)) / N
MOMENTS = {m_: Sum(x[k], (k, 1, D)) / D, w_: Sum((x[k] - m_) ** 2, (k, 1, D)) / D}
NORM = g[i] * (x[i] - m_) / sqrt(w_ + eps) + h[i]
SIGMOID = {s[k]: 1 / (1 + exp(-z[k]))}
BCE = -Sum(y[k] * log(s[k]) + (1 - y[k]) * log(1 - s[k]), (k, 1, K))
RNG = np.random.default_rng(6)


def linear() -> sd.Problem:
    x, W = IndexedBase("x", shape=(N, D)), IndexedBase("W", shape=(D, K))
    c, z = IndexedBase("c", shape=(K,)), IndexedBase("z", shape=(N, K))
    return sd.Problem("linear", z[n, k], W[a, b], {z[n, k]: Sum(x[n, d] * W[d, k], (d, 1, D)) + c[k]})


def layer_norm() -> sd.Problem:
    return sd.Problem("layer norm", NORM, x[j], MOMENTS)


def cross_entropy() -> sd.Problem:
    return sd.Problem("cross-entropy", CROSS_ENTROPY, z[i], SOFTMAX)


def softmax() -> sd.Problem:
    return sd.Problem("softmax", p[j], z[i], SOFTMAX)


# --- against the matrix, for every loss there is ----------------------------------------------

EVERY: dict[str, Callable[[], sd.Problem]] = {c.name: c.make for c in CASES}
EVERY |= {name: partial(sd.load, name) for name in sd.names()}
WITHOUT = {"distinct", "derivative inside", "derivative by a defined name"}  # see the tests of what is refused


def drawn(problem: sd.Problem, f: NumericFunction) -> tuple[dict[str, Any], dict[str, int]]:
    """Arguments that satisfy the problem's facts, the vector among them, and the sizes."""
    statement = problem.statement
    lengths = {size.name: 3 + place for place, size in enumerate(statement.scope.sizes)}
    named = {identifier(n): n for n in known_names(statement)}
    values = draw(statement, tuple(named[n] for n in f.args[:-1]), lengths, np.random.default_rng(0))
    shape = tuple(lengths[c.name] if isinstance(c, Symbol) else int(c.value) for c in f.parameters[-1].sizes)  # type: ignore[attr-defined]  # sizes are symbols or numbers
    vector = np.random.default_rng(1).normal(size=shape)
    return {**{n: values[named[n]] for n in f.args[:-1]}, f.args[-1]: vector}, lengths


def apart(problem: sd.Problem) -> sd.Problem:
    """The problem with letters of the variable that the value does not have."""
    (variable,) = problem.wrt
    old = dict.fromkeys(c for c in getattr(variable, "indices", ()) if not c.is_Integer)
    return problem.with_variables(variable.subs(dict(zip(old, symbols("r_1:4"), strict=False))))


def call(f: NumericFunction, values: dict[str, Any], lengths: dict[str, int]) -> Any:
    return f(**{n: values[n] for n in f.args}, **{c: lengths[c] for c in f.sizes})


def vector_rank(problem: sd.Problem) -> int:
    variable = problem.statement.variables[0]
    return len({c for c in variable.indices if isinstance(c, Symbol)}) if isinstance(variable, Entry) else 0


@pytest.mark.parametrize("name", [name for name in EVERY if name not in WITHOUT][::2])
def test_products_are_those_with_the_matrix(name: str) -> None:
    problem = EVERY[name]()
    if len(problem.wrt) > 1:
        problem = problem.with_variables(problem.wrt[0])
    matrix, rank = sd.derive(apart(problem)).lambdify(), vector_rank(problem)
    forward, backward = sd.jvp(problem), sd.vjp(problem)
    values, lengths = drawn(problem, forward)
    dense = call(matrix, values, lengths)
    expected = np.tensordot(dense, values[forward.args[-1]], rank)
    np.testing.assert_allclose(call(forward, values, lengths), expected, rtol=1e-9, atol=1e-10)
    values, lengths = drawn(problem, backward)
    upstream = values[backward.args[-1]]
    expected = np.tensordot(upstream, call(matrix, values, lengths), np.ndim(upstream))
    np.testing.assert_allclose(call(backward, values, lengths), expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", [name for name in EVERY if name not in WITHOUT][1::3])
def test_hessians_times_vectors_are_those_with_the_matrix(name: str) -> None:
    problem = EVERY[name]()
    first, rank = problem.wrt[0], vector_rank(problem)
    hessian = sd.derive(problem, [first, *apart(problem.with_variables(first)).wrt]).lambdify()
    f = sd.hvp(problem, first)
    values, lengths = drawn(problem.with_variables(first), f)
    expected = np.tensordot(call(hessian, values, lengths), values[f.args[-1]], rank)
    np.testing.assert_allclose(call(f, values, lengths), expected, rtol=1e-9, atol=1e-10)


# --- no matrix in the graph ---------------------------------------------------------------------

TWIN = sd.Problem.from_text(
    "-sum(u[t]*log(v[t]), t=1..M)", "k[t]", "v[s] = exp(k[s])/sum(exp(k[t]), t=1..M)", name="twin"
)
LEAN: list[tuple[Any, sd.Problem, Any]] = [
    (sd.jvp, softmax(), None),
    (sd.vjp, softmax(), None),
    (sd.jvp, sd.Problem("log-softmax", log(p[j]), z[i], SOFTMAX), None),
    (sd.vjp, sd.Problem("log-softmax", log(p[j]), z[i], SOFTMAX), None),
    (sd.jvp, linear(), None),
    (sd.vjp, linear(), None),
    (sd.jvp, layer_norm(), None),
    (sd.vjp, layer_norm(), (x[j], g[j], h[j])),
    (sd.hvp, cross_entropy(), None),
    (sd.hvp, TWIN, None),
    (sd.hvp, sd.Problem("batch", BATCH, z[m, i], ROWS), None),
    (sd.hvp, sd.load("linear-softmax-cross-entropy"), None),
    (sd.hvp, sd.Problem("binary cross-entropy", BCE, z[i], SIGMOID), None),
    (sd.hvp, sd.Problem("log-sum-exp", log(Sum(exp(z[k]), (k, 1, K))), z[i]), None),
    (sd.hvp, sd.load("entropy"), None),
]


def graphs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is compiled from now on."""
    seen: list[Any] = []
    real = products.compiler("numpy")

    def compiled(name: str, statement: Any, outputs: Any, arguments: Any, *more: Any) -> Any:
        seen.append((statement, outputs, arguments))
        return real(name, statement, outputs, arguments, *more)

    monkeypatch.setattr(products, "compiler", lambda _: compiled)
    return seen


@pytest.mark.parametrize(("product", "problem", "wrt"), LEAN, ids=[f"{f.__name__} {q.name}" for f, q, _ in LEAN])
def test_no_array_is_larger_than_an_argument_or_the_result(
    product: Any, problem: sd.Problem, wrt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = graphs(monkeypatch)
    f = product(problem, wrt)
    shapes = [Counter(c) for c in (*(q.sizes for q in f.parameters), *f.shapes)]
    nodes = computed(lowered(*seen[0]))
    assert nodes
    assert all(any(Counter(node.sizes) <= shape for shape in shapes) for node in nodes)


@pytest.mark.parametrize(
    ("product", "name", "cheaper", "dearer"),
    [(sd.hvp, "product of two softmax", along, by_columns), (sd.jvp, "pairs", by_columns, along)],
)
def test_of_two_ways_the_one_with_the_smaller_graph_is_taken(
    product: Any, name: str, cheaper: Any, dearer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = graphs(monkeypatch)
    product(EVERY[name]())
    statement, (output,), arguments = seen[0]
    asked = statement if product is sd.hvp else replace(statement, variables=())
    moved = Direction(statement.variables[0], Entry("v", statement.variables[0].indices))
    assert output.term == cheaper(asked, [moved]).term
    other = replace(output, term=dearer(asked, [moved]).term)
    found, instead = (lowered(statement, (o,), arguments) for o in (output, other))
    assert max(map(axes, computed(found))) == 1
    assert max(map(axes, computed(instead))) == 2


# --- the prover ---------------------------------------------------------------------------------


def formula(f: NumericFunction) -> str:
    """The right side of the formula in the documentation of a function with one result."""
    first, *more = (f.__doc__ or "").split("\n\n")[0].splitlines()
    until = next((at for at, line in enumerate(more) if line.strip().startswith(("where ", "if "))), len(more))
    return " ".join([first, *(line.strip() for line in more[:until])]).split(" = ", 1)[1]


CLAIMS: list[tuple[Any, sd.Problem, Any, str]] = [
    (sd.jvp, softmax(), None, "sum(Derivative(p[j], z[i])*v[i], i=1..K)"),
    (sd.vjp, softmax(), None, "sum(Derivative(p[j], z[i])*u[j], j=1..K)"),
    (sd.jvp, linear(), None, "sum(sum(Derivative(z[n, k], W[a, b])*v[a, b], a=1..D), b=1..K)"),
    (sd.vjp, linear(), None, "sum(sum(Derivative(z[n, k], W[a, b])*u[n, k], n=1..N), k=1..K)"),
    (sd.hvp, cross_entropy(), None, "sum(Derivative(Derivative(L, z[i]), z[j])*v[j], j=1..K)"),
    (
        sd.hvp,
        sd.Problem("batch", BATCH, z[m, i], ROWS),
        None,
        "sum(sum(Derivative(Derivative(L, z[m, i]), z[n, j])*v[n, j], n=1..N), j=1..K)",
    ),
    (sd.jvp, layer_norm(), None, "sum(Derivative(L, x[j])*v[j], j=1..D)"),
    (sd.vjp, layer_norm(), None, "sum(Derivative(g[i]*(x[i] - m)/sqrt(w + epsilon) + h[i], x[j])*u[i], i=1..D)"),
    (sd.hvp, TWIN, None, "sum(Derivative(Derivative(L, k[t]), k[s])*v_k[s], s=1..M)"),
]


@pytest.mark.parametrize(("product", "problem", "wrt", "claim"), CLAIMS)
def test_the_documented_formula_is_proved(product: Any, problem: sd.Problem, wrt: Any, claim: str) -> None:
    found = formula(product(problem, wrt))
    assert sd.prove(claim, found, problem=problem).status == "proved"
    assert sd.prove(claim, f"2*({found})", problem=problem).status == "refuted"


# --- other libraries, the complex step ------------------------------------------------------------


def test_torch_agrees() -> None:
    torch = pytest.importorskip("torch")
    logits, labels, tangent = (RNG.normal(size=(3, 5)) for _ in range(3))

    def loss(of: Any) -> Any:
        return -(torch.tensor(labels) * torch.log_softmax(of, -1)).sum(-1).mean()

    problem = sd.Problem("batch", BATCH, z[m, i], ROWS)
    at, along_ = torch.tensor(logits), torch.tensor(tangent)
    wanted = torch.func.jvp(torch.func.grad(loss), (at,), (along_,))[1]
    np.testing.assert_allclose(sd.hvp(problem)(logits, labels, tangent), wanted, rtol=1e-12, atol=1e-14)
    wanted = torch.func.jvp(loss, (at,), (along_,))[1]
    np.testing.assert_allclose(sd.jvp(problem)(logits, labels, tangent), wanted, rtol=1e-12, atol=1e-14)
    points = [torch.tensor(RNG.normal(size=5)) for _ in range(4)]

    def norm(x: Any, g: Any, h: Any) -> Any:
        return torch.nn.functional.layer_norm(x, (5,), g, h, eps=1e-3)

    _, back = torch.func.vjp(norm, *points[:3])
    found = sd.vjp(layer_norm(), (x[j], g[j], h[j]))
    named = dict(zip("xgh", (c.numpy() for c in points), strict=False)) | {"epsilon": 1e-3, "u": points[3].numpy()}
    for mine, wanted in zip(found(**named), back(points[3]), strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-11, atol=1e-13)


def test_jax_agrees() -> None:
    jax = pytest.importorskip("jax")
    logits, labels, tangent = (RNG.normal(size=5).astype(np.float32) for _ in range(3))

    def loss(of: Any) -> Any:
        return -(labels * jax.nn.log_softmax(of)).sum()

    _, wanted = jax.jvp(jax.grad(loss), (logits,), (tangent,))
    found = sd.hvp(cross_entropy())(logits, labels, tangent)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)
    _, back = jax.vjp(jax.nn.softmax, logits)
    np.testing.assert_allclose(sd.vjp(softmax())(logits, tangent), back(tangent)[0], rtol=1e-4, atol=1e-6)


def test_the_complex_step_agrees() -> None:
    value = sd.lambdify([x, g, h, eps], NORM, where=MOMENTS)
    point, scale, shift, tangent = RNG.normal(size=(4, 6))
    wanted = np.imag(value(point + 1e-30j * tangent, scale, shift, 1e-2)) / 1e-30
    found = sd.jvp(layer_norm())(x=point, g=scale, h=shift, epsilon=1e-2, v=tangent)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


# --- shapes, names, letters -------------------------------------------------------------------------


def test_leading_axes_are_a_batch_and_float32_stays() -> None:
    f = sd.jvp(softmax())
    logits, tangents = RNG.normal(size=(2, 4, 3)).astype(np.float32)
    found = f(logits, tangents)
    assert (found.shape, found.dtype) == ((4, 3), np.float32)
    for one, at, tangent in zip(found, logits, tangents, strict=True):
        np.testing.assert_allclose(one, f(at, tangent), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(f(logits[0], tangents)[1], f(logits[0], tangents[1]), rtol=1e-6, atol=1e-7)


def test_one_class_and_no_sample() -> None:
    one = np.ones(1)
    for product in (sd.jvp, sd.vjp):
        assert product(softmax())(one, one).tolist() == [0.0]
    assert sd.hvp(cross_entropy())(one, one, one).tolist() == [0.0]
    f = sd.vjp(linear(), (IndexedBase("x", shape=(N, D))[m, a], linear().wrt[0]))
    by_x, by_w = f(np.zeros((0, 2)), np.ones((2, 3)), np.ones(3), np.zeros((0, 3)))
    assert by_x.shape == (0, 2)
    assert by_w.tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize(
    ("value", "wrt", "where", "args"),
    [
        ("p[j]", "z[i]", "p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)", ("z", "v")),
        ("u[s]", "v[t]", "u[t] = exp(v[t])/sum(exp(v[s]), s=1..K)", ("v", "v_v")),
        ("k[t]", "j[i]", "k[i] = exp(j[i])/sum(exp(j[v]), v=1..u)", ("j", "v_j")),
        ("exp(v[t])/sum(exp(v[v_v]), v_v=1..t_0)", "v[i]", "", ("v", "v_v_1")),
    ],
)
def test_vectors_have_names_of_their_own(value: str, wrt: str, where: str, args: tuple[str, ...]) -> None:
    logits, vector = RNG.normal(size=(2, 4))
    wanted = sd.jvp(softmax())(logits, vector)
    problem = sd.Problem.from_text(value, wrt, where or ())
    f = sd.jvp(problem)
    assert f.args == args
    np.testing.assert_allclose(f(logits, vector), wanted, rtol=1e-12)
    back = sd.vjp(problem)
    assert back.args[-1] not in {"v", *args, "K"}
    np.testing.assert_allclose(back(logits, vector), wanted, rtol=1e-12)  # the Jacobian of softmax is symmetric


def test_a_letter_that_value_and_variable_share_means_every_entry() -> None:
    logits, vector = RNG.normal(size=(2, 4))
    shared = sd.Problem("softmax", p[i], z[i], SOFTMAX)
    for product in (sd.jvp, sd.vjp):
        np.testing.assert_allclose(product(shared)(logits, vector), product(softmax())(logits, vector), rtol=1e-12)
    items = sd.Problem("per item", -Sum(y[n, k] * log(p[n, k]), (k, 1, K)), z[n, i], ROWS)
    at, labels, along_ = RNG.normal(size=(3, 2, 4))
    whole = sd.Problem("batch", BATCH, z[n, i], ROWS)
    np.testing.assert_allclose(sd.hvp(items)(at, labels, along_), 2 * sd.hvp(whole)(at, labels, along_), rtol=1e-11)
    weights = RNG.normal(size=2)
    wanted = sd.value_and_grad(cross_entropy())(at, labels)[1] * weights[:, None]
    np.testing.assert_allclose(sd.vjp(items)(at, labels, weights), wanted, rtol=1e-11)


def test_variables_with_literal_and_repeated_indices() -> None:
    V = IndexedBase("V")
    rank = [sd.Problem("square", Sum(V[j, k] * V[k, j], (j, 1, K), (k, 1, K)), wrt) for wrt in (V[a, a], V[1, a])]
    at = RNG.normal(size=(3, 3))
    tangent = np.array([1.0, -2.0, 0.5])
    wanted = (np.tensordot(2 * np.diag(at), tangent, 1), np.tensordot(2 * at[:, 0], tangent, 1))
    for problem, along_it in zip(rank, wanted, strict=True):
        assert sd.jvp(problem)(at, tangent) == pytest.approx(along_it)
    assert sd.hvp(rank[0])(at, tangent) == pytest.approx(2 * tangent)
    one = sd.Problem("square", Sum(z[k] ** 2, (k, 1, K)), z[2])
    assert sd.jvp(one)(np.array([1.0, 3.0]), 2.0) == 12.0
    with pytest.raises(InputError, match="at least 2"):
        sd.jvp(one)(np.array([1.0]), 2.0)


def test_scalars_and_defined_names_as_variables() -> None:
    problem = sd.load("temperature")
    logits, labels = RNG.normal(size=4), np.array([0.0, 1.0, 0.0, 0.0])
    slope = sd.value_and_grad(problem, symbols("T"))
    f = sd.jvp(problem, symbols("T"))
    named = {"z": logits, "y": labels, "T": 2.0}
    assert f(**named, v=3.0) == pytest.approx(3 * slope(**named)[1])
    by_p = sd.jvp(cross_entropy(), p[i])
    point = np.array([0.2, 0.3, 0.4, 0.1])
    assert by_p(point, labels, logits) == pytest.approx(-np.sum(labels / point * logits))


# --- several variables ----------------------------------------------------------------------------------


def test_several_tangents_are_added_and_several_gradients_come_together() -> None:
    x, W = IndexedBase("x", shape=(N, D)), IndexedBase("W", shape=(D, K))
    wrt = (x[m, a], W[a, b], IndexedBase("c", shape=(K,))[b])
    at, weights, bias = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4)
    moves = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4)
    f = sd.jvp(linear(), wrt)
    assert f.args == ("x", "W", "c", "v_x", "v_W", "v_c")
    np.testing.assert_allclose(f(at, weights, bias, *moves), moves[0] @ weights + at @ moves[1] + moves[2], rtol=1e-12)
    upstream = RNG.normal(size=(2, 4))
    found = sd.vjp(linear(), wrt)(at, weights, bias, upstream)
    for mine, wanted in zip(found, (upstream @ weights.T, at.T @ upstream, upstream.sum(0)), strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-12)
    assert isinstance(sd.vjp(linear(), wrt[:1])(x=at, W=weights, c=bias, u=upstream), tuple)


def test_the_hessian_for_several_variables_is_the_whole_one() -> None:
    problem = sd.Problem("product", T * Sum(x[k] * y[k] ** 2, (k, 1, K)), x[i])
    f = sd.hvp(problem, (x[i], y[j], T))
    at, other, move, shift = RNG.normal(size=(4, 3))
    scale, slide = 1.5, 0.25
    by_x, by_y, by_t = f(x=at, y=other, T=scale, v_x=move, v_y=shift, v_T=slide)
    np.testing.assert_allclose(by_x, 2 * scale * other * shift + slide * other**2, rtol=1e-12)
    wanted = 2 * scale * (other * move + at * shift) + 2 * slide * at * other
    np.testing.assert_allclose(by_y, wanted, rtol=1e-12)
    np.testing.assert_allclose(by_t, np.sum(other**2 * move + 2 * at * other * shift), rtol=1e-12)


def test_a_hessian_that_is_0_has_its_shape() -> None:
    flat = sd.Problem("flat", Sum(x[k] * y[k], (k, 1, K)), x[i])
    assert sd.hvp(flat)(np.ones((2, 3)), np.ones(3), np.ones(3)).tolist() == [[0.0] * 3] * 2


# --- facts, stopped gradients, class numbers ----------------------------------------------------------------


def test_facts_hold_at_the_point_only() -> None:
    given = sd.Problem("given", CROSS_ENTROPY, z[i], SOFTMAX, [Eq(Sum(y[k], (k, 1, K)), 1)])
    f = sd.hvp(given)
    assert "if sum(y[k], k=1..K) = 1" in (f.__doc__ or "")
    total = Sum(z[k], (k, 1, K))
    square = sd.Problem("square", (total - 1) ** 2, z[i], given=[Eq(total, 1)])
    half = np.array([0.5, 0.5])
    assert sd.jvp(square)(half, np.ones(2)) == 0.0
    assert sd.hvp(square)(half, np.array([1.0, 2.0])).tolist() == [6.0, 6.0]


def test_what_is_stopped_stays_stopped_in_the_second_derivative() -> None:
    held = sd.Problem("held", Sum(sd.stop_gradient(z[k]) * z[k] ** 2, (k, 1, K)), z[i])
    at = np.array([1.0, 2.0])
    assert sd.jvp(held)(at, np.ones(2)) == pytest.approx(2 * 1 + 2 * 4)
    assert sd.hvp(held)(at, np.ones(2)).tolist() == [2.0, 4.0]


def test_class_numbers_are_arguments_as_ever() -> None:
    rows = sd.Problem("labelled", -Sum(log(p[n, t[n]]), (n, 1, N)), z[m, i], ROWS)
    logits, vector = RNG.normal(size=(2, 3, 4))
    numbers = np.array([2, 0, 3])
    one_hot = np.eye(4)[numbers]
    dense = sd.hvp(sd.Problem("dense", BATCH * N, z[m, i], ROWS))(logits, one_hot, vector)
    f = sd.hvp(rows)
    np.testing.assert_allclose(f(z=logits, t=numbers, v=vector), dense, rtol=1e-11)
    chosen = sd.vjp(sd.Problem("picked", log(p[n, t[n]]), z[m, i], ROWS))
    upstream = RNG.normal(size=3)
    gradient = sd.value_and_grad(cross_entropy())(logits, one_hot)[1]
    np.testing.assert_allclose(chosen(z=logits, t=numbers, u=upstream), -upstream[:, None] * gradient, rtol=1e-11)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "value",
    [
        log(Sum(exp(z[j]), (j, 1, K))),
        -Sum(y[k] * log(exp(z[k]) / Sum(exp(z[j]), (j, 1, K))), (k, 1, K)),
        exp(z[k]) / Sum(exp(z[j]), (j, 1, K)),
        Sum(log(1 + exp(z[k])), (k, 1, K)),
        z[k] / (1 + exp(-z[k])),
    ],
    ids=str,
)
def test_large_logits_give_finite_products(value: Any, dtype: Any) -> None:
    problem = sd.Problem("large", value, z[i])
    logits = np.array([1e4, 3.0, -1e4, 0.0], dtype)
    for product in (sd.jvp, sd.vjp, sd.hvp):
        f = product(problem)
        vector = np.arange(1.0, 5.0).astype(dtype) if f.parameters[-1].sizes else dtype(2)
        known = {"z": logits, "y": np.array([0, 1, 0, 0], dtype), f.args[-1]: vector}
        found = f(**{name: known[name] for name in f.args})
        assert np.isfinite(found).all()
        assert found.dtype == dtype


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", [sd.jvp, sd.vjp, sd.hvp])
def test_bad_input_is_refused(product: Any) -> None:
    named = product.__name__
    with pytest.raises(InputError, match=f"{named} takes a Problem or a Derivation"):
        product("softmax")
    with pytest.raises(InputError, match="wrt is empty"):
        product(softmax(), ())
    with pytest.raises(InputError, match=f"{named} takes first derivatives"):
        product(sd.derive(cross_entropy(), [z[i], z[j]]))
    with pytest.raises(InputError, match="has its variable already"):
        product(sd.derive(softmax()), z[i])
    with pytest.raises(InputError, match="does not depend on x"):
        product(cross_entropy(), x[i])
    with pytest.raises(InputError, match=f"{named} adds up over every index, and the given fact i != j"):
        product(sd.Problem("pair", p[j], z[i], SOFTMAX, [Ne(i, j)]))
    with pytest.raises(InputError, match="p is defined through z"):
        product(cross_entropy(), (p[i], z[i]))
    with pytest.raises((InputError, Refused)):
        product(EVERY["derivative inside"]())


@pytest.mark.parametrize("product", [sd.jvp, sd.vjp])
def test_vectors_of_another_shape_are_refused_by_name(product: Any) -> None:
    f = product(linear())
    with pytest.raises(InputError, match=f"{f.args[-1]} of shape"):
        f(W=np.ones((3, 4)), x=np.ones((2, 3)), c=np.ones(4), **{f.args[-1]: np.ones((5, 4))})


def test_a_derivation_does_as_well_as_its_problem() -> None:
    logits, vector = RNG.normal(size=(2, 4))
    for product in (sd.jvp, sd.vjp):
        whole = product(sd.derive(softmax()))
        assert whole.source == product(softmax()).source
        np.testing.assert_allclose(whole(logits, vector), product(softmax())(logits, vector))
