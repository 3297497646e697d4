"""A constant added to the variable: what changes is decided, and each line that shows it as well."""

from __future__ import annotations

import pytest
from matter.losses import K, T, barrier, brier, i, k, log_likelihood, p, ridge, springs, twin, x, y, z
from sympy import Derivative, Sum, exp, log

import symderiv as sd
from symderiv.matter.shifts import DEFINED, DERIVED, NO_ARRAY, addends, shifts
from symderiv.printing.plain import plain
from symderiv.report.elements import Absent
from symderiv.report.stability import Shift, Shifts
from symderiv.terms import Symbol, neg, plus, quo, times

OF_SOFTMAX = ("softmax-cross-entropy", "kl-divergence", "temperature", "entropy", "label-smoothing")
FOUR = ["exp-sum", "pull-out", "cancel", "fold"]


def made(problem: sd.Problem) -> Shifts:
    found = shifts(sd.derive(problem))
    assert not isinstance(found, Absent), found.why
    for part in found.parts:
        assert all(line.verdict.status == "proved" for line in part.lines)
        assert (part.change is not None) >= bool(part.lines)
    return found


def change(part: Shift) -> str | None:
    return None if part.change is None else plain(part.change)


@pytest.mark.parametrize(
    "name", ["softmax-cross-entropy", "kl-divergence", "temperature", "entropy", "label-smoothing"]
)
def test_nothing_changes_for_losses_of_a_softmax(name: str) -> None:
    first, last = made(sd.load(name)).parts
    assert [line.rule for line in first.lines] == FOUR
    assert first.verdict.status == last.verdict.status == "proved"
    assert change(first) == change(last) == "0"
    assert last.lines == ()
    assert last.through == ("p",)


def test_the_lines_of_softmax() -> None:
    (p,) = made(sd.load("softmax")).parts
    assert plain(p.start) == "exp(z[k] + c)/sum(exp(z[m] + c), m=1..K)"
    assert [plain(line.term) for line in p.lines] == [
        "exp(c)*exp(z[k])/sum(exp(c)*exp(z[m]), m=1..K)",
        "exp(c)*exp(z[k])/(exp(c)*sum(exp(z[m]), m=1..K))",
        "exp(z[k])/sum(exp(z[m]), m=1..K)",
        "p[k]",
    ]


def test_log_sum_exp_changes_by_the_constant() -> None:
    _, value = made(sd.load("logsumexp")).parts
    assert value.verdict.status == "refuted"
    assert change(value) == "c"
    assert plain(value.lines[-1].term) == "c + log(sum(exp(z[k]), k=1..K))"


def test_a_change_of_one_name_is_used_for_the_next() -> None:
    """A constant for each feature adds one to all scores of a sample, which its softmax does not feel."""
    layer, share, loss = made(sd.load("linear-softmax-cross-entropy")).parts
    assert change(layer) == "sum(x[n, d]*v[d], d=1..D)"
    assert plain(share.start).startswith("exp(z[n, k] + sum(")
    assert [line.rule for line in share.lines] == FOUR
    assert loss.through == ("p",)


def test_rows_have_constants_of_their_own() -> None:
    found = made(sd.load("softmax-cross-entropy-batch"))
    assert plain(found.shifted) == "z[m, i] + c[m]"
    assert [change(p) for p in found.parts] == ["0", "0"]


@pytest.mark.parametrize("problem", [ridge(), barrier(), sd.load("mean-squared-error")], ids=lambda p: p.name)
def test_what_changes_with_the_variable_has_no_lines(problem: sd.Problem) -> None:
    (value,) = made(problem).parts
    assert value.verdict.status == "refuted"
    assert value.verdict.counterexample is not None
    assert value.change is None
    assert value.lines == ()


def test_losses_of_ones_own() -> None:
    assert [change(p) for p in made(brier()).parts] == ["0", "0"]
    assert [change(p) for p in made(log_likelihood()).parts] == ["0", "0"]
    (spring,) = made(springs()).parts
    assert [line.reason for line in spring.lines] == ["The constants cancel."]
    _, weighted = made(sd.load("source-a-l2")).parts
    assert change(weighted) == "c*(1 - sum(q[j], j=1..K))"


def test_a_twin_whose_letters_clash() -> None:
    found = made(twin())
    assert found.constant not in ("c", "v", "y", "n", "m", "k", "N")
    share, loss = found.parts
    assert [line.rule for line in share.lines] == FOUR
    assert loss.through == ("v",)


def test_where_there_is_none() -> None:
    assert shifts(sd.derive(sd.load("temperature"), T)) == Absent(NO_ARRAY)
    softmax = sd.load("softmax-cross-entropy")
    assert shifts(sd.derive(softmax, p[i])) == Absent(DEFINED)
    inner = sd.Problem("inner", Sum(Derivative(exp(x[k] * y[k]), y[k]), (k, 1, K)), x[i])
    assert shifts(sd.derive(inner)) == Absent(DERIVED)


def test_every_printed_term_is_listed() -> None:
    found = made(sd.load("softmax"))
    assert {line.term for p in found.parts for line in p.lines} <= set(found.terms())
    free = sd.Problem("free", log(Sum(exp(z[k]), (k, 1, K))), z[i])
    assert Symbol("c") in set(made(free).terms())


def test_what_an_exponent_is_the_sum_of() -> None:
    a, b, t = map(Symbol, "abt")
    assert [plain(u) for u in addends(neg(quo(plus(a, b), t)))] == ["-a/t", "-b/t"]
    assert [plain(u) for u in addends(times(a, b))] == ["a*b"]
