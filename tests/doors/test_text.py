"""Typed text: what each spelling means, what is refused and with which words, and that nothing is run."""

from __future__ import annotations

import ast
import random
from contextlib import suppress
from typing import Any

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from properties import value
from strategies import ARRAYS, NAMES, fixed_worlds, terms

from symderiv.doors.abbreviations import one_hot
from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text, equation, separated
from symderiv.errors import InputError
from symderiv.printing.plain import plain, relation
from symderiv.problem import Problem
from symderiv.terms import Term
from symderiv.zoo import load, names


def read(text: str, *others: str) -> str:
    """A text as it prints, in a problem with some other texts."""
    reader = Reader()
    reader.announce(map(Text, others))
    return plain(reader.term(Text(text)))


MEANINGS = [
    # the plain spelling, SymPy's, and those of paper
    ("-sum(y[k]*log(p[k]), k=1..K)", "-sum(y[k]*log(p[k]), k=1..K)"),
    ("-Sum(y[k]*log(p[k]), (k, 1, K))", "-sum(y[k]*log(p[k]), k=1..K)"),
    ("-sum(k=1..K, y[k]*ln(p[k]))", "-sum(y[k]*log(p[k]), k=1..K)"),
    ("−Σ(y[k]·ln(p[k]), k = 1…K)", "-sum(y[k]*log(p[k]), k=1..K)"),
    ("-∑(y_k × log(p[k]), k=1...K) + y[1]", "y[1] - sum(y[k]*log(p[k]), k=1..K)"),
    ("sum(p[k], k=1..K, k!=i)", "sum(p[k], k=1..K, k!=i)"),
    ("sum(p[k], k=1..K, k≠3)", "sum(p[k], k=1..K, k!=3)"),
    ("sum(p[k]*(1 - delta(k, i)), k=1..K)", "sum(p[k], k=1..K, k!=i)"),
    ("sum(w[j, k], j=1..K, k=1..K, k!=j)", "sum(sum(w[j, k], j=1..K, j!=k), k=1..K)"),
    ("Sum(w[j, k], (j, 1, K), (k, 1, N))", "sum(sum(w[j, k], j=1..K), k=1..N)"),
    ("sum(x, k=1..K)", "sum(x, k=1..K)"),
    ("sum(sum(z[k], k=1..K)*z[k], k=1..K)", "sum(z[k]*sum(z[j], j=1..K), k=1..K)"),
    # arithmetic binds as on paper
    ("a/b*c", "a*c/b"),
    ("a/(b*c)", "a/(b*c)"),
    ("a/(b/c)", "a/(b/c)"),
    ("a - (b - c)", "a - (b - c)"),
    ("-x^2", "-x**2"),
    ("x^2^3", "x**8"),
    ("2^x*y", "2**x*y"),
    ("2^-x", "2**(-x)"),
    ("x**-1", "1/x"),
    ("x² + x⁻¹", "x**2 + 1/x"),
    ("+x", "x"),
    ("x - -y", "x + y"),
    ("y[k]/p[k]*p[k]", "p[k]*y[k]/p[k]"),
    ("0.1*x", "1/10*x"),
    ("1e-3 + .5", "501/1000"),
    ("3.*x", "3*x"),
    ("2**100*x", "2**100*x"),
    ("x\n + y", "x + y"),
    ("x\xa0+ y", "x + y"),
    # names
    ("lambda*z[i]", "lambda*z[i]"),
    ("λ + lambda", "lambda + lambda"),
    ("σ_x*Δ", "Delta*sigma_x"),
    ("π*x + ρ[k]", "rho[k] + x*pi"),
    ("delta*y_hat", "delta*y_hat"),
    ("in*x", "in*x"),
    ("p_i*p[k]*z[i]", "p[i]*p[k]*z[i]"),
    ("p_{i,j} + p[j, i]", "p[i, j] + p[j, i]"),
    ("p_i + p[k]", "p[i] + p[k]"),
    ("mu_1 + mu_2", "mu_1 + mu_2"),
    ("y_hat[k]*y[k]", "y[k]*y_hat[k]"),
    ("x_hat[n] - x[n]", "x_hat[n] - x[n]"),
    ("w_0[k] + w_1[k] + w[k]", "w[k] + w_0[k] + w_1[k]"),
    ("h_t[k] + h[k]", "h[k] + h_t[k]"),
    ("y_hat + y[k]", "y_hat + y[k]"),
    ("w_0 + sum(w[j]*x[j], j=1..D)", "w_0 + sum(w[j]*x[j], j=1..D)"),
    ("z_min + z[i]", "z_min + z[i]"),
    ("beta_01*beta[k]", "beta_01*beta[k]"),
    ("p_idx + p[idx]", "p[idx] + p[idx]"),
    ("dy_hat[k]/dy[i] + y_hat[k]*y[i]", "dy_hat[k]/dy[i] + y[i]*y_hat[k]"),
    # functions
    ("softmax(z)[i]", "exp(z[i])/sum(exp(z[j]), j=1..{?1})"),
    ("softmax(z, j)", "exp(z[j])/sum(exp(z[k]), k=1..{?1})"),
    ("softmax(z[n, k]/T, k)", "exp(z[n, k]/T)/sum(exp(z[n, j]/T), j=1..{?1})"),
    ("softmax(z, t[n])", "exp(z[t[n]])/sum(exp(z[j]), j=1..{?1})"),
    ("logsumexp(z, k)", "log(sum(exp(z[j]), j=1..{?1}))"),
    ("logsumexp(z[n, k], k)", "log(sum(exp(z[n, j]), j=1..{?1}))"),
    ("softmax(s[n, m], m=1..M)", "exp(s[n, m])/sum(exp(s[n, j]), j=1..M)"),
    ("softmax(q, (c, 1, 4))", "exp(q[c])/sum(exp(q[j]), j=1..4)"),
    ("logsumexp(z[k], k=1..K)", "log(sum(exp(z[j]), j=1..K))"),
    ("logsumexp(w_0, j = 1…K)", "log(sum(exp(w_0[k]), k=1..K))"),
    ("sigmoid(2*x)", "1/(1 + exp(-2*x))"),
    ("sqrt(x)", "x**(1/2)"),
    ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"),
    ("log(x, 2)", "log(x)/log(2)"),
    ("stop_gradient(x)*x", "x*stop_gradient(x)"),
    ("KroneckerDelta(i, j) + δ(i, 1)", "delta(i, 1) + delta(i, j)"),
    ("-log(p[n, t[n]])", "-log(p[n, t[n]])"),
    # derivatives
    ("Derivative(z[j]**2, z[i])", "d/dz[i] (z[j]**2)"),
    ("Derivative(x**3, x, 2)", "d/dx (d/dx (x**3))"),
    ("Derivative(x*y, (x, 2), y)", "d/dy (d/dx (d/dx (x*y)))"),
    ("d/dz[i] (z[j]^2)", "d/dz[i] (z[j]**2)"),
    ("∂/∂z[i] (z[j]^2)", "d/dz[i] (z[j]**2)"),
    ("-d/dx (x*d/dy (x*y))", "-d/dx (x*(d/dy (x*y)))"),
    ("dp[k]/dz[i] + p[k]*z[i]", "dp[k]/dz[i] + p[k]*z[i]"),
    ("dp_k/dz_i + p[j]*z[j]", "dp[k]/dz[i] + p[j]*z[j]"),
    ("∂p[k]/∂z[i]", "dp[k]/dz[i]"),
    ("2*dx/dy*x + y", "y + 2*x*(dx/dy)"),
    # names of the user's own that begin with d are no derivatives
    ("delta/depth", "delta/depth"),
    ("dx/dt + dx", "dx + dx/dt"),
]


