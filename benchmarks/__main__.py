"""Print all tables as Markdown; progress goes to stderr. Ratios travel between machines, times do not."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from benchmarks.cost import HEAD as COST_HEAD
from benchmarks.cost import cost
from benchmarks.numpy_speed import sections
from benchmarks.own import around, orders, questions, sizes, zoo
from benchmarks.proofs import claims, whole
from benchmarks.table import section
from benchmarks.timing import LIMIT, REPEATS
from benchmarks.versus import growth_written_out, installed, versus

HEAD = f"""# Timings

Printed by `python -m benchmarks`, in one run. A time is the median time on the processor of up to {REPEATS} runs
after a warm-up, of a single run where it takes long; after {LIMIT} s it is stopped. Most libraries here, symderiv and
SymPy among them, remember parts of what they have worked out. "Again" repeats the same question; "new names" asks
in the same process for the same loss, with names that have not occurred before. Ratios travel between machines,
times do not."""
VERSUS = """Softmax cross-entropy for any number of classes, with new names in every run, from each library's own
expression (symderiv: SymPy's, its reading included) to an answer as short as it gets. Only symderiv takes "the labels
sum to 1" as given. What the others can reach is the closed form that keeps Σy: p Σy - y for the gradient,
p (δ - p) Σy for the Hessian."""

COST = """The gradient's own formula against NumPy's product of dL/dp with the Jacobian dp/dz, both from the generated
code; the fastest of the runs. `python -m benchmarks.cost` measures this alone and writes the data that
figures of the notes draw."""

PROOFS = """`prove` from SymPy expressions to the verdict, with new names in every run; the fastest of the runs. The
others do what one does without a prover: bring left minus right to 0. SymPy does so written out with 3 for every
size, which shows nothing of other sizes, for one entry or all of them; tensorgrad for all sizes, with no way to
say that labels add up to 1. Where the difference is not brought to 0, that alone refutes nothing."""
WHOLE = (
    "Verdicts on every step of a new derivation, with its lemma and cases, and on every claim of tests/proof/corpus."
)


def main() -> None:
    """Print the tables."""
    print(HEAD)
    versions = [f"Python {platform.python_version()}", *map(_version, ("symderiv", "numpy", *installed()))]
    print(f"\nVersions: {', '.join(versions)}.", flush=True)
    _section("Derivations", ("derive", "again", "target", "new names"), questions())
    _section("Before and after", ("what", "time", "target"), around())
    _section("The zoo, default route", ("problem", "again", "target", "steps, lemmas and cases included"), zoo())
    _section("Growth with the number of classes: gradient", ("K", "new names", "of symbolic"), sizes())
    head = ("K", "differentiated", "operations", "simplified", "operations")
    _section("Growth with the number of classes: SymPy's gradient, written out", head, growth_written_out())
    _section("What gradients cost: generated code", COST_HEAD, cost(), COST)
    _section("Growth with the order of the derivative", ("order", "again", "new names", "steps"), orders())
    _section("Side by side", ("question", "who", "how", "time", "of ours", "comes to"), versus(), VERSUS)
    _section("Claims", ("claim", "who", "time", "target", "of ours", "comes to"), claims(), PROOFS)
    _section("Steps and corpus", ("what", "comes to", "target", "of which"), whole(), WHOLE)
    for title, head, rows, text in sections():
        print(section(title, head, rows, text), flush=True)


def _version(name: str) -> str:
    return f"{name} {version(name)}"


def _section(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], text: str = "") -> None:
    done = []
    for row in rows:
        print(" ".join(row), file=sys.stderr)
        done.append(row)
    print(section(title, head, done, text), flush=True)


if __name__ == "__main__":
    main()
