"""Terms disguised: other bound names, factors and summands in another order. The meaning stays."""

from __future__ import annotations

from itertools import count
from random import Random

from hypothesis import strategies as st
from properties import free_by_hand
from strategies import bare_terms, index_bindings, names

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


def miswritten(t: Term, binding: dict[Symbol, Term]) -> Term:
    """t with names replaced the wrong way: bound ones as well, and captured where it happens."""
    match t:
        case Symbol():
            return binding.get(t, t)
        case Entry(array, indices):
            return Entry(array, tuple(miswritten(i, binding) for i in indices))
        case Delta(left, right):
            return Delta(miswritten(left, binding), miswritten(right, binding))
        case D(body, variable):
            return D(miswritten(body, binding), miswritten(variable, binding))
        case Big(index, size, body, excluded):
            new = binding.get(index, index)
            letter = new if isinstance(new, Symbol) else index
            return Big(letter, size, miswritten(body, binding), tuple(miswritten(e, binding) for e in excluded))
    return rebuild_raw(t, tuple(miswritten(u, binding) for u in parts(t)))


def edited(t: Term, place: int, new: Symbol) -> Term:
    """t with one single letter changed, be it an index, a bound letter, a size or part of a variable."""
    seen = count()

    def letter(i: Term) -> Term:
        if isinstance(i, Entry):
            return Entry(i.array, tuple(map(letter, i.indices)))
        return new if isinstance(i, Symbol) and next(seen) == place else i

    def walk(u: Term) -> Term:
        match u:
            case Symbol():
                return letter(u)
            case Entry(array, indices):
                return Entry(array, tuple(map(letter, indices)))
            case Delta(left, right):
                return Delta(letter(left), letter(right))
            case D(body, variable):
                return D(walk(body), walk(variable))
            case Big(index, size, body, excluded):
                bound = letter(index)
                assert isinstance(bound, Symbol)
                return Big(bound, letter(size), walk(body), tuple(map(letter, excluded)))
        return rebuild_raw(u, tuple(map(walk, parts(u))))

    return walk(t)


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[Term, Term]:
    """A term and one that is nearly, and sometimes really, the same."""
    t = draw(bare_terms)
    other = disguised(t, draw(st.randoms(use_true_random=False))) if draw(st.booleans()) else t
    if draw(st.booleans()):
        return t, miswritten(other, draw(index_bindings))
    return t, edited(other, draw(st.integers(0, 7)), draw(names))