@pytest.mark.parametrize(("text", "expected"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_meaning(text: str, expected: str) -> None:
    assert read(text) == expected


REFUSED = [
    # text, what the message says, what the caret marks
    ("2z[i]", "for a product write 2*z[i]", "2z"),
    ("y[k] log(p[k])", "write y[k]*log(p[k])", "y[k] log"),
    ("(a)(b)", "write (a)*(b)", "(a)("),
    ("log p[k]", "write log(p[k])", "log p"),
    ("x(y + 1) + x", "for a product write x*(y + 1)", "x(y + 1)"),
    ("z(i) + z[j]", "z is an array: write z[i]", "z(i)"),
    ("λx", "for a product write λ*x", "λx"),
    ("z[0]", "indices are whole numbers from 1 on", "0"),
    ("z[1.5]", "indices are whole numbers from 1 on", "1.5"),
    ("z[i+1]", "for shifted and computed indices name the shifted array", "i+1"),
    ("z[i][j]", "write all indices in one bracket", "z[i][j]"),
    ("z + z[i]", "the array z alone has no value", "z"),
    ("log[x]", "log is a function: write log(...)", "log[x]"),
    ("log(p)[k]", "only arrays have indices", "log(p)"),
    ("exp", "exp is a function: write exp(...)", "exp"),
    ("exp(x, y)", "exp takes 1 argument", "exp(x, y)"),
    ("exq(x)", "did you mean exp?", "exq"),
    ("relu(x)", "it has a kink", "relu"),
    ("max(x, 0)", "it has a kink", "max"),
    ("|x|", "|x| has a kink", "|"),
    ("detach(x)", "torch's detach is stop_gradient(x)", "detach"),
    ("x.detach()", "torch's detach is stop_gradient(x)", "."),
    ("frobnicate(x)", "a function of your own is a SymPy Function", "frobnicate"),
    ("mean(x)", "write sum(x[n], n=1..N)/N", "mean"),
    ("σ(x)", "write sigmoid(x), or softmax(z, k)", "σ"),
    ("e^x", "write exp(x)", "e"),
    ("E**x", "write exp(x)", "E"),
    ("a**{b}", "braces group nothing here: write (b)", "{b}"),
    ("x!", "! is not read here", "!"),
    ("x²**2", "(x**2)**3", "²**"),
    ("sum_k y[k]", "write a sum as sum(", "sum_k"),
    ("sum_{k=1}^K y[k]", "write a sum as sum(", "sum_{k=1}"),
    ("Σ y[k]", "write a sum as sum(", "Σ y"),
    ("sum(y[k])", "what the sum runs over is missing", "sum(y[k])"),
    ("sum(x, k)", "what the sum runs over is missing or not clear", "sum(x, k)"),
    ("sum(y[k], k=0..K-1)", "the range starts at 0: ranges are 1..size; write k=1..K", "k=0..K-1"),
    ("Sum(y[k], (k, 0, K))", "the range starts at 0", "(k, 0, K)"),
    ("sum(y[k], k=1..K-1)", "the size K-1", "K-1"),
    ("sum(y[k], k=1..K, k=1..N)", "runs over one letter twice", None),
    ("sum(y[k], k=1..K, i!=j)", "leaves out values of its own letter", "i!=j"),
    ("sum(y[k], k<K)", "write the range of a sum", "k<K"),
    ("sum(y[k] for k in z)", "formulas have no word for", "y[k] for"),
    ("p_t + p[k]", "for an entry write p[t]", "p_t"),
    ("p_1 + p[k]", "for an entry write p[1]", "p_1"),
    ("p_12 + p[k]", "for an entry write p[12]", "p_12"),
    ("p_ij + p[i, j]", "for an entry write p[i, j]", "p_ij"),
    ("p_ij + p[a, b]", "for an entry write p[i, j]", "p_ij"),
    ("p_i1 + p[i, j]", "for an entry write p[i, 1]", "p_i1"),
    ("p_i[k] + p[i, k]", "two readings: write p[i, k], or give the array another name", "p_i[k]"),
    ("h_s[k] + sum(h[s, k], s=1..S)", "two readings: write h[s, k]", "h_s[k]"),
    ("y_hat[k] + y_hat", "the array y_hat alone has no value", None),
    ("dy_hat/dx + x*y[k]", "by names of the problem", "dy_hat/dx"),
    ("a_ij*x[i]*x[j]", "for an entry write a[i, j]", "a_ij"),
    ("[k = t]*z[k]", "[i = j] as delta(i, j)", "["),
    ("e(x)", "write exp(x)", "e"),
    ("q_k*z[k]", "for an entry write q[k]", "q_k"),
    ("d/dz[i] p[k] + z[i]", "what it acts on in brackets", "d/dz[i]"),
    ("1/dx/dy + x*y", "put brackets around the derivative", "dx/dy"),
    ("dx/dt", "write Derivative(x, t) for a derivative", "dx/dt"),
    ("dloss/dz[i] + z[i]", "by names of the problem", "dloss/dz[i]"),
    ("dx/dy + x*y + dx", "or (dx)/(dy) for a quotient", "dx/dy"),
    ("d^2L/dz[i]dz[j]", "Derivative(L, z[i], z[j])", "2L"),
    ("∂²L/∂x", "Derivative(L, z[i], z[j])", "∂²L"),
    ("dL/dz[i] + z[i]", "L names the value of the problem and cannot stand in it", "L"),
    ("Derivative(x*y)", "a derivative needs its variable", "Derivative(x*y)"),
    ("Derivative(x*y, x + y)", "a variable is an entry", "x + y"),
    ("Derivative(x*y, (x, 999))", "whole number from 1 to 20", "999"),
    ("delta(i)", "delta takes 2 arguments, as in delta(i, j)", "delta(i)"),
    ("softmax(z[m], m=0..M)", "the range starts at 0: ranges are 1..size; write m=1..K", "m=0..M"),
    ("softmax(z[m], m=1..M-1)", "the size M-1", "M-1"),
    ("softmax(z[m], m<M)", "write softmax(z, k) of an array with one axis", None),
    ("softmax(z, t[n]=1..M)", "runs over a letter", "t[n]"),
    ("softmax(z)[m=1..M]", "write softmax(z, k) of an array with one axis", None),
    ("logsumexp(z[j], m=1..M)", "runs over an index of its expression", None),
    ("softmax(x + 1, k)", "runs over an index of its expression", None),
    ("a = b", "facts go into given", "a = b"),
    ("Eq(a, b)", "facts go into given", "Eq(a, b)"),
    ("a, b", "remove the comma", "a, b"),
    ("1..K", "a range stands where a value should", "1..K"),
    ("1/0", "division by zero", "1/0"),
    ("x/(1 - 1)", "division by zero", "x/(1 - 1)"),
    ("0**(-1)", "division by zero", "0**(-1)"),
    ("x + 0^(-1/2)", "division by zero", "0^(-1/2)"),
    ("x*0^0", "0 to the power 0 has no value", "0^0"),
    ("x + log(0)", "log(0) has no value", "log(0)"),
    ("ln(1 - 1)*x", "log(0) has no value", "ln(1 - 1)"),
    ("log(x, 0)", "log(0) has no value", "log(x, 0)"),
    ("log(x, 1)", "no logarithm to the base 1", "log(x, 1)"),
    ("onehot(y, t)", "did you mean one_hot?", "onehot"),
    ("x +", "the formula ends after +", "+"),
    ("* x", "something is missing before *", "*"),
    ("a + * b", "something is missing between + and *", "*"),
    ("f()", "something is missing between ( and )", ")"),
    ("(x", "this ( is never closed", "("),
    ("x)", "this ) closes no bracket", ")"),
    ("(x]", "this ] closes no bracket", "]"),
    ("[x]", "write other brackets as ( )", "["),
    ("x := 2", "definitions go into where", ":="),
    ("", "a formula is missing here", None),
    ("  ", "a formula is missing here", None),
    ("z₁", "write an index in brackets, such as z[1]", "₁"),
    ("pᵢ", "write an index in brackets, as in p[i]", "pᵢ"),
    ("𝐳 + 1", "MATHEMATICAL BOLD SMALL Z) is not read in the name 𝐳: write z", "𝐳"),
    ("\N{CYRILLIC SMALL LETTER A}", "CYRILLIC SMALL LETTER A", "\N{CYRILLIC SMALL LETTER A}"),
    (r"\frac{a}{b}", "LaTeX is not read", "\\"),
    ("x @ y", "write the sum over the inner index", "@"),
    ("x // y", "division is a/b", "/"),
    ("∞", "ordinary numbers", "∞"),
]


@pytest.mark.parametrize(("text", "message", "marked"), REFUSED)
def test_refused_with_the_right_spelling(text: str, message: str, marked: str | None) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    sentence, *shown = str(caught.value).split("\n")
    assert message in sentence
    if marked is not None:
        line, carets = shown
        assert line == f"  {text}"
        assert carets == " " * (2 + text.index(marked)) + "^" * len(marked)


FLAGSHIP = {
    "value": "-sum(k, y[k]*log(p[k]))",
    "wrt": "z[i]",
    "where": "p[k] = softmax(z, k)",
    "given": "sum(k, y[k]) = 1",
}


def lines(problem: Problem) -> list[str]:
    """The parts of a problem, in one line of text each."""
    s = problem.statement
    found = [plain(s.value), *map(plain, s.variables), *(f"{plain(d.head)} := {plain(d.body)}" for d in s.definitions)]
    return found + [relation(f.relation) for f in s.facts]


def test_a_problem() -> None:
    assert lines(Problem.from_text(**FLAGSHIP)) == [
        "-sum(y[k]*log(p[k]), k=1..K)",
        "z[i]",
        "p[k] := exp(z[k])/sum(exp(z[j]), j=1..K)",
        "sum(y[k], k=1..K) = 1",
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # a size is that of the other sums and arrays, through definitions and facts
        (
            {"value": "sum(k, z[k]*y[k]) + sum(y[m], m=1..C)", "wrt": "z[i]"},
            "sum(y[m], m=1..C) + sum(y[k]*z[k], k=1..C)",
        ),
        (
            {"value": "sum(k, p[k])", "wrt": "z[i]", "where": "p[j] = z[j]*a", "given": "sum(z[j], j=1..7) = 1"},
            "sum(p[k], k=1..7)",
        ),
        ({"value": "sum(n, sum(k, w[n, k]))", "wrt": "w[i, j]"}, "sum(sum(w[n, k], k=1..K), n=1..N)"),
        ({"value": "sum(k, z[k])*A", "wrt": "z[i]"}, "A*sum(z[k], k=1..K)"),
        ({"value": "softmax(z_k, k)", "wrt": "z[i]"}, "exp(z[k])/sum(exp(z[j]), j=1..K)"),
        ({"value": "softmax(z_hat, k)", "wrt": "z_hat[i]"}, "exp(z_hat[k])/sum(exp(z_hat[j]), j=1..K)"),
        ({"value": "logsumexp(z, k)", "wrt": "z[i]", "given": "sum(z[j], j=1..C) = 0"}, "log(sum(exp(z[l]), l=1..C))"),
        # a letter of the variable that the value binds
        ({"value": "sum(i, z[i]**2)", "wrt": "z[i]"}, "sum(z[j]**2, j=1..K)"),
        # the names of the other texts say what p_i means
        ({"value": "-log(p_i)", "wrt": "z_i", "where": ["p[k] = s*z[k]", "s = sum(z_k, k=1..K)"]}, "-log(p[i])"),
        ({"value": "loss**2", "wrt": "x", "where": "loss := x^2"}, "loss**2"),
        ({"value": "L^2", "wrt": "x", "where": "L = x^3"}, "L**2"),
    ],
)  # fmt: skip
def test_the_texts_of_a_problem_explain_one_another(texts: dict[str, Any], expected: str) -> None:
    assert lines(Problem.from_text(**texts))[0] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sum(y[k], k=1..K) == 1", "sum(y[k], k=1..K) = 1"),
        ("1 = sum(k, y[k])", "sum(y[k], k=1..K) = 1"),
        ("Eq(sum(k, y[k]), 1)", "sum(y[k], k=1..K) = 1"),
        ("z[k] > 0", "z[k] > 0"),
        ("0 < z[k]", "z[k] > 0"),
        ("Lt(0, z[k])", "z[k] > 0"),
        ("z[k] >= 2", "z[k] >= 2"),
        ("z[k] ≤ 2", "2 >= z[k]"),
        ("Ne(i, j)", "i != j"),
        ("i ≠ j", "i != j"),
        ("one_hot(y, t)", "y[k] = delta(k, t)"),
        ("one_hot(y[m], 2)", "y[m] = delta(m, 2)"),
        ("L > 0", "z[j]*sum(y[k]*z[k], k=1..K) > 0"),
    ],
)
def test_facts(given: str, expected: str) -> None:
    problem = Problem.from_text("sum(k, y[k]*z[k])*z[j]", "z[i]", given=given)
    assert relation(problem.statement.facts[0].relation) == expected
    assert len(problem.given) == 1


