"""Every problem of the zoo is derived, and every step of it compared at small sizes; its claims are decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from oracle.small_sizes import check_step, check_trace
from sympy import IndexedBase, symbols
from tools import ROOT

import symderiv as sd
from symderiv.claims import Claim, Mistake
from symderiv.deciding import judged, judgement
from symderiv.engine.routes import ROUTES
from symderiv.errors import InputError, Refused
from symderiv.facts import is_given
from symderiv.printing.plain import plain
from symderiv.statement import Relation
from symderiv.terms import ONE, ZERO, Big, Delta, Entry, Symbol, Term
from symderiv.trace import Step
from symderiv.zoo import load, names

a, i, j, m, n = symbols("a i j m n")
c, logit, x, z = map(IndexedBase, "caxz")
RESULTS = {
    "entropy": "-p[i]*(log(p[i]) + H)",
    "kl-divergence": "p[i] - q[i]",
    "label-smoothing": "p[i] - (1 - alpha)*y[i] - alpha/K",
    "linear-softmax-cross-entropy": "1/N*sum(x[n, a]*(p[n, i] - y[n, i]), n=1..N)",
    "log-softmax": "delta(i, j) - p[i]",
    "logsumexp": "p[i]",
    "mean-squared-error": "2*(z[m] - y[m])/N",
    "sigmoid-binary-cross-entropy": "sigma[i] - y[i]",
    "softmax": "p[j]*(delta(i, j) - p[i])",
    "softmax-cross-entropy": "p[i] - y[i]",
    "softmax-cross-entropy-batch": "(p[m, i] - y[m, i])/N",
    "softmax-cross-entropy-one-hot": "p[i] - y[i]",
    "source-a": "p[i, k] - q[i, k]",
    "source-a-l2": "p[i] - q[i] + p[i]*(a[i] - sum(a[k]*p[k], k=1..K))",
    "source-a-l2-held": "p[i] - q[i]",
    "source-a-zero-term": "p[i] - q[i]",
    "source-b": "a[i] - y[i]",
    "source-c": "a[i] - y[i]",
    "source-d": "y_hat[n] - y[n]",
    "source-e": "s[i]*sum(y[t], t=1..k) - y[i]",
    "temperature": "(p[i] - y[i])/T",
}
MORE = (  # other derivatives of the same values
    ("linear-softmax-cross-entropy", c[i], "1/N*sum(p[n, i] - y[n, i], n=1..N)"),
    ("linear-softmax-cross-entropy", x[m, a], "1/N*sum(W[a, k]*(p[m, k] - y[m, k]), k=1..K)"),
    ("linear-softmax-cross-entropy", z[m, i], "(p[m, i] - y[m, i])/N"),
    ("logsumexp", [z[i], z[j]], "p[i]*(delta(i, j) - p[j])"),
    ("mean-squared-error", [z[m], z[n]], "2*delta(m, n)/N"),
    ("sigmoid-binary-cross-entropy", [z[i], z[j]], "sigma[i]*(1 - sigma[i])*delta(i, j)"),
    ("softmax-cross-entropy", [z[i], z[j]], "p[i]*(delta(i, j) - p[j])"),
    ("source-a-l2-held", [logit[i], logit[j]], "0"),
    ("temperature", symbols("T"), "1/T**2*sum(z[j]*(y[j] - p[j]), j=1..K)"),
)
ROUTES_OF = {  # which routes lead through which problem; the others refuse it, with a reason
    "entropy": {"chain", "cases", "jacobian", "log-sum-exp"},
    "kl-divergence": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "label-smoothing": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "linear-softmax-cross-entropy": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "log-softmax": {"chain", "cases", "jacobian", "log-sum-exp"},
    "logsumexp": {"chain", "cases", "log-sum-exp"},
    "mean-squared-error": {"chain", "cases"},
    "sigmoid-binary-cross-entropy": {"chain", "cases", "jacobian", "log-sum-exp"},
    "softmax": {"chain", "cases"},
    "softmax-cross-entropy": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "softmax-cross-entropy-batch": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "softmax-cross-entropy-one-hot": {"chain", "cases", "one-hot", "jacobian", "log-sum-exp", "zero-term"},
    "source-a": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "source-a-l2": {"chain", "cases"},
    "source-a-l2-held": {"chain", "cases"},
    "source-a-zero-term": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "source-b": {"chain", "cases", "one-hot", "jacobian", "log-sum-exp", "zero-term"},
    "source-c": {"chain", "cases", "one-hot", "jacobian", "log-sum-exp", "zero-term"},
    "source-d": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "source-e": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
    "temperature": {"chain", "cases", "jacobian", "log-sum-exp", "zero-term"},
}
SIZES = {"K": 4, "N": 3, "D": 3, "n": 4, "C": 4, "k": 4}
SMALLER = {"K": 3, "N": 2, "D": 2}


def test_names_are_sorted_and_load() -> None:
    assert list(names()) == sorted(names())
    assert set(RESULTS) == set(names())
    assert all(load(name).name == name for name in names())
    assert load(names()[0]) is load(names()[0])


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'softmax-cross-entropy'\?"):
        load("softmax-crossentropy")
    for far in ("xyzzy", "nope"):
        with pytest.raises(InputError, match=r"the names are: .*softmax"):
            load(far)
    with pytest.raises(InputError):
        load("../softmax_cross_entropy")


@pytest.mark.parametrize("name", names())
def test_it_is_derived_and_checked(name: str) -> None:
    d = sd.derive(load(name))
    assert plain(d.trace.result) == RESULTS[name]
    checked(d)
    assert all(is_given(c.relation, d.statement) for c in d.assumed)


@pytest.mark.parametrize("route", [route for route in ROUTES if route != "chain"])
@pytest.mark.parametrize("name", names())
def test_every_route_leads_to_the_same_or_refuses(name: str, route: str) -> None:
    if route not in ROUTES_OF[name]:
        with pytest.raises(Refused, match=f"route {route} "):
            sd.derive(load(name), route=route)
        return
    first, d = sd.derive(load(name)), sd.derive(load(name), route=route)
    sizes = SMALLER if "linear" in name else SIZES
    checked(d, sizes)
    same = Step("same", "", first.trace.result, d.trace.result, (*first.assumed, *d.assumed))
    verdict = check_step(same, d.statement, sizes)
    assert verdict.status != "refuted", verdict
    assert verdict.reason.startswith("checked"), verdict


@pytest.mark.parametrize(("name", "wrt", "result"), MORE)
def test_other_derivatives_of_it(name: str, wrt: Any, result: str) -> None:
    d = sd.derive(load(name), wrt=wrt)
    assert plain(d.trace.result) == result
    checked(d, SMALLER if "linear" in name else SIZES)


def checked(d: sd.Derivation, sizes: Mapping[str, int] = SIZES) -> None:
    """Every step holds exactly at all sizes up to those given."""
    verdicts = check_trace(d.trace, d.statement, sizes)
    for verdict, (number, step) in zip(verdicts, d.trace.walk(), strict=True):
        line = f"{d.problem.name} {number} [{step.rule}] {plain(step.after)}: {verdict}"
        assert verdict.status != "refuted", line
        assert verdict.reason.startswith("checked"), line


@pytest.mark.parametrize("name", names())
def test_its_code_agrees_with_derivatives_taken_numerically(name: str) -> None:
    assert sd.gradcheck(sd.derive(load(name))), name


@pytest.mark.parametrize("name", ["softmax", "log-softmax"])
def test_a_jacobian_has_the_index_of_the_value_first(name: str) -> None:
    """d value_j / d z_i stands at [j, i]; that of log-softmax, delta_ij - p_i, differs from its transpose."""
    d = sd.derive(load(name))
    point, step = np.array([1.2, 0.9, 0.4]), 1e-6
    value = sd.value_and_grad(load(name))
    jacobian = d.lambdify()(point)
    for i in range(3):
        moved = point + step * (np.arange(3) == i)
        column = (value(moved)[0] - value(point)[0]) / step
        assert jacobian[:, i] == pytest.approx(column, abs=1e-5)
    assert np.array_equal(value(point)[1], jacobian)
    assert np.array_equal(d.lambdify()(np.stack([point, -point]))[0], jacobian)
    assert np.allclose(jacobian, jacobian.T) == (name == "softmax")


@pytest.mark.parametrize("suffix", [".md", ".github.md"])
def test_the_notes_of_a_jacobian_have_its_axes_the_right_way_round(suffix: str) -> None:
    """With p = (0.4566, 0.3383, 0.2052): d log p_1 / d z_2 is -p_2, and d log p_2 / d z_1 is -p_1."""
    text = (ROOT / "outputs" / f"log-softmax{suffix}").read_text()
    assert "\\frac{\\partial L_j}{\\partial z_i} = \\delta_{ij} - p_i" in text
    assert "\\frac{\\partial L_1}{\\partial z_2} = -0.3383" in text
    assert "\\frac{\\partial L_2}{\\partial z_1} = -0.4566" in text
    assert "# [[ 0.5434 -0.3383 -0.2052]\n#  [-0.4566  0.6617 -0.2052]" in text


CLAIMS = [(name, claim) for name in names() for claim in load(name).claims if isinstance(claim, Claim)]


@pytest.mark.parametrize(("name", "claim"), CLAIMS, ids=[f"{name}: {claim.text}" for name, claim in CLAIMS])
def test_a_claim_gets_the_verdict_that_its_kind_promises(name: str, claim: Claim) -> None:
    found = judged(load(name), claim)
    if not isinstance(claim, Mistake):
        assert found.verdict.status == "proved", str(found.verdict)
        return
    assert found.verdict.status == "refuted", str(found.verdict)
    assert found.verdict.counterexample is not None
    assert found.verdict.counterexample.check()
    assert claim.instead is None or (found.instead is not None and found.instead.status == "proved"), claim.instead


@pytest.mark.parametrize("name", names())
def test_it_has_claims_of_both_kinds(name: str) -> None:
    kinds = {type(claim) for claim in load(name).claims}
    assert {Claim, Mistake} <= kinds
    words = [claim.text for claim in load(name).claims]
    assert len(set(words)) == len(words)


WITHOUT = {  # the gradient claimed, less what it is where the labels need not add up to 1
    "softmax-cross-entropy": "p[i]*(sum(y[k], k=1..K) - 1)",
    "softmax-cross-entropy-batch": "p[m, i]*(sum(y[m, k], k=1..K) - 1)/N",
    "temperature": "p[i]*(sum(y[k], k=1..K) - 1)/T",
}


@pytest.mark.parametrize("name", WITHOUT)
def test_without_its_assumption_the_gradient_is_another(name: str) -> None:
    problem = load(name)
    ((fact, weaker),) = judged(problem, next(c for c in problem.claims if isinstance(c, Claim))).without
    assert fact in problem.statement.facts
    assert weaker.status == "refuted"
    assert plain(weaker.residual_term) == WITHOUT[name]


def test_the_story_of_l2() -> None:
    """Source A's second loss: refuted as printed, right where softmax is held, and right in the sum."""
    problem = load("source-a-l2")
    held = next(c for c in problem.claims if isinstance(c, Mistake))
    verdict = judged(problem, held).verdict
    assert plain(verdict.residual_term) == "p[i]*(a[i] - sum(a[k]*p[k], k=1..K))"
    counterexample = verdict.counterexample
    assert counterexample is not None
    k, i = symbols("K i")
    assert (counterexample.sizes, counterexample.indices) == ({k: 2}, {i: 1})
    assert {str(name): values for name, values in counterexample.values.items()} == {"a": (0, 1), "q": (1, 0)}
    assert verdict.coincidences == ({k: 1},)


