"""The problems that come with symderiv, one file each."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from symderiv.errors import InputError
from symderiv.problem import Problem


def names() -> tuple[str, ...]:
    """The names of the problems that `load` knows.

    >>> "softmax-cross-entropy" in names()
    True
    """
    return tuple(sorted(m.name.replace("_", "-") for m in iter_modules(__path__)))


@cache
def load(name: str) -> Problem:
    """A problem of the zoo by its name.

    Raises `InputError` where there is none, with the name that is near or all of them.
    """
    if name not in names():
        near = get_close_matches(str(name), names(), n=1, cutoff=0.6)
        hint = f"did you mean {near[0]!r}?" if near else "the names are: " + ", ".join(names())
        raise InputError(f"no problem is called {name!r}; {hint}")
    problem: Problem = import_module(f"{__name__}.{name.replace('-', '_')}").PROBLEM
    return problem