def test_definitions_may_come_as_a_mapping() -> None:
    assert lines(Problem.from_text(**{**FLAGSHIP, "where": {"p[k]": "softmax(z, k)"}})) == lines(
        Problem.from_text(**FLAGSHIP)
    )


def test_one_hot_of_a_batch() -> None:
    problem = Problem.from_text("sum(n, sum(k, y[n, k]*z[n, k]))", "z[m, i]", given="one_hot(y[n, k], t[n])")
    assert relation(problem.statement.facts[0].relation) == "y[n, k] = delta(k, t[n])"
    assert [s.name for s in problem.statement.facts[0].variables] == ["n", "k"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"wrt": ()}, "wrt is empty: name what to differentiate by, one of y"),
        ({"wrt": "z[i],"}, "a formula is missing here"),
        ({"wrt": "exp(z[i])"}, "cannot differentiate by exp"),
        ({"where": "p[k]"}, "a definition is one equation"),
        ({"where": "p[k] = a = b"}, "a definition is one equation"),
        ({"where": "p[k] + 1 = a"}, "where: cannot define"),
        ({"where": "p[k] = softmax(z, k), s = 2"}, "several definitions stand in one text: repeat --where"),
        ({"where": "p[k] = softmax(z, k); s = 2"}, "repeat --where"),
        ({"where": ["p[k] = z[k]", "p[j] = z[j]"]}, "defined twice"),
        ({"given": "sum(k, y[k])"}, "a relation is missing"),
        ({"given": "y[k] > 0, z[k] > 0"}, "repeat --given, or pass a list"),
        ({"given": "onehot(y, t)"}, "did you mean one_hot"),
        ({"given": "one_hots(y, t)"}, "did you mean one_hot"),
        ({"given": "exp(y[k])"}, "a relation is missing"),
        ({"given": "1 = 2"}, "the fact 1 = 2 is between numbers only"),
        ({"given": "2 > 3"}, "between numbers only"),
        ({"given": ["y[k] > 0", "Ne(pi, exp(2))"]}, "between numbers only"),
        ({"given": "sum(2, k=1..3) = 6"}, "between numbers only"),
        ({"given": "0 < y[k] < 1"}, "several relations stand in one"),
        ({"given": "one_hot(3, t)"}, "one_hot speaks of an array or an entry"),
        ({"given": "one_hot(z[i,i], t)"}, "one_hot speaks of an array or an entry"),
        ({"given": "sum(L, k=1..K) = 1", "value": "z[k]"}, "L depends on the index k"),
        ({"value": "L = z[i]"}, "facts go into given"),
        ({"value": 3}, "value is text here, not 3"),
        ({"wrt": 3}, "wrt is text here, not 3"),
        ({"wrt": [sympy.Symbol("x")]}, "wrt is text here, not x"),
        ({"where": {"p[k]": 1}}, "where is text here, not 1"),
        ({"value": "sum(k, y[k]*z[k]) + sum(y[k], k=1..K) + sum(z[k], k=1..N)"}, "size"),
        ({"value": "sum(n, y[n]*z[n])/N", "where": (), "given": ()}, "whether N is meant: write its range"),
        ({"value": "sum(k, y[k]*z[k])/n", "where": (), "given": ()}, "whether n is meant"),
        ({"value": "k*sum(k, y[k])*z[k]"}, "used as a number"),
        ({"value": "K*z[K]*sum(y[k], k=1..K)"}, "K"),
    ],
)
def test_problems_that_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Problem.from_text(**{**FLAGSHIP, **changed})


