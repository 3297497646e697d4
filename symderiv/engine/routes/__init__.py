"""The routes by name: ways from the first derivative to the result."""

from __future__ import annotations

from symderiv.engine.chain import Lemmas, chain
from symderiv.engine.rewrite import Context, Record
from symderiv.engine.routes import by_cases, jacobian, log_sum_exp, one_hot, zero_term
from symderiv.engine.routes.route import Route

__all__ = ["ROUTES", "Route"]


def _chain(record: Record, context: Context, lemmas: Lemmas) -> bool:
    chain(record, context, lemmas)
    return True


CHAIN = Route("chain", "From the outside in, one lemma per defined name.", "a derivative", _chain)
ROUTES = {r.id: r for r in (CHAIN, by_cases.ROUTE, one_hot.ROUTE, jacobian.ROUTE, log_sum_exp.ROUTE, zero_term.ROUTE)}
