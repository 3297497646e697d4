"""What a campaign found, as a table."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field

from .cases import KINDS
from .judge import Outcome

STATUSES = ("proved", "refuted", "undecided", "crashed")


@dataclass
class Tally:
    """Counts by kind, truth by evaluation, and verdict; the failures; the slowest claims."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    failures: list[int] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)
    slowest: list[tuple[float, int]] = field(default_factory=list)
    seconds: float = 0

    def add(self, found: Outcome) -> bool:
        """Take an outcome in; whether its verdict is wrong."""
        self.counts[found.case.kind, found.truth, found.status] += 1
        self.seconds += found.seconds
        heapq.heappush(self.slowest, (found.seconds, found.case.seed))
        if len(self.slowest) > 5:
            heapq.heappop(self.slowest)
        if found.failure:
            self.failures.append(found.case.seed)
        elif (found.case.kind, found.truth, found.status) == ("truth", "true", "undecided"):
            self.undecided.append(found.case.seed)
        return bool(found.failure)

    def share(self) -> float:
        """The undecided part of the scrambled truths that have a value somewhere."""
        truths = sum(n for (kind, truth, _), n in self.counts.items() if (kind, truth) == ("truth", "true"))
        return len(self.undecided) / truths if truths else 0.0

    def __str__(self) -> str:
        rows = [("kind", "evaluation", *STATUSES)]
        for kind in KINDS:
            for truth in ("true", "false", "void"):
                found = [self.counts[kind, truth, status] for status in STATUSES]
                if any(found):
                    rows.append((kind, truth, *map(str, found)))
        lines = [f"{row[0]:14} {row[1]:10}" + "".join(f"{cell:>10}" for cell in row[2:]) for row in rows]
        many = sum(self.counts.values())
        slow = ", ".join(f"{s:.2f} s (seed {seed})" for s, seed in sorted(self.slowest, reverse=True))
        lines.append(f"undecided scrambled truths: {len(self.undecided)} ({100 * self.share():.2f}%)")
        lines.append(f"{many} claims, {1000 * self.seconds / max(many, 1):.1f} ms each; slowest {slow}")
        lines.append(f"wrong verdicts: {len(self.failures)} {self.failures[:20] or ''}".rstrip())
        return "\n".join(lines)
