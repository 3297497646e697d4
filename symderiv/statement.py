"""A problem in the working language: definitions, facts, value and variables, all terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from symderiv.binders import (
    all_names,
    alpha_equal,
    array_names,
    free_names,
    index_names,
    match,
    separate,
    substitute,
    union,
)
from symderiv.errors import InputError
from symderiv.letters import labels
from symderiv.scope import Clause, Scope, infer, settle
from symderiv.sizes import least_size, starting
from symderiv.terms import D, Delta, Entry, Function, Number, Symbol, Term, number, subterms


@dataclass(frozen=True)
class Relation:
    """``left sign right`` with sign one of ``=  !=  >  >=``."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True)
class Fact:
    """A relation that holds at the point in question, for all values of ``variables``."""

    relation: Relation
    variables: tuple[Symbol, ...] = ()


@dataclass(frozen=True)
class Definition:
    """``name[parameters] := body``; without parameters a scalar."""

    name: str
    parameters: tuple[Symbol, ...]
    body: Term

    @property
    def head(self) -> Term:
        """What is defined: an entry with its parameters, or a symbol."""
        return Entry(self.name, self.parameters) if self.parameters else Symbol(self.name)

    def at(
        self, indices: Iterable[Term], avoid: frozenset[str] = frozenset(), letters: frozenset[str] = frozenset()
    ) -> Term:
        """The body for given indices, its bound names apart from theirs and from ``avoid``.

        A bound index that must be renamed gets a letter that is none of ``letters``.
        """
        body = substitute(self.body, dict(zip(self.parameters, indices, strict=True)))
        return separate(body, avoid | free_names(body), letters)


