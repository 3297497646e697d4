"""Notations by name, as data: that of this library, those of five published derivations, and a user's own.

A notation says which letter stands for what. The letters of a problem are those of the library's own notation unless
the problem says that it is written in another one; between any two of them names are carried over.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from symderiv.errors import InputError
from symderiv.printing.notation import DEFAULT, Notation
from symderiv.printing.spelling import spelled

HOUSE = "house"
VALUE = "L"


@dataclass(frozen=True)
class Hand:
    """How somebody writes: ``letters`` from the names of the library to theirs, typed; ``style`` for operators."""

    letters: Mapping[str, str] = field(default_factory=dict)
    style: Notation = DEFAULT


HANDS: Mapping[str, Hand] = {
    HOUSE: Hand(),
    # logits a, softmax p, label q; i counts samples and k classes
    "A": Hand({"z": "a", "y": "q", "n": "i", "i": "k", "k": "j"}, Notation(vectors="bold")),
    # logits z, softmax a, label y; n classes
    "B": Hand({"p": "a", "K": "n"}, Notation(log="\\ln")),
    # logits z, softmax a, label y, loss l; C classes, m samples
    "C": Hand({"p": "a", "K": "C", "N": "m", "L": "l", "j": "k", "k": "j"}, Notation(log="\\ln")),
    # logits l, softmax y_hat, label y; k outputs, i and n count them; sums without their index
    "D": Hand({"z": "l", "p": "y_hat", "K": "k", "i": "n", "k": "i"}, Notation(sums="bare")),
    # logits x, softmax s, label y, error e; k classes
    "E": Hand({"z": "x", "p": "s", "K": "k", "L": "e", "k": "t"}),
}
STYLES: Mapping[str, Mapping[str, str]] = {
    "log": {"log": "\\log", "ln": "\\ln"},
    "exp": {"power": "power", "function": "function"},
    "delta": {"letter": "letter", "bracket": "bracket"},
    "sums": {"limits": "limits", "index": "index", "bare": "bare"},
    "vectors": {"plain": "plain", "bold": "bold"},
}
_KEY = re.compile(r"[^\W\d]\w*")


def notation_of(given: str | Path | Notation, written_in: str = HOUSE) -> Notation:
    """A notation by its name, by the path of a file (see `load`), or as it is.

    ``written_in`` is the notation whose letters the problem is written in. Raises `InputError` for a name that
    there is not.

    >>> notation_of("B").wishes
    {'K': 'n', 'p': 'a'}
    >>> notation_of("D", written_in="B").wishes["a"]
    '\\\\hat{y}'
    """
    if isinstance(given, Notation):
        return given
    if isinstance(given, Path) or (isinstance(given, str) and given.endswith(".toml")):
        return load(given)
    hand, own = _hand(given), _hand(written_in)
    return replace(hand.style, wishes=_carried(own.letters, hand.letters))


def _hand(name: Any) -> Hand:
    if isinstance(name, str) and name in HANDS:
        return HANDS[name]
    near = get_close_matches(str(name).upper(), HANDS, n=1) or get_close_matches(str(name).lower(), HANDS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(HANDS)}"
    raise InputError(f"no notation is called {name!r}; {hint}; one of your own is the path of a .toml file")


def _carried(own: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """LaTeX for the names of a problem written in one hand, in the letters of another."""
    back = {typed: name for name, typed in own.items()}
    same = {name: name for name in theirs if name not in own} | {VALUE: VALUE}  # printed notes choose that letter
    letters = {typed: theirs.get(name, name) for typed, name in (same | back).items()}
    return {typed: spelled(letter) for typed, letter in sorted(letters.items()) if letter != typed}


def load(path: str | Path) -> Notation:
    """A notation from a TOML file.

    ``log`` is ``"log"`` or ``"ln"``, ``sums`` is ``"limits"``, ``"index"`` or ``"bare"``, ``exp`` is ``"power"`` or
    ``"function"``, ``delta`` is ``"letter"`` or ``"bracket"``, ``vectors`` is ``"plain"`` or ``"bold"``; each may be
    left out. The table ``[names]`` maps names of the problem to names as people type them (``y_hat``), or to LaTeX
    that starts with a backslash or stands between dollar signs. Raises `InputError`, with the file and the key, for
    anything else.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except RecursionError:
        raise InputError(f"{path} is nested too deeply for a notation; it has keys and one table, [names]") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f'{path} is no TOML: {error}; names and values are text: z = "x"') from error
    wishes = _names(data.pop("names", {}), str(path))
    style: dict[str, Any] = {key: _style(key, value, str(path)) for key, value in data.items()}
    return Notation(wishes=wishes, **style)


def _style(key: str, value: Any, path: str) -> str:
    if key not in STYLES:
        raise InputError(f"{path}: {key} is no key of a notation; there are {', '.join(STYLES)} and the table [names]")
    choices = STYLES[key]
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"{path}: {key} is {' or '.join(map(repr, choices))}, not {value!r}")
    return choices[value]


def _names(table: Any, path: str) -> dict[str, str]:
    """LaTeX by name, no two alike."""
    if not isinstance(table, dict):
        raise InputError(f'{path}: names is a table: write [names], and below it lines such as z = "x"')
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, text in table.items():
        where = f"{path}, names.{name}"
        if not _KEY.fullmatch(name):
            raise InputError(f"{where}: a name of a problem is one word without indices, such as z or y_hat")
        if not isinstance(text, str) or not text:
            raise InputError(f'{where}: write the new name as text, such as {name} = "x"')
        try:
            latex = spelled(text)
        except InputError as error:
            raise InputError(f"{where}: {error}") from error
        except RecursionError:
            raise InputError(f"{where}: the name is nested too deeply") from None
        if latex in taken:
            raise InputError(f"{where}: {taken[latex]} is written {text} as well; give each name a spelling of its own")
        found[name], taken[latex] = latex, name
    return found
