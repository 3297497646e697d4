"""Print how long a derivation, its code and the command's help take; ratios travel, times do not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

import sympy
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd

REPEATS = 15
HELP_TARGET, DERIVE_TARGET, LOWER_TARGET = 40, 15, 30


def milliseconds(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median time of an action after one warm-up."""
    action()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        action()
        times.append(1000 * (perf_counter() - start))
    return median(times)


def flagship(size: object) -> sd.Problem:
    """Softmax cross-entropy with a size of one's choice, symbolic or a number."""
    i, j, k = symbols("i j k")
    z, y, p = map(IndexedBase, ("z", "y", "p"))
    return sd.Problem(
        name="softmax cross-entropy",
        where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, size))},
        value=-Sum(y[k] * log(p[k]), (k, 1, size)),
        wrt=z[i],
        given=[Eq(Sum(y[k], (k, 1, size)), 1, evaluate=False)],
    )


def written_out(size: int) -> list[sympy.Expr]:
    """SymPy's own gradient of the loss written out for a fixed number of classes."""
    z = symbols(f"z1:{size + 1}")
    y = symbols(f"y1:{size + 1}")
    total = sum(map(exp, z))
    loss = -sum(b * log(exp(a) / total) for a, b in zip(z, y, strict=True))
    sympy.core.cache.clear_cache()
    return [loss.diff(a) for a in z]


def process(*arguments: str) -> None:
    """Run Python to its end."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def row(what: str, value: float, note: str = "") -> None:
    """One line of the table."""
    print(f"{what:58} {value:9.1f} ms  {note}")


def main() -> None:
    """Print the table."""
    for size in (symbols("K"), 3, 10, 50):
        time = milliseconds(partial(sd.derive, flagship(size)))
        row(f"derive softmax cross-entropy, {size} classes", time, f"target {DERIVE_TARGET}")
    row("derive its mean over a batch", milliseconds(partial(sd.derive, sd.load("softmax-cross-entropy-batch"))))
    derivation = sd.derive(flagship(symbols("K")))
    row("lower the gradient to NumPy", milliseconds(derivation.lambdify), f"target {LOWER_TARGET}")
    both = milliseconds(partial(sd.value_and_grad, derivation.problem))
    row("derive, and lower value and gradient", both)
    for size in (3, 10, 20):
        time = milliseconds(partial(written_out, size), 3)
        row(f"SymPy's diff, written out for {size} classes", time, "cold cache, no steps")
    bare = milliseconds(partial(process, "-c", "pass"))
    help_time = milliseconds(partial(process, "-m", "symderiv", "--help"))
    row("symderiv --help over bare Python", help_time - bare, f"target {HELP_TARGET}")


if __name__ == "__main__":
    main()
