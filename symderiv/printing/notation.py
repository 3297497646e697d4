"""How names and operators are written: data that the LaTeX printer reads.

A `Notation` never changes what a formula says. Two different names never share one spelling:
`settle` finds a spelling for every name of some terms and moves to a plainer one where two clash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from symderiv.binders import all_names, array_names
from symderiv.terms import Function, Term, subterms

GREEK = {
    **{name: f"\\{name}" for name in (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
        "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta "
        "varphi varrho"
    ).split()},
    "lamda": "\\lambda",
    "ell": "\\ell",
}  # fmt: skip
LETTERS = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        (
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
            "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
        ).split(),
        strict=True,
    )
)
ACCENTS = {name: f"\\{name}" for name in ("hat", "bar", "tilde", "dot", "ddot", "check", "breve")}
NAMED_FUNCTIONS = frozenset("sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan".split())
_ESCAPES = {"_": "\\_", " ": "\\ ", "'": "'", ".": "."}


@dataclass(frozen=True)
class Notation:
    """Spellings of names and operators.

    ``names`` and ``functions`` map a name to LaTeX; names that are not in it get a spelling of their
    own. ``log`` is the macro of the natural logarithm, ``exp`` either ``"power"`` (a power of e) or
    ``"function"``, ``delta`` either ``"letter"`` or ``"bracket"``, ``sums`` either ``"limits"``
    (sum from k=1 to K) or ``"index"`` (sum over k).
    """

    log: str = "\\log"
    exp: str = "power"
    delta: str = "letter"
    sums: str = "limits"
    names: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)


DEFAULT = Notation()
STOP = "\\mathrm{sg}"


def settle(notation: Notation, terms: Iterable[Term]) -> Notation:
    """The notation with a spelling for every name of the terms, no two of them alike.

    >>> from symderiv.terms import Entry, Symbol, plus
    >>> settle(DEFAULT, [Symbol("mu_1"), Symbol("y_hat")]).names
    {'mu_1': '\\\\mu_1', 'y_hat': '\\\\hat{y}'}
    """
    terms = tuple(terms)
    arrays = frozenset[str]().union(*map(array_names, terms))
    scalars = frozenset[str]().union(*map(all_names, terms)) - arrays
    calls = frozenset(u.name for t in terms for u in subterms(t) if isinstance(u, Function))
    taken = {notation.log, STOP, "\\exp", *notation.names.values(), *notation.functions.values()}
    functions = dict(notation.functions)
    for name in sorted(calls - set(functions)):
        functions[name] = _first_free(_function_spellings(name), taken, frozenset())
    names = dict(notation.names)
    for name in sorted(arrays - set(names)):
        names[name] = _first_free(spellings(name), taken, frozenset())
    stems = frozenset(_stem(names[name]) for name in arrays)
    for name in sorted(scalars - set(names)):
        names[name] = _first_free(spellings(name), taken, stems)
    return replace(
        notation,
        names=names,
        functions=functions,
        exp="function" if "e" in names.values() else notation.exp,
        delta="bracket" if "\\delta" in names.values() else notation.delta,
    )


def _first_free(candidates: Iterator[str], taken: set[str], stems: frozenset[str]) -> str:
    """The first spelling that is nobody else's and does not read as an entry of an array."""
    found = next(c for c in candidates if c not in taken and not ("_" in c and _stem(c) in stems))
    taken.add(found)
    return found


def _stem(spelling: str) -> str:
    return re.split(r"(?<!\\)_", spelling, maxsplit=1)[0]


def spellings(name: str) -> Iterator[str]:
    """LaTeX for a name, best first; the last ones are plain enough never to clash.

    >>> next(spellings("lambda")), next(spellings("loss")), next(spellings("z1"))
    ('\\\\lambda', '\\\\mathrm{loss}', 'z_1')
    """
    pretty = _pretty(name)
    if pretty:
        yield pretty
    plain = "".join(map(_escape, name)) or "U0"
    yield f"\\mathrm{{{plain}}}"
    number = 1
    while True:
        yield f"\\mathrm{{{plain}'{number}}}"
        number += 1


def _function_spellings(name: str) -> Iterator[str]:
    if name in NAMED_FUNCTIONS or name == "pi":
        yield f"\\{name}"
    yield from spellings(name)


def _pretty(name: str) -> str | None:
    """A stem of one letter, with accents and a subscript split off the name."""
    for letter, spelled in LETTERS.items():
        name = name.replace(letter, spelled) if name == letter else name
    found = re.fullmatch(r"([A-Za-z]+)(\d*)((?:_[A-Za-z0-9]+)*)", name)
    if not found:
        return None
    stem, digits, rest = found.groups()
    body = _letter(stem)
    if body is None:
        return None
    marks = [digits, *rest.split("_")]
    below = [_letter(m) or (m if m.isdigit() else f"\\mathrm{{{m}}}") for m in marks if m and m not in ACCENTS]
    for mark in marks:
        body = f"{ACCENTS[mark]}{{{body}}}" if mark in ACCENTS else body
    return body + subscript(",".join(below)) if below else body


def _letter(text: str) -> str | None:
    return GREEK.get(text) or (text if len(text) == 1 and text.isalpha() else None)


def _escape(letter: str) -> str:
    if letter.isascii() and letter.isalnum():
        return letter
    return _ESCAPES.get(letter) or f"U{ord(letter):X}"


def subscript(text: str) -> str:
    """A subscript; a single letter or digit needs no braces."""
    return f"_{text}" if len(text) == 1 and text.isalnum() else f"_{{{text}}}"
