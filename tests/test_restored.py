"""Derivations travel as plain data and come back the same, or are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from engine.losses import CASES, Case
from sympy import Dummy, Eq, Function, Gt, IndexedBase, Sum, Symbol, exp, log, pi, symbols

import symderiv as sd

i, j, k, K, N = symbols("i j k K N")
z, y, p = map(IndexedBase, ("z", "y", "p"))
FLAGSHIP = "cross-entropy"
Data = dict[str, Any]


def travelled(d: sd.Derivation) -> sd.Derivation:
    return sd.Derivation.from_dict(json.loads(json.dumps(d.to_dict())))


def same(one: sd.Derivation, other: sd.Derivation) -> None:
    assert one.trace == other.trace
    assert one.trace.start is other.trace.start
    assert one.trace.result is other.trace.result
    assert (one.statement, one.problem.statement) == (other.statement, other.problem.statement)
    assert list(one.statement.scope.shapes) == list(other.statement.scope.shapes)
    assert one.remarks == other.remarks
    assert one.conditions == other.conditions
    assert one.to_dict() == other.to_dict()


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES])
def test_every_derivation_comes_back(case: Case) -> None:
    d = sd.derive(case.make())
    again = travelled(d)
    same(d, again)
    assert again.result == d.result
    assert [s.after for _, s in again.numbered] == [s.after for _, s in d.numbered]


def case(name: str) -> sd.Derivation:
    return sd.derive(next(c for c in CASES if c.name == name).make())


@pytest.mark.parametrize("name", [FLAGSHIP, "sigmoid cross-entropy, inline", "power, exponent", "Hessian"])
def test_it_works_as_the_first_one_did(name: str) -> None:
    d = case(name)
    again = travelled(d)
    assert [str(v) for v in again.verify()] == [str(v) for v in d.verify()]
    assert again.lambdify().source == d.lambdify().source
    assert again.to_dict() == d.to_dict()
    assert sd.derive(again.problem).trace == d.trace
    assert (again.problem.value, again.problem.wrt) == (d.problem.value, d.problem.wrt)
    assert (again.problem.where, again.problem.given) == (d.problem.where, d.problem.given)


def test_symbols_keep_what_is_assumed_of_them() -> None:
    t, n = Symbol("T", positive=True), Symbol("n", integer=True)
    x = IndexedBase("x", shape=(N, 3), nonnegative=True)
    d = sd.derive(sd.Problem("odd", Sum(x[n, 1] ** 2, (n, 1, N)) * log(t) * pi, x[k, j], title="A title"))
    again = travelled(d)
    same(d, again)
    assert again.result == d.result
    assert again.result.free_symbols == d.result.free_symbols
    assert again.problem.title == "A title"
    assert again.problem.given == ()
    assert sd.derive(again.problem, t).result == sd.derive(d.problem, t).result


def test_functions_and_dummies() -> None:
    w = Symbol("w")
    d = sd.derive(w**2 * Function("f")(K), w)
    assert travelled(d).result == d.result
    dummy = Dummy("w")
    assert travelled(sd.derive(dummy**2, dummy)).result == 2 * w


def test_names_that_the_format_uses_itself() -> None:
    terms, steps, exact = map(IndexedBase, ("terms", "steps", "exact"))
    symbol, start = symbols("symbol start")
    value = -Sum(terms[symbol] * log(steps[symbol]), (symbol, 1, start))
    where = {steps[symbol]: exp(exact[symbol]) / Sum(exp(exact[i]), (i, 1, start))}
    d = sd.derive(value, exact[k], where=where, given=Eq(Sum(terms[symbol], (symbol, 1, start)), 1))
    same(d, travelled(d))


def test_to_dict_says_what_people_read() -> None:
    data = case(FLAGSHIP).to_dict()
    assert data["format"] == 2
    assert data["value"] == "-sum(y[k]*log(p[k]), k=1..K)"
    assert data["wrt"] == ["z[i]"]
    assert data["where"] == ["p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)"]
    assert data["given"] == data["conditions"] == ["sum(y[k], k=1..K) = 1"]
    (lemma,) = (s["lemma"] for s in data["steps"] if "lemma" in s)
    assert (lemma["start"], lemma["result"]) == ("dp[k]/dz[i]", "p[k]*(delta(i, k) - p[i])")
    assert [c["condition"] for s in lemma["steps"] for c in s.get("cases", ())] == ["k = i", "k != i"]


# --- data that is not what was written --------------------------------------------------------


def put(*path: Any) -> Callable[[Any], Callable[[Data], None]]:
    """Writes a value at a place of the data."""

    def at(value: Any) -> Callable[[Data], None]:
        def change(data: Any) -> None:
            for step in path[:-1]:
                data = data[step]
            data[path[-1]] = value

        return change

    return at


def every_sign(data: Data) -> None:
    """Turn the result p - y into p + y everywhere, in the text and in the terms."""
    rows = data["exact"]["terms"]
    last = data["steps"][-1]
    at = last["exact"][1]
    kind, (first, second) = rows[at]
    rows.append([kind, [first, rows[second][1]]])
    last["exact"][1] = len(rows) - 1
    last["after"] = data["result"] = "p[i] + y[i]"
    data["result_latex"] = "p_i + y_i"


def unsaid(data: Data) -> None:
    """Use the given fact without recording that."""
    for step in data["steps"]:
        if step["rule"] == "given":
            step["conditions"] = []
    data["conditions"] = []


def unfounded(data: Data) -> None:
    """Say that a given fact holds by itself."""
    for step in data["steps"]:
        for condition in step["conditions"]:
            condition["reason"] = "as everyone knows"
    data["conditions"] = []


def stranger(data: Data) -> None:
    """Let a line mention an array that the problem does not."""
    rows = data["exact"]["terms"]
    rows[:] = [["entry", "q", row[2]] if row[:2] == ["entry", "y"] and n > 60 else row for n, row in enumerate(rows)]
    rows.append(["entry", "q", [0]])
    data["steps"][-1]["exact"][1] = len(rows) - 1


def deep(data: Data) -> None:
    (lemma,) = (s["lemma"] for s in data["steps"] if "lemma" in s)
    inner = deepcopy(lemma["steps"])
    for _ in range(2000):
        inner = [{**lemma["steps"][0], "lemma": {**lemma, "steps": inner}}]
    lemma["steps"] = inner


def endless(data: Data) -> None:
    data["steps"][0]["lemma"] = {"exact": 0, "instances": [], "steps": data["steps"]}


TAMPERED: list[tuple[Callable[[Data], None], str]] = [
    (put("format")(1), "of format 1; this version of symderiv reads format 2"),
    (put("format")("1"), "the field 'format' is text"),
    (put("format")(True), "the field 'format' is True"),
    (lambda data: data.pop("format"), "the field 'format' is missing"),
    (lambda data: data.pop("exact"), "the field 'exact' is missing"),
    (put("more")(1), "the derivation has other fields"),
    (put("problem")(3), "the field 'problem' is 3"),
    (put("result")("p[i] + y[i]"), r"result says 'p\[i\] \+ y\[i\]', but the terms read 'p\[i\] - y\[i\]'"),
    (put("result_latex")("p_i + y_i"), "result_latex says"),
    (put("conditions")([]), "conditions has other fields"),
    (put("value")("0"), "value says"),
    (put("given")(["y = 1"]), "given says"),
    (put("remarks")([{"given": "1 = 1", "result": "0"}]), "remarks has other fields"),
    (put("steps", 0, "after")("0"), "after says"),
    (put("steps", 0, "rule")(""), "a line of text belongs"),
    (put("steps", 0, "reason")("\x1b[31mtrust me"), "a line of text belongs"),
    (put("steps", 0)("magic"), "an object with the field 'exact' belongs where text stands"),
    (put("steps")([]), "says|is false|does not"),
    (lambda data: data["steps"].pop(3), "does not start where the previous line ended"),
    (lambda data: data["steps"].pop(), "says"),
    (lambda data: data["steps"].reverse(), "does not start where the previous line ended"),
    (every_sign, r"the derivation is false at step 11 \(rearrange\)"),
    (unsaid, "the given equations hold, which the step does not record as used"),
    (unfounded, "by 'as everyone knows' a condition is said to hold, but the problem does not show it"),
    (stranger, "mentions 'q', which the problem does not"),
    (deep, "nested more than 30 deep"),
    (endless, "nested more than 30 deep|no instance"),
    (put("exact", "terms")([]), "refers to"),
    (put("exact", "start")(0), "does not start"),
    (put("exact", "statement", "variables")([]), "the shapes and ranges are not those|does not start"),
    (put("exact", "statement", "shapes")([]), "the shapes and ranges are not those of the problem"),
    (put("exact", "objects")({}), "objects holds symbols, arrays, functions and letters"),
    (put("exact", "objects", "symbols")({"K": {"shiny": True}}), "assumptions that SymPy does not know"),
    (put("exact", "objects", "symbols")({"K": {"positive": True, "negative": True}}), "contradict each other"),
    (put("exact", "objects", "functions")({"plotting": True}), "SymPy has no function or number called 'plotting'"),
    (put("exact", "objects", "arrays")({"z": [{}, [0]]}), "sizes and whole numbers from 1 on"),
]


@pytest.mark.parametrize(("change", "said"), TAMPERED, ids=range(len(TAMPERED)))
def test_tampered_data_is_refused(change: Callable[[Data], None], said: str) -> None:
    data = json.loads(json.dumps(case(FLAGSHIP).to_dict()))
    change(data)
    with pytest.raises((sd.InputError, sd.InconsistentTrace), match=said):
        sd.Derivation.from_dict(data)


@pytest.mark.parametrize("data", [None, 3, "", [], {}, {"format": 2}, {"format": 10**5000}, [[[]]]])
def test_what_is_no_derivation_is_refused(data: Any) -> None:
    with pytest.raises(sd.InputError):
        sd.Derivation.from_dict(data)


def test_letters_of_its_own_stand_for_parts_of_the_problem() -> None:
    written = json.dumps(case("sigmoid cross-entropy, inline").to_dict())
    data = json.loads(written)
    rows, letters = data["exact"]["terms"], data["exact"]["with_letters"]
    rows.append(["neg", letters["value"]])
    letters["value"] = len(rows) - 1
    with pytest.raises(sd.InconsistentTrace, match="the value with letters of the derivation's own is false"):
        sd.Derivation.from_dict(data)
    data = json.loads(written)
    data["exact"]["with_letters"]["variables"] = []
    with pytest.raises((sd.InputError, sd.InconsistentTrace), match=r"change the problem|not those of the problem"):
        sd.Derivation.from_dict(data)


def test_a_remark_is_tried_out() -> None:
    data = json.loads(json.dumps(case("cross-entropy, labels free").to_dict()))
    (remark,) = data["remarks"]
    assert remark == {"given": "sum(y[k], k=1..K) = 1", "result": "p[i] - y[i]"}
    (row,) = data["exact"]["remarks"]
    row[-1] = row[1]
    remark["result"] = "sum(y[k], k=1..K)"
    with pytest.raises(sd.InconsistentTrace, match="a remark is false"):
        sd.Derivation.from_dict(data)


def test_labels() -> None:
    n, t = symbols("n"), IndexedBase("t")
    rows = {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))}
    value = -Sum(log(p[n, t[n]]), (n, 1, N)) / N
    d = sd.derive(value, z[i, j], where=rows)
    same(d, travelled(d))
    d = sd.derive(-Sum(y[k] * log(z[k]), (k, 1, K)), z[i], given=sd.one_hot(y[k], symbols("c")))
    same(d, travelled(d))


def test_a_positive_base_is_given_or_assumed() -> None:
    x = IndexedBase("x")
    for given_ in ((Gt(x[k], 0),), ()):
        array = x if given_ else IndexedBase("x", positive=True)
        d = sd.derive(array[k] ** array[k], array[i], given=given_)
        assert travelled(d).problem.given == given_
        same(d, travelled(d))
