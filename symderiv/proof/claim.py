"""A claim: two terms said to be equal, with everything that is known around them.

``left = right`` is claimed at every point where the facts hold and both sides have a value, for all sizes
from the least one on. The sides, definitions and facts come in as terms; `claim` checks them together, so one
index has one size on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import prod

from symderiv.binders import free_names, separate, substitute, union
from symderiv.errors import InputError
from symderiv.scope import Clause, Scope, infer
from symderiv.statement import Definition, Fact, Relation, Statement, state
from symderiv.terms import Delta, Function, Number, Symbol, Term, number, parts

Sizes = Mapping[Symbol, int]
Shapes = Mapping[str, tuple[Term | None, ...]]
LINES = "lines"
SMALL, MOST = 6, 64  # sizes and numbers of cases up to which free indices are written out


@dataclass(frozen=True)
class Claim:
    """``left = right`` at every point where the facts hold and both sides have a value.

    ``statement`` holds definitions and facts, and in its scope the sizes of the free indices, the shapes of
    the arrays and the label arrays; ``relations`` are ``=`` and ``!=`` between free indices (and whole
    numbers): they select the index patterns that the claim speaks of, and are not among the facts.
    """

    left: Term
    right: Term
    statement: Statement
    relations: tuple[Relation, ...] = ()

    @property
    def indices(self) -> Mapping[str, Term]:
        """The free indices with their sizes: those of the sides and the relations, and those that facts fix."""
        return self.statement.scope.indices


def both(relation: Relation) -> Term:
    """The two sides of a relation in one term."""
    return Function("both sides", (relation.left, relation.right))


def claim(
    left: Term,
    right: Term,
    definitions: tuple[Definition, ...] = (),
    facts: tuple[Fact, ...] = (),
    declared: Shapes | None = None,
    open_sizes: tuple[Symbol, ...] = (),
) -> Claim:
    """The claim that two terms are equal; arguments and errors are those of `links`.

    >>> from symderiv.terms import Entry
    >>> i = Symbol("i")
    >>> claim(Entry("z", (i,)), Entry("y", (i,))).indices
    {'i': Symbol(name='K')}
    """
    return links((left, right), definitions, facts, declared, open_sizes)[0]


def links(
    lines: tuple[Term, ...],
    definitions: tuple[Definition, ...] = (),
    facts: tuple[Fact, ...] = (),
    declared: Shapes | None = None,
    open_sizes: tuple[Symbol, ...] = (),
) -> tuple[Claim, ...]:
    """The claims that each of some lines equals the next; an index has one size in all of them.

    Facts purely between indices, such as ``i != j``, become relations of the claims. The other arguments are
    those of `statement.state`, and so are the errors: two sizes for one axis, an index used as a number,
    contradictory facts.
    """
    together: Term = Function(LINES, lines)
    # a sum may use a letter that is free in another line: they mean two different things
    together = separate(together, free_names(together))
    statement = state("claim", together, (), definitions, facts, declared or {}, open_sizes, "the claim")
    return _links(statement)


def within(left: Term, right: Term, statement: Statement, relations: tuple[Relation, ...] = ()) -> Claim:
    """The claim that two terms are equal, made of the arrays, definitions and facts of a statement.

    The free indices are those of the two terms (and those that facts fix), which may be others than the
    statement's own.
    """
    known = statement.scope
    between = tuple(f.relation for f in statement.facts if _between(f, known))
    relations = tuple(dict.fromkeys((*relations, *between)))
    facts = tuple(f for f in statement.facts if f.relation not in between)
    sides: Term = Function(LINES, (left, right))
    sides = separate(sides, union((sides, *map(both, relations))) | statement.fixed.keys())
    clauses = [Clause(sides, (), "the claim"), *(Clause(Delta(r.left, r.right), (), "a case") for r in relations)]
    clauses += [Clause(both(f.relation), f.variables, "a given fact") for f in facts]
    scope = _joined(infer(clauses, known.shapes, known.labels), known, statement.fixed)
    return _links(replace(statement, value=sides, variables=(), facts=facts, scope=scope), relations)[0]


def _joined(scope: Scope, known: Scope, fixed: Mapping[str, Term]) -> Scope:
    """The scope of some terms with what else is known of their arrays and sizes."""
    sizes = {**known.least, **scope.least}
    return Scope(
        {**known.shapes, **scope.shapes},
        {**fixed, **scope.indices},
        {size: max(scope.least.get(size, 1), known.least.get(size, 1)) for size in sizes},
        {**known.labels, **scope.labels},
    )


def at_sizes(c: Claim, sizes: Sizes) -> Claim:
    """The same claim for fixed sizes, with numbers in their place everywhere.

    Raises `InputError` for a size that the claim does not have, or below the least one it allows.
    """
    s = c.statement
    for size, value in sizes.items():
        _check_size(size, value, s.scope)
    numbers: dict[Term, Term] = {size: number(value) for size, value in sizes.items()}
    scope = s.scope
    fixed = Scope(
        {array: tuple(numbers.get(size, size) for size in shape) for array, shape in scope.shapes.items()},
        {name: numbers.get(size, size) for name, size in scope.indices.items()},
        {size: least for size, least in scope.least.items() if size not in numbers},
        {name: numbers.get(size, size) for name, size in scope.labels.items()},
    )
    facts = tuple(f for f in (_fact_at(f, numbers) for f in s.facts) if f is not None)
    defined = tuple(Definition(d.name, d.parameters, substitute(d.body, numbers)) for d in s.definitions)
    sides = substitute(Function(LINES, (c.left, c.right)), numbers)
    return _links(replace(s, value=sides, definitions=defined, facts=facts, scope=fixed), c.relations)[0]


def written_out(c: Claim) -> tuple[Claim, ...]:
    """The claim at every value of its free indices over small fixed sizes; itself where it has none of those.

    What its relations between indices exclude is left out.
    """
    ranges = {n: range(1, int(m.value) + 1) for n, m in c.indices.items() if isinstance(m, Number) and m.value <= SMALL}
    if not ranges or prod(map(len, ranges.values())) > MOST:
        return (c,)
    every = (dict(zip(ranges, values, strict=True)) for values in product(*ranges.values()))
    found = (_instance(c, {Symbol(name): number(v) for name, v in at.items()}) for at in every)
    return tuple(one for one in found if one is not None)


def _instance(c: Claim, at: Mapping[Term, Term]) -> Claim | None:
    """The claim with numbers in the place of some free indices; None where its relations exclude them."""
    between = [_relation_at(r, at) for r in c.relations]
    settled = [r for r in between if isinstance(r.left, Number) and isinstance(r.right, Number)]
    if any((r.left is r.right) != (r.sign == "=") for r in settled):
        return None
    s = c.statement
    facts = tuple(Fact(_relation_at(f.relation, _without(at, f.variables)), f.variables) for f in s.facts)
    indices = {name: size for name, size in c.indices.items() if Symbol(name) not in at}
    left, right = substitute(c.left, at), substitute(c.right, at)
    value = Function(LINES, (left, right))
    around = replace(s, value=value, facts=facts, scope=replace(s.scope, indices=indices))
    return Claim(left, right, around, tuple(r for r in between if r not in settled))


def _relation_at(r: Relation, at: Mapping[Term, Term]) -> Relation:
    return Relation(r.sign, substitute(r.left, at), substitute(r.right, at))


def _without(at: Mapping[Term, Term], names: tuple[Symbol, ...]) -> dict[Term, Term]:
    """A binding that leaves some names alone: those that a fact is quantified over."""
    return {name: value for name, value in at.items() if name not in names}


def _check_size(size: Symbol, value: int, scope: Scope) -> None:
    if size not in scope.sizes:
        known = ", ".join(s.name for s in scope.sizes) or "none"
        raise InputError(f"{size.name} is no size of this claim (its sizes: {known})")
    least = scope.least.get(size, 1)
    if value < least:
        raise InputError(f"{size.name} = {value} is too small: the claim is for {size.name} from {least} on")


def _fact_at(fact: Fact, numbers: Mapping[Term, Term]) -> Fact | None:
    """A fact with numbers for sizes; None where only numbers are left of it, as of ``K >= 2``."""
    r = _relation_at(fact.relation, numbers)
    if isinstance(r.left, Number) and isinstance(r.right, Number):
        return None  # it says where a size starts, and `at_sizes` has checked that
    return Fact(r, fact.variables)


def _links(statement: Statement, relations: tuple[Relation, ...] = ()) -> tuple[Claim, ...]:
    """The claims between the lines that a statement's value holds; facts between indices become relations."""
    between = tuple(f.relation for f in statement.facts if _between(f, statement.scope))
    facts = tuple(f for f in statement.facts if not _between(f, statement.scope))
    relations = tuple(dict.fromkeys((*relations, *between)))
    statement = replace(statement, facts=facts)
    return tuple(_link(*pair, statement, relations) for pair in pairwise(parts(statement.value)))


def _link(left: Term, right: Term, statement: Statement, relations: tuple[Relation, ...]) -> Claim:
    """The claim between two lines, its free indices those that it speaks of."""
    named = union((left, right, *map(both, relations))) | statement.fixed.keys()
    indices = {name: size for name, size in statement.scope.indices.items() if name in named}
    scope = replace(statement.scope, indices=indices)
    return Claim(left, right, replace(statement, value=Function(LINES, (left, right)), scope=scope), relations)


def _between(fact: Fact, scope: Scope) -> bool:
    """Whether a fact is ``=`` or ``!=`` between free indices."""
    r = fact.relation
    bare = r.sign in ("=", "!=") and all(isinstance(s, Symbol | Number) for s in (r.left, r.right))
    return bare and bool(free_names(both(r)) & scope.indices.keys())
