"""Identifiers for generated code: readable, legal, and all different."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable

from symderiv.numeric.texts.helpers import HELPERS
from symderiv.numeric.texts.pure import PURE

# what a temporary is called where the user has the short letter already
SPELLED_OUT = {"t": "part", "e": "exps", "s": "total"}
AMBIGUOUS = ("l", "O", "I")  # linters take them for digits
LIBRARIES = (
    "np",
    "xp",
    "torch",
    "jax",
    "jnp",
    "math",
    "device",
    "NAMESPACES",
    "lru_cache",
    "ones_for",
    "zeros_for",
    "spread",
    "steady",
    "mul",
    "rank",
    "dtype",
)
# what texts of compiled loops define
KERNEL_NAMES = (
    *("njit", "prange", "real", "whole", "unsigned", "tally", "ordered", "unordered", "larger"),
    *("exp_of", "log_one_plus", "sigmoid_of", "softplus_of", "times_log_of", "log_rest_of"),
    *("log1mexp_of", "log_inv_cloglog_of", "bernoulli_of"),
    *("bernoulli_less_of", "bernoulli_gap_of", "bernoulli_odd_of", "bernoulli_bend_of", "log_bernoulli_of"),
)
RESERVED = frozenset((*dir(builtins), *LIBRARIES, *HELPERS, *PURE, *KERNEL_NAMES, *AMBIGUOUS))


def identifier(name: str) -> str:
    """A legal Python identifier close to ``name``, which may be any text.

    >>> identifier("lambda"), identifier("p'"), identifier("2x"), identifier("max"), identifier("z")
    ('lambda_', 'p_prime', '_2x', 'max_', 'z')
    """
    text = unicodedata.normalize("NFKC", name).replace("'", "_prime")
    text = "".join(c if c == "_" or (c.isalnum() and ("a" + c).isidentifier()) else "_" for c in text) or "_"
    if not text.isidentifier():
        text = "_" + text
    return text + "_" if keyword.iskeyword(text) or text in RESERVED else text


class Names:
    """Hands out identifiers, no two alike."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.users: set[str] = set()  # the problem's own names

    def copy(self) -> Names:
        """The same names handed out so far, to go on from twice."""
        other = Names()
        other.taken, other.users = set(self.taken), set(self.users)
        return other

    def temporary(self, wish: str) -> str:
        """An identifier for an intermediate result: never a numbered version of the problem's own name."""
        return self.new(SPELLED_OUT.get(wish, f"{wish}_value") if identifier(wish) in self.users else wish)

    def new(self, wish: str) -> str:
        """An identifier for the wish: itself if free, else with a number."""
        base = identifier(wish)
        name, number = base, 2
        while name in self.taken:
            name, number = f"{base}_{number}", number + 1
        self.taken.add(name)
        return name

    def table(self, wishes: Iterable[str]) -> dict[str, str]:
        """Identifiers for several names."""
        return {w: self.new(w) for w in wishes}
