"""Claims by seed: what is claimed, in which setting, and what is known of it by construction."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from symderiv.errors import InputError
from symderiv.letters import free_names
from symderiv.nodes import Term
from symderiv.printing.plain import plain, relation
from symderiv.proof.claim import Claim

from .generate import Maker
from .mutate import mutant
from .rewrites import known, mistakes
from .rewrites.spot import Rewrite
from .scramble import applied, scrambled
from .settings import Setting, setting

KINDS = ("truth", "mutant", "mistake", "pair", "fact left out")


@dataclass(frozen=True)
class Case:
    """A claim and where it comes from; ``how`` names the rewrites."""

    seed: int
    kind: str
    setting: Setting
    left: Term
    right: Term
    claim: Claim
    how: tuple[str, ...] = ()

    def __str__(self) -> str:
        c = self.claim
        lines = [f"seed {self.seed} ({self.kind}{': ' if self.how else ''}{', '.join(self.how)})"]
        lines += [f"  {plain(c.left)}", f"  = {plain(c.right)}"]
        lines += [f"  where {plain(d.head)} = {plain(d.body)}" for d in c.statement.definitions]
        lines += [f"  given {relation(f.relation)}" for f in c.statement.facts]
        lines += [f"  and {relation(r)}" for r in c.relations]
        return "\n".join(lines)


def case(seed: int) -> Case:
    """The case of a seed; the same one every time."""
    random = Random(f"campaign {seed}")
    kind = random.choices(KINDS, (45, 25, 18, 6, 6))[0]
    mistake = random.choices(*zip(*mistakes.TABLE, strict=True))[0]
    while True:
        found = _drawn(seed, kind, mistake, random)
        if found is not None:
            return found


def _drawn(seed: int, kind: str, mistake: Rewrite, random: Random) -> Case | None:
    around = setting(random)
    maker = Maker(random, around)
    textbook = random.random() < 0.2 or (kind in ("fact left out", "mistake") and random.random() < 0.7)
    left = maker.textbook(around.letters) if textbook else maker.term(random.choice((1, 2, 2, 3)), around.letters)
    if kind == "pair":
        right = maker.term(random.choice((0, 1, 1, 2)), around.letters)
        return _case(seed, kind, around, left, right, ())
    if kind == "mistake":
        return _mistaken(seed, around, left, mistake, random)
    if kind == "fact left out":
        return _fact_left_out(seed, around, left, random)
    right, how, _ = scrambled(left, around, random, random.choice((1, 2, 3, 4, 6)))
    if random.random() < 0.3:
        left, more, _ = scrambled(left, around, random, 2)
        how = (*how, *more)
    if left is right:
        return None
    if kind == "mutant":
        changed = mutant(right, around, random)
        return None if changed is None else _case(seed, kind, around, left, changed, how)
    return _case(seed, kind, around, left, right, how)


def _mistaken(seed: int, around: Setting, left: Term, rule: Rewrite, random: Random) -> Case | None:
    """A claim with a mistake on the way from one side to the other."""
    right, before, _ = scrambled(left, around, random, random.choice((0, 1, 2)))
    wrong = next(applied(right, rule, around, random, set()), None)
    if wrong is None:
        return None
    right, after, _ = scrambled(wrong, around, random, random.choice((0, 0, 1, 2)))
    return _case(seed, "mistake", around, left, right, (*before, rule.__name__, *after))


def _fact_left_out(seed: int, around: Setting, left: Term, random: Random) -> Case | None:
    """A claim that is true by a fact, without that fact."""
    rule = random.choice([rule for rule, _ in known.TABLE if rule is not known.softmax])
    used: set[str] = set()
    right = next(applied(left, rule, around, random, used), left)
    given = next((g for g in around.givens if g.kind in used), None)
    if given is None:
        return None
    right, how, _ = scrambled(right, around, random, random.choice((0, 1, 2)))
    return _case(seed, "fact left out", around.without(given), left, right, (rule.__name__, *how))


def _case(seed: int, kind: str, around: Setting, left: Term, right: Term, how: tuple[str, ...]) -> Case | None:
    try:
        claim = around.claim(left, right)
    except InputError:
        if kind in ("mutant", "mistake"):
            return None  # an index in an axis of another size
        raise
    if any(around.sizes.get(around.letters.get(a, "")) is not size for a, size in claim.indices.items()):
        return None  # a mutant whose only use of an index is in another axis
    used = free_names(left) | free_names(right)
    if any(name in used and size not in claim.statement.scope.sizes for name, size in around.sizes.items()):
        return None  # a size that nothing runs over is a scalar like any other, and may be negative
    return Case(seed, kind, around, left, right, claim, how)


def rewritten(found: Case, left: Term, right: Term) -> Case | None:
    """The case about other terms, which are true or false as it may be; None where they make no claim."""
    return _case(found.seed, "mutant", found.setting, left, right, found.how)
