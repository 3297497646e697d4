"""Array text in another layout: axes moved, inserted with None, dropped with 0."""

from __future__ import annotations

from symderiv.numeric.graphs.graph import Slots
from symderiv.numeric.texts.dialects import Dialect

ATOM, POWER, SIGN, PRODUCT, SUM, COMPARE = 100, 40, 30, 20, 10, 5
Text = tuple[str, int]


def wrapped(t: Text, least: int) -> str:
    """The text, in brackets unless it binds at least that strongly."""
    return t[0] if t[1] >= least else f"({t[0]})"


def reindexed(dialect: Dialect, text: str, have: Slots, want: Slots, is_array: bool, strength: int = ATOM) -> Text:
    """An array stored in one layout, read in another."""
    if have == want:
        return text, strength
    own = [s for s in have if s is not None]
    asked = [s for s in want if s is not None]
    if own != asked:
        if any(s is None for s in have):
            text, have = f"{wrapped((text, strength), ATOM)}[{_index(have, tuple(own))}]", tuple(own)
        text = _moved(dialect, text, own, asked)
        have, is_array, strength = tuple(asked), True, ATOM
    if have == want:
        return text, ATOM
    if not have and not is_array and not dialect.pure:
        axes = tuple(range(-len(want), 0))
        return dialect.say("lift", x=text, axes=axes[0] if len(axes) == 1 else axes), ATOM
    index = _index(have, want)
    if text.startswith(f"{dialect.module}.arange("):  # no batch axes in front of positions
        index = index.removeprefix("..., ")
    while index.startswith("..., :, "):  # the dots take in what is left as it is
        index = index.replace("..., :", "...", 1)
    return f"{wrapped((text, strength), ATOM)}[{index}]", ATOM


def _moved(dialect: Dialect, text: str, own: list[int], asked: list[int]) -> str:
    """Axes in another order; those in front, of the batch, stay."""
    wrong = [n for n, s in enumerate(own) if asked[n] != s]
    if len(wrong) == 2:
        a, b = (n - len(own) for n in wrong)
        return dialect.say("transpose" if (a, b) == (-2, -1) else "swap", x=text, a=a, b=b)
    target = [asked.index(s) - len(own) for s in own]
    return dialect.say("move", x=text, old=tuple(range(-len(own), 0)), new=tuple(target))


def _index(have: Slots, want: Slots) -> str:
    """The index that turns one layout into another with the same axes in the same order."""
    out: list[str] = ["..."]
    left = list(have)
    for s in want:
        if s is None:
            if left and left[0] is None:
                left.pop(0)
                out.append(":")
            else:
                out.append("None")
            continue
        while left[0] is None:
            left.pop(0)
            out.append("0")
        left.pop(0)
        out.append(":")
    return ", ".join(out + ["0"] * len(left))
