"""How names and operators are written: data that the LaTeX printer reads.

A `Notation` never changes what a formula says. Two different names never share one spelling:
`settle` finds a spelling for every name of some terms and moves to a plainer one where two clash.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from symderiv.binders import LETTERS as INDEX_LETTERS
from symderiv.binders import all_names, array_names, index_names
from symderiv.terms import Big, Function, Symbol, Term, subterms

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
_HEAD = re.compile(
    rf"((?:\\(?:{'|'.join((*ACCENTS, 'vec'))})\{{)*)(?:\\mathrm\{{([^{{}}]*)\}}|(\\?[A-Za-z]+))"
)  # accents, then a word or a letter
_ESCAPES = {"_": "\\_", " ": "\\ ", "'": "'", ".": "."}


@dataclass(frozen=True)
class Notation:
    """Spellings of names and operators.

    ``names`` and ``functions`` map a name to LaTeX that stands; ``wishes`` to LaTeX that the name gets where no
    other name would be mistaken for it; names in neither get a spelling of their own. ``log`` is the macro of the
    natural logarithm, ``exp`` either ``"power"`` (a power of e) or ``"function"``, ``delta`` either ``"letter"`` or
    ``"bracket"``, ``vectors`` either ``"plain"`` or ``"bold"`` for arrays without indices. ``sums`` is ``"limits"``
    (sum from k=1 to K), ``"index"`` (sum over k), or ``"bare"``: the index is dropped where its letter is the only
    index under the sum and stands nowhere else in the formula, and shown elsewhere; ``unsaid`` are those letters,
    which the printer finds for each formula.
    """

    log: str = "\\log"
    exp: str = "power"
    delta: str = "letter"
    sums: str = "limits"
    vectors: str = "plain"
    names: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    unsaid: frozenset[str] = frozenset()


DEFAULT = Notation()
STOP = "\\mathrm{sg}"


def settle(notation: Notation, terms: Iterable[Term]) -> Notation:
    """The notation with a spelling for every name of the terms, no two of them alike.

    Arrays, scalars and sizes come first: a wish that another of them would be mistaken for is not granted. Letters
    that only number things give way to them and to one another, and take the next letter that is free.

    >>> from symderiv.terms import Entry, Symbol, plus
    >>> settle(DEFAULT, [Symbol("mu_1"), Symbol("y_hat")]).names
    {'mu_1': '\\\\mu_1', 'y_hat': '\\\\hat{y}'}
    >>> settle(Notation(wishes={"K": "k"}), [Entry("z", (Symbol("k"),)), Symbol("K")]).names
    {'z': 'z', 'K': 'k', 'k': 'j'}
    """
    terms = tuple(terms)
    arrays = frozenset[str]().union(*map(array_names, terms))
    scalars = frozenset[str]().union(*map(all_names, terms)) - arrays
    numbering = scalars & _numbering(terms)
    calls = frozenset(u.name for t in terms for u in subterms(t) if isinstance(u, Function))
    taken = {notation.log, STOP, "\\exp", *notation.names.values(), *notation.functions.values()}
    functions = dict(notation.functions)
    for name in sorted(calls - set(functions)):
        functions[name] = _first_free(_function_spellings(name), taken, frozenset())
    names = dict(notation.names)
    wishes = _granted(notation, arrays, scalars - numbering, taken)
    for name in sorted(arrays - set(names)):
        names[name] = _first_free(_wished(wishes, name), taken, frozenset())
    stems = frozenset(_stem(names[name]) for name in arrays)
    for name in sorted(scalars - numbering - set(names)):
        names[name] = _first_free(_wished(wishes, name), taken, stems)
    letters = sorted(numbering - set(names), key=lambda name: (name not in notation.wishes, name))
    names |= _numbered(letters, notation.wishes, taken, stems)
    return replace(
        notation,
        names=names,
        functions=functions,
        exp="function" if "e" in names.values() else notation.exp,
        delta="bracket" if "\\delta" in map(_stem, names.values()) else notation.delta,
    )


def _numbering(terms: Iterable[Term]) -> frozenset[str]:
    """The names that stand as an index and are no size."""
    sums = [u for t in terms for u in subterms(t) if isinstance(u, Big)]
    found = frozenset(u.index.name for u in sums).union(*map(index_names, terms))
    return found - {u.size.name for u in sums if isinstance(u.size, Symbol)}


def _granted(
    notation: Notation, arrays: frozenset[str], scalars: frozenset[str], taken: Collection[str]
) -> dict[str, str]:
    """The wishes for arrays and scalars that no other of them gets by itself, or by an earlier wish."""
    new = sorted((arrays | scalars) - set(notation.names))
    known = {_stem(notation.names[name]) for name in arrays if name in notation.names}
    granted = {name: notation.wishes[name] for name in new if notation.wishes.get(name, STOP) not in taken}
    while True:
        spelled = {name: granted.get(name) or next(spellings(name)) for name in new}
        stems = known | {_stem(spelled[name]) for name in new if name in arrays}
        first = {text: name for name, text in sorted(spelled.items(), key=lambda s: s[0] in granted, reverse=True)}
        clash = next((n for n, text in granted.items() if first[text] != n or _misread(n, text, arrays, stems)), None)
        if clash is None:
            return granted
        del granted[clash]


def _misread(name: str, text: str, arrays: Collection[str], stems: Collection[str]) -> bool:
    """Whether a scalar would read as an entry of an array."""
    return name not in arrays and "_" in text and _stem(text) in stems


def _wished(wishes: Mapping[str, str], name: str) -> Iterator[str]:
    if name in wishes:
        yield wishes[name]
    yield from spellings(name)


def _numbered(
    letters: Iterable[str], wishes: Mapping[str, str], taken: set[str], stems: frozenset[str]
) -> dict[str, str]:
    """Spellings of letters that number things: as wished, or as they are, or another letter."""
    found: dict[str, str] = {}
    others = []
    for name in letters:
        first = wishes.get(name) or next(spellings(name))
        if first in taken or ("_" in first and _stem(first) in stems):
            others.append(name)
        else:
            found[name] = first
            taken.add(first)
    for name in others:
        found[name] = _first_free(chain(INDEX_LETTERS, _wished({}, name)), taken, stems)
    return found


def bold(notation: Notation, arrays: Iterable[str]) -> Notation:
    """The notation for arrays without indices: in bold, where it says so and no other name looks like that.

    >>> bold(Notation(vectors="bold", names={"z": "z", "q": "\\\\hat{y}"}), ["z", "q"]).names
    {'z': '\\\\mathbf{z}', 'q': '\\\\hat{\\\\mathbf{y}}'}
    """
    if notation.vectors != "bold":
        return notation
    heavy = {name: _heavy(notation.names[name]) for name in arrays}
    clash = set(heavy.values()) & {*notation.names.values(), *notation.functions.values()}
    return notation if clash else replace(notation, names={**notation.names, **heavy})


def _heavy(spelling: str) -> str:
    """The first letter or word of a spelling in bold; accents and subscripts stay as they are."""
    found = re.match(_HEAD, spelling)
    if not found or (found[3] or "\\").startswith("\\math"):
        return spelling
    word = found[2] or found[3]
    font = "\\boldsymbol" if word.startswith("\\") else "\\mathbf"
    return f"{found[1]}{font}{{{word}}}{spelling[found.end() :]}"


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
