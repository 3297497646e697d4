"""What the given equations of a claim say to a session: values of leaves, of their powers, of sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product

from symderiv.proof.atoms import Atom, Index, index_of
from symderiv.proof.budget import GivesUp
from symderiv.proof.fractions import Ratio
from symderiv.proof.functions import exp, log
from symderiv.proof.needed import wild
from symderiv.proof.orders import Binder
from symderiv.proof.polynomials import Exponent, Poly, merged, raised
from symderiv.proof.reading import LeafRule, read
from symderiv.proof.renaming import rename
from symderiv.proof.session import Session, Split
from symderiv.proof.signs import sign, sign_of_atom
from symderiv.statement import Fact, names_used
from symderiv.terms import D, Entry, Stop, Symbol, Term, kinds, minus


def learn_equations(s: Session) -> None:
    """Values of leaves and of sums from the given equations; one that cannot be used is left aside."""
    others = []
    leaves: dict[str, frozenset[str]] = {}
    for fact in (f for f in s.statement.facts if f.relation.sign == "=" and not _differentiates(s, f)):
        rule = _leaf_rule(s, fact, fact.relation.left, fact.relation.right, leaves)
        rule = rule or _leaf_rule(s, fact, fact.relation.right, fact.relation.left, leaves)
        if rule is None:
            others.append(fact)
        else:
            s.leaf_rules.setdefault(rule[0], []).append(rule[1])
    for _ in range(2 if len(others) > 1 else 1):  # the second time, what the others said is known
        for fact in others:
            s.sum_rules = [r for r in s.sum_rules if r.fact is not fact]
            for name in list(s.leaf_rules):
                s.leaf_rules[name] = [r for r in s.leaf_rules[name] if r.fact is not fact]
            s.memo.clear()
            _solve(s, fact)
    s.memo.clear()
    s.used.clear()


def _differentiates(s: Session, fact: Fact) -> bool:
    """Whether a fact holds a derivative: there the other facts, which are about one point, must not be used."""
    sides = (fact.relation.left, fact.relation.right)
    used = frozenset().union(*(_all_used(s, t, {}) for t in sides))
    bodies = (d.body for d in s.statement.definitions if d.name in used)
    return any({D, Stop} & kinds(t) for t in (*sides, *bodies))


def _leaf_rule(
    s: Session, fact: Fact, left: Term, right: Term, leaves: dict[str, frozenset[str]]
) -> tuple[str, LeafRule] | None:
    """A given equation as the value of an entry or a scalar, where it is no circle."""
    if s.statement.definition(left) or not isinstance(left, Entry | Symbol) or left in s.statement.scope.sizes:
        return None
    name = left.array if isinstance(left, Entry) else left.name
    indices = left.indices if isinstance(left, Entry) else ()
    letters = [i.name if isinstance(i, Symbol) and i in fact.variables else None for i in indices]
    known = [n for n in letters if n is not None]
    if len(set(known)) < len(known) or not {v.name for v in fact.variables} <= set(known):
        return None
    used = _all_used(s, right, leaves)
    if name in used or any(name in _all_used(s, Symbol(u), leaves) for u in used):
        return None
    leaves[name] = leaves.get(name, frozenset()) | used
    places = tuple(None if n is not None else index_of(i, {}) for n, i in zip(letters, indices, strict=True))
    return name, LeafRule(fact, tuple(letters), places, right, None)


def _all_used(s: Session, t: Term, leaves: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    new = set(names_used(t))
    while new:
        found |= new
        bodies = (s.statement.by_name[n].body for n in new if n in s.statement.by_name)
        new = {m for b in bodies for m in names_used(b)} | {m for n in new for m in leaves.get(n, ())}
        new -= found
    return frozenset(found)


@dataclass(frozen=True)
class SumRule:
    """A closed sum, for any indices in the place of its wild ones, has a given value."""

    fact: Fact
    sizes: tuple[Term, ...]
    first: int
    body: Ratio
    letters: tuple[Index, ...]
    value: Ratio

    def __call__(self, s: Session, binders: Sequence[Binder], body: Ratio) -> tuple[list[Binder], Ratio] | None:
        """The binders that are left and the fraction under them, where the sum is inside that of a body."""
        names = sorted(s.places(body), key=str)
        for chosen in permutations(binders, len(self.sizes)):
            if tuple(size for _, size in chosen) != self.sizes:
                continue
            own = {o for o, _ in chosen}
            others = [n for n in names if n not in own]
            inside = [i for i in self.letters if i in s.names(self.body)]
            # the fact holds for every index in the place of a letter that its value alone has
            free = {i: _some_index(s, self.value, i) for i in self.letters if i not in inside}
            for places in product(others, repeat=len(inside)):
                by: dict[Index, Index] = {**free, **dict(zip(inside, places, strict=True))}
                levels: dict[Index, Index] = {-(self.first + n): o for n, (o, _) in enumerate(chosen)}
                rest = s.over(body, rename(s, self.body, {**by, **levels}))
                if own.isdisjoint(s.names(rest)):
                    s.used[self.fact] = None
                    left = [b for b in binders if b not in chosen]
                    return left, s.times(rest, rename(s, self.value, by))
        return None


def _some_index(s: Session, a: Ratio, letter: Index) -> Index:
    """A free index of the claim over the size that a letter runs over, else 1."""
    scope = s.statement.scope
    for atom in (s.atoms[n] for mono in a.terms for n, _ in mono):
        if atom.kind == "entry" and letter in atom.content[1]:
            size = scope.shapes[atom.content[0]][atom.content[1].index(letter)]
            return min((name for name, own in scope.indices.items() if own is size), default=1)
    return 1


def _solve(s: Session, fact: Fact) -> None:
    """A rule from an equation that is linear in a closed sum, an entry or a scalar."""
    env = {v.name: wild(v.name) for v in fact.variables}
    try:
        found = read(s, minus(fact.relation.left, fact.relation.right), env)
    except (Split, GivesUp):
        return
    letters: tuple[Index, ...] = tuple(sorted(env.values()))
    if _symmetry(s, fact, found) or _power_rule(s, fact, found, letters):
        return
    for n in _unknowns(s, found, letters):
        with_: Poly = {}
        without: Poly = {}
        for mono, c in found.terms.items():
            e = dict(mono).get(n, 0)
            (with_ if e else without)[merged(mono, ((n, -e),)) if e else mono] = c
        coefficient, rest = Ratio(with_), Ratio(without)
        if abs(sign(s, coefficient) or 0) < 2 and set(without) != {()}:
            continue  # where the coefficient is 0 the equation would not say what the unknown is
        atom, value = _undone(s, s.atoms[n], s.scaled(s.over(rest, coefficient), -1))
        if atom.kind == "sum":
            s.sum_rules.append(SumRule(fact, atom.content[0], atom.content[1], s.bodies[atom.number], letters, value))
        else:
            name, indices = atom.content
            named = tuple(i if i in letters else None for i in indices)
            places = tuple(None if i in letters else i for i in indices)
            s.leaf_rules.setdefault(name, []).append(LeafRule(fact, named, places, None, value))
        return


def _symmetry(s: Session, fact: Fact, a: Ratio) -> bool:
    """Whether a fact says that an array does not change when indices change places, and if so note it."""
    if a.below or sorted(a.terms.values()) != [-1, 1] or any(len(m) != 1 or m[0][1] != 1 for m in a.terms):
        return False
    left, right = (s.atoms[m[0][0]] for m in a.terms)
    if left.kind != "entry" or right.kind != "entry" or left.content[0] != right.content[0]:
        return False
    one, other = left.content[1], right.content[1]
    if len(set(one)) < len(one) or set(one) != set(other) or any(i not in map(wild_of, fact.variables) for i in one):
        return False
    s.symmetries.setdefault(left.content[0], []).append((fact, tuple(one.index(i) for i in other)))
    return True


def wild_of(variable: Symbol) -> str:
    """The wild letter of a variable of a fact."""
    return wild(variable.name)


@dataclass(frozen=True)
class PowerRule:
    """A whole power of an entry, for any indices in the place of its wild ones, in lower powers of it.

    ``inverse`` is 1 over the entry, where the equation says that it is not 0.
    """

    fact: Fact
    indices: tuple[Index, ...]
    letters: tuple[Index, ...]
    power: int
    value: Ratio
    inverse: Ratio | None

    def __call__(self, s: Session, atom: Atom, e: Exponent) -> tuple[Exponent, Ratio] | None:
        """The exponent that is left of a power, and what the rest is."""
        steps, instead = (self.power, self.value) if e >= self.power else (-1, self.inverse)
        by: dict[Index, Index] = {}
        for own, i in zip(self.indices, atom.content[1], strict=True):
            if own in self.letters:
                by[own] = i
            elif own != i:
                return None
        if 0 <= e < self.power or e.denominator > 1 or instead is None:
            return None
        s.used[self.fact] = None
        return e - steps, rename(s, instead, by)


def _power_rule(s: Session, fact: Fact, a: Ratio, letters: tuple[Index, ...]) -> bool:
    """Whether a fact is a polynomial equation for one entry, such as y[k]^2 = y[k], and if so note it."""
    single = {n for mono in a.terms for n, _ in mono}
    if len(single) != 1 or a.below or s.atoms[min(single)].kind != "entry":
        return False
    number = single.pop()
    by_power = {(dict(mono).get(number, 0)): c for mono, c in a.terms.items()}
    top = max(by_power)
    if top < 2 or min(by_power) < 0 or any(e.denominator > 1 for e in by_power):
        return False
    name, indices = s.atoms[number].content
    own = sorted(i for i in indices if i in letters)
    if name in s.statement.by_name or name in s.power_rules or own != list(letters):
        return False
    lead, last = by_power.pop(top), by_power.get(0)
    value: Poly = {raised(((number, 1),), e): -c / lead for e, c in by_power.items()}
    others = [(e, c) for e, c in (*by_power.items(), (top, lead)) if e]
    inverse = Ratio({raised(((number, 1),), e - 1): -c / last for e, c in others}) if last else None
    s.power_rules[name] = PowerRule(fact, indices, letters, int(top), Ratio(value), inverse)
    s.folding.add(number)
    return True


def _unknowns(s: Session, a: Ratio, letters: tuple[Index, ...]) -> list[int]:
    """Atoms in which a numerator is linear, closed sums first; others must carry every wild letter."""
    found = []
    inside = {m for n in {n for mono in a.terms for n, _ in mono} for m in _within(s, n)}
    for n in sorted({n for mono in a.terms for n, _ in mono}):
        atom = s.atoms[n]
        if {dict(mono).get(n, 0) for mono in a.terms} <= {0, 1} and n not in inside:
            plain = atom.kind == "entry" and atom.content[0] not in s.statement.by_name
            plain = plain and Symbol(atom.content[0]) not in s.statement.scope.sizes
            own = [i for i in atom.content[1] if i in letters] if plain else []
            if atom.kind == "sum" or (plain and sorted(own) == sorted(letters)) or _undoes(s, atom, letters):
                found.append(n)
    return sorted(found, key=lambda n: (s.atoms[n].kind != "sum", n))


def _undoes(s: Session, atom: Atom, letters: tuple[Index, ...]) -> bool:
    """Whether an atom is the logarithm or the exponential of a closed sum, an entry or a scalar."""
    inner = _inside(s, atom)
    if inner is None:
        return False
    plain = inner.kind == "entry" and inner.content[0] not in s.statement.by_name
    own = [i for i in inner.content[1] if i in letters] if plain else []
    return inner.kind == "sum" or (plain and sorted(own) == sorted(letters))


def _inside(s: Session, atom: Atom) -> Atom | None:
    """What a logarithm of something positive or an exponential is of, where that is one atom."""
    if atom.kind == "log" and s.bodies[atom.number][0] == "atom":
        inner = s.atoms[s.bodies[atom.number][1]]
        return inner if sign_of_atom(s, inner) == 2 else None
    if atom.kind == "exp" and not s.bodies[atom.number].below:
        ((mono, _),) = s.bodies[atom.number].terms.items()
        return s.atoms[mono[0][0]] if len(mono) == 1 and mono[0][1] == 1 else None
    return None


def _undone(s: Session, atom: Atom, value: Ratio) -> tuple[Atom, Ratio]:
    """What an equation for a logarithm or an exponential says of what it is of."""
    inner = _inside(s, atom)
    if inner is None:
        return atom, value
    return inner, exp(s, value) if atom.kind == "log" else log(s, value)


def _within(s: Session, n: int) -> set[int]:
    """The entries and scalars that stand inside another atom: solving for them would leave them there."""
    inner = s.bodies.get(n)
    if not isinstance(inner, Ratio):
        return set()
    return {a.number for a in s.atoms if a.kind == "entry" and a.content[0] in s.arrays(inner)}