@dataclass(frozen=True)
class Statement:
    """Everything a derivation needs to know; made by `state`, which checks it."""

    name: str
    value: Term
    variables: tuple[Term, ...]
    definitions: tuple[Definition, ...]
    facts: tuple[Fact, ...]
    scope: Scope

    @cached_property
    def classes(self) -> Mapping[str, Term]:
        """What holds class numbers, with the size they run over: label arrays, and the indices facts fix."""
        return {**self.scope.labels, **self.fixed}

    @cached_property
    def fixed(self) -> Mapping[str, Term]:
        """The free indices that facts fix, with the size they run over."""
        named = outside(self.facts)
        return {name: size for name, size in self.scope.indices.items() if name in named}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every letter of the value, the variables and the definitions, and of what they run over."""
        every = [self.value, *self.variables, *(t for d in self.definitions for t in (d.head, d.body))]
        found = (all_names(t) | array_names(t) for t in every)
        return frozenset().union((s.name for s in self.scope.sizes), self.scope.shapes, self.scope.indices, *found)

    @cached_property
    def by_name(self) -> Mapping[str, Definition]:
        """The definitions by the name they define."""
        return {d.name: d for d in self.definitions}

    def definition(self, t: Term) -> Definition | None:
        """The definition of an entry or symbol, or None."""
        match t:
            case Entry(name, _) | Symbol(name):
                return self.by_name.get(name)
        return None

    def unfold(
        self, t: Term, avoid: frozenset[str] = frozenset(), letters: frozenset[str] = frozenset()
    ) -> Term | None:
        """The defining expression of an entry or symbol, or None where it has none."""
        found = self.definition(t)
        if found is None:
            return None
        return found.at(t.indices if isinstance(t, Entry) else (), avoid, letters)

    def at_least(self, least: int, size: Term) -> tuple[Relation, ...] | None:
        """The given fact by which a size is at least so large, none where it is anyway; None where it may be less."""
        known = size.value if isinstance(size, Number) else self.scope.least.get(size, 1)
        if known < least:
            return None
        for r in (f.relation for f in self.facts):
            found = least_size(r.sign, r.left, r.right, self.scope)
            if found is not None and found[0] is size and found[1] >= least:
                return (r,)
        return ()

    def presumed(self, least: int, size: Term) -> tuple[Relation, ...] | None:
        """What must be given or assumed for a size to be at least so large; None for a literal that is smaller."""
        known = self.at_least(least, size)
        if known is None and not isinstance(size, Number):
            return (Relation(">=", size, number(least)),)
        return known


def outside(facts: Iterable[Fact]) -> frozenset[str]:
    """The indices that facts fix, mentioning them without being quantified over them: the class of a one-hot label.

    A fact between indices, ``i != j``, fixes none.
    """
    found: frozenset[str] = frozenset()
    for f in facts:
        sides = f.relation.left, f.relation.right
        if not all(isinstance(s, Symbol | Number) for s in sides):
            found |= frozenset().union(*map(index_names, sides)) - union(f.variables)
    return found


def names_used(t: Term) -> frozenset[str]:
    """Names of scalars and arrays a term mentions, as far as they may be defined or depended on."""
    scalars = {u.name for u in subterms(t) if isinstance(u, Symbol)}
    return array_names(t) | scalars


def state(
    name: str,
    value: Term,
    variables: tuple[Term, ...],
    definitions: tuple[Definition, ...],
    facts: tuple[Fact, ...],
    declared: Mapping[str, tuple[Term | None, ...]],
    open_sizes: tuple[Symbol, ...] = (),
    what: str = "the value",
) -> Statement:
    """Check a problem and infer its scope; ``open_sizes`` stand for sizes of sums that are still to be found.

    ``what`` is what messages call the value.

    Raises `InputError` for a cyclic or ambiguous definition, a definition with an index that is not
    among its parameters, contradictory shapes, an index used as a number, a fact that bounds a size from
    above, or a variable that is neither an entry nor a symbol.
    """
    for v in variables:
        if not isinstance(v, Entry | Symbol):
            raise InputError(
                f"cannot differentiate by {type(v).__name__.lower()}: a variable is an entry such as z[i] "
                "or a plain symbol"
            )
        _check_indices(v, facts)
    _check_definitions(definitions)
    _check_facts(facts)
    if open_sizes:
        sizes = settle(_clauses(Clause(value, (), what), variables, definitions, facts), declared, open_sizes)
        value, definitions, facts = _with_sizes(value, definitions, facts, sizes)
    value, definitions = _apart(value, definitions, facts)
    clauses = _clauses(Clause(value, (), what), variables, definitions, facts)
    scope = starting(infer(clauses, declared), ((r.sign, r.left, r.right) for r in (f.relation for f in facts)))
    for d in definitions:
        if not d.parameters and (d.head in scope.sizes or d.name in scope.indices):
            raise InputError(f"{d.name} is a size or an index and cannot be defined; rename it")
    _check_variables((*(D(value, v) for v in variables), *(c.term for c in clauses)), scope)
    return Statement(name, value, variables, definitions, facts, scope)


def _clauses(
    value: Clause, variables: tuple[Term, ...], definitions: tuple[Definition, ...], facts: tuple[Fact, ...]
) -> list[Clause]:
    """What a problem says about sizes."""
    clauses = [value, *(Clause(v, (), "wrt") for v in variables)]
    for d in definitions:
        # head and body in one clause: the parameters' sizes are read off both
        both = Function("definition", (d.head, d.body))
        clauses.append(Clause(both, d.parameters, f"the definition of {d.name}"))
    indices = frozenset().union(*(index_names(c.term) for c in clauses))
    for f in facts:
        # both sides in one clause: a variable has one size on the left and on the right
        clauses.append(Clause(_content(f.relation, indices), f.variables, "a given fact"))
    return clauses


def _with_sizes(
    value: Term, definitions: tuple[Definition, ...], facts: tuple[Fact, ...], sizes: Mapping[Term, Term]
) -> tuple[Term, tuple[Definition, ...], tuple[Fact, ...]]:
    """The problem with sizes in the place of those that were left open."""
    defined = (Definition(d.name, d.parameters, substitute(d.body, sizes)) for d in definitions)
    relations = (
        Relation(r.sign, substitute(r.left, sizes), substitute(r.right, sizes)) for r in (f.relation for f in facts)
    )
    known = (Fact(r, f.variables) for r, f in zip(relations, facts, strict=True))
    return substitute(value, sizes), tuple(defined), tuple(known)


def _check_indices(variable: Term, facts: tuple[Fact, ...]) -> None:
    """Refuse a variable at a label, or at the class that a fact fixes: one formula is for every entry."""
    if labels(D(variable, variable)):
        raise InputError("cannot differentiate by an entry at a label: differentiate by z[n, k] and set k afterwards")
    for name in sorted(index_names(variable) & outside(facts)):
        raise InputError(f"{name} is an index of wrt and the class that a given fact fixes: rename one of them")


def _check_facts(facts: tuple[Fact, ...]) -> None:
    """Refuse facts that contradict each other at sight: one left side, two numbers or two opposite signs."""
    equations = [f for f in facts if f.relation.sign == "=" and isinstance(f.relation.right, Number)]
    for place, one in enumerate(equations):
        for other in equations[:place]:
            same = match(one.relation.left, other.relation.left, one.variables) is not None
            if same and one.relation.right is not other.relation.right:
                raise InputError("the given facts contradict each other: one expression equals two numbers; keep one")
    above = [f for f in facts if f.relation.sign == ">"]
    for one in above:
        turned = Relation(">", one.relation.right, one.relation.left)
        if any(alpha_equal(_content(f.relation, frozenset()), _content(turned, frozenset())) for f in above):
            raise InputError("the given facts contradict each other: one expression is above and below; keep one")


def _check_definitions(definitions: tuple[Definition, ...]) -> None:
    names = [d.name for d in definitions]
    for d in definitions:
        if names.count(d.name) > 1:
            raise InputError(f"{d.name} is defined twice; keep one definition")
        if len(set(d.parameters)) < len(d.parameters):
            raise InputError(f"the definition of {d.name} repeats an index; use a different letter per axis")
        for index in sorted(index_names(d.body) - union(d.parameters)):
            head = ", ".join((*(s.name for s in d.parameters), index))
            raise InputError(f"{d.name} depends on the index {index} without naming it: define {d.name}[{head}]")
    uses = {d.name: names_used(d.body) & set(names) for d in definitions}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise InputError(f"cyclic definition: {' -> '.join((*path[path.index(name) :], name))}; break the cycle")
        if name not in done:
            for other in sorted(uses[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in names:
        visit(name, ())


def _apart(
    value: Term, definitions: tuple[Definition, ...], facts: tuple[Fact, ...]
) -> tuple[Term, tuple[Definition, ...]]:
    """No sum is over a letter that a definition or fact, used below it, brings along as a scalar, size or class."""
    brought = outside(facts).union(*(free_names(d.body) - union(d.parameters) for d in definitions))
    every = (value, *(t for d in definitions for t in (d.head, d.body)))
    letters = frozenset().union(*(all_names(t) | array_names(t) for t in every))
    bodies = (separate(d.body, brought | union(d.parameters), letters) for d in definitions)
    return separate(value, brought, letters), tuple(
        Definition(d.name, d.parameters, body) for d, body in zip(definitions, bodies, strict=True)
    )


def _content(relation: Relation, indices: frozenset[str]) -> Term:
    """What a fact says something about; ``i != j`` between indices is no statement about numbers."""
    sides = relation.left, relation.right
    bare = relation.sign in ("=", "!=") and all(isinstance(s, Symbol | Number) for s in sides)
    return Delta(*sides) if bare and union(sides) & indices else Function("fact", sides)


def _check_variables(terms: Iterable[Term], scope: Scope) -> None:
    taken = {s.name for s in scope.sizes} | set(scope.indices)
    for t in terms:
        for u in subterms(t):
            if isinstance(u, D) and isinstance(u.variable, Symbol) and u.variable.name in taken:
                raise InputError(f"cannot differentiate by {u.variable.name}, an index or size: it takes whole values")
