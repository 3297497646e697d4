"""LaTeX straight from terms, in the order in which they are written.

A formula is read one way only: an operator that reaches to the right (a logarithm, a sum, a
derivative) gets brackets where another factor follows it, and two names never share a spelling.
Only commands that KaTeX and GitHub accept are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from symderiv.printing.notation import DEFAULT, STOP, Notation, settle, subscript
from symderiv.printing.sums import unsaid
from symderiv.statement import Relation
from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    number,
    summands,
)

SIGNS = {"=": "=", "!=": "\\ne", ">": ">", ">=": "\\ge"}
HALF = Fraction(1, 2)


def latex(term: Term, notation: Notation = DEFAULT) -> str:
    """LaTeX of a term, without dollar signs.

    >>> from symderiv.terms import *
    >>> i, j, k, K = (Symbol(s) for s in "ijkK")
    >>> p = lambda a: Entry("p", (a,))
    >>> print(latex(times(p(i), minus(Delta(i, j), p(j)))))
    p_i \\left(\\delta_{ij} - p_j\\right)
    >>> print(latex(neg(big(k, K, times(Entry("y", (k,)), log(p(k)))))))
    -\\sum_{k=1}^{K} y_k \\log p_k
    """
    return _whole(term, _settled(notation, term))


def relation(r: Relation, notation: Notation = DEFAULT) -> str:
    """LaTeX of a relation between two terms."""
    return equation(r.left, r.right, SIGNS[r.sign], notation)


def equation(left: Term, right: Term, sign: str = "=", notation: Notation = DEFAULT) -> str:
    """LaTeX of two terms with a sign between; a name is spelled the same on both sides, and like no other."""
    settled = _settled(notation, left, right)
    return f"{_whole(left, settled)} {sign} {_whole(right, settled)}"


def shown(formula: str) -> str:
    """A formula as a notebook shows it."""
    return f"$\\displaystyle {formula}$"


def aligned(left: str, right: Iterable[str]) -> str:
    """``left = right`` with the right side continued over several lines, ready for display."""
    first, *more = right
    rows = [f"{left} &= {first}", *(f"&\\quad {row}" for row in more)]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}" if more else f"{left} = {first}".strip()


def lines(term: Term, notation: Notation = DEFAULT, width: int = 90) -> tuple[str, ...]:
    """LaTeX of a term, broken before summands where it is wider than ``width`` characters of source."""
    settled = _settled(notation, term)
    rows: list[str] = []
    for n, part in enumerate(summands(term)):
        text = _summand(part, settled, first=n == 0)
        if rows and len(rows[-1]) + len(text) <= width:
            rows[-1] += text
        else:
            rows.append(text.strip())
    return tuple(rows)


def _settled(notation: Notation, *formula: Term) -> Notation:
    """The notation for one formula: every name spelled, and the letters known whose sums go without them."""
    settled = settle(notation, formula)
    return replace(settled, unsaid=unsaid(formula)) if settled.sums == "bare" else settled


def _whole(t: Term, to: Notation) -> str:
    """A term with nothing around it."""
    if isinstance(t, Plus):
        return "".join(_summand(u, to, first=n == 0) for n, u in enumerate(t.summands))
    return _summand(t, to, first=True)


def _summand(t: Term, to: Notation, *, first: bool) -> str:
    body, sign = _unsigned(t)
    text = bracket(_whole(body, to)) if isinstance(body, Plus | Neg) else _product(body, to)
    if first:
        return f"-{text}" if sign < 0 else text
    return f" - {text}" if sign < 0 else f" + {text}"


def _unsigned(t: Term) -> tuple[Term, int]:
    match t:
        case Neg(Number(value)) if value < 0:
            return Neg(number(-value)), -1
        case Neg(body):
            return body, -1
        case Number(value) if value < 0:
            return number(-value), -1
    return t, 1


def bracket(text: str) -> str:
    """The text in brackets that grow with it."""
    return f"\\left({text}\\right)"


def _product(t: Term, to: Notation) -> str:
    """A product, or what may stand as the last factor of one."""
    if not isinstance(t, Times):
        return _last(t, to)
    texts = [_factor(u, to) for u in t.factors[:-1]] + [_last(t.factors[-1], to)]
    out = texts[0]
    for before, after, text in zip(t.factors, t.factors[1:], texts[1:], strict=False):
        out += (" \\cdot " if _needs_dot(before, after, text, to) else " ") + text
    return out


def _needs_dot(before: Term, after: Term, text: str, to: Notation) -> bool:
    """Digits beside digits, a mixed number, or a name that would read as a function of the bracket."""
    if text[0].isdigit():
        return True
    if isinstance(before, Number) and isinstance(after, Quotient | Number):
        return isinstance(after, Number) or isinstance(after.top, Number)
    if isinstance(before, Symbol) and text.startswith("\\left("):
        return before.name in to.functions or len(before.name) > 1
    return False


def _factor(t: Term, to: Notation) -> str:
    """A factor that another factor follows."""
    if isinstance(t, Log):
        return to.log + bracket(_whole(t.body, to))
    return _last(t, to) if _closed(t) else bracket(_whole(t, to))


def _closed(t: Term) -> bool:
    """Whether the printed term ends by itself: nothing to its right can be read as part of it."""
    match t:
        case Number(value):
            return value >= 0
        case D():
            return _short(_derivative(t)[0])
        case Symbol() | Entry() | Delta() | Quotient() | Power() | Exp() | Stop() | Function():
            return True
    return False


def _last(t: Term, to: Notation) -> str:
    """A term as the last factor of a product, or as the only one."""
    match t:
        case Number(value) if value < 0:
            return bracket(_whole(t, to))
        case Log(body):
            inner = _whole(body, to)
            return f"{to.log} {inner}" if _stands_alone(body) else to.log + bracket(inner)
        case Big():
            return f"{_sum_sign(t, to)} {_operand(t.body, to)}"
        case D() if not _closed(t):
            body, variables = _derivative(t)
            return f"{_fraction_d('', variables, to)} {_under_d(body, to)}"
        case Plus() | Neg() | Times():
            return bracket(_whole(t, to))
    return _atom(t, to)


def _operand(t: Term, to: Notation) -> str:
    """The body of a sum: a product without brackets, a sum with them."""
    if isinstance(t, Plus | Neg) or (isinstance(t, Number) and t.value < 0):
        return bracket(_whole(t, to))
    return _product(t, to)


def _under_d(t: Term, to: Notation) -> str:
    return bracket(_whole(t, to)) if isinstance(t, Times | Plus | Neg) else _last(t, to)


def _derivative(t: Term) -> tuple[Term, tuple[Term, ...]]:
    """What is differentiated, and the variables in the order in which the derivatives are taken."""
    variables: list[Term] = []
    while isinstance(t, D):
        variables.insert(0, t.variable)
        t = t.body
    return t, tuple(variables)


def _fraction_d(body: str, variables: tuple[Term, ...], to: Notation) -> str:
    """The fraction of a derivative of any order, by the variables in turn; one repeated at once gets an exponent."""
    runs = [(x, len(tuple(run))) for x, run in groupby(variables)]
    below = " ".join(f"\\partial {f'{_base(x, to)}^{{{n}}}' if n > 1 else _whole(x, to)}" for x, n in runs)
    order = f"^{{{len(variables)}}}" if len(variables) > 1 else ""
    return f"\\frac{{\\partial{order}{body}}}{{{below}}}"


def _stands_alone(t: Term) -> bool:
    """Arguments a logarithm takes without brackets."""
    match t:
        case Number(value):
            return value >= 0
        case Symbol() | Entry() | Quotient() | Exp() | Big():
            return True
    return False


def _short(t: Term) -> bool:
    """Bodies that stand in the numerator of a partial derivative."""
    return isinstance(t, Symbol | Entry)


def _atom(t: Term, to: Notation) -> str:
    match t:
        case Number(value):
            return _number(value)
        case Symbol(name):
            return to.names[name]
        case Entry(array, indices):
            stem = to.names[array]
            return (f"{{{stem}}}" if "_" in stem else stem) + subscript(_indices(indices, to))
        case Delta(left, right):
            if to.delta == "letter":
                return "\\delta" + subscript(_indices((left, right), to))
            return f"\\left[{_whole(left, to)} = {_whole(right, to)}\\right]"
        case Quotient(top, bottom):
            return f"\\frac{{{_whole(top, to)}}}{{{_whole(bottom, to)}}}"
        case Power(base, Number(value)) if value == HALF:
            return f"\\sqrt{{{_whole(base, to)}}}"
        case Power(base, exponent):
            return f"{_base(base, to)}^{{{_whole(exponent, to)}}}"
        case Exp(body):
            inner = _whole(body, to)
            return f"e^{{{inner}}}" if to.exp == "power" else f"\\exp{bracket(inner)}"
        case Stop(body):
            return STOP + bracket(_whole(body, to))
        case D():
            body, variables = _derivative(t)
            return _fraction_d(f" {_whole(body, to)}", variables, to)
        case Function(name, ()):
            return to.functions[name] if name == "pi" else to.functions[name] + "\\left(\\right)"
        case Function(name, arguments):
            return to.functions[name] + bracket(", ".join(_whole(u, to) for u in arguments))
    return bracket(_whole(t, to))


def _base(t: Term, to: Notation) -> str:
    if isinstance(t, Symbol | Entry) or (isinstance(t, Delta) and to.delta == "letter"):
        text = _atom(t, to)
        return bracket(text) if "^" in text else text
    if isinstance(t, Number) and t.value >= 0 and t.value.denominator == 1:
        return _number(t.value)
    return bracket(_whole(t, to))


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"\\frac{{{value.numerator}}}{{{value.denominator}}}"


def _indices(indices: tuple[Term, ...], to: Notation) -> str:
    texts = [_whole(i, to) for i in indices]
    if all(len(s) == 1 and s.isalpha() for s in texts):
        return "".join(texts)
    return ",".join(texts)


def _sum_sign(t: Big, to: Notation) -> str:
    index = _whole(t.index, to)
    if t.excluded:
        return f"\\sum_{{{index} \\ne {', '.join(_whole(e, to) for e in t.excluded)}}}"
    if t.index.name in to.unsaid:
        return "\\sum"
    if to.sums != "limits":
        return f"\\sum_{{{index}}}"
    return f"\\sum_{{{index}=1}}^{{{_whole(t.size, to)}}}"
