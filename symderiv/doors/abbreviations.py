"""Abbreviations that expand on the spot: what comes back is a plain SymPy expression or relation.

Nothing here is known to the rest of the library: a softmax is the fraction it stands for.
"""

from __future__ import annotations

from typing import Any

import sympy

from symderiv.binders import all_names, array_names, free_names, fresh, substitute, union
from symderiv.doors.expansions import OVER_CLASSES, class_letter
from symderiv.doors.expressions import show
from symderiv.doors.sympy import Reader
from symderiv.errors import InputError
from symderiv.scope import Clause, infer
from symderiv.terms import Delta, Entry, Exp, Symbol, Term, big

CLASSES = "K"


def softmax(z: Any, k: Any, size: Any = None) -> sympy.Expr:
    """``exp(z[k])/Sum(exp(z[j]), (j, 1, K))``: entry k of the softmax of z, a plain SymPy expression.

    ``z`` is an array, or any expression with the index symbol k: ``softmax(z[n, k], k)`` for a row of a
    batch, ``softmax(z[k]/T, k)``. The sum runs over the size of k: ``size`` where it is given, else
    what shapes and sums in the expression tell, else a symbol K. Of an array, k may also be a whole
    number or a label ``t[n]``. Raises `InputError` for an expression without the index and for a size that
    nothing tells while K means something else.

    Source: Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990.

    >>> from sympy import IndexedBase, symbols
    >>> z, (k, n, T) = IndexedBase("z"), symbols("k n T")
    >>> softmax(z, k)
    exp(z[k])/Sum(exp(z[j]), (j, 1, K))
    >>> softmax(z[n, k] / T, k)
    exp(z[n, k]/T)/Sum(exp(z[n, j]/T), (j, 1, K))
    """
    return _over_classes("softmax", z, k, size)


def logsumexp(z: Any, k: Any, size: Any = None) -> sympy.Expr:
    """``log(Sum(exp(z[j]), (j, 1, K)))``, a plain SymPy expression; k says what the sum runs over.

    Arguments and errors are those of `softmax`; the result does not depend on k.

    >>> from sympy import IndexedBase, symbols
    >>> z, (k, n) = IndexedBase("z", shape=(symbols("N"), symbols("C"))), symbols("k n")
    >>> logsumexp(z[n, k], k)
    log(Sum(exp(z[n, j]), (j, 1, C)))
    """
    return _over_classes("logsumexp", z, k, size)


def sigmoid(x: Any) -> sympy.Expr:
    """``1/(1 + exp(-x))``, a plain SymPy expression, of a scalar, an entry or any expression.

    Raises `InputError` where x is no expression of ordinary numbers.

    >>> from sympy import IndexedBase, symbols
    >>> sigmoid(IndexedBase("z")[symbols("k")])
    1/(1 + exp(-z[k]))
    """
    Reader().term(x)
    return 1 / (1 + sympy.exp(-x))


def one_hot(y: Any, t: Any) -> Any:
    """The fact ``y[k] = delta(k, t)`` for ``given``: y is 1 at class t and 0 elsewhere.

    ``y`` is an array or an entry of one; ``t`` an index of the same size, a whole number from 1 on, or
    an entry of an array of class numbers. The fact holds for all values of the indices of y:
    ``one_hot(y[n, k], t[n])`` speaks of every row. The class stands at the last index of y that t does
    not mention. Raises `InputError` where y has no such index or t is no class.

    >>> from sympy import IndexedBase, symbols
    >>> y, t, (k, n, c) = IndexedBase("y"), IndexedBase("t"), symbols("k n c")
    >>> one_hot(y, c)
    Eq(y[k], KroneckerDelta(c, k))
    >>> one_hot(y[n, k], t[n])
    Eq(y[n, k], KroneckerDelta(k, t[n]))
    """
    reader = Reader()
    label = reader.index(t)
    if isinstance(y, sympy.IndexedBase):
        y = _entry("one_hot", y, sympy.Symbol(fresh({*_names(label), str(y.label)}, "k").name))
    row = reader.term(y) if isinstance(y, sympy.Indexed) else None
    if not isinstance(row, Entry):
        raise InputError(f"one_hot({show(y)}, {show(t)}): write an array y, or an entry of it such as y[n, k]")
    own = class_letter(row, label)
    if own is None:
        raise InputError(
            f"one_hot({show(y)}, {show(t)}): no index of {show(y)} is left for the class; give the class an index of "
            "its own, as in one_hot(y[n, k], t[n])"
        )
    relation = sympy.Eq(y, sympy.KroneckerDelta(reader.names.symbols[own.name], t), evaluate=False)
    Reader().fact(relation)
    return relation


def _over_classes(name: str, z: Any, k: Any, size: Any) -> sympy.Expr:
    """The expansion of an abbreviation over the index k, with a letter of its own for the sum."""
    reader = Reader()
    at = reader.index(k)
    one = reader.term(_entry(name, z, k) if isinstance(z, sympy.IndexedBase) else z)
    index = fresh({*_names(one), *_names(at), CLASSES})
    if isinstance(z, sympy.IndexedBase):
        general: Term = Entry(str(z.label), (index,))
    elif isinstance(at, Symbol) and at.name in free_names(one):
        general = substitute(one, {at: index})
    else:
        raise InputError(
            f"{name}({show(z)}, {show(k)}): the second argument is the index symbol that the sum runs over, and the "
            "expression mentions it, as in softmax(z[n, k], k)"
        )
    many = _size(name, general, index, reader) if size is None else reader.size(size)
    t = OVER_CLASSES[name](one, big(index, many, Exp(general)))
    infer([Clause(t)], reader.declared)
    return reader.surface().expression(t)


def _names(t: Term) -> frozenset[str]:
    whole = Delta(t, t) if isinstance(t, Symbol | Entry) else t  # an entry may stand as an index here
    return all_names(whole) | array_names(whole)


def _entry(name: str, z: Any, k: Any) -> Any:
    """The entry of an array with one axis."""
    if z.shape is not None and len(z.shape) != 1:
        raise InputError(f"{name}({z}, ...): {z} has {len(z.shape)} axes; write an entry, as in {name}({z}[n, k], ...)")
    return z[k]


def _size(name: str, t: Term, index: Symbol, reader: Reader) -> Term:
    """The size of an index of t: what t and its shapes tell, else K."""
    found = infer([Clause(t)], reader.declared).size(index)
    used = _names(t).union(*(union(s for s in shape if s is not None) for shape in reader.declared.values()))
    if found is not None and free_names(found) <= used:
        return found
    if CLASSES in used:
        raise InputError(f"{name}: nothing tells how many classes there are, and {CLASSES} is in use; pass size=...")
    return Symbol(CLASSES)