def test_definitions_and_variables_are_parted_outside_brackets() -> None:
    assert [str(t).strip() for t in separated(Text("w[i, j], f(x, y)"))] == ["w[i, j]", "f(x, y)"]
    key, body = equation(Text("p[k] = sum(w[k, j], j=1..K)"))
    assert (str(key).strip(), str(body).strip()) == ("p[k]", "sum(w[k, j], j=1..K)")


def test_a_caret_points_into_the_whole_line() -> None:
    with pytest.raises(InputError) as caught:
        Problem.from_text(**{**FLAGSHIP, "where": "p[k] = exp(z[k]) / sum(exp(z[j]), j=0..K)"})
    assert str(caught.value).split("\n")[1:] == [
        "  p[k] = exp(z[k]) / sum(exp(z[j]), j=0..K)",
        "                                    ^^^^^^",
    ]


# --- beside SymPy ------------------------------------------------------------------------------


def test_names_of_sympy_objects_are_theirs() -> None:
    reader = Reader()
    i, p_k, greek = sympy.Symbol("i", integer=True), sympy.Symbol("p_k", positive=True), sympy.Symbol("λ")
    f, p = sympy.Function("f"), sympy.IndexedBase("p", shape=(sympy.Symbol("K"),))
    reader.term(p[i] * p_k * greek * f(sympy.Symbol("a b")) * sympy.Symbol("dx") * sympy.Symbol("e"))
    for text, expected in [
        ("p_k*p[k]", "p_k*p[k]"),
        ("lambda", "λ"),
        ("f({a b})", "f({a b})"),
        ("dx/e", "dx/e"),
        ("p_i", "p[i]"),
    ]:
        assert plain(reader.term(Text(text))) == expected
    assert reader.surface().expression(reader.term(Text("p_i*p_k"))) == p[i] * p_k


