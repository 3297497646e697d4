"""Which figures a problem gets, and that what they show is so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from report.problems import labelled, tempered

import symderiv as sd
from symderiv.claims import Claim, Mistake
from symderiv.deciding import judgement
from symderiv.printing.notation import DEFAULT
from symderiv.report.figures import at_range, chosen, in_steps, jacobian, landscape, price, style
from symderiv.report.figures.cost import Cost
from symderiv.report.figures.drawn import Drawn
from symderiv.report.figures.heat import Heat
from symderiv.report.figures.overflow import Overflow
from symderiv.report.figures.setting import Setting, only_through
from symderiv.report.figures.simplex import Landscape
from symderiv.report.figures.steps import Errors
from symderiv.report.inputs import simple_input
from symderiv.report.language import language, languages
from symderiv.report.page import settled, value_name
from symderiv.report.voice import Voice

DRAWN = {
    jacobian: "heat",
    landscape: "simplex",
    in_steps: "errors",
    at_range: "overflow",
    price: "cost",
}


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The data of every figure by the name of what draws it; nothing is drawn."""
    found: dict[str, Any] = {}
    for module, name in DRAWN.items():
        monkeypatch.setattr(module, name, lambda data, formats, name=name: found.update({name: data}) or {"svg": b""})
    return found


def figures(problem: sd.Problem, decided: bool = False) -> tuple[Drawn, ...]:
    inputs = [e.values for e in problem.examples] or [simple_input(problem.statement)]
    examples = [i for i in inputs if i is not None]
    judged = judgement(problem) if decided else chosen.NOTHING_CLAIMED
    return chosen.figures_of(sd.derive(problem).subject, examples, judged)


def setting(problem: sd.Problem) -> Setting:
    subject = sd.derive(problem).subject
    return Setting(subject, tuple(e.values for e in problem.examples), chosen.NOTHING_CLAIMED,
                   value_name(subject.statement), settled(subject, DEFAULT))  # fmt: skip


def named(value: str, wrt: str, where: str = "", given: str = "", **examples: Any) -> sd.Problem:
    problem = sd.Problem.from_text(value, wrt, where or (), given or (), name="told")
    return replace(problem, **problem.source, examples=(sd.Example("An example.", examples),) if examples else ())


ALL = ("jacobian", "simplex", "gradient-check", "overflow", "cost")
GETS = {
    "softmax-cross-entropy": ALL,
    "entropy": ALL,
    "kl-divergence": ALL,
    "softmax": ("jacobian",),
    "log-softmax": ("jacobian",),
    "logsumexp": ("gradient-check", "overflow"),
    "mean-squared-error": ("gradient-check",),
    "sigmoid-binary-cross-entropy": ("jacobian", "gradient-check", "overflow", "cost"),
    "softmax-cross-entropy-batch": ("gradient-check", "overflow"),
    "source-a-l2": ("jacobian", "gradient-check", "overflow"),
}


@pytest.mark.parametrize("name", GETS)
def test_the_zoo_gets_the_figures_that_apply(name: str, data: dict[str, Any]) -> None:
    assert tuple(f.name for f in figures(sd.load(name))) == GETS[name]


def twin() -> sd.Problem:
    """The flagship in letters that clash: the size J, the sum over i, the variable's index k, logits called p."""
    return named("-sum(t[i]*log(q[i]), i=1..J)", "p[k]", "q[i] = exp(p[i])/sum(exp(p[k]), k=1..J)",
                 "sum(t[j], j=1..J) = 1", p=(1.2, 0.9, 0.4), t=(1.0, 0.0, 0.0))  # fmt: skip


