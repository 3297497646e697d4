"""Derivatives as they are written on paper, dL/dz[i] and d/dz[i] (e), found among tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symderiv.doors.tokens import Misread, Text, Token, is_sign

Known = Callable[[str], bool]
DERIVATIVE = "derivative"  # the kind of token that stands for the function


def differential(token: Token) -> str | None:
    """What stands behind the d of ``dz`` or ``∂z`` ("" for a lone d), or None."""
    return token.text[1:] if token.kind == "name" and token.text[0] in "d∂" else None


def with_calls(text: Text, found: list[Token], pairs: dict[int, int], known: Known) -> Iterator[Token]:
    """The tokens with every derivative as a call: its expression, a comma, its variable.

    ``pairs`` says which bracket closes which, ``known`` whether the problem has a name: ``dx/dt`` is a
    derivative where it has x and t, a quotient where it has dx or dt.
    Raises `Misread` where it could be either, and where it is not clear what is differentiated.
    """
    return _Writer(text, found, pairs, known).rewritten(0, len(found))


def fraction(found: list[Token], pairs: dict[int, int], place: int) -> tuple[int, int] | None:
    """Where the denominator ``dz[i]`` of a numerator ``dL``, ``dp[k]`` or ``d`` begins and ends, or None."""
    under = operand_end(found, pairs, place) + 1
    if differential(found[place]) is None or under >= len(found) or not is_sign(found[under - 1], "/"):
        return None
    return (under, operand_end(found, pairs, under)) if differential(found[under]) else None


def operand_end(found: list[Token], pairs: dict[int, int], place: int) -> int:
    """Where a name with its index bracket ends."""
    after = place + 1
    if after < len(found) and found[place].kind == "name" and is_sign(found[after], "["):
        return pairs[after] + 1
    return after


@dataclass(frozen=True)
class _Writer:
    text: Text
    found: list[Token]
    pairs: dict[int, int]
    known: Known

    def rewritten(self, start: int, stop: int) -> Iterator[Token]:
        """The tokens from start to stop."""
        place = start
        while place < stop:
            below = fraction(self.found, self.pairs, place)
            if below is None or not self.meant(place, *below):
                yield self.found[place]
                place += 1
                continue
            under, after = below
            if differential(self.found[place]):
                body = self.stripped(place, under - 1)
            else:
                body, after = list(self.rewritten(after, self.pairs[after] + 1)), self.pairs[after] + 1
            self.check_neighbours(place, after)
            yield from self.call(place, body, self.stripped(under, below[1]), after)
            place = after

    def stripped(self, start: int, stop: int) -> list[Token]:
        """An operand without the d in front."""
        head = self.found[start]
        return [replace(head, text=head.text[1:], start=head.start + 1), *self.found[start + 1 : stop]]

    def call(self, place: int, body: list[Token], variable: list[Token], after: int) -> Iterator[Token]:
        """The call; its brackets and comma stand where the derivative does."""
        first, last = self.found[place], self.found[after - 1]
        yield Token(DERIVATIVE, "derivative", first.start, last.end)
        yield Token("operator", "(", first.start, first.end)
        yield from body
        yield Token("operator", ",", first.start, first.end)
        yield from variable
        yield Token("operator", ")", first.start, last.end)

    def meant(self, place: int, under: int, after: int) -> bool:
        """Whether a derivative is meant, not a quotient."""
        top, bottom = self.found[place], self.found[under]
        over, by = top.text[1:], bottom.text[1:]
        if not over:
            followed = after < len(self.found) and is_sign(self.found[after], "(")
            if not followed and (top.text == "∂" or self.known(by)):
                raise self.misread(place, after, f"write {self.shown(place, after)} (...), what it acts on in brackets")
            return followed
        if "∂" in (top.text[0], bottom.text[0]):
            return True
        named = self.known(top.text) or self.known(bottom.text)
        meant = self.known(by) and (self.known(over) or over == "L")
        if named and not meant:
            return False
        if named or (not meant and (self.known(by) or len(over) == len(by) == 1)):
            inner = self.shown(place, under - 1)[1:]
            raise self.misread(
                place,
                after,
                f"write Derivative({inner}, {self.shown(under, after)[1:]}) for a derivative, by names of the problem "
                f"(L names its value), or ({self.shown(place, under - 1)})/({self.shown(under, after)}) for a quotient",
            )
        return meant

    def check_neighbours(self, place: int, after: int) -> None:
        """A derivative under a stroke or to a power needs brackets."""
        before = place > 0 and is_sign(self.found[place - 1], "/", "**")
        behind = after < len(self.found) and (self.found[after].kind == "raised" or is_sign(self.found[after], "**"))
        if before or behind:
            raise self.misread(place, after, f"put brackets around the derivative: ({self.shown(place, after)})")

    def shown(self, start: int, stop: int) -> str:
        return self.text.source[self.found[start].start : self.found[stop - 1].end]

    def misread(self, start: int, stop: int, sentence: str) -> Misread:
        return self.text.misread(self.found[start].start, self.found[stop - 1].end, sentence)
