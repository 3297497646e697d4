"""What abbreviations stand for, as terms: the one place that both doors, SymPy and text, expand them from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symderiv.binders import free_names
from symderiv.terms import Entry, Symbol, Term, exp, log, quo

# made from the expression at the index that is asked for, and the sum of its exponentials over that index
OVER_CLASSES: Mapping[str, Callable[[Term, Term], Term]] = {
    "softmax": lambda one, total: quo(exp(one), total),
    "logsumexp": lambda one, total: log(total),
}


def class_letter(row: Term, label: Term) -> Symbol | None:
    """The index of a one-hot row that numbers the classes: the last letter that stands there once and not in the label.

    >>> n, k = Symbol("n"), Symbol("k")
    >>> class_letter(Entry("y", (n, k)), Entry("t", (n,)))
    Symbol(name='k')
    """
    letters = [i for i in row.indices if isinstance(i, Symbol)] if isinstance(row, Entry) else []
    # an entry may stand as an index, and so may a letter
    taken = free_names(label)
    return next((i for i in reversed(letters) if letters.count(i) == 1 and i.name not in taken), None)