def test_a_renamed_twin_gets_the_same_pictures(data: dict[str, Any]) -> None:
    assert tuple(f.name for f in figures(twin())) == ALL
    theirs = dict(data)
    figures(sd.load("softmax-cross-entropy"))
    assert theirs["heat"].rows == data["heat"].rows
    assert theirs["simplex"].values == data["simplex"].values
    assert theirs["simplex"].flow == data["simplex"].flow
    assert theirs["errors"].ways == data["errors"].ways
    assert theirs["cost"].product == data["cost"].product
    assert data["cost"].timed
    assert not theirs["cost"].timed  # measured were the other formulas
    assert theirs["simplex"].corners == ("q_1", "q_2", "q_3")
    assert theirs["cost"].size == "J"


def test_a_map_holds_the_numbers_of_the_jacobian(data: dict[str, Any]) -> None:
    figures(sd.load("softmax-cross-entropy"))
    found: Heat = data["heat"]
    e = np.exp([1.2, 0.9, 0.4])
    p = e / e.sum()
    assert np.allclose(found.rows, np.diag(p) - np.outer(p, p), rtol=1e-14)
    assert (found.down, found.across) == ("k", "i")


def test_a_rectangular_map_has_its_axes_the_right_way_round(data: dict[str, Any]) -> None:
    problem = named("-sum(p[n]**2, n=1..N)", "w[d]", "p[n] = sum(x[n, d]*w[d], d=1..D)",
                    w=(1.0, 2.0), x=((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)))  # fmt: skip
    assert [f.name for f in figures(problem)] == ["jacobian", "gradient-check"]
    assert data["heat"].rows == ((1, 2), (3, 4), (5, 6))


def test_a_size_that_does_not_fit_gets_no_map(data: dict[str, Any]) -> None:
    for many in (1, 9):
        found = figures(replace_example(sd.load("softmax"), z=tuple(range(many))))
        assert "jacobian" not in [f.name for f in found]


def replace_example(problem: sd.Problem, **values: Any) -> sd.Problem:
    return replace(problem, **problem.source, examples=(sd.Example("Other numbers.", values),))


def test_errors_fall_as_theory_says_and_a_mistake_stays_apart(data: dict[str, Any]) -> None:
    found = figures(sd.load("softmax-cross-entropy"), decided=True)
    errors: Errors = data["errors"]
    at = dict(
        zip(errors.steps, zip(*(errors.ways[w] for w in ("forward", "central", "complex")), strict=True), strict=True)
    )
    coarse, fine = at[2.0**-4], at[2.0**-8]
    assert coarse[0] / fine[0] == pytest.approx(16, rel=0.05)  # of first order
    assert coarse[1] / fine[1] == pytest.approx(256, rel=0.05)  # of second order
    assert coarse[2] / fine[2] == pytest.approx(256, rel=0.05)
    assert max(errors.ways["complex"][-10:]) < 1e-15
    assert min(errors.ways["forward"][-3:]) > 1e-4
    assert errors.mistake == "y_i - p_i"
    assert errors.wrong[:-2] == pytest.approx([2.0] * (len(errors.steps) - 2), rel=0.02)
    told = next(f for f in found if f.name == "gradient-check").caption
    assert any(s.parts.get("claimed") == "y_i - p_i" for s in told)


def test_the_mistake_drawn_is_the_first_refuted_one_about_this_derivative(data: dict[str, Any]) -> None:
    problem = sd.load("softmax-cross-entropy")
    claims = (
        Claim("True", "dL/dz[i] = p[i] - y[i]"),
        Mistake("True as well", "dL/dz[i] = -y[i] + p[i]"),
        Mistake("About another derivative", "dL/dp[j] = -sum(y[k]/p[k], k=1..K)"),
        Mistake("With a letter of its own", "dL/dz[i] = p[j] - y[i]"),
        Mistake("With a derivative", "dL/dz[i] = -y[i]/p[i]*dp[i]/dz[i]"),
        Mistake("In another letter", "dL/dz[m] = p[m] - 1"),
    )
    figures(replace(problem, **problem.source, claims=claims), decided=True)
    assert data["errors"].mistake == "p_m - 1"


