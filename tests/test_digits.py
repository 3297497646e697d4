"""A check nobody here wrote: scikit-learn's logistic regression on its digits, and the example that fits them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


@pytest.fixture
def digits() -> Any:
    for library in ("scipy", "sklearn"):
        pytest.importorskip(library)
    return pytest.importorskip("examples.digits")


def test_generated_gradients_lead_where_scikit_learn_does(digits: Any) -> None:
    x, labels = digits.digits()
    ours, theirs = digits.by_symderiv(x, labels), digits.by_sklearn(x, labels)
    assert digits.gap(ours.weights, theirs.weights) < 1e-4
    assert digits.gap(ours.bias, theirs.bias) < 1e-4
    assert ours.right == theirs.right > 0.9 * len(x)


def test_the_gap_is_relative_to_the_largest_entry(digits: Any) -> None:
    assert digits.gap(np.array([1.0, 4.1]), np.array([1.0, 4.0])) == pytest.approx(0.025)


def test_the_example_says_what_it_found(
    digits: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    x, labels = digits.digits()
    few = x[:200], labels[:200]
    monkeypatch.setattr(digits, "digits", lambda: few)
    digits.main()
    said = capsys.readouterr().out
    assert said.startswith("samples: 200, right by symderiv: ")
    assert "weights apart by" in said
