"""Derivatives by SymPy, written out at small sizes: what the prover's own are compared with."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.doors.sympy import Reader
from symderiv.doors.written_out import Labels, written_out
from symderiv.statement import Statement
from symderiv.terms import Term


def written_derivative(
    t: Term,
    sizes: Mapping[str, int],
    indices: Mapping[str, int],
    statement: Statement | None = None,
    labels: Labels | None = None,
) -> Term:
    """`written_out` of a derivative, read back as a term over the plain symbols; errors likewise."""
    return Reader().term(written_out(t, sizes, indices, statement, labels))