def test_a_stopped_gradient_is_held_while_the_variable_moves(data: dict[str, Any]) -> None:
    figures(sd.load("source-a-l2-held"))
    assert max(data["errors"].ways["central"][:8]) < 1e-11  # linear then: exact but for rounding


@pytest.mark.parametrize("problem", [tempered(), labelled()], ids=lambda p: p.name)
def test_batches_and_class_numbers_are_checked_too(problem: sd.Problem, data: dict[str, Any]) -> None:
    assert "gradient-check" in [f.name for f in figures(problem)]
    assert min(data["errors"].ways["complex"]) < 1e-14


def test_the_landscape_is_the_loss_over_its_probabilities(data: dict[str, Any]) -> None:
    figures(sd.load("softmax-cross-entropy"))
    found: Landscape = data["simplex"]
    assert np.allclose(found.values, [-np.log(p[0]) for p in found.points], atol=1e-4)
    assert np.allclose(np.sum(found.points, axis=1), 1, atol=1e-5)
    assert {n for t in found.triangles for n in t} == set(range(len(found.points)))
    for p, velocity in found.flow:
        step = np.array(p) - (1.0, 0.0, 0.0)
        expected = -(np.diag(p) - np.outer(p, p)) @ step
        assert np.allclose(velocity, expected, atol=1e-5)


def test_the_triangles_cover_the_grid_once() -> None:
    corners = landscape._grid(5)
    area = sum(abs(np.linalg.det(np.stack([corners[n] for n in t]))) for t in landscape._triangles(5))
    rim = corners[[0, 5, 20]]
    assert area == pytest.approx(abs(np.linalg.det(rim)))


@pytest.mark.parametrize(
    "value", ["-sum(y[k]*log(p[k]), k=1..K) + sum(z[k]**2, k=1..K)", "sum(y[k]*p[k]*z[k], k=1..K)"]
)
def test_a_loss_that_sees_more_than_the_probabilities_has_no_landscape(value: str, data: dict[str, Any]) -> None:
    problem = named(value, "z[i]", "p[k] = softmax(z, k)", z=(1.0, 2.0, 3.0), y=(1.0, 0.0, 0.0))
    names = [f.name for f in figures(problem)]
    assert "simplex" not in names
    assert "cost" not in names


def test_only_what_adds_up_to_1_is_a_simplex(data: dict[str, Any]) -> None:
    odds = named("sum(y[k]*p[k], k=1..K)", "z[i]", "p[k] = exp(z[k])/(1 + sum(exp(z[j]), j=1..K))",
                 z=(1.0, 2.0, 3.0), y=(1.0, 0.0, 0.0))  # fmt: skip
    names = [f.name for f in figures(odds)]
    assert "simplex" not in names
    assert "jacobian" in names


def test_a_landscape_is_stretched_until_it_reaches_the_corners(data: dict[str, Any]) -> None:
    problem = named("sum((p[k] - y[k])**2, k=1..K)", "z[i]", "p[k] = exp(2*z[k])/sum(exp(2*z[j]), j=1..K)",
                    z=(1.0, 0.5, 0.2), y=(1.0, 0.0, 0.0))  # fmt: skip
    assert "simplex" in [f.name for f in figures(problem)]
    reached = np.array(data["simplex"].points)
    assert reached.min() < 0.01  # stretched so that the whole triangle is reached
    assert reached.max() > 0.97


def test_where_something_is_stopped_no_arrows_are_drawn(data: dict[str, Any]) -> None:
    value = "-sum(stop_gradient(p[k])*y[k]*log(p[k]), k=1..K)"
    names = [
        f.name for f in figures(named(value, "z[i]", "p[k] = softmax(z, k)", z=(1.0, 2.0, 3.0), y=(1.0, 2.0, 3.0)))
    ]
    assert "simplex" not in names
    assert "gradient-check" in names


