"""A problem about one sample lifted to a batch: every array gets the index of the sample in front."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symderiv.binders import array_names, fresh, separate, substitute
from symderiv.letters import free_names
from symderiv.matter.names import fresh_size, taken_names
from symderiv.statement import Definition, Fact, Relation, Statement, names_used, state
from symderiv.terms import Entry, Symbol, Term, big, parts, quo, rebuild


@dataclass(frozen=True)
class Lift:
    """What gets a sample index: arrays, and numbers and classes that belong to one sample.

    ``index`` is the letter of the sample in sums, definitions and facts, ``row`` the one of the variable.
    """

    index: Symbol
    row: Symbol
    size: Symbol
    arrays: frozenset[str]
    scalars: frozenset[str]

    def term(self, t: Term, sample: Symbol) -> Term:
        """A term of the problem for one sample of the batch."""
        own: dict[Term, Term] = {Symbol(name): Entry(name, (sample,)) for name in self.scalars}
        return _with_axis(substitute(separate(t, frozenset((sample.name,))), own), self.arrays, sample)


def _with_axis(t: Term, arrays: frozenset[str], sample: Symbol) -> Term:
    """The entries of some arrays with one more index in front, which no sum in the term binds."""
    if isinstance(t, Entry) and t.array in arrays:
        return Entry(t.array, (sample, *t.indices))
    return rebuild(t, tuple(_with_axis(u, arrays, sample) for u in parts(t)))


def lift_of(s: Statement) -> Lift:
    """The lift of a problem whose arrays have one index each, with letters that it does not use."""
    taken = taken_names(s)
    index = fresh(taken, "n")
    row = fresh(taken | {index.name}, "m")
    size = fresh_size(taken | {index.name, row.name}, "N")
    arrays = frozenset(a for a, shape in s.scope.shapes.items() if shape)
    scalars = set(s.fixed)
    for _ in s.definitions:
        scalars |= {d.name for d in s.definitions if not d.parameters and names_used(d.body) & (arrays | scalars)}
    return Lift(index, row, size, arrays, frozenset(scalars))


def lifted(s: Statement, lift: Lift, variable: Entry) -> Statement:
    """The mean of a problem's value over a batch, differentiated by an entry of one sample.

    Facts about what is lifted hold for every sample; all others, about shared numbers and sizes, stay as they are.
    """
    n, size = lift.index, lift.size
    value = quo(big(n, size, lift.term(s.value, n)), size)
    definitions = tuple(_definition(d, lift) for d in s.definitions)
    facts = tuple(_fact(f, lift) for f in s.facts)
    shapes = {a: (size, *shape) if a in lift.arrays else shape for a, shape in s.scope.shapes.items()}
    shapes |= dict.fromkeys(lift.scalars, (size,))
    return state(s.name, value, (lift.term(variable, lift.row),), definitions, facts, shapes)


def _definition(d: Definition, lift: Lift) -> Definition:
    if d.name not in lift.arrays | lift.scalars:
        return d
    return Definition(d.name, (lift.index, *d.parameters), lift.term(d.body, lift.index))


def _fact(f: Fact, lift: Lift) -> Fact:
    r, names = f.relation, lift.arrays | lift.scalars
    if not any((array_names(t) | free_names(t)) & names for t in (r.left, r.right)):
        return f
    left, right = (lift.term(t, lift.index) for t in (r.left, r.right))
    return replace(f, relation=Relation(r.sign, left, right), variables=(lift.index, *f.variables))
