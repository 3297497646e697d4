"""What a route is: a strategy over rules for the first derivative, with a stated precondition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.engine.chain import Lemmas
from symderiv.engine.dependence import live_names
from symderiv.engine.fold import unfold_everywhere
from symderiv.engine.rewrite import Context, Record, Rule
from symderiv.engine.sentences import SENTENCES
from symderiv.statement import Statement
from symderiv.terms import D, Term, subterms


@dataclass(frozen=True)
class Route:
    """A way from the first derivative to the result.

    ``run`` writes the lines and says whether the precondition ``needs`` held; what it wrote counts
    only if it did. ``rules`` are those that no other route applies.
    """

    id: str
    sentence: str
    needs: str
    run: Callable[[Record, Context, Lemmas], bool]
    rules: tuple[Rule, ...] = ()


def reach(record: Record, context: Context, wanted: Callable[[Term], bool]) -> bool:
    """Insert definitions under the derivative, outermost first, until something wanted shows."""
    while not any(map(wanted, subterms(record.line))):
        hiding = [name for name in _shown(record.line, context) if hides(name, wanted, context.statement)]
        if not hiding:
            return False
        after = record.line
        for name in hiding:
            after = unfold_everywhere(
                after, context.statement.by_name[name], frozenset(context.scope.indices), context.names
            )
        record.add("definition", SENTENCES["definition"].format(name=" and ".join(hiding)), after)
    return True


def _shown(line: Term, context: Context) -> list[str]:
    """The defined names in a line, those that are the variable of a derivative there not among them."""
    names = live_names(line).difference(*(live_names(u.variable) for u in subterms(line) if isinstance(u, D)))
    return [d.name for d in context.statement.definitions if d.name in names]


def hides(name: str, wanted: Callable[[Term], bool], statement: Statement) -> bool:
    """Whether something wanted stands in a definition or in one that it uses."""
    return any(wanted(u) for other in behind(name, statement) for u in subterms(statement.by_name[other].body))


def behind(name: str, statement: Statement) -> tuple[str, ...]:
    """A defined name and the defined names it uses, directly or not."""
    found = [name]
    for one in found:
        below = live_names(statement.by_name[one].body)
        found += [d.name for d in statement.definitions if d.name in below and d.name not in found]
    return tuple(found)