SOURCES = ("source-a", "source-a-zero-term", "source-a-l2", "source-b", "source-c", "source-d", "source-e")
WRONG = {  # the lines of printed derivations that do not follow, counted from 1
    "Source A adds a gradient that is 0 to that of cross-entropy": (8,),
    "Source A differentiates L": (8,),
    "Source C (5): the chain rule": (2,),
    "Source C (6): the derivative by a probability": (3,),
    "Source C (9): the gradient, as printed": (2, 3),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_told_line_by_line(name: str) -> None:
    """Every line is proved but those known to be wrong; these are refuted, and what should stand there is proved."""
    for read in judgement(load(name)).passages:
        wrong = WRONG.get(read.title, ())
        found = {n: v.status for n, v in enumerate(read.links, 2)}
        assert found == {n: "refuted" if n in wrong else "proved" for n in found}, read.title
        assert all(read.reasons), read.title
        mended = [read.instead[n - 2] for n in wrong]
        assert all(v.status == "proved" for v in mended if v is not None)


def test_every_mistake_in_print_is_told_once() -> None:
    titles = [p.text for name in SOURCES for p in load(name).claims if not isinstance(p, Claim)]
    assert len(set(titles)) == len(titles)
    assert set(WRONG) <= set(titles)


def test_source_a_is_wrong_in_one_line_of_each_passage() -> None:
    zero_term, *mended = judgement(load("source-a-zero-term")).passages
    (gradient,) = judgement(load("source-a-l2")).passages
    assert [read.outcome for read in (zero_term, gradient)] == ["wrong at line 8", "wrong at line 8"]
    assert [read.outcome for read in mended] == ["every line proved"] * 2
    # the true line, which the source does not print, stands beside the wrong one
    true = zero_term.instead[6]
    assert true is not None
    assert plain(true.claim.right).startswith("sum((p[k] - q[k])*(da[k]/da[i]), k=1..K) + ")
    repair = gradient.repairs[6]
    assert repair is not None
    assert repair.correction is not None


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_goes_by_its_own_route_in_its_own_letters(name: str) -> None:
    problem = load(name)
    assert problem.route in ROUTES_OF[name] - {"chain"}
    assert problem.notation == name.split("-")[1].upper()


def test_source_a_checked_in_numbers() -> None:
    """Both checks that source A announces: its heading 4 agrees; L1 and L2 do so only where softmax is held."""
    agree = {}
    for name in ("source-a-l2", "source-a-l2-held"):
        for claim in load(name).claims:
            if isinstance(claim, Claim) and claim.numeric:
                found = judged(load(name), claim)
                assert found.numbers is not None
                agree[name, claim.text] = found.numbers.agree
                assert found.numbers.agree == (not isinstance(claim, Mistake))
    assert len(agree) == 11


def test_source_a_worked_with_the_numbers_of_its_example() -> None:
    """Of the two losses each has its own gradient; that of L2 with softmax held is that of L1."""
    problem = load("source-a-l2")
    cross_entropy, own = "\\left(-0.5434,\\ 0.3383,\\ 0.2052\\right)", "\\left(-0.4221,\\ 0.3266,\\ 0.0955\\right)"
    found = {c.claim.text: c.numbers.at for c in judgement(problem, problem.examples[0].values).claims if c.numbers}
    assert found["Of the extra terms only the sum vanishes (source A, check 4, as we read its garbled heading)"] == (
        "0.0000",
        "0.0000",
    )
    held = "With p held, the gradient is that of cross-entropy (source A, check 5)"
    assert found[held] == (cross_entropy, cross_entropy)
    assert found["L and cross-entropy have one gradient"] == (own, cross_entropy)


@pytest.mark.parametrize("name", names())
def test_it_has_a_title_and_examples(name: str) -> None:
    problem = load(name)
    assert problem.title
    assert problem.examples


@pytest.mark.parametrize("name", names())
def test_examples_fit_the_shapes_and_the_facts(name: str) -> None:
    problem = load(name)
    scope, facts = problem.statement.scope, problem.statement.facts
    for example in problem.examples:
        sizes: dict[Term, int] = {}
        for array, values in example.values.items():
            own = scope.shapes.get(array, ())
            assert np.ndim(values) == len(own)
            assert all(sizes.setdefault(size, n) == n for size, n in zip(own, np.shape(values), strict=True))
        assert all(_holds(fact.relation, example.values) for fact in facts)


def _holds(relation: Relation, values: Mapping[str, Any]) -> bool:
    """Whether numbers satisfy a fact of one of the kinds that the zoo has."""
    match relation:
        case Relation("=", Big(_, _, Entry(array, _)), right) if right is ONE:
            return bool(np.allclose(np.sum(values[array], axis=-1), 1))
        case Relation("=", Entry(array, _), Delta()):
            rows = np.sort(np.asarray(values[array]), axis=-1)
            return bool(np.all(rows[..., :-1] == 0) and np.all(rows[..., -1] == 1))
        case Relation(">", Entry(name, _) | Symbol(name), right) if right is ZERO:
            return bool(np.all(np.asarray(values[name]) > 0))
    raise AssertionError(f"a new kind of fact: {relation}")
