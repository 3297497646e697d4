"""Folding: writing a defined name back in place of what it stands for.

Three ways, by the shape of the definition. A fraction ``c exp(a) / S`` whose bottom is shared by
all entries is solved for the exponential, ``exp(a) = u S / c``, with S held opaque. A fraction of
one exponential E, ``(a E + b) / (c E + d)``, is solved for E. Anything else folds where its body
stands, up to a number in front or a divisor, roots with their powers. A fold counts only if
everything it replaced is gone afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symderiv.binders import alpha_equal, free_names, key, match, mentions, union
from symderiv.engine.form import tidy_whole
from symderiv.engine.polynomial import Preferred, collect, expand, total
from symderiv.engine.rules.algebra import denominators
from symderiv.engine.rules.factors import Product, product, view
from symderiv.statement import Definition
from symderiv.terms import (
    Big,
    Entry,
    Exp,
    Log,
    Number,
    Quotient,
    Symbol,
    Term,
    big,
    minus,
    parts,
    plus,
    power,
    quo,
    rebuild,
    subterms,
    summands,
    times,
)


@dataclass(frozen=True)
class Replacement:
    """Occurrences of ``pattern`` (its parameters free) become ``value`` of the indices found."""

    pattern: Term
    value: Term


@dataclass(frozen=True)
class Fold:
    """How to fold one definition: what is replaced, outermost pattern first, and what must vanish."""

    definition: Definition
    replacements: tuple[Replacement, ...]
    opaque: Term | None = None


def folds(d: Definition) -> Fold | None:
    """The way to fold a definition, or None where its shape offers none."""
    if isinstance(d.body, Quotient):
        found = _shared_bottom(d, d.body) or _one_exponential(d, d.body)
        if found is not None:
            return found
    return _up_to_a_divisor(d)


def _shared_bottom(d: Definition, body: Quotient) -> Fold | None:
    p = view(body.top)
    exponentials = [f for f in p.factors if isinstance(f.base, Exp) and f.exponent == 1]
    if len(exponentials) != 1 or not isinstance(body.bottom, Big | Symbol | Entry):
        return None
    e = exponentials[0]
    own = {s.name for s in d.parameters} & free_names(e.base) - free_names(body.bottom)
    if not own:
        return None
    rest = Product(p.coefficient, tuple(f for f in p.factors if f is not e))
    value = quo(times(d.head, body.bottom), product(rest))
    return Fold(d, (Replacement(e.base, value),), body.bottom)


def _one_exponential(d: Definition, body: Quotient) -> Fold | None:
    """(a E + b)/(c E + d) with a, b, c, d free of E, solved for E and for the bottom."""
    candidates = {u for u in subterms(body) if isinstance(u, Exp)}
    if len(candidates) != 1:
        return None
    e = candidates.pop()
    top, bottom = _linear(body.top, e), _linear(body.bottom, e)
    if top is None or bottom is None or not all(isinstance(u, Number) for u in (*top, *bottom)):
        return None
    (a, b), (c, f) = top, bottom
    u = d.head
    below = plus(times(u, c), minus(Number(Fraction(0)), a))
    solved = quo(minus(b, times(u, f)), below)
    bottom_value = quo(minus(times(c, b), times(a, f)), below)
    return Fold(d, (Replacement(body.bottom, bottom_value), Replacement(e, solved)), e)


def _linear(t: Term, e: Term) -> tuple[Term, Term] | None:
    """(slope, rest) of a term linear in e."""
    slope: list[Term] = []
    rest: list[Term] = []
    for u in summands(t):
        powers = view(u).powers().get(key(e), 0)
        if powers == 0 and e not in set(subterms(u)):
            rest.append(u)
        elif powers == 1:
            slope.append(quo_exact(u, e))
        else:
            return None
    return plus(*slope), plus(*rest)


def quo_exact(t: Term, e: Term) -> Term:
    """t / e for a factor e of t."""
    p = view(t)
    return product(Product(p.coefficient, tuple(f for f in p.factors if key(f.base) is not key(e))))


def _up_to_a_divisor(d: Definition) -> Fold | None:
    """A sum, exponential or logarithm, a number in front and perhaps divided by something (a mean)."""
    p = view(d.body)
    tops = [f for f in p.factors if f.exponent > 0]
    if len(tops) != 1 or {s.name for s in d.parameters} - free_names(tops[0].base):
        return None
    if tops[0].exponent != 1:
        return _root(d, tops[0].base, Fraction(tops[0].exponent)) if len(p.factors) == 1 else None
    if not isinstance(tops[0].base, Big | Exp | Log):
        return None
    rest = Product(p.coefficient, tuple(f for f in p.factors if f is not tops[0]))
    found = Replacement(tops[0].base, product(view(quo(d.head, product(rest)))))
    return Fold(d, (found,) if d.body is tops[0].base else (Replacement(d.body, d.head), found))


def _root(d: Definition, base: Term, exponent: Fraction) -> Fold | None:
    """A root: it and its reciprocal, and what it is the root of as a power of it."""
    if exponent.denominator == 1 or view(d.body).coefficient != 1:
        return None
    found = [Replacement(power(base, Number(n * exponent)), power(d.head, Number(Fraction(n)))) for n in (1, -1, 3, -3)]
    if exponent.numerator == 1:
        found.append(Replacement(base, power(d.head, Number(1 / exponent))))
    return Fold(d, tuple(found))


def fold(t: Term, way: Fold, preferred: Preferred) -> Term | None:
    """t with the definition folded; None where that does not come out.

    A fraction that is solved for an exponential comes in its printed form, anything else as it stands.
    """
    after = _replace(t, way, preferred)
    if after is t:
        return None
    if way.opaque is None:
        return after
    opened = expand(after, preferred)
    again = None if opened is None else expand(total(collect(opened)), preferred)
    if again is None:
        return None
    closed = total(collect(again))
    if _left_over(closed, way) or denominators(closed).keys() - denominators(t).keys():
        return None
    return tidy_whole(closed, preferred)


def _left_over(t: Term, way: Fold) -> bool:
    """Whether something that was to be replaced is still there; under a logarithm it may stay, log S is no fraction."""
    if isinstance(t, Log):
        return False
    patterns = [r.pattern for r in way.replacements] + ([way.opaque] if way.opaque is not None else [])
    if any(match(p, t, way.definition.parameters) is not None for p in patterns):
        return True
    return any(_left_over(u, way) for u in parts(t))


def _replace(t: Term, way: Fold, preferred: Preferred) -> Term:
    if isinstance(t, Log) and way.opaque is not None:
        return t
    held = isinstance(way.opaque, Big | Symbol | Entry)
    if held and way.opaque is not None and match(way.opaque, t, way.definition.parameters) is not None:
        return t
    for r in way.replacements:
        binding = match(r.pattern, t, way.definition.parameters)
        if binding is not None:
            at = tuple(binding.get(s, s) for s in way.definition.parameters)
            return _at(r.value, way.definition, at)
    if isinstance(t, Big):
        return _replace_in_sum(t, way, preferred)
    return rebuild(t, tuple(_replace(u, way, preferred) for u in parts(t)))


def _at(value: Term, d: Definition, indices: tuple[Term, ...]) -> Term:
    return Definition(d.name, d.parameters, value).at(indices, union(indices))


def _replace_in_sum(t: Big, way: Fold, preferred: Preferred) -> Term:
    """Replace in the summand, and move what became free of the index in front."""
    body = _replace(t.body, way, preferred)
    if body is t.body:
        return t
    lines = expand(body, preferred)
    if lines is None:
        return big(t.index, t.size, body, t.excluded)
    groups: dict[Term, list[Product]] = {}
    for p in collect(lines):
        outside = tuple(f for f in p.factors if not mentions(f.base, t.index))
        inside = tuple(f for f in p.factors if mentions(f.base, t.index))
        groups.setdefault(product(Product(Fraction(1), outside)), []).append(Product(p.coefficient, inside))
    return plus(*(times(out, big(t.index, t.size, total(ps), t.excluded)) for out, ps in groups.items()))


def unfold_everywhere(t: Term, d: Definition, avoid: frozenset[str], letters: frozenset[str]) -> Term:
    """t with every entry of one defined name written out, its bound names apart from ``avoid``."""
    match t:
        case Entry(name, indices) if name == d.name:
            return d.at(indices, avoid, letters)
        case Symbol(name) if name == d.name and not d.parameters:
            return d.at((), avoid, letters)
        case Big(index):
            avoid = avoid | {index.name}
    return rebuild(t, tuple(unfold_everywhere(u, d, avoid, letters) for u in parts(t)))


def written_out(
    line: Term, after: Term, way: Fold, preferred: Preferred, avoid: frozenset[str], letters: frozenset[str]
) -> Term:
    """``after``, the line folded, with what was recognised written out and the names that stood there kept."""
    d = way.definition
    held = f"{d.name} "  # no name of a problem ends in a space
    marked = _renamed(line, d.name, held)
    whole = unfold_everywhere(after, d, avoid, letters)
    if marked is line:
        return whole
    folded = fold(marked, way, preferred) or fold(tidy_whole(marked, preferred), way, preferred) or after
    kept = _renamed(unfold_everywhere(folded, d, avoid, letters), held, d.name)
    return kept if alpha_equal(unfold_everywhere(kept, d, avoid, letters), whole) else whole


def _renamed(t: Term, old: str, new: str) -> Term:
    match t:
        case Entry(name, indices) if name == old:
            return Entry(new, indices)
        case Symbol(name) if name == old:
            return Symbol(new)
    return rebuild(t, tuple(_renamed(u, old, new) for u in parts(t)))
