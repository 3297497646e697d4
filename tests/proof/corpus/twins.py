"""Twins of claims: every name another one, and bound letters that clash with free ones wherever that is legal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from proof.corpus.points import below, scalars
from proof.corpus.record import Parts

from symderiv.binders import rebuild_raw
from symderiv.statement import Definition, Fact, Relation
from symderiv.terms import Big, D, Delta, Entry, Number, Symbol, Term, parts

Names = Mapping[str, str]


def twin(claim: Parts) -> Parts:
    """The same claim under other names: arrays, scalars and free letters change places among themselves.

    A sum takes the letter of something free around it, or of the sum around it, where its body does not mention
    that. Sizes keep their names, and so do opaque functions.
    """
    naming = _Naming.of(claim)
    return replace(
        claim,
        left=naming.term(claim.left, {}, naming.free(claim.left)),
        right=naming.term(claim.right, {}, naming.free(claim.right)),
        definitions=tuple(map(naming.definition, claim.definitions)),
        facts=tuple(map(naming.fact, claim.facts)),
        declared={naming.arrays.get(name, name): shape for name, shape in claim.declared.items()},
    )


def named(claim: Parts) -> Iterator[str]:
    """The names in a claim that a twin changes."""
    naming = _Naming.of(claim)
    yield from (*naming.arrays, *naming.values, *naming.letters)


class _Naming:
    def __init__(self, arrays: Names, values: Names, letters: Names) -> None:
        self.arrays, self.values, self.letters = arrays, values, letters

    @classmethod
    def of(cls, claim: Parts) -> _Naming:
        sides = [s for f in claim.facts for s in (f.relation.left, f.relation.right)]
        terms = [claim.left, claim.right, *(d.body for d in claim.definitions), *sides]
        every = [*below(terms), *below(d.head for d in claim.definitions)]
        sizes = {u.size.name for u in every if isinstance(u, Big) and isinstance(u.size, Symbol)}
        sizes |= {s.name for shape in claim.declared.values() for s in shape if isinstance(s, Symbol)}
        arrays = sorted({u.array for u in every if isinstance(u, Entry)})
        letters = {i.name for u in every if isinstance(u, Entry) for i in u.indices if isinstance(i, Symbol)}
        letters |= {i.name for u in every if isinstance(u, Delta) for i in (u.left, u.right) if isinstance(i, Symbol)}
        letters |= {u.index.name for u in every if isinstance(u, Big)}
        values = {name for t in terms for name in scalars(t)} | {d.name for d in claim.definitions if not d.parameters}
        values -= sizes | letters
        return cls(_turned(arrays), _turned(sorted(values)), _turned(sorted(letters)))

    def term(self, t: Term, bound: Names, around: tuple[str, ...]) -> Term:
        """The term renamed; ``bound`` gives the new letters of the sums around, ``around`` lists what to clash with."""
        match t:
            case Symbol(name):
                return Symbol(bound.get(name) or self.letters.get(name) or self.values.get(name, name))
            case Entry(array, indices):
                return Entry(self.arrays[array], tuple(self.index(i, bound) for i in indices))
            case Delta(left, right):
                return Delta(self.index(left, bound), self.index(right, bound))
            case D(body, variable):
                return D(self.term(body, bound, around), self.term(variable, bound, around))
            case Big(index, size, body, excluded):
                inside = self.mentioned(body, bound, index.name)
                wanted = (*around, *self.letters.values(), self.letters[index.name], "q_1", "q_2", "q_3")
                letter = next(name for name in wanted if name not in inside)
                new = self.term(body, {**bound, index.name: letter}, (letter, *around))
                return Big(Symbol(letter), size, new, tuple(self.index(e, bound) for e in excluded))
        return rebuild_raw(t, tuple(self.term(u, bound, around) for u in parts(t)))

    def index(self, i: Term, bound: Names) -> Term:
        match i:
            case Number():
                return i
            case Symbol(name):
                return Symbol(bound.get(name) or self.letters.get(name, name))
        return self.term(i, bound, ())

    def free(self, t: Term) -> tuple[str, ...]:
        """The new names of the free letters of a term."""
        return tuple(sorted(self.mentioned(t, {}, "") & set(self.letters.values())))

    def mentioned(self, body: Term, bound: Names, index: str) -> set[str]:
        """The new names of the letters that are free in a body, its own sum's apart."""
        found: set[str] = set()
        _free(body, frozenset((index,)), found)
        return {bound.get(n) or self.letters.get(n, n) for n in found}

    def definition(self, d: Definition) -> Definition:
        parameters = tuple(Symbol(self.letters[p.name]) for p in d.parameters)
        name = self.arrays[d.name] if d.parameters else self.values[d.name]
        return Definition(name, parameters, self.term(d.body, {}, tuple(p.name for p in parameters)))

    def fact(self, f: Fact) -> Fact:
        r = f.relation
        relation = Relation(r.sign, self.term(r.left, {}, ()), self.term(r.right, {}, ()))
        return Fact(relation, tuple(Symbol(self.letters[v.name]) for v in f.variables))


def _turned(names: list[str]) -> dict[str, str]:
    """Every name becomes the next one; one that stands alone gets a new one."""
    if len(names) == 1:
        return {names[0]: f"{names[0]}_other"}
    return dict(zip(names, [*names[1:], *names[:1]], strict=True))


def _free(t: Term, bound: frozenset[str], found: set[str]) -> None:
    match t:
        case Symbol(name):
            found |= {name} - bound
        case Entry(_, indices):
            for i in indices:
                _free(i, bound, found)
        case Delta(left, right):
            _free(left, bound, found)
            _free(right, bound, found)
        case D(body, variable):
            _free(body, bound, found)
            _free(variable, bound, found)
        case Big(index, _, body, excluded):
            for e in excluded:
                _free(e, bound, found)
            _free(body, bound | {index.name}, found)
        case _:
            for u in parts(t):
                _free(u, bound, found)
