"""Notations as data: one derivation in any of them, no two names alike, a user's own file, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools import katex_errors, needs_katex

import symderiv as sd
from symderiv.binders import all_names, array_names, rebuild_raw
from symderiv.errors import InputError
from symderiv.printing.latex import latex
from symderiv.printing.notation import Notation, bold, settle
from symderiv.printing.notations import HANDS, load, notation_of
from symderiv.terms import Big, D, Delta, Entry, Function, Symbol, Term, big, exp, log, neg, parts, quo, times

i, k, m, n, K, N, L = (Symbol(s) for s in ("i", "k", "m", "n", "K", "N", "L"))
EVERY = [
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
    "r",
    "s",
    "t",
    "a",
    "e",
    "p",
    "q",
    "x",
    "y",
    "z",
    "y_hat",
    "C",
    "K",
    "L",
    "N",
    "L_1",
]


def loss(*sample: Term) -> Term:
    """Cross-entropy of logits, of one sample or of a given one."""
    share = quo(exp(Entry("z", (*sample, k))), big(Symbol("j"), K, exp(Entry("z", (*sample, Symbol("j"))))))
    return neg(big(k, K, times(Entry("y", (*sample, k)), log(share))))


PRINTED = {
    "house": r"\frac{\partial}{\partial z_i} "
    r"\left(-\sum_{k=1}^{K} y_k \log \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}\right)",
    "A": r"\frac{\partial}{\partial a_k} \left(-\sum_{j=1}^{K} q_j \log \frac{e^{a_j}}{\sum_{l=1}^{K} e^{a_l}}\right)",
    "B": r"\frac{\partial}{\partial z_i} \left(-\sum_{k=1}^{n} y_k \ln \frac{e^{z_k}}{\sum_{j=1}^{n} e^{z_j}}\right)",
    "C": r"\frac{\partial}{\partial z_i} \left(-\sum_{j=1}^{C} y_j \ln \frac{e^{z_j}}{\sum_{k=1}^{C} e^{z_k}}\right)",
    "D": r"\frac{\partial}{\partial l_n} \left(-\sum_{i} y_i \log \frac{e^{l_i}}{\sum e^{l_j}}\right)",
    "E": r"\frac{\partial}{\partial x_i} \left(-\sum_{t=1}^{k} y_t \log \frac{e^{x_t}}{\sum_{j=1}^{k} e^{x_j}}\right)",
}


@pytest.mark.parametrize("name", HANDS)
def test_one_formula_in_each(name: str) -> None:
    assert latex(D(loss(), Entry("z", (i,))), notation_of(name)) == PRINTED[name]


def test_samples_are_i_and_classes_k_in_a() -> None:
    assert latex(Entry("p", (n, i)), notation_of("A")) == "p_{ik}"


@pytest.mark.parametrize("name", HANDS)
def test_a_problem_in_its_own_notation_keeps_its_letters(name: str) -> None:
    own = {spelled for spelled in HANDS[name].letters.values() if spelled != "e"}
    assert all(typed not in own for typed in notation_of(name, written_in=name).wishes)


@pytest.mark.parametrize("there", HANDS)
@pytest.mark.parametrize("here", HANDS)
def test_from_one_to_another_meets_the_way_through_the_house(here: str, there: str) -> None:
    """The logits of any notation become those of any other; so do softmax, labels and the size."""
    ours, theirs = HANDS[here].letters, HANDS[there].letters
    wishes = notation_of(there, written_in=here).wishes
    for name in ("z", "p", "y", "K"):
        typed, wanted = ours.get(name, name), theirs.get(name, name)
        assert wishes.get(typed, next(iter(settle(Notation(), [Symbol(typed)]).names.values()))) == (
            r"\hat{y}" if wanted == "y_hat" else wanted
        )


def printed_terms(problem: sd.Problem) -> Iterator[Term]:
    s = problem.statement
    yield from (s.value, *s.variables, *(t for d in s.definitions for t in (d.head, d.body)))
    yield from (t for f in s.facts for t in (f.relation.left, f.relation.right))
    yield from (Symbol(letter) for letter in s.scope.indices)


def renamed(t: Term, names: dict[str, str]) -> Term:
    """Every name replaced, bound ones and arrays too, by code that the library does not have."""
    match t:
        case Symbol(name):
            return Symbol(names.get(name, name))
        case Entry(array, indices):
            return Entry(names.get(array, array), tuple(renamed(u, names) for u in indices))
        case Delta(left, right):
            return Delta(renamed(left, names), renamed(right, names))
        case D(body, variable):
            return D(renamed(body, names), renamed(variable, names))
        case Big(index, size, body, out):
            new = renamed(index, names)
            assert isinstance(new, Symbol)
            return Big(new, renamed(size, names), renamed(body, names), tuple(renamed(u, names) for u in out))
        case Function(name, many):
            return Function(name, tuple(renamed(u, names) for u in many))
    return rebuild_raw(t, tuple(renamed(u, names) for u in parts(t)))


def names_in(terms: list[Term]) -> list[str]:
    return sorted(frozenset[str]().union(*map(all_names, terms), *map(array_names, terms)))


@pytest.mark.parametrize("notation", HANDS)
@pytest.mark.parametrize("problem", sd.names())
def test_no_two_names_of_a_problem_print_alike(problem: str, notation: str) -> None:
    terms = list(printed_terms(sd.load(problem)))
    settled = settle(notation_of(notation), terms)
    own = [settled.names[name] for name in names_in(terms)]
    assert len(set(own)) == len(own)
    heavy = bold(settled, frozenset[str]().union(*map(array_names, terms)))
    assert len({heavy.names[name] for name in names_in(terms)}) == len(own)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sd.names()), st.sampled_from(list(HANDS)), st.permutations(EVERY))
def test_nor_do_those_of_a_twin_whose_letters_clash(problem: str, notation: str, letters: list[str]) -> None:
    """The letters of the notations, dealt out anew: what was an index may be the name of somebody's size."""
    terms = list(printed_terms(sd.load(problem)))
    names = dict(zip(names_in(terms), letters, strict=False))
    twin = [renamed(t, names) for t in terms]
    settled = settle(notation_of(notation), twin)
    spelled = [settled.names[name] for name in names_in(twin)]
    assert len(set(spelled)) == len(spelled) == len(names)
    arrays = {settled.names[name] for t in twin for name in array_names(t)}
    scalars = set(spelled) - arrays
    assert not any("_" in s and s.split("_")[0] in arrays for s in scalars), "a scalar reads as an entry"