def test_functions_of_the_users_own() -> None:
    reader, x = Reader(), sympy.Symbol("x")
    expr = sympy.Function("log")(x) * sympy.Function("sqrt")(x) * sympy.log(x)
    t = reader.term(expr)
    assert plain(t) == "log(x)*log_(x)*sqrt(x)"
    assert reader.term(Text(plain(t))) is t
    with pytest.raises(InputError, match="no function is called exp_"):
        reader.term(Text("exp_(x)"))


def test_text_stands_where_it_is_marked_as_text_only() -> None:
    with pytest.raises(InputError, match="from_text"):
        Problem("s", "z[i]", sympy.Symbol("x"))
    with pytest.raises(InputError, match="from_text"):
        Problem("s", sympy.Symbol("x"), "x")


@pytest.mark.parametrize("name", names())
def test_every_problem_of_the_zoo_is_read_back_from_its_print(name: str) -> None:
    s = load(name).statement
    definitions = [f"{plain(d.head)} = {plain(d.body)}" for d in s.definitions]
    facts = [relation(f.relation) for f in s.facts]
    read_back = Problem.from_text(plain(s.value), ", ".join(map(plain, s.variables)), definitions, facts).statement
    assert plain(read_back.value) == plain(s.value)
    assert (read_back.definitions, read_back.facts) == (s.definitions, s.facts)