def test_the_arrows_lead_down(data: dict[str, Any]) -> None:
    """A little further along each arrow the loss is less, for a loss that is not convex in p."""
    figures(sd.load("entropy"))
    for p, velocity in data["simplex"].flow:
        there = np.array(p) + 1e-3 * np.array(velocity)
        assert -np.sum(there * np.log(there)) <= -np.sum(np.array(p) * np.log(p)) + 1e-9


def test_the_dependence_is_followed_through_definitions() -> None:
    d = sd.derive(sd.load("entropy"))
    assert only_through(d.statement, "p", "z")
    assert only_through(d.statement, "H", "z")
    assert not only_through(d.statement, "z", "z")
    assert not only_through(sd.derive(sd.load("source-a-l2")).statement, "p", "a")


def test_where_the_definition_overflows_the_code_does_not(data: dict[str, Any]) -> None:
    figures(sd.load("sigmoid-binary-cross-entropy"))
    found: Overflow = data["overflow"]
    assert abs(found.edge) == pytest.approx(np.log(np.finfo(float).max), abs=0.06)
    for x, value in zip(found.at, found.defined, strict=True):
        assert (value is None) == (abs(x) > abs(found.edge))
    assert np.all(np.isfinite(found.code))
    assert np.ptp(found.code) > 1
    both = [(c, v) for c, v in zip(found.code, found.defined, strict=True) if v is not None]
    assert all(c == pytest.approx(v) for c, v in both)


def test_a_value_without_exponentials_has_no_edge(data: dict[str, Any]) -> None:
    assert "overflow" not in [f.name for f in figures(sd.load("mean-squared-error"))]


def test_the_price_is_counted_and_timed_where_it_was_measured(data: dict[str, Any]) -> None:
    found = figures(sd.load("softmax-cross-entropy"))
    cost: Cost = data["cost"]
    assert cost.direct == tuple(4 * n - 1 for n in cost.sizes)
    assert cost.product == tuple(4 * n**2 + 3 * n - 1 for n in cost.sizes)
    assert len(cost.timed) == len(cost.direct_times) == len(cost.product_times) > 3
    assert found[-1].caption[0].parts["product"] == "4 K^{2} + 3 K - 1"
    assert len(found[-1].caption) == 2


def test_captions_fill_their_places_and_hold_no_formula_in_the_text_for_the_blind(data: dict[str, Any]) -> None:
    for name in sd.names():
        for f in figures(sd.load(name)):
            for said in (f.alt, *f.caption):
                assert set(re.findall(r"\{(\w+)\}", said.sentence)) == set(said.parts)
                assert said.sentence.endswith(".")
            assert not any("\\" in text for text in f.alt.parts.values())


def test_without_matplotlib_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "find_spec", lambda _: None)
    assert figures(sd.load("softmax")) == ()
    assert style.LEFT_OUT == "They were left out: matplotlib is not installed; pip install 'symderiv[plots]'."


def test_the_same_problem_gives_the_same_bytes() -> None:
    problem = sd.load("sigmoid-binary-cross-entropy")
    subject, examples = sd.derive(problem).subject, [e.values for e in problem.examples]
    made: list[Mapping[str, Mapping[str, bytes]]] = [
        {f.name: f.files for f in chosen.figures_of(subject, examples, formats=("svg", "pdf"))} for _ in range(2)
    ]
    assert made[0] == made[1]
    assert all(set(files) == {"svg", "pdf"} for files in made[0].values())


def test_every_sentence_is_there_in_every_language(data: dict[str, Any]) -> None:
    """Said by a voice: places filled, nothing left in English."""
    for code in languages():
        voice = Voice(language(code), {})
        for name in sd.names():
            for f in figures(sd.load(name), decided=name == "softmax-cross-entropy"):
                for said in (f.alt, *f.caption):
                    line = voice.say(said.sentence, **said.parts)
                    assert not any("{" in r.text for r in line if r.kind == "text")
        voice.words(style.LEFT_OUT)
        assert not voice.untranslated
