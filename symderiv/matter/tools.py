"""The rules that a derivation uses, named before use."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.engine.chain import CARRY_OUT
from symderiv.engine.rewrite import Law, Rule
from symderiv.engine.routes import ROUTES
from symderiv.engine.rules.algebra import ALGEBRA
from symderiv.engine.rules.calculus import CALCULUS
from symderiv.engine.rules.explog import EXPLOG
from symderiv.report.elements import Group, Tool
from symderiv.terms import D, Delta, Entry, Log, Symbol
from symderiv.trace import Trace


def _group(rule: Rule) -> Group:
    """Where a route's own rule belongs: by the terms that it looks at."""
    return "derivatives" if D in rule.on else "logarithms" if Log in rule.on else "sums"


_I, _K = Symbol("i"), Symbol("k")
# the rule builds as many deltas as an entry has indices; this is the law for one
ENTRY = Law(D(Entry("x", (_K,)), Entry("x", (_I,))), Delta(_I, _K))
LAWS: Mapping[str, Law] = {"entry": ENTRY}
TABLES: tuple[tuple[Group, tuple[Rule, ...]], ...] = (
    ("derivatives", CALCULUS),
    ("logarithms", EXPLOG),
    ("algebra", ALGEBRA),
    ("sums", CARRY_OUT),
    *((_group(rule), (rule,)) for route in ROUTES.values() for rule in route.rules),
)
GROUPS: tuple[Group, ...] = ("derivatives", "logarithms", "sums", "algebra", "ways")
WAYS: Mapping[str, str] = {
    "name": "A fraction may get a letter of its own while derivatives are taken.",
    "definition": "A name may be replaced by what it stands for.",
    "lemma": "A derivative that was derived on its own may be inserted, at any index.",
    "chain-rule": "Chain rule: what depends on the variable through the entries of an array alone is differentiated by "
    "each entry, times the derivative of that entry, and all of it is added up.",
    "cases": "Equal and different indices are two cases; a delta, 1 where they agree and 0 elsewhere, joins them.",
    "fold": "What a name stands for may be replaced by the name.",
    "release": "A stopped gradient is a constant while derivatives are taken, and its value afterwards.",
    "leave-out": "A sum less one of its summands is the sum over the other indices.",
}
"""What strategies do that a reader should have met; the other lines they write are ordinary algebra."""
SAID: Mapping[str, str] = {
    "given": "A fact that is assumed may be used once no derivative is left that it could disturb."
}
"""What stands in the toolkit for a rule whose own sentence says too little before its use."""


def toolkit(trace: Trace) -> tuple[Tool, ...]:
    """The rules that the steps of a derivation apply, lemmas and cases included: derivatives first, then sums.

    Within a group they stand in the order of their first use. A law is the rule's own, for all terms in the place
    of its letters; a rule whose meaning rests on a definition or a fact has a sentence only.

    >>> from symderiv.derivation import derive
    >>> from sympy.abc import x
    >>> [tool.rule for tool in toolkit(derive(2*x**3, x).trace)]
    ['constant-factor', 'power', 'variable']
    """
    used = dict.fromkeys(step.rule for _, step in trace.walk())
    found = [tool for tool in map(_tool, used) if tool is not None]
    return tuple(sorted(found, key=lambda tool: GROUPS.index(tool.group)))


def _tool(name: str) -> Tool | None:
    for group, table in TABLES:
        for rule in table:
            if rule.id == name:
                return Tool(name, SAID.get(name, rule.sentence), rule.law or LAWS.get(name), group)
    return Tool(name, WAYS[name], None, "ways") if name in WAYS else None
