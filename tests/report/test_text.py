"""Plain text for terminals."""

from __future__ import annotations

import pytest
from report.problems import tempered

import symderiv as sd
from symderiv.engine.derive import derive_statement
from symderiv.report.subject import Subject
from symderiv.report.text import text


def test_the_flagship() -> None:
    statement = sd.load("softmax-cross-entropy").statement
    derived = derive_statement(statement)
    lines = text(Subject("A title", statement, derived.trace)).splitlines()
    assert lines[0] == "A title"
    assert "value   -sum(y[k]*log(p[k]), k=1..K)" in lines
    assert "where   p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)" in lines
    assert "given   sum(y[k], k=1..K) = 1" in lines
    assert "1     = -sum(d/dz[i] (y[k]*log(p[k])), k=1..K)" in lines
    assert "    lemma dp[k]/dz[i] = p[k]*(delta(i, k) - p[i])" in lines
    assert any(line.strip().startswith("case k != i: ") for line in lines)
    assert any("needs p[k] != 0: p is a quotient of positive terms" in line for line in lines)
    assert lines[-1] == "result  p[i] - y[i]"


def test_what_is_assumed_is_not_called_given() -> None:
    derivation = sd.derive(tempered())
    lines = text(Subject("A title", derivation.statement, derivation.trace)).splitlines()
    assert any(line.endswith("needs T != 0: assumed") for line in lines)
    assert any(line.endswith(" = 1: given") for line in lines)


def test_what_the_result_divides_by_is_said() -> None:
    derivation = sd.derive(sd.Problem.from_text("sum(a[k]/sum(w[k, m]*x[m], m=1..M), k=1..K)", "x[i]", name="a"))
    lines = text(Subject("A title", derivation.statement, derivation.trace)).splitlines()
    assert lines[-1] == "if      sum(w[k, m]*x[m], m=1..M) != 0"


def test_levels_of_detail() -> None:
    derivation = sd.derive(sd.load("softmax-cross-entropy"))
    subject = Subject("A title", derivation.statement, derivation.trace)
    full, normal, brief = (text(subject, level) for level in ("full", "normal", "brief"))
    assert text(subject) == full
    assert "1-3   = -sum(y[k]*(1/p[k])*(dp[k]/dz[i]), k=1..K)\n        [linearity, constant-factor, log]" in brief
    assert "    lemma dp[k]/dz[i] = p[k]*(delta(i, k) - p[i])" in brief
    assert "4.1" not in brief
    assert "needs" not in brief
    assert "\n    4.1   = " in normal
    assert "[distribute, split-sum, pull-out, sift] Carry out the sums." in normal
    assert all(shown.splitlines()[-1] == "result  p[i] - y[i]" for shown in (full, normal, brief))
    with pytest.raises(sd.InputError, match="no level of detail"):
        text(subject, "everything")
