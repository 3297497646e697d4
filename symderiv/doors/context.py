"""What typed text may refer to: names that the problem has, and those that its other texts mention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from symderiv.doors.differentials import fraction
from symderiv.doors.names import Names
from symderiv.doors.tokens import Text, Token, brackets, is_sign, tokens
from symderiv.doors.words import CALLED, function_name, spelled
from symderiv.terms import Symbol, Term

_OVER_ARRAYS = ("softmax", "logsumexp", "one_hot")
_OVER_INDICES = (*_OVER_ARRAYS, "delta", "sum")


@dataclass
class Context:
    """Names met at the SymPy door, and what the texts of a problem tell before they are read.

    ``value`` is what L names, once the problem's value is read; ``open_sizes`` are the sizes of sums
    that were typed without one.
    """

    met: Names
    arrays: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    value: Term | None = None
    open_sizes: list[Symbol] = field(default_factory=list)

    def canonical(self, word: str) -> str | None:
        """The problem's spelling of a name, or ASCII; None for a name that is not read.

        λ and lambda are one name: the one that the problem has already.
        """
        bare = word[1:-1] if word.startswith("{") else word
        if self.registered(bare):
            return bare
        plain = spelled(bare) if bare is word else None
        known = (n for n in (*self.met.symbols, *self.met.arrays) if plain and spelled(n) == plain)
        return next(known, plain)

    def registered(self, name: str) -> bool:
        """Whether the problem has a symbol or an array of that name, from SymPy or from text read before."""
        return name in self.met.symbols or name in self.met.arrays

    def knows(self, word: str) -> bool:
        """Whether a name occurs in the problem, outside of derivatives: z_i does with z, L once there is a value."""
        name = self.canonical(word)
        if name is None:
            return False
        if self.registered(name) or name in self.mentioned or (name == "L" and self.value is not None):
            return True
        head, _, tail = name.rpartition("_")  # z_i and z_ij, where z is an array
        placed = (len(tail) == 1 and tail != "0") or tail in self.letters or set(tail) <= self.letters
        return bool(head) and placed and self.is_array(self.canonical(head))

    def is_array(self, name: str | None) -> bool:
        """Whether a name is that of an array."""
        return name in self.met.arrays or (name in self.arrays and name not in self.met.symbols)

    def every_name(self) -> frozenset[str]:
        """All names so far, for letters that must be new."""
        return frozenset((*self.met.symbols, *self.met.arrays, *self.arrays, *self.letters, *self.mentioned))

    def open_size(self) -> Symbol:
        """A size that stands for one still to be found."""
        self.open_sizes.append(Symbol(f"?{len(self.open_sizes) + 1}"))
        return self.open_sizes[-1]

    def announce(self, texts: Iterable[Text]) -> None:
        """Note what some texts mention, before any of them is read."""
        for text in texts:
            found = tokens(text)
            pairs = brackets(text, found)
            apart = {n for place in range(len(found)) for n in _differentials(found, pairs, place)}
            for place, token in enumerate(found):
                if token.kind == "name" and place not in apart:
                    self._note(found, pairs, place)

    def _note(self, found: list[Token], pairs: dict[int, int], place: int) -> None:
        name = self.canonical(found[place].text)
        if name is None:
            return
        before, after = (_sign(found, n) for n in (place - 1, place + 1))
        if after == "(":
            return
        self.mentioned.add(name)
        around = max((n for n, end in pairs.items() if n < place < end), default=-1)
        opened = _sign(found, around)
        call = found[around - 1].text if opened == "(" and around else ""
        call = function_name(call)
        listed = before in ("(", ",") and after in (")", ",", "=", "!=")  # an argument of its own, or of a range
        tail = name.rpartition("_")[2]
        entry = "_" in name and len(tail) == 1 and tail.isalpha()  # softmax(z_k, k) speaks of z
        if after == "[" or (call in _OVER_ARRAYS and before == "(" and listed and not entry):
            self.arrays.add(name)
        elif (
            opened == "["
            or (call in _OVER_INDICES and listed)
            or (opened == "(" and call not in CALLED and before == "(" and after == ",")
        ):
            self.letters.add(name)


def _differentials(found: list[Token], pairs: dict[int, int], place: int) -> tuple[int, ...]:
    """The places of dL and dz in a fraction dL/dz[i], which may or may not be names."""
    below = fraction(found, pairs, place)
    return (place, below[0]) if below else ()


def _sign(found: list[Token], place: int) -> str:
    inside = 0 <= place < len(found)
    return found[place].text if inside and is_sign(found[place], found[place].text) else ""
