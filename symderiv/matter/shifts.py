"""What a constant added to all entries of the variable changes, and the lines that show it.

That nothing changes is what lets code subtract the largest entry before it takes exponentials (Blanchard, Higham
and Higham, Accurately computing the log-sum-exp and softmax functions, IMA J. Numer. Anal. 41, 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symderiv.binders import all_names, alpha_equal, array_names, separate, substitute
from symderiv.derivation import Derivation
from symderiv.doors.surface import Surface
from symderiv.engine.dependence import depends
from symderiv.engine.poles import NO_GUARD
from symderiv.engine.polynomial import Preferred
from symderiv.engine.rewrite import Context, Law, Record, Rewritten, Rule, exhaust
from symderiv.engine.rules.algebra import ALGEBRA
from symderiv.engine.rules.explog import EXPLOG
from symderiv.engine.rules.sums import SUMS
from symderiv.engine.sentences import SENTENCES
from symderiv.errors import DidNotTerminate
from symderiv.matter.asking import asked_of, shown
from symderiv.matter.names import fresh_array, taken_names
from symderiv.proof.claim import within
from symderiv.report.elements import Absent
from symderiv.report.stability import Shift, ShiftLine, Shifts
from symderiv.statement import Fact, Statement, names_used
from symderiv.terms import (
    ZERO,
    Big,
    D,
    Entry,
    Exp,
    Neg,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    exp,
    kinds,
    neg,
    parts,
    plus,
    quo,
    rebuild,
    times,
)
from symderiv.verdicts import Verdict

Changes = Mapping[str, Term]  # what is added to a defined name, in the letters of its definition
NO_ARRAY = "The variable is a single number."
DERIVED = "The value holds derivatives."
DEFINED = "The variable is a defined name: its entries are not free to be shifted."


@dataclass(frozen=True)
class Move:
    """A constant for each row of an array, added to its entries."""

    array: str
    constant: str
    statement: Statement

    def entry(self, t: Entry) -> Term:
        """An entry of the array with the constant of its row; an array with one index has one constant."""
        *row, _ = t.indices
        return Plus((t, Entry(self.constant, tuple(row)) if row else Symbol(self.constant)))

    def touches(self, name: str) -> bool:
        """Whether a defined name depends on the array."""
        return depends(Symbol(name), Symbol(self.array), self.statement)

    def term(self, t: Term, known: Changes | None = None) -> Term:
        """A term with the constant added, defined names written out; those of ``known`` stay, with their change."""
        return separate(self._moved(t, known or {}), frozenset(), taken_names(self.statement))

    def _moved(self, t: Term, known: Changes) -> Term:
        match t:
            case Entry(name, _) if name == self.array:
                return self.entry(t)
            case Entry(name, indices) if name in known:
                at: dict[Term, Term] = dict(zip(self.statement.by_name[name].parameters, indices, strict=True))
                return plus(t, substitute(known[name], at))
            case Symbol(name) if name in known:
                return plus(t, known[name])
            case Entry(name, _) | Symbol(name) if name in self.statement.by_name and self.touches(name):
                unfolded = self.statement.unfold(t)
                assert unfolded is not None
                return self._moved(unfolded, known)
        return rebuild(t, tuple(self._moved(u, known) for u in parts(t)))

    def held(self, t: Term) -> bool:
        """Whether a term mentions the constant."""
        return self.constant in all_names(t) | array_names(t)


def shifts(derivation: Derivation) -> Shifts | Absent:
    """What changes where a constant is added to every entry of the variable, decided by the prover.

    An array with several indices gets a constant for each row: for each value of all its indices but the last.

    >>> from symderiv.derivation import derive
    >>> from symderiv.zoo import load
    >>> found = shifts(derive(load("softmax-cross-entropy")))
    >>> [(len(part.lines), part.change is ZERO, part.through) for part in found.parts]
    [(4, True, ()), (0, True, ('p',))]
    """
    own = derivation.problem.statement
    variable = own.variables[0]
    if not isinstance(variable, Entry):
        return Absent(NO_ARRAY)
    if variable.array in own.by_name:
        return Absent(DEFINED)
    if any(D in kinds(t) for t in (own.value, *(d.body for d in own.definitions))):
        return Absent(DERIVED)
    # a fact about the variable need not hold after the shift, so nothing may rest on it
    own = replace(own, facts=tuple(f for f in own.facts if not _about(f, variable, own)))
    move = Move(variable.array, fresh_array(taken_names(own), "c"), own)
    subjects = [(d.head, d.body) for d in own.definitions if move.touches(d.name)]
    if own.definition(own.value) is None:
        subjects.append((own.value, own.value))
    found: list[Shift] = []
    known: dict[str, Term] = {}
    for subject, body in subjects:
        found.append(_shift(subject, body, move, known, derivation.problem.surface))
        change, name = found[-1].change, _name(subject)
        if change is not None and name:
            known = {**known, name: change}
    return Shifts(variable, move.entry(variable), move.constant, tuple(found))


def _about(fact: Fact, variable: Entry, statement: Statement) -> bool:
    array = Symbol(variable.array)
    return any(depends(side, array, statement) for side in (fact.relation.left, fact.relation.right))


def _shift(subject: Term, body: Term, move: Move, known: Changes, surface: Surface) -> Shift:
    """One subject with its verdict, its change and the lines that show it."""
    moved = move.term(body)
    verdict = asked_of(moved, subject, move.statement, surface)
    change = ZERO if verdict else _change(verdict, move)
    start = move.term(body, known)
    if start is body and change is ZERO:
        return Shift(subject, moved, verdict, change, start, (), tuple(sorted(names_used(body) & known.keys())))
    lines = () if change is None else tuple(_lines(start, subject, body, change, move, surface))
    return Shift(subject, moved, verdict, change, start, lines if all(x.verdict for x in lines) else ())


def _name(t: Term) -> str:
    """The name of an entry or a number."""
    return t.array if isinstance(t, Entry) else t.name if isinstance(t, Symbol) else ""


def _change(verdict: Verdict, move: Move) -> Term | None:
    """What is added where a constant is, if that does not depend on the array; None where it does or is unknown."""
    residual, claim = verdict.residual_term, verdict.claim
    if verdict.status != "refuted" or depends(residual, Symbol(move.array), move.statement):
        return None
    proved = shown(claim.left, plus(claim.right, residual), move.statement, verdict.surface)
    return residual if proved is not None else None


def _lines(start: Term, subject: Term, body: Term, change: Term, move: Move, surface: Surface) -> Iterator[ShiftLine]:
    """The lines from the shifted term to the subject and its change, each decided."""
    goal = plus(subject, change)
    scope = within(start, goal, move.statement).statement.scope
    context = Context(move.statement, scope, (), Preferred(tuple(scope.indices), NO_GUARD))
    record = Record(start)
    try:
        for rules in ((_split_rule(move),), WORK):
            exhaust(rules, record, context)
    except DidNotTerminate:
        return
    if not alpha_equal(record.line, goal):
        if alpha_equal(record.line, body) and _name(goal):
            record.add("fold", SENTENCES["fold"].format(name=_name(goal)), goal)
        else:
            record.add("collect", CANCELLED if goal is subject else COLLECTED, goal)
    for step in record.steps:
        yield ShiftLine(step.after, step.rule, step.reason, asked_of(step.before, step.after, move.statement, surface))


CANCELLED = "The constants cancel."
COLLECTED = "Collect the terms with the constant."
_u, _v = Symbol("u"), Symbol("v")
LAW_OF_SPLIT = Law(Exp(Plus((_u, _v))), Times((Exp(_u), Exp(_v))))
WORK: tuple[Rule, ...] = (*(r for r in SUMS if r.id == "pull-out"), *ALGEBRA, *EXPLOG)


def _split_rule(move: Move) -> Rule:
    """The rule that takes the constant out of exponentials."""

    def split(t: Term, context: Context) -> Rewritten | None:
        if not isinstance(t, Exp) or not move.held(t.body):
            return None
        several = tuple(addends(t.body))
        ours = [u for u in several if move.held(u)]
        others = [u for u in several if not move.held(u)]
        return Rewritten(times(exp(plus(*ours)), exp(plus(*others)))) if others else None

    return Rule("exp-sum", "The exponential of a sum is the product of the exponentials.", split, LAW_OF_SPLIT, (Exp,))


def addends(t: Term) -> Iterator[Term]:
    """What a term is the sum of, brackets opened below signs, factors, fraction lines and sums.

    >>> from symderiv.printing.plain import plain
    >>> x, y, z = map(Symbol, "xyz")
    >>> [plain(u) for u in addends(quo(times(x, plus(y, neg(z))), y))]
    ['x*y/y', '-x*z/y']
    """
    match t:
        case Plus(many):
            for u in many:
                yield from addends(u)
        case Neg(u):
            yield from map(neg, addends(u))
        case Quotient(u, v):
            yield from (quo(a, v) for a in addends(u))
        case Big(k, size, body, excluded):
            yield from (big(k, size, a, excluded) for a in addends(body))
        case Times(many):
            at = next((n for n, u in enumerate(many) if isinstance(u, Plus | Big)), None)
            several = (t,) if at is None else (times(*many[:at], a, *many[at + 1 :]) for a in addends(many[at]))
            yield from several
        case _:
            yield t
