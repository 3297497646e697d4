"""Where a claim can be tried: sizes, index patterns, and the entries and scalars that need a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from math import prod

from symderiv.errors import InputError
from symderiv.proof.claim import Claim, both
from symderiv.proof.evaluation import Env, Location
from symderiv.proof.names import Names, literals, names_of
from symderiv.statement import Fact, Relation
from symderiv.terms import Big, D, Delta, Entry, Number, Symbol, Term, subterms

Sizes = Mapping[str, int]
MOST = 2000  # entries and scalars at one point
PATTERNS = 40  # index patterns tried at one size


@dataclass(frozen=True)
class Places:
    """What there is to choose for one claim."""

    claim: Claim

    @cached_property
    def names(self) -> Names:
        """The names of both sides and of the facts."""
        return names_of(self.claim.statement, self._terms)

    @property
    def _sides(self) -> tuple[Term, Term]:
        return self.claim.left, self.claim.right

    @cached_property
    def _terms(self) -> tuple[Term, ...]:
        """Both sides, and those of the facts."""
        relations = [f.relation for f in self.claim.statement.facts]
        return (*self._sides, *(side for r in relations for side in (r.left, r.right)))

    @cached_property
    def reached(self) -> tuple[str, ...]:
        """Undefined arrays and scalars, those that derivatives are taken by first, then in order of appearance."""
        by = [_name(u.variable) for t in self._terms for u in subterms(t) if isinstance(u, D)]
        found = dict.fromkeys((*by, *(name for t in self._terms for name in self._order(t))))
        sizes = {s.name for s in self.claim.statement.scope.sizes}
        return tuple(n for n in found if n not in sizes and n not in self.names.definitions)

    def _order(self, t: Term) -> Iterator[str]:
        """The names that a term reaches, in order of appearance, a definition's after it."""
        for u in subterms(t):
            if isinstance(u, Entry | Symbol):
                yield _name(u)
            if isinstance(u, Entry | Symbol) and _name(u) in self.names.definitions:
                yield from self._order(self.names.definitions[_name(u)].body)
            elif isinstance(u, D):
                yield from self._order(u.variable)

    def locations(self, sizes: Sizes) -> tuple[Location, ...]:
        """Every entry and scalar that needs a number; raises `InputError` where they are too many."""
        shapes = self.claim.statement.scope.shapes
        many = sum(prod(size_value(s, sizes) for s in shapes.get(name, ())) for name in self.reached)
        if many > MOST:
            raise InputError(f"{many} entries are too many to write out")
        return tuple((name, at) for name in self.reached for at in _all(shapes.get(name, ()), sizes))

    def label_places(self, sizes: Sizes) -> dict[Location, int]:
        """The entries that hold class numbers, with the size that those run over."""
        scope = self.claim.statement.scope
        return {
            (name, at): size_value(size, sizes)
            for name, size in scope.labels.items()
            for at in _all(scope.shapes[name], sizes)
        }

    @cached_property
    def free(self) -> tuple[str, ...]:
        """The free indices of the claim."""
        facts = self.claim.statement.facts
        found = {name for t in self._sides for name in self.names.of(t)[0]}
        found |= {name for f in facts for name in set(self.names.of(both(f.relation))[0]) - _variables(f)}
        found |= {s.name for r in self.claim.relations for s in (r.left, r.right) if isinstance(s, Symbol)}
        return tuple(sorted(found & self.claim.statement.scope.indices.keys()))

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """The free indices that facts speak of, such as the class of a one-hot label."""
        facts = self.claim.statement.facts
        found = {name for f in facts for name in set(self.names.of(both(f.relation))[0]) - _variables(f)}
        return tuple(n for n in self.free if n in found)

    @cached_property
    def _literals(self) -> frozenset[int]:
        """The whole numbers that stand as an index."""
        between = (s for r in self.claim.relations for s in (r.left, r.right))
        found = (n for t in self._terms for n in literals(t))
        return frozenset((*found, *(int(s.value) for s in between if isinstance(s, Number))))

    def patterns(self, sizes: Sizes) -> Iterator[Env]:
        """Values of the free indices, one for each pattern of equal and distinct ones and of literals."""
        scope, special = self.claim.statement.scope, self._literals
        ranges = [range(1, size_value(scope.indices[name], sizes) + 1) for name in self.free]
        seen: set[tuple[object, ...]] = set()
        for values in islice(product(*ranges), 100 * PATTERNS):
            env = dict(zip(self.free, values, strict=True))
            if all(allowed(r, env) for r in self.claim.relations):
                key = tuple(_kind(n, v, env, scope.indices, special, bool(scope.labels)) for n, v in env.items())
                if key not in seen and len(seen) < PATTERNS:
                    seen.add(key)
                    yield env

    def instances(self, fact: Fact, sizes: Sizes) -> Iterator[Env]:
        """Every choice of the indices that a fact is quantified over."""
        names = [v.name for v in fact.variables]
        ranges = [range(1, size_value(self._range(name, fact), sizes) + 1) for name in names]
        for values in product(*ranges):
            yield dict(zip(names, values, strict=True))

    def _range(self, name: str, fact: Fact) -> Term:
        """The size an index of a fact runs over, read off where it stands."""
        scope = self.claim.statement.scope
        for u in subterms(both(fact.relation)):
            for v in (u, *((u.variable,) if isinstance(u, D) else ())):
                match v:
                    case Entry(array, indices):
                        found = _axis(name, array, indices, scope.shapes)
                    case Delta(left, right):
                        found = next((scope.size(b) for a, b in ((left, right), (right, left)) if _is(a, name)), None)
                    case Big(_, size, _, excluded):
                        found = size if any(_is(e, name) for e in excluded) else None
                    case _:
                        found = None
                if found is not None:
                    return found
        if name in scope.indices:
            return scope.indices[name]
        raise InputError(f"the range of the index {name} in a fact is not known")


def size_value(size: Term, sizes: Sizes) -> int:
    """The value of a size, symbolic or literal."""
    return int(size.value) if isinstance(size, Number) else sizes[getattr(size, "name", "")]


def allowed(relation: Relation, env: Env) -> bool:
    """Whether a relation between indices holds."""
    left, right = (int(s.value) if isinstance(s, Number) else env[_name(s)] for s in (relation.left, relation.right))
    return (left == right) == (relation.sign == "=")


def _all(shape: tuple[Term, ...], sizes: Sizes) -> Iterator[tuple[int, ...]]:
    return product(*(range(1, size_value(size, sizes) + 1) for size in shape))


def _kind(
    name: str, value: int, env: Env, ranges: Mapping[str, Term], special: frozenset[int], labelled: bool
) -> tuple[object, ...] | int:
    """What distinguishes the value of an index: itself where it is special, else the indices it agrees with."""
    if value in special or labelled:
        return value
    return tuple(n for n, v in env.items() if v == value and ranges[n] is ranges[name])


def _axis(name: str, array: str, indices: tuple[Term, ...], shapes: Mapping[str, tuple[Term, ...]]) -> Term | None:
    for axis, i in enumerate(indices):
        if _is(i, name):
            return shapes[array][axis]
        if isinstance(i, Entry):
            found = _axis(name, i.array, i.indices, shapes)
            if found is not None:
                return found
    return None


def _is(t: Term, name: str) -> bool:
    return isinstance(t, Symbol) and t.name == name


def _variables(fact: Fact) -> set[str]:
    return {v.name for v in fact.variables}


def _name(t: Term) -> str:
    return t.array if isinstance(t, Entry) else getattr(t, "name", "")
