"""What each rule does in the course of a derivation: the table from which shorter accounts are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DIFFERENTIATE, LEMMA, WORK_OUT = "differentiate", "lemma", "work out"

PHASES: Mapping[str, str] = {
    DIFFERENTIATE: "Differentiate, from the outside in.",
    LEMMA: "Insert the derivatives of the defined names, derived separately.",
    WORK_OUT: "Simplify what is left.",
}


@dataclass(frozen=True)
class Kind:
    """The phase a rule belongs to, and what a run of such steps does in one sentence.

    Without a sentence a step is worth a line of its own.
    """

    phase: str
    together: str = ""


TERM_BY_TERM = Kind(DIFFERENTIATE, "Differentiate term by term; factors that do not depend on the variable stay.")
SUMS = Kind(WORK_OUT, "Carry out the sums.")
ORDER = Kind(WORK_OUT, "Put the terms in order.")
DERIVATIVE, INSERTION, INSIGHT = Kind(DIFFERENTIATE), Kind(LEMMA), Kind(WORK_OUT)

_TABLE: tuple[tuple[Kind, str], ...] = (
    (TERM_BY_TERM, "constant constant-factor linearity"),
    (
        DERIVATIVE,
        "definition entry exp exponential-power log name opaque-function power product quotient reciprocal variable "
        "exp-log log-exp log-power log-product log-quotient chain-rule definition-under-log log-derivative one-hot",
    ),
    (INSERTION, "lemma row"),
    (SUMS, "constant-sum distribute exchange pull-out sift split-sum"),
    (ORDER, "collect expand factor fractions join leave-out rearrange unname"),
    (
        INSIGHT,
        "cancel cases complete fold given join-sums multiply-in name-label normalised one-hot-power one-hot-sum "
        "opposites release shared-part split-off zero-term",
    ),
)
KINDS: Mapping[str, Kind] = {rule: kind for kind, rules in _TABLE for rule in rules.split()}


def kind(rule: str) -> Kind:
    """The kind of a rule; one that the table does not name is worth a line of its own."""
    return KINDS.get(rule, INSIGHT)


def together(rules: Iterable[str]) -> tuple[str, ...]:
    """What a run of routine steps does: the sentences of their kinds, each once.

    >>> together(["pull-out", "sift", "rearrange"])
    ('Carry out the sums.', 'Put the terms in order.')
    """
    return tuple(dict.fromkeys(kind(rule).together for rule in rules))
