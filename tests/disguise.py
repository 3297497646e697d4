"""Terms disguised: other bound names, factors and summands in another order. The meaning stays."""

from __future__ import annotations

from random import Random

from properties import free_by_hand

from symderiv.binders import rebuild_raw
from symderiv.terms import Big, D, Delta, Entry, Plus, Symbol, Term, Times, parts

LETTERS = ("i", "j", "k", "#0", "#1", "K", "_", "q")


def disguised(t: Term, random: Random) -> Term:
    """t with bound names drawn anew and commutative parts shuffled, by code independent of the library."""
    return _disguised(t, {}, random)


def _disguised(t: Term, names: dict[str, str], random: Random) -> Term:
    match t:
        case Symbol(name):
            return Symbol(names.get(name, name))
        case Entry(array, indices):
            return Entry(array, tuple(_disguised(i, names, random) for i in indices))
        case Delta(left, right):
            pair = [_disguised(left, names, random), _disguised(right, names, random)]
            random.shuffle(pair)
            return Delta(*pair)
        case D(body, variable):
            return D(_disguised(body, names, random), _disguised(variable, names, random))
        case Big(index, size, body, excluded):
            taken = {names.get(n, n) for n in free_by_hand(body) - {index.name}}
            letter = random.choice([s for s in LETTERS if s not in taken])
            out = [_disguised(e, names, random) for e in excluded]
            random.shuffle(out)
            inner = _disguised(body, {**names, index.name: letter}, random)
            return Big(Symbol(letter), _disguised(size, names, random), inner, tuple(out))
    new = [_disguised(u, names, random) for u in parts(t)]
    if isinstance(t, Plus | Times):
        random.shuffle(new)
    return rebuild_raw(t, tuple(new))
