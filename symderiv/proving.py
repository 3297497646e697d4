"""prove and check: claims in SymPy or as typed text, decided for all sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from symderiv.binders import all_names
from symderiv.chains import Chain
from symderiv.claims import Line, as_lines
from symderiv.doors.surface import Surface
from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text, chained
from symderiv.errors import InputError
from symderiv.inputs import definitions, either, either_facts, quoted
from symderiv.printing import plain
from symderiv.problem import Problem
from symderiv.proof.budget import DEFAULT, Budget
from symderiv.proof.claim import Claim, at_sizes, links, within
from symderiv.proof.prove import decide
from symderiv.statement import Relation, names_used
from symderiv.terms import Symbol, Term
from symderiv.verdicts import Verdict
from symderiv.zoo import load


def prove(
    lhs: Any,
    rhs: Any = None,
    where: Any = None,
    given: Any = None,
    sizes: Mapping[Any, int] | None = None,
    *,
    problem: Problem | str | None = None,
    budget: Budget = DEFAULT,
) -> Verdict:
    """Decide whether two expressions are equal for all sizes, wherever both have a value.

    ``lhs`` and ``rhs`` may hold ``Derivative(e, z[i])`` (total, through the definitions in ``where``) and
    ``stop_gradient(e)``; one relation ``Eq(lhs, rhs)`` does as well, and so does typed text (docs/text.md).
    ``given`` are facts at the point; ``sizes={K: 2}`` makes it a claim at a fixed size. With ``problem``, a
    `Problem` or the name of one in the zoo, its definitions, facts and names are known, and L in text is its value.
    A decision beyond the ``budget`` ends undecided.

    Raises `InputError` for what is no equation, for sizes that contradict each other, for facts that do, and for a
    claim that divides by what is identically 0.

    >>> from sympy import Derivative, IndexedBase, Sum, exp, log, symbols
    >>> z, (i, k, K) = IndexedBase("z"), symbols("i k K")
    >>> total = Sum(exp(z[k]), (k, 1, K))
    >>> prove(Derivative(log(total), z[i]), exp(z[i]) / total).status
    'proved'
    >>> print(prove("sum(z[k], k=1..K)", "z[i]").counterexample.sizes)
    {K: 2}
    """
    _check_budget(budget)
    sides = (either(lhs),) if rhs is None else (either(lhs), either(rhs))
    (claim,), surface = _read(sides, where, given, problem)
    if sizes is not None:
        claim = at_sizes(claim, _sizes(sizes))
    return _decided(claim, surface, budget)


def check(
    lines: Any,
    where: Any = None,
    given: Any = None,
    *,
    problem: Problem | str | None = None,
    budget: Budget = DEFAULT,
) -> Chain:
    """Decide each equality of a chain e0 = e1 = e2 = ...: a verdict per link, the first that breaks, its repair.

    ``lines`` is a sequence of expressions, or one text ``e0 = e1 = e2``; a `Line` among them says why it follows,
    and what should stand there. Typed lines keep the order of their factors and summands. The other arguments and
    the errors are those of `prove`.

    >>> chain = check(["(x + y)^2", "x^2 + y^2", "x^2 + 2*x*y + y^2"])
    >>> chain.broken, chain.repair.skip
    (0, True)
    """
    _check_budget(budget)
    several = _lines(lines)
    if len(several) < 2:
        raise InputError("a chain has two lines at least: check([e0, e1, e2])")
    own = {n: quoted(line.instead) for n, line in enumerate(several) if line.instead is not None}
    every = (*(quoted(line.expression) for line in several), *own.values())
    stated, surface = _read(every, where, given, problem)
    claims, rest = stated[: len(several) - 1], stated[len(several) - 1 :]
    before = {n: claims[n - 1] for n in own}
    better = {
        n: within(before[n].left, c.right, before[n].statement, before[n].relations)
        for n, c in zip(own, rest, strict=True)
    }
    return Chain(
        tuple(_decided(c, surface, budget) for c in claims),
        tuple(line.reason for line in several[1:]),
        tuple(_decided(better[n], surface, budget) if n in better else None for n in range(1, len(several))),
        budget,
    )


def _decided(claim: Claim, surface: Surface, budget: Budget) -> Verdict:
    finding = decide(claim, budget)
    if finding.flaw:
        raise InputError(finding.flaw)
    return Verdict(claim, finding, surface, budget)


def _lines(lines: Any) -> tuple[Line, ...]:
    """The lines of a chain: several expressions, or one text with equals signs."""
    if isinstance(lines, str):
        return as_lines(chained(Text(lines)))
    if not isinstance(lines, Iterable) or isinstance(lines, Mapping):
        raise InputError("check takes a sequence of expressions: check([e0, e1, e2])")
    return as_lines(lines)


def _read(
    lines: tuple[Any, ...], where: Any, given: Any, problem: Problem | str | None
) -> tuple[tuple[Claim, ...], Surface]:
    """The claims that each line equals the next, or the one line a relation; and what writes terms back."""
    reader = Reader()
    of = load(problem) if isinstance(problem, str) else problem
    if of is not None and not isinstance(of, Problem):
        raise InputError(f"problem is a Problem or the name of one in the zoo, not {of!r}")
    source: Mapping[str, Any] = of.source if of else {"where": {}, "given": ()}
    known = {**source["where"], **definitions(where)}
    facts = (*source["given"], *either_facts(given))
    own = (source["value"], *source["wrt"]) if of else ()
    reader.announce((*own, *known.values(), *facts, *lines), known)
    if of:
        reader.name_value(reader.term(own[0]))
    defined = tuple(reader.definition(key, body) for key, body in known.items())
    stated = tuple(map(reader.fact, facts))
    terms = _equation(lines[0], reader.relation(lines[0])) if len(lines) == 1 else tuple(map(reader.term, lines))
    if of:
        _check_names(terms, of, (*(d.head for d in defined), *(t for f in stated for t in _sides(f.relation))))
    shapes = {**(of.statement.scope.shapes if of else {}), **reader.declared}
    every = (*stated, *reader.facts_from_assumptions())
    return links(terms, defined, every, shapes, reader.open_sizes), reader.surface()


def _equation(line: Any, relation: Relation) -> tuple[Term, Term]:
    """The sides of a claim that was handed in as one relation."""
    if relation.sign != "=":
        shown = str(line) if isinstance(line, Text) else plain.relation(relation)
        raise InputError(f"{shown} is no equation: only equations are decided; facts such as this go into given")
    return _sides(relation)


def _sides(relation: Relation) -> tuple[Term, Term]:
    return relation.left, relation.right


def _check_names(terms: tuple[Term, ...], problem: Problem, also: tuple[Term, ...]) -> None:
    """Refuse a name that is none of the problem's but nearly one of them."""
    s = problem.statement
    sides = (t for f in s.facts for t in _sides(f.relation))
    own = (s.value, *s.variables, *(d.body for d in s.definitions), *sides, *also)
    known = frozenset().union(*(names_used(t) | all_names(t) for t in own)) | {size.name for size in s.scope.sizes}
    for name in sorted(frozenset().union(*map(names_used, terms)) - known):
        near = [n for n in known if n.lower() == name.lower()] or get_close_matches(name, known, n=1, cutoff=0.75)
        if near:
            raise InputError(
                f"{problem.name} has no {name}; did you mean {near[0]}? A name of your own should look different"
            )


def _check_budget(budget: Any) -> None:
    if not isinstance(budget, Budget):
        raise InputError(f"budget is a Budget, such as Budget(seconds=5), not {budget!r}")


def _sizes(sizes: Any) -> dict[Symbol, int]:
    """Sizes and their numbers from what the caller wrote."""
    if not isinstance(sizes, Mapping):
        raise InputError(f"sizes is a mapping from sizes to whole numbers, sizes={{K: 2}}, not {sizes!r}")
    return dict(_size(size, n) for size, n in sizes.items())


def _size(size: Any, value: Any) -> tuple[Symbol, int]:
    """A size and its number from what the caller wrote: {K: 2} or {"K": 2}."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < 1:
        raise InputError(f"sizes are whole numbers from 1 on, not {value}")
    return Symbol(str(size)), int(value)
