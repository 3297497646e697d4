"""SymPy in and out: the one door between the caller's expressions and terms.

A `Reader` reads, and collects what it meets; the `Surface` made from it writes terms back in the
caller's own objects. Reading never rebuilds a SymPy expression, so nothing can evaluate on the way.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from sympy.core.relational import Relational

from symderiv.binders import array_names, free_names, mentions, separate, union
from symderiv.doors.expressions import show
from symderiv.doors.surface import Surface, stop_gradient
from symderiv.doors.text import Text, TextReader
from symderiv.errors import InputError
from symderiv.statement import Definition, Fact, Relation
from symderiv.terms import (
    NUMBER_SYMBOLS,
    ZERO,
    Delta,
    Entry,
    Function,
    Number,
    Symbol,
    Term,
    subterms,
)

__all__ = ["Reader", "Surface", "stop_gradient"]

_SIGNS = {sympy.Eq: "=", sympy.Ne: "!=", sympy.Gt: ">", sympy.Ge: ">=", sympy.Lt: ">", sympy.Le: ">="}


class Reader(TextReader):
    """Reads the parts of one problem and collects what it meets."""

    def relation(self, relation: object) -> Relation:
        """``Eq``, ``Ne``, ``Gt``, ``Ge``, ``Lt`` or ``Le``, or a `Text`, as a relation; Lt and Le change sides."""
        if isinstance(relation, Text):
            return self.typed_relation(relation)
        sign = _SIGNS.get(type(relation))
        if sign is None or not isinstance(relation, Relational):
            if relation in (True, False, sympy.true, sympy.false):
                raise InputError(
                    f"a relation evaluated itself to {relation}; write it with evaluate=False, "
                    "as in Eq(a, b, evaluate=False)"
                )
            raise InputError(f"{show(relation)} is no relation; write Eq(left, right), Gt(left, right) or Ne(i, j)")
        left, right = self.term(relation.lhs), self.term(relation.rhs)
        if isinstance(relation, sympy.Lt | sympy.Le):
            left, right = right, left
        return Relation(sign, left, right)

    def definition(self, key: object, body: object) -> Definition:
        """``key := body`` where the key is an entry with index symbols, or a plain symbol."""
        head = self.term(key)
        match head:
            case Symbol(name):
                return Definition(name, (), self.term(body))
            case Entry(name, indices) if all(isinstance(i, Symbol) for i in indices):
                parameters = tuple(i for i in indices if isinstance(i, Symbol))
                if len(set(parameters)) < len(parameters):
                    raise InputError(f"where: {show(key)} repeats an index; use a different letter per axis")
                value = self.term(body)
                return Definition(name, parameters, separate(value, free_names(value) | union(parameters)))
        raise InputError(f"where: cannot define {show(key)}; a key is an entry such as p[k], or a plain symbol")

    def fact(self, relation: object) -> Fact:
        """A given relation; symbols subscripting its arrays that no sum binds are quantified.

        An equation is used from left to right, so one that starts with its number or with a delta is
        turned round. Raises `InputError` for a relation between numbers only.
        """
        read = self.relation(relation)
        if not any(map(_speaks, (read.left, read.right))):
            sentence = (
                f"the fact {show(relation)} is between numbers only and says nothing of the problem: leave it out"
            )
            if isinstance(relation, Text):
                raise relation.misread(relation.start, relation.stop, sentence)
            raise InputError(sentence)
        if read.sign == "=" and isinstance(read.left, Number | Delta):
            read = Relation(read.sign, read.right, read.left)
        variables: dict[Symbol, None] = {}
        for side in (read.left, read.right):
            entries = [u for u in subterms(side) if isinstance(u, Entry)]
            letters = [i for u in entries for i in u.indices if isinstance(i, Symbol) and mentions(side, i)]
            variables |= dict.fromkeys(letters)
        return Fact(read, tuple(variables))

    @property
    def declared(self) -> dict[str, tuple[Term | None, ...]]:
        """Shapes given with the arrays."""
        shapes = list(self.names.shapes.items())
        return {name: tuple(self._size(s, f"the shape of {name}") for s in shape) for name, shape in shapes}

    def facts_from_assumptions(self) -> tuple[Fact, ...]:
        """Sign assumptions of symbols and arrays as facts; those of indices and sizes say nothing new."""
        facts = []
        for name, known in self.names.known.items():
            sign = ">" if known.get("positive") else ">=" if known.get("nonnegative") else None
            if sign is None:
                continue
            if name in self._labels:
                continue
            if name in self._ranks:
                letters = tuple(Symbol(s) for s in _letters((*self._values, *self._sizes), self._ranks[name]))
                facts.append(Fact(Relation(sign, Entry(name, letters), ZERO), letters))
            elif name in self._values.keys() - self._indices.keys() - self._sizes.keys():
                facts.append(Fact(Relation(sign, Symbol(name), ZERO)))
        return tuple(facts)

    def surface(self) -> Surface:
        """What writes terms back in the objects met so far."""
        indices = [self.names.symbols[name] for name in self._indices]
        assumed = [set(s.assumptions0.items()) for s in indices]
        common = set.intersection(*assumed) if assumed else set()
        letters = {fact: value for fact, value in sorted(common) if value is not None}
        return Surface(dict(self.names.symbols), dict(self.names.arrays), dict(self.names.functions), letters)


def _speaks(side: Term) -> bool:
    """Whether a side of a fact has more in it than numbers: a name, or a function of the caller's own."""
    own = any(isinstance(u, Function) and (u.arguments or u.name not in NUMBER_SYMBOLS) for u in subterms(side))
    return bool(own or free_names(side) or array_names(side))


def _letters(taken: Iterable[str], many: int) -> list[str]:
    """Letters for the quantified indices of an assumption."""
    free = [s for s in ("i", "j", "k", "l", "m", "n", "r", "s") if s not in set(taken)]
    return [*free, *(f"i_{n}" for n in range(1, many + 1))][:many]
