"""The tables of generated NumPy: everyone agrees before anyone is timed. Times themselves are never tested."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symderiv as sd
from benchmarks import contest, lowered, numpy_speed, with_numpy
from benchmarks.contest import Way, agree
from benchmarks.numpy_speed import INTO, OURS, SUBTRACT, TARGETS, TEXTBOOK, TORCH, UNIT, judged

TINY = {
    "softmax Jacobian": ((1, 4), (2, 3)),
    "linear layer, dW": ((3, 4, 2),),
    "binary cross-entropy": ((2, 3),),
    "entropy": ((2, 3),),
}


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "LEAST_ROUNDS", 1)
    monkeypatch.setattr(contest, "SAMPLE", 0.0)


def test_every_table_has_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numpy_speed, "SHAPES", ((1, 3), (3, 70)))
    monkeypatch.setattr(numpy_speed, "MEANS", ((2, 3),))
    monkeypatch.setattr(numpy_speed, "OTHERS", TINY)
    monkeypatch.setattr(numpy_speed, "CLASSES", (3,))
    monkeypatch.setattr(numpy_speed, "RIVALS", {})  # compiling takes them long
    sections = list(numpy_speed.sections(0.0))
    found = {title.split(":")[0]: (head, rows) for title, head, rows, _ in sections}
    assert f"numpy {np.__version__}" in sections[0][3]
    head, rows = found["Loss and gradient, float32"]
    assert head == ("who", "1x3", "3x70")
    assert {row[0] for row in rows} >= {TEXTBOOK, "best NumPy by hand", OURS, SUBTRACT}
    assert all(float(cell) > 0 for row in rows for cell in row[1:])
    assert [
        name for name in ("Mean cross-entropy", "Linear layer, dW", "Entropy", "Growth", "Lowering") if name in found
    ]
    assert len(found["Targets"][1]) == sum(len(t[2]) for t in TARGETS)
    assert all(len(row) == len(head) for head, rows in found.values() for row in rows)


@pytest.mark.parametrize("library", list(numpy_speed.RIVALS))
@pytest.mark.parametrize("question", list(lowered.QUESTIONS))
def test_everyone_installed_comes_to_our_answer(
    library: str, question: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = pytest.importorskip(library)
    if library == "jax":
        before = module.config.jax_enable_x64
        request.addfinalizer(lambda: module.config.update("jax_enable_x64", before))
    monkeypatch.setattr(numpy_speed, "RIVALS", {library: numpy_speed.RIVALS[library]})
    shape = TINY.get(question, ((2, 3),))[0]
    found = numpy_speed.entrants(question, shape, "float64", lowered.functions(question))
    assert any(name.startswith(library) for name in found)
    assert OURS in found


def test_a_wrong_answer_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numpy_speed, "RIVALS", {})
    with pytest.raises(AssertionError, match="symderiv, entropy 2x3 float64 is off by"):
        numpy_speed.entrants(
            "entropy", (2, 3), "float64", {"symderiv": Turned(lowered.functions("entropy")["symderiv"])}
        )
    with pytest.raises(AssertionError, match="shape"):
        agree("short", np.zeros(2), np.zeros(3))
    with pytest.raises(AssertionError, match="off by nan"):
        agree("lost", np.array([np.nan]), np.ones(1))


class Turned:
    """A gradient with its sign turned."""

    def __init__(self, function: Any) -> None:
        self.function, self.args = function, function.args

    def __call__(self, *arrays: Any) -> Any:
        value, gradient = self.function(*arrays)
        return value, -gradient


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", [(1, 3), (5, 3), (400, 100)])
def test_numpy_by_hand_shifts_rows_apart_where_one_shift_loses_some(shape: tuple[int, int], dtype: str) -> None:
    """What we are compared with is right, too: also where the logits of two rows are 10000 apart."""
    z, y = lowered.QUESTIONS["cross-entropy"].arrays(shape, dtype)
    z[-1] += 10000
    loss, g = np.empty(len(z), dtype), np.empty_like(z)
    with np.errstate(over="ignore"):
        found = with_numpy.by_hand(z, y, loss, g)
    agree("by hand", found, with_numpy.cross_entropy(z.astype(float), y.astype(float)))


def test_a_target_is_met_at_every_shape_or_missed() -> None:
    cells = {("float64", s): {INTO: 2.0, UNIT: 1.0, TORCH: 4.0} for s in numpy_speed.LARGE}
    cells["float32", (32, 50257)] = {INTO: 2.9, UNIT: 1.0, TORCH: 3.0}
    verdicts = {row[:2]: row[3] for row in judged(cells)}
    into_torch, into_unit = (f"{INTO} / {TORCH}: at most 0.8", f"{INTO} / {UNIT}: at most 3.0, better 2.2")
    assert verdicts[into_torch, "float64"] == "met"
    assert verdicts[into_unit, "float64"] == "better"
    assert verdicts[into_unit, "float32"] == "met"
    assert verdicts[into_torch, "float32"] == "missed at 32x50257"
    assert verdicts[f"{OURS} / {TEXTBOOK}: at most 0.2", "float64"] == "not measured"


def test_ways_are_set_up_before_they_run() -> None:
    log: list[str] = []
    found = contest.contest({"a": Way(lambda: log.append("run"), lambda: log.append("set up")), "b": Way(int)}, 0.0)
    assert set(found) == {"a", "b"}
    assert log[:4] == ["set up", "run", "set up", "run"]
    assert min(found.values()) > 0


def test_the_questions_are_asked_in_letters_of_their_own() -> None:
    """Nothing may key on the names of the zoo."""

    for question in lowered.QUESTIONS.values():
        own = set(sd.Problem(**question.state("")).statement.scope.shapes)
        assert not own & {"z", "y", "p", "sigma"}