@pytest.mark.parametrize("text", ["dL/dz[i] = p[i] - y[i]", "∂L/∂z_i = p_i − y_i", "Derivative(L, z[i]) == p[i]-y[i]"])
def test_the_letter_l_names_the_value(text: str) -> None:
    reader, problem = Reader(), load("softmax-cross-entropy")
    reader.name_value(reader.term(problem.value))
    for pair in (problem.where or {}).items():
        reader.definition(*pair)
    assert relation(reader.relation(Text(text))) == "d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = p[i] - y[i]"


def test_names_keep_their_one_role() -> None:
    reader = Reader()
    reader.term(sympy.IndexedBase("z", shape=(sympy.Symbol("C"),))[sympy.Symbol("k")])
    with pytest.raises(InputError, match="size"):
        reader.term(Text("sum(z[k], k=1..k)"))
    with pytest.raises(InputError, match="alone has no value"):
        reader.term(Text("z*2"))


# --- texts that mean harm ----------------------------------------------------------------------

HOSTILE = {
    "import": "__import__('os').system('true')",
    "call": "__import__(os)",
    "attribute": "().__class__",
    "lambda": "(lambda x: x)(1)",
    "comprehension": "[x for x in y]",
    "f-string": 'f"{x}"',
    "walrus": "(x := 1)",
    "star": "exp(*x)",
    "keyword": "exp(x=1)",
    "semicolon": "x; y",
    "huge power": "10**10**10",
    "huge power of 2": "2**99999999",
    "huge product of powers": "(" * 12 + "2*x" + ")**300" * 12,
    "huge power in exp": "exp(10**10*log(2))",
    "huge decimal": "1e400",
    "huge exponent": "1e999999999",
    "many digits": "9" * 9_999,
    "nested brackets": "(" * 10_000 + "x" + ")" * 10_000,
    "nested brackets, short": "(" * 2_000 + "x" + ")" * 2_000,
    "nested calls": "exp(" * 1_000 + "x" + ")" * 1_000,
    "minus": "-" * 9_000 + "x",
    "minus in brackets": "-(" * 500 + "x" + ")" * 500,
    "powers": "x**" * 900 + "x",
    "powers and minus": "x**-" * 400 + "x",
    "doubling": "softmax(" * 30 + "z[k]" + ", k)" * 30,
    "doubling more": "tanh(" * 38 + "x" + ")" * 38,
    "10 MB": "x+" * 5_000_000 + "x",
    "10 MB of digits": "1" * 10_000_000,
    "NUL": "x\0",
    "surrogate": "x\ud800",
    "bidi": "x\u202e+y",
    "zero width": "x\u200by",
    "soft hyphen": "x\u00ady",
    "digits of another script": "x*٣",
    "byte order mark": "\ufeffx",
    "combining": "x\u0302",
    "braces": "{" * 5_000,
    "brackets": "[" * 900,
    "dots": "." * 5_000,
    "differentials": "d/d" * 3_000,
    "equals": "x=" * 900 + "x",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_and_nothing_is_run(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("text was run")

    monkeypatch.setattr(sympy, "sympify", never)
    monkeypatch.setattr(sympy, "parse_expr", never)
    with pytest.raises(InputError) as caught:
        Reader().term(Text(text))
    assert len(str(caught.value)) < 700
    assert str(caught.value).isprintable() or set(str(caught.value)) - {"\n"} == set(
        filter(str.isprintable, str(caught.value))
    )


@pytest.mark.parametrize(
    "text", ["+".join(["x"] * 900), "*".join(["x"] * 900), "-(" * 39 + "x" + ")" * 39, "exp(" * 39 + "x" + ")" * 39]
)
def test_long_and_deep_texts_within_the_limits_are_read(text: str) -> None:
    assert read(text)


def test_python_sees_nothing_that_it_could_run(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    parse = ast.parse

    def watched(source: str, *arguments: Any, **options: Any) -> Any:
        seen.append(source)
        return parse(source, *arguments, **options)

    monkeypatch.setattr(ast, "parse", watched)
    read("exp(lambda*z[i])**2 - sum(y[k], k=1..K)")
    assert seen
    assert all(set(source) <= set("t0123456789+-*/()[],=!|<> ") for source in seen)


# --- random texts ------------------------------------------------------------------------------


def reader_of_random_terms() -> Reader:
    """A reader that has met the names of `strategies`, as one of a problem in SymPy would have."""
    reader = Reader()
    for name in (*NAMES, "x"):
        reader.names.symbol(sympy.Symbol(name))
    for name in ARRAYS:
        reader.names.array(sympy.IndexedBase(name))
    reader.names.function("f", sympy.Function("f"))
    return reader


def again(t: Term) -> Term:
    return reader_of_random_terms().term(Text(plain(t)))


def refusal(text: str) -> str | None:
    """Why a text is not read, or None."""
    try:
        reader_of_random_terms().term(Text(text))
    except InputError as error:
        return str(error)
    return None


OWN_RULES = (
    "stands as a size",
    "stands as an index",
    "division by zero",
    "log(0) has no value",
    "0 to the power 0",
    "leaves out values of its own letter",
)


@given(terms)
def test_what_is_printed_is_read_as_it_was_meant(t: Term) -> None:
    refused = refusal(plain(t))
    assert refused is None or any(rule in refused for rule in OWN_RULES)
    assume(refused is None)
    once = again(t)
    for world in fixed_worlds():
        world = world.changed(x=world.symbols["x"])
        assert value(once, world) == value(t, world)
    twice = again(once)
    assert again(twice) is twice
    assert plain(again(twice)) == plain(twice)


PIECES = [
    *"+-*/^()[]{},=!<>|.:²_ ∂dLeE'\"\\\0",
    "**",
    "..",
    "!=",
    "sum(",
    "exp(",
    "log",
    "delta(",
    "softmax(",
    "d/d",
    "k=1..K",
    "z[i]",
    "1e9",
]
TEXTS = [text for text, _ in MEANINGS] + [text for text, _, _ in REFUSED]


@pytest.mark.parametrize("seed", range(20))
def test_broken_texts_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        text = chance.choice(TEXTS)
        for _ in range(chance.randint(1, 4)):
            place, end = chance.randint(0, len(text)), chance.randint(0, len(text))
            piece = chance.choice([*PIECES, text[place:end], chance.choice(TEXTS)])
            text = text[:place] + piece + text[place + chance.randint(0, 2) :]
        read_or_refused(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    """Nothing but a term comes out, nothing but an `InputError` is raised."""
    with suppress(InputError):
        assert isinstance(Reader().term(Text(text)), Term)


def test_the_label_on_paper_is_the_label_of_the_problem() -> None:
    """one_hot(y_k, t) once spoke of an array called y_k, and so of nothing."""
    problem = Problem.from_text(
        "-sum(k, y[k]*log(p[k]))", "z[i]", where="p[k] = softmax(z, k)", given="one_hot(y_k, t)"
    )
    assert [relation(f.relation) for f in problem.statement.facts] == ["y[k] = delta(k, t)"]


@pytest.mark.parametrize(("typed", "letter"), [("y[n, k]", "k"), ("y[n, k, k]", "n"), ("y[k, n]", "n")])
def test_both_doors_agree_which_index_numbers_the_classes(typed: str, letter: str) -> None:
    """One function decides it: two once differed on y[n, k, k]."""
    problem = Problem.from_text(f"sum(n, sum(k, {typed}*z[n, k]))", "z[m, i]", given=f"one_hot({typed}, 2)")
    y, indices = sympy.IndexedBase("y"), sympy.symbols(typed[2:-1])
    (fact,) = problem.statement.facts
    assert relation(fact.relation) == f"{typed} = delta({letter}, 2)"
    assert one_hot(y[indices], 2) == sympy.Eq(y[indices], sympy.KroneckerDelta(sympy.Symbol(letter), 2), evaluate=False)
