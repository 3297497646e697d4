"""Problems as users state them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sympy import Derivative, Eq, Gt, IndexedBase, Ne, Sum, Symbol, exp, log, symbols

from symderiv.binders import alpha_equal
from symderiv.errors import InputError
from symderiv.printing.plain import plain
from symderiv.problem import Problem
from symderiv.terms import Entry
from symderiv.terms import Symbol as Name
from symderiv.zoo import load

K, N, x = symbols("K N x")
i, j, k, n = symbols("i j k n")
z, y, p = map(IndexedBase, ("z", "y", "p"))
softmax = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
cross_entropy = -Sum(y[k] * log(p[k]), (k, 1, K))
total = Sum(z[j], (j, 1, K))


def test_the_callers_objects_are_kept() -> None:
    fact = Eq(Sum(y[k], (k, 1, K)), 1)
    problem = Problem(name="s", value=cross_entropy, wrt=z[i], where=softmax, given=[fact], title="Softmax")
    assert (problem.name, problem.title, problem.value) == ("s", "Softmax", cross_entropy)
    assert problem.wrt == (z[i],)
    assert problem.where == softmax
    assert problem.given == (fact,)
    statement = problem.statement
    assert plain(statement.value) == "-sum(y[k]*log(p[k]), k=1..K)"
    assert statement.scope.indices == {"i": Name("K")}
    assert statement.scope.shapes == {a: (Name("K"),) for a in "zyp"}
    assert len(statement.facts) == 1
    assert problem.surface.expression(statement.value) == cross_entropy


def test_one_or_several() -> None:
    assert Problem("s", total, z[i], given=Gt(y[k], 0)).given == (Gt(y[k], 0),)
    assert Problem("s", total, (z[i], z[j])).wrt == (z[i], z[j])
    problem = Problem("s", total * x, z[i], title="T")
    assert problem.with_variables([z[i], x]).wrt == (z[i], x)
    assert problem.with_variables(x).title == "T"


def test_what_it_equals_elsewhere_is_text_on_one_line() -> None:
    problem = Problem("s", total, z[i], equals={"NumPy": "np.sum(z)"})
    assert problem.equals == {"NumPy": "np.sum(z)"}
    assert problem.with_variables(z[j]).equals == {"NumPy": "np.sum(z)"}
    with pytest.raises(InputError, match="a mapping from libraries to code"):
        Problem("s", total, z[i], equals="np.sum(z)")  # type: ignore[arg-type]
    for call in ("", "np.sum(\nz)", "```", "\\end{verbatim}", sum):
        with pytest.raises(InputError, match="text on one line"):
            Problem("s", total, z[i], equals={"NumPy": call})  # type: ignore[dict-item]


def test_a_variable_may_share_its_letter_with_a_sum() -> None:
    same = Problem("s", -Sum(y[i] * log(p[i]), (i, 1, K)), z[i], {p[i]: exp(z[i]) / Sum(exp(z[i]), (i, 1, K))})
    other = Problem("s", cross_entropy, z[i], softmax)
    assert alpha_equal(same.statement.value, other.statement.value)
    assert same.statement.value.body.index is not Name("i")  # type: ignore[attr-defined]
    unfolded = [s.statement.unfold(Entry("p", (Name("i"),))) for s in (same, other)]
    assert unfolded[0] is not None
    assert unfolded[1] is not None
    assert alpha_equal(*unfolded)  # type: ignore[arg-type]


def test_shapes_and_assumptions() -> None:
    shaped = IndexedBase("z", shape=(K,))
    positive = IndexedBase("y", positive=True)
    m = Symbol("m", integer=True)
    problem = Problem("s", Sum(positive[m] * shaped[m], (m, 1, K)), z[i])
    assert [(f.relation.sign, len(f.variables)) for f in problem.statement.facts] == [(">", 1)]
    assert problem.surface.expression(problem.statement.value) == Sum(positive[m] * shaped[m], (m, 1, K))


def test_facts_between_indices() -> None:
    problem = Problem("s", total * z[k], [z[i], z[k]], given=[Ne(i, k)])
    assert problem.statement.facts[0].variables == ()
    assert problem.statement.scope.indices == {"i": Name("K"), "k": Name("K")}


def _bad() -> list[tuple[str, Callable[[], Any], str]]:
    return [
        ("index 0", lambda: Problem("s", z[0] * total, z[i]), "start at 1"),
        ("index as a number", lambda: Problem("s", total * i, z[i]), "used as a number"),
        ("bound index as a number", lambda: Problem("s", Sum(j * z[j], (j, 1, K)), z[i]), "used as a number"),
        ("wrt a function", lambda: Problem("s", total, exp(x)), "cannot differentiate by"),
        ("wrt an array", lambda: Problem("s", total, z), "entry such as"),
        ("wrt a size", lambda: Problem("s", total, K), "size"),
        ("wrt an index", lambda: Problem("s", total * z[i], i), "index"),
        ("wrt nothing", lambda: Problem("s", total, []), "wrt is empty"),
        ("wrt text", lambda: Problem("s", total, "z[i]"), "SymPy objects"),
        ("derivative by a size", lambda: Problem("s", Derivative(total, K), z[i]), "size"),
        ("cycle", lambda: Problem("s", total, z[i], {p[k]: y[k], y[k]: p[k]}), "cyclic"),
        ("defined through itself", lambda: Problem("s", total, z[i], {p[k]: p[k] + 1}), "cyclic"),
        ("hidden index", lambda: Problem("s", total * p[i], z[i], {p[k]: y[n]}), "depends on the index n"),
        ("defined twice", lambda: Problem("s", p[i], z[i], {p[k]: z[k], p[j]: z[j]}), "defined twice"),
        ("repeated parameter", lambda: Problem("s", p[i], z[i], {p[k, k]: z[k]}), "repeats an index"),
        ("literal key", lambda: Problem("s", p[i], z[i], {p[1]: z[1]}), "cannot define"),
        ("where is no mapping", lambda: Problem("s", p[i], z[i], [p[k]]), "mapping"),  # type: ignore[arg-type]
        ("shape", lambda: Problem("s", total * IndexedBase("z", shape=(3,))[i], z[i]), "shape"),
        ("two sizes", lambda: Problem("s", total + Sum(z[j], (j, 1, N)), z[i]), "N"),
        ("ranks", lambda: Problem("s", z[i, j], z[i]), "axes"),
        ("literal array", lambda: Problem("s", p[i], z[i], {p[k]: [1, 2]}), "list"),
        ("fact that evaluated", lambda: Problem("s", total, z[i], given=[Eq(1, 1)]), "evaluate=False"),
        ("fact that is none", lambda: Problem("s", total, z[i], given=[total]), "no relation"),
        ("no name", lambda: Problem(total, total, z[i]), "name"),
    ]


@pytest.mark.parametrize(("make", "message"), [pytest.param(*b[1:], id=b[0]) for b in _bad()])
def test_bad_input(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()


def test_a_defined_name_may_be_the_variable() -> None:
    assert Problem("s", cross_entropy, p[i], softmax).statement.variables == (Entry("p", (Name("i"),)),)


def test_one_fact_needs_no_list() -> None:
    assert Problem("s", total, z[i], given=Eq(Sum(z[k], (k, 1, K)), 1)).given == (Eq(Sum(z[k], (k, 1, K)), 1),)


def test_facts_that_contradict_each_other_at_sight_are_refused() -> None:
    for given in ([Eq(Sum(y[k], (k, 1, K)), 1), Eq(Sum(y[j], (j, 1, K)), 2)], [y[k] > 0, y[k] < 0]):
        with pytest.raises(InputError, match="contradict"):
            Problem("s", total, z[i], given=given)


def test_a_size_is_not_defined() -> None:
    with pytest.raises(InputError, match="K is a size or an index"):
        Problem("s", total, z[i], where={K: 3})


def test_a_notebook_shows_what_is_asked_for() -> None:
    problem = load("softmax-cross-entropy")
    text = problem._repr_markdown_()
    assert "$$\n\\frac{\\partial}{\\partial z_i} \\left(-\\sum_{k=1}^{K} y_k \\log p_k\\right)\n$$" in text
    assert "$$\np_k = \\frac{e^{z_k}}{\\sum_{j=1}^{K} e^{z_j}}\n$$" in text
    assert text.endswith("Given: $\\sum_{k=1}^{K} y_k = 1$.")
    assert problem._repr_latex_().startswith("$\\displaystyle \\frac{\\partial}{\\partial z_i}")


def test_a_problem_from_text_has_sympy_attributes() -> None:
    problem = Problem.from_text(
        "-sum(k, y[k]*log(p[k]))", "z[i]", "p[k] = softmax(z, k)", "sum(k, y[k]) = 1", "typed", "T"
    )
    assert (problem.name, problem.title) == ("typed", "T")
    assert problem.value == cross_entropy
    assert problem.wrt == (z[i],)
    assert problem.where == softmax
    assert problem.given == (Eq(Sum(y[k], (k, 1, K)), 1),)


def test_text_keeps_its_exact_line_where_sympy_would_cancel() -> None:
    problem = Problem.from_text("y[k]/p[k]*p[k]", "p[i]")
    assert plain(problem.statement.value) == "p[k]*y[k]/p[k]"
    for again in (problem.with_variables(y[j]), problem.with_text(wrt="y[j]")):
        assert plain(again.statement.value) == "p[k]*y[k]/p[k]"
        assert again.wrt == (y[j],)


def test_a_problem_in_sympy_is_extended_by_text() -> None:
    problem = Problem(name="s", value=cross_entropy, wrt=z[i], where=softmax, title="Softmax")
    more = problem.with_text(wrt="z[i], z[j]", given=["sum(k, y[k]) = 1", "L > 0"])
    assert (more.value, more.wrt, more.where, more.title) == (cross_entropy, (z[i], z[j]), softmax, "Softmax")
    assert more.given == (Eq(Sum(y[k], (k, 1, K)), 1), Gt(cross_entropy, 0))
    named = more.with_text(where="q[k] = p_k - y_k")
    assert list(named.where or {}) == [p[k], IndexedBase("q")[k]]
    assert named.given == more.given


def test_assumptions_of_sympy_symbols_hold_for_text() -> None:
    rate = Symbol("λ", positive=True)
    problem = Problem("s", rate * total, z[i]).with_text(where="s = lambda**2", given="lambda < 3")
    assert problem.where == {Symbol("s"): rate**2}
    assert [f.relation.sign for f in problem.statement.facts] == [">", ">"]


def test_words_for_a_problem_and_its_names() -> None:
    problem = replace_words(about="What it is for.", meanings={"z": "scores", "K": "how many"})
    assert problem.about == "What it is for."
    assert problem.with_variables(z[j]).meanings == {"z": "scores", "K": "how many"}
    with pytest.raises(InputError, match="meanings names w, which the problem does not have; it has K, i, j, z"):
        replace_words(meanings={"w": "no such name"})
    for wrong in ({"z": 3}, "z"):
        with pytest.raises(InputError, match="a mapping from names to words"):
            replace_words(meanings=wrong)
    with pytest.raises(InputError, match="about says in words"):
        replace_words(about=3)


def replace_words(**words: Any) -> Problem:
    return Problem("a norm", Sum(z[j] ** 2, (j, 1, K)), z[i], **words)
