"""Softmax with cross-entropy, and the same problem in disguise."""

from __future__ import annotations

from typing import Any

import pytest
from oracle.small_sizes import check_trace
from sympy import Eq, Expr, IndexedBase, KroneckerDelta, Sum, Symbol, exp, log, symbols

import symderiv as sd
from symderiv.derivation import Derivation, Part
from symderiv.printing.plain import plain
from symderiv.trace import Trace

K, N = symbols("K N")
i, j, k, m, n = symbols("i j k m n")
z, y, p = map(IndexedBase, ("z", "y", "p"))


def flagship(**changed: Any) -> sd.Problem:
    """The problem of DESIGN section 3."""
    parts: dict[str, Any] = {
        "name": "softmax cross-entropy",
        "where": {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
        "value": -Sum(y[k] * log(p[k]), (k, 1, K)),
        "wrt": z[i],
        "given": [Eq(Sum(y[k], (k, 1, K)), 1)],
    }
    return sd.Problem(**{**parts, **changed})


def lines(trace: Trace) -> list[str]:
    return [plain(trace.start), *(plain(s.after) for s in trace.steps)]


def rules(trace: Trace) -> list[str]:
    return [s.rule for s in trace.steps]


def agrees(d: Derivation) -> bool:
    """Whether every step was compared at small sizes, and none was found wrong."""
    verdicts = check_trace(d.trace, d.statement)
    return all(v.status != "refuted" and v.reason.startswith("checked") for v in verdicts)


def the_lemma(d: Derivation) -> Part:
    found = [s.lemma for s in d.steps if s.lemma is not None]
    assert len(found) == 1
    return found[0]


def test_the_snippet_of_the_design() -> None:
    d = sd.derive(flagship())
    assert d.result == p[i] - y[i]
    assert str(d) == "d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = p[i] - y[i]"
    assert len(d.steps) >= 8
    assert len({s.rule for s in d.steps}) >= 5
    assert agrees(d)


def test_it_reads_like_a_textbook() -> None:
    assert lines(sd.derive(flagship()).trace) == [
        "d/dz[i] (-sum(y[k]*log(p[k]), k=1..K))",
        "-sum(d/dz[i] (y[k]*log(p[k])), k=1..K)",
        "-sum(y[k]*(d/dz[i] (log(p[k]))), k=1..K)",
        "-sum(y[k]*(1/p[k])*(dp[k]/dz[i]), k=1..K)",
        "-sum(y[k]*(1/p[k])*p[k]*(delta(i, k) - p[i]), k=1..K)",
        "-sum(y[k]*(delta(i, k) - p[i]), k=1..K)",
        "-sum(y[k]*delta(i, k) - y[k]*p[i], k=1..K)",
        "-(sum(y[k]*delta(i, k), k=1..K) - sum(y[k]*p[i], k=1..K))",
        "-(sum(y[k]*delta(i, k), k=1..K) - p[i]*sum(y[k], k=1..K))",
        "-(y[i] - p[i]*sum(y[k], k=1..K))",
        "-(y[i] - p[i])",
        "p[i] - y[i]",
    ]


def test_the_jacobian_is_derived_with_two_cases() -> None:
    lemma = the_lemma(sd.derive(flagship()))
    assert plain(lemma.trace.start) == "dp[k]/dz[i]"
    assert lemma.result == p[k] * (KroneckerDelta(i, k) - p[i])
    assert len(lemma.steps) >= 6
    assert {"definition", "quotient", "exp", "sift"} <= {s.rule for s in lemma.steps}
    (split,) = [s for s in lemma.steps if s.cases]
    equal, unequal = split.cases
    assert {str(equal[0]), str(unequal[0])} == {"Eq(k, i)", "Ne(k, i)"}
    assert plain(equal[1][-1].line.after) == "p[k]*(1 - p[k])"
    assert plain(unequal[1][-1].line.after) == "-p[k]*p[i]"


def test_the_cancelled_factor_leaves_its_condition() -> None:
    d = sd.derive(flagship())
    (cancel,) = [s for s in d.steps if s.rule == "cancel"]
    assert cancel.before == cancel.after  # SymPy cancels on its own; the line does not
    assert cancel.line.before is not cancel.line.after
    (condition,) = cancel.conditions
    assert (condition.lhs, condition.rhs) == (p[k], 0)
    assert cancel.justifications == ("p is a quotient of positive terms",)


def test_the_fact_is_recorded_on_the_step_that_uses_it() -> None:
    d = sd.derive(flagship())
    using = [s for s in d.steps if any(isinstance(c, Eq) for c in s.conditions)]
    assert [s.rule for s in using] == ["given"]
    assert [c.lhs for c in using[0].conditions] == [Sum(y[k], (k, 1, K))]
    assert len(d.conditions) == 1
    assert d.remarks == ()


def test_without_the_fact() -> None:
    d = sd.derive(flagship(given=[]))
    assert str(d).endswith(" = p[i]*sum(y[k], k=1..K) - y[i]")
    assert d.conditions == ()
    assert d.remarks == ("With sum(y[k], k=1..K) = 1 given, this is p[i] - y[i].",)
    assert agrees(d)


def test_no_line_comes_without_its_rule() -> None:
    """A line is never re-sorted in passing: each starts, letter by letter, where the last one ended."""
    d = sd.derive(flagship())
    for trace in (d.trace, the_lemma(d).trace):
        line = trace.start
        for step in trace.steps:
            assert step.before is line
            line = step.after


def renamed(t: Trace, names: dict[str, str]) -> list[str]:
    """The lines of a trace with names replaced, letter by letter."""
    return [" ".join(names.get(word, word) for word in _words(line)) for line in lines(t)]


def _words(line: str) -> list[str]:
    for sign in "()[],*/+-=.^":
        line = line.replace(sign, f" {sign} ")
    return [w for part in line.split() for w in ([part] if not part.startswith("d") else _split(part))]


def _split(part: str) -> list[str]:
    return [part] if part in ("delta", "d") else ["d", part[1:]]


def test_every_symbol_renamed() -> None:
    alpha, beta, theta, C = symbols("alpha beta theta C")
    a, t, s = map(IndexedBase, ("a", "t", "s"))
    twin = sd.derive(
        sd.Problem(
            name="other names",
            where={s[theta]: exp(a[theta]) / Sum(exp(a[beta]), (beta, 1, C))},
            value=-Sum(t[theta] * log(s[theta]), (theta, 1, C)),
            wrt=a[alpha],
            given=[Eq(Sum(t[theta], (theta, 1, C)), 1)],
        )
    )
    assert twin.result == s[alpha] - t[alpha]
    original = sd.derive(flagship())
    names = {"z": "a", "y": "t", "p": "s", "i": "alpha", "j": "beta", "k": "theta", "K": "C"}
    assert rules(twin.trace) == rules(original.trace)
    assert sorted("".join(x) for x in renamed(original.trace, names)) == sorted(
        "".join(x) for x in renamed(twin.trace, {})
    )


SUMMED = {
    "value and variable share a letter": (
        Sum(y[i] * log(p[i]), (i, 1, K)),
        {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    ),
    "definition and variable share a letter": (
        Sum(y[k] * log(p[k]), (k, 1, K)),
        {p[i]: exp(z[i]) / Sum(exp(z[j]), (j, 1, K))},
    ),
    "the inner sum uses the variable's letter": (
        Sum(y[k] * log(p[k]), (k, 1, K)),
        {p[k]: exp(z[k]) / Sum(exp(z[i]), (i, 1, K))},
    ),
    "one letter for value and inner sum": (
        Sum(y[j] * log(p[j]), (j, 1, K)),
        {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    ),
    "all clash": (Sum(y[i] * log(p[i]), (i, 1, K)), {p[j]: exp(z[j]) / Sum(exp(z[i]), (i, 1, K))}),
}


@pytest.mark.parametrize("name", SUMMED)
def test_bound_and_free_letters_may_clash(name: str) -> None:
    value, where = SUMMED[name]
    d = sd.derive(flagship(value=-value, where=where))
    assert d.result == p[i] - y[i]
    assert len(d.steps) >= 8
    assert agrees(d)


def test_an_inner_sum_over_the_index_of_its_own_entry_is_closed() -> None:
    """exp(z[k]) / Sum(exp(z[k]), k): SymPy's Sum binds its own k, the entry's k stays free."""
    d = sd.derive(flagship(where={p[k]: exp(z[k]) / Sum(exp(z[k]), (k, 1, K))}))
    assert d.result == p[i] - y[i]
    assert agrees(d)


def test_the_variable_may_be_the_letter_of_everything() -> None:
    """All of value, definition and variable written with k alone."""
    d = sd.derive(flagship(wrt=z[k], where={p[k]: exp(z[k]) / Sum(exp(z[k]), (k, 1, K))}))
    assert d.result == p[k] - y[k]
    assert agrees(d)


def test_shaped_arrays() -> None:
    a, b = IndexedBase("z", shape=(K,)), IndexedBase("y", shape=(K,))
    d = sd.derive(
        flagship(
            value=-Sum(b[k] * log(p[k]), (k, 1, K)),
            where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
            wrt=a[i],
            given=[Eq(Sum(b[k], (k, 1, K)), 1)],
        )
    )
    assert d.result == p[i] - b[i]
    assert d.result.atoms(IndexedBase) == {p, b}


def assumed() -> tuple[sd.Problem, Expr]:
    size = Symbol("K", integer=True, positive=True)
    one, two, three = symbols("i j k", integer=True)
    logits, labels, shares = IndexedBase("z", real=True), IndexedBase("y", nonnegative=True), IndexedBase("p")
    problem = sd.Problem(
        name="with assumptions",
        where={shares[three]: exp(logits[three]) / Sum(exp(logits[two]), (two, 1, size))},
        value=-Sum(labels[three] * log(shares[three]), (three, 1, size)),
        wrt=logits[one],
        given=[Eq(Sum(labels[three], (three, 1, size)), 1)],
    )
    return problem, shares[one] - labels[one]


def test_assumptions_come_back() -> None:
    problem, expected = assumed()
    d = sd.derive(problem)
    assert d.result == expected
    assert d.result.free_symbols == expected.free_symbols
    assert agrees(d)


def test_letters_of_the_steps_are_the_callers() -> None:
    problem, expected = assumed()
    index = next(s for s in expected.free_symbols if s.name == "i")
    for _, step in sd.derive(problem).numbered:
        assert {s for s in step.after.free_symbols if s.name == "i"} <= {index}


def test_two_array_objects_of_one_name_are_one_array() -> None:
    other = IndexedBase("z", shape=(K,))
    d = sd.derive(flagship(wrt=other[i]))
    assert str(d.result) == "p[i] - y[i]"


def test_contradictory_objects_of_one_name_are_refused() -> None:
    with pytest.raises(sd.SymderivError, match="z"):
        flagship(wrt=IndexedBase("z", shape=(N, K))[n, i])


def batch(**changed: Any) -> sd.Problem:
    parts: dict[str, Any] = {
        "name": "batch",
        "where": {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))},
        "value": -Sum(Sum(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, N)) / N,
        "wrt": z[m, i],
        "given": [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    }
    return sd.Problem(**{**parts, **changed})


def test_the_batch_form() -> None:
    d = sd.derive(batch())
    assert d.result.equals((p[m, i] - y[m, i]) / N)
    assert str(d).endswith(" = (p[m, i] - y[m, i])/N")
    assert plain(the_lemma(d).trace.result) == "p[n, k]*(delta(i, k) - p[n, i])*delta(m, n)"
    assert agrees(d)


def test_the_batch_by_the_letters_of_its_own_sums() -> None:
    d = sd.derive(batch(wrt=z[n, k]))
    assert str(d).endswith(" = (p[n, k] - y[n, k])/N")
    assert agrees(d)


def test_rows_and_classes_of_one_size_stay_apart() -> None:
    square = batch(value=-Sum(Sum(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, K)) / K)
    d = sd.derive(square)
    assert str(d).endswith(" = (p[m, i] - y[m, i])/K")
    assert agrees(d)


def test_the_fact_may_use_other_letters() -> None:
    d = sd.derive(flagship(given=[Eq(Sum(y[n], (n, 1, K)), 1)]))
    assert d.result == p[i] - y[i]


def test_a_fact_of_another_value_is_used_as_given() -> None:
    d = sd.derive(flagship(given=[Eq(Sum(y[k], (k, 1, K)), N)]))
    assert str(d).endswith(" = p[i]*N - y[i]") or str(d).endswith(" = N*p[i] - y[i]")


def test_it_does_not_depend_on_the_size() -> None:
    fixed = flagship(
        value=-Sum(y[k] * log(p[k]), (k, 1, 3)),
        where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, 3))},
        given=[Eq(Sum(y[k], (k, 1, 3)), 1)],
    )
    d = sd.derive(fixed)
    assert d.result == p[i] - y[i]
    assert rules(d.trace) == rules(sd.derive(flagship()).trace)