def test_a_wish_gives_way_to_the_name_that_is_there() -> None:
    """Softmax would be a, as the logits of this problem are: it keeps its own letter instead."""
    taken = settle(notation_of("B"), [Entry("p", (i,)), Entry("a", (i,))])
    assert taken.names == {"a": "a", "p": "p", "i": "i"}


def test_a_bound_letter_gives_way_to_a_size() -> None:
    settled = settle(notation_of("E"), [big(k, K, Entry("z", (k,)))])
    assert settled.names == {"z": "x", "K": "k", "k": "t"}
    assert settle(Notation(wishes={"K": "k"}), [big(k, K, Entry("z", (k,)))]).names["k"] == "j"


def test_wishes_may_trade_places() -> None:
    settled = settle(Notation(wishes={"x": "y", "y": "x"}), [Symbol("x"), Symbol("y")])
    assert settled.names == {"x": "y", "y": "x"}


def test_bold_gives_way_too() -> None:
    settled = Notation(vectors="bold", names={"x": "x", "y": r"\mathbf{x}"})
    assert bold(settled, ["x"]) is settled
    greek = Notation(vectors="bold", names={"a": r"\hat{\alpha}_1", "w": r"\mathrm{weight}_1", "b": r"\mathbf{b}"})
    assert bold(greek, ["a", "w"]).names == {
        "a": r"\hat{\boldsymbol{\alpha}}_1",
        "w": r"\mathbf{weight}_1",
        "b": r"\mathbf{b}",
    }


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'A'"):
        notation_of("a")
    with pytest.raises(InputError, match="there are house, A, B, C, D, E; one of your own is the path of a"):
        notation_of("source")
    same = Notation(log=r"\ln")
    assert notation_of(same) is same


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    text = """
log = "ln"
sums = "index"
vectors = "bold"
[names]
z = "x"
p = "y_hat"
K = "$C$"
alpha = "\\\\mathcal{A}"
k = "c"
"""
    mine = notation_of(str(written(tmp_path, text)))
    assert mine == load(tmp_path / "mine.toml") == notation_of(tmp_path / "mine.toml", written_in="B")
    assert mine.wishes == {"z": "x", "p": r"\hat{y}", "K": "C", "alpha": r"\mathcal{A}", "k": "c"}
    assert latex(big(k, K, times(Entry("y", (k,)), log(Entry("p", (k,))))), mine) == r"\sum_{c} y_c \ln \hat{y}_c"


REFUSED = {
    'log = "lg"': r"mine\.toml: log is 'log' or 'ln', not 'lg'",
    "log = 2": "log is 'log' or 'ln', not 2",
    'logs = "ln"': r"logs is no key of a notation; there are log, .* and the table \[names\]",
    'names = "x"': r"names is a table: write \[names\]",
    '[names]\nz = "x + 1"': r"mine\.toml, names\.z: 'x \+ 1' is no name; names are typed as in formulas",
    "[names]\nz = 3": r'names\.z: write the new name as text, such as z = "x"',
    '[names]\nz = ""': "names.z: write the new name as text",
    '[names]\n"z[i]" = "x"': r"names\.z\[i\]: a name of a problem is one word without indices",
    '[names]\nz = "x"\ny = "$x$"': r"names\.y: z is written \$x\$ as well",
    '[names]\nz = "$x_{1}$"\ny = "\\\\mathrm{x}"\nq = "$x_1$"': r"names\.q: z is written",
    '[names]\nz = "\\\\input{x}"': r"names\.z: \\input in '\\\\input\{x\}' does not belong there; a name is a letter",
    "z = x": "is no TOML",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_file_that_cannot_be_read_as_meant(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=REFUSED[text]):
        load(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be read: No such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'[names]\nz = "\xe9"\n')
    with pytest.raises(InputError, match="is no text in UTF-8"):
        load(tmp_path / "latin.toml")


@needs_katex
def test_katex_accepts_every_notation() -> None:
    found = []
    for name in HANDS:
        for problem in sd.names():
            terms = list(printed_terms(sd.load(problem)))
            settled = settle(notation_of(name), terms)
            arrays = frozenset[str]().union(*map(array_names, terms))
            found += [latex(t, settled) for t in terms] + [bold(settled, arrays).names[a] for a in arrays]
    assert katex_errors(found) == []
