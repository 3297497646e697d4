"""A chain of claimed equalities as a derivation: a verdict per link, the first that breaks, what would repair it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symderiv.printing import plain
from symderiv.printing.latex import shown
from symderiv.proof.budget import DEFAULT, Budget
from symderiv.proof.claim import within
from symderiv.proof.prove import decide
from symderiv.proof.verdict import Status
from symderiv.repairs import Repair, repaired
from symderiv.report.judged import Read
from symderiv.report.told import told_lines
from symderiv.verdicts import Verdict


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """The verdicts on a chain of claimed equalities; made by `check`.

    ``links[n]`` is about lines n and n + 1, counted from 0; a chain is true where all of them are proved.
    ``reasons[n]`` is what its author says for that link, "" where nothing is said; ``instead[n]`` the verdict
    on what the author says should stand there, or None. Shown to people, lines are counted from 1.
    """

    links: tuple[Verdict, ...]
    reasons: tuple[str, ...]
    instead: tuple[Verdict | None, ...]
    budget: Budget = DEFAULT

    @property
    def status(self) -> Status:
        """ "refuted" if a link is, else "undecided" if one is, else "proved"."""
        found = {v.status for v in self.links}
        return "refuted" if "refuted" in found else "undecided" if "undecided" in found else "proved"

    @property
    def broken(self) -> int | None:
        """The place of the first refuted link, counted from 0; None where none is refuted."""
        return next((n for n, v in enumerate(self.links) if v.status == "refuted"), None)

    @property
    def first_broken(self) -> Verdict | None:
        """The first refuted link, or None."""
        return None if self.broken is None else self.links[self.broken]

    @property
    def repair(self) -> Repair | None:
        """What would mend the first broken link; None where no link is refuted."""
        return None if self.broken is None else self.repairs[self.broken]

    @cached_property
    def repairs(self) -> tuple[Repair | None, ...]:
        """For each link what would mend it; None for one that is not refuted, or whose line is right again."""
        following = (*self.links[1:], None)
        found: list[Repair | None] = []
        for v, after in zip(self.links, following, strict=True):
            right_again = bool(found and found[-1] and found[-1].skip)  # it equals the line before the wrong one
            found.append(repaired(v, after, self.budget) if v.status == "refuted" and not right_again else None)
        return tuple(found)

    @cached_property
    def ends(self) -> Status:
        """Whether the first line equals the last, whatever stands between; mistakes can make up for each other."""
        first, last = self.links[0].claim, self.links[-1].claim
        return decide(within(first.left, last.right, first.statement, first.relations), self.budget).status

    @property
    def outcome(self) -> str:
        """The verdict in a few words: "wrong at line 3", "undecided at line 2", "every line proved"."""
        found = [f"{word} at {_lines(self._at(status))}" for status, word in WORDS.items() if self._at(status)]
        return " and ".join(found) or "every line proved"

    @property
    def conclusion(self) -> str:
        """The verdict in sentences, with what it means for the last line.

        >>> from symderiv.proving import check
        >>> print(check("(x + y)^2 = x^2 + y^2 = x^2 + 2*x*y + y^2").conclusion)
        This derivation is wrong at lines 2 and 3. Yet its last line equals its first.
        """
        if self.status == "proved":
            return "Every line of this derivation is proved."
        return f"This derivation is {self.outcome}.{ENDS[self.ends] if self.status == 'refuted' else ''}"

    def to_markdown(
        self, flavor: str = "portable", title: str = "A derivation", fragment: bool = False, lang: str = "en"
    ) -> str:
        """The chain as a derivation in Markdown: its lines, each with its mark, and the conclusion.

        A line that is refuted says so, with numbers, what is missing, and what should stand there; the heading
        says where the derivation is wrong. ``flavor`` is ``"portable"`` or ``"github"``; with ``fragment`` only
        the formulas are given, wrong lines marked. ``lang`` is the language, ``"en"`` or ``"zh"``; a title and
        reasons of one's own stay as they are. Raises `InputError` for any other choice.

        >>> from symderiv.proving import check
        >>> check("(x + y)^2 = x^2 + y^2").to_markdown().splitlines()[0]
        '# A derivation: wrong at line 2'
        """
        return told_lines(self.read(title), "md", flavor, lang, fragment)

    def to_latex(self, title: str = "A derivation", fragment: bool = False, lang: str = "en") -> str:
        """The chain as a LaTeX document, or with ``fragment`` its formulas; see `to_markdown`.

        A fragment needs the package amsmath, and in Chinese xelatex with ctex.
        """
        return told_lines(self.read(title), "tex", "article", lang, fragment)

    def read(self, title: str) -> Read:
        """The chain as a record of the notes; ``title`` names it."""
        return Read(title, self.links, self.reasons, self.instead, self.repairs, self.outcome, self.conclusion)

    def _at(self, status: Status) -> list[int]:
        """The numbers of the lines that links of one status lead to, counted from 1."""
        return [n for n, v in enumerate(self.links, 2) if v.status == status]

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.links)

    def __len__(self) -> int:
        return len(self.links)

    def __getitem__(self, place: int) -> Verdict:
        return self.links[place]

    def __bool__(self) -> bool:
        return self.status == "proved"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        return f"<Chain {self.status}, {len(self.links)} links>"

    def _lines(self) -> Iterator[str]:
        yield f"1    {plain.plain(self.links[0].claim.left)}"
        rows = zip(self.links, self.reasons, self.instead, self.repairs, strict=True)
        for n, (link, reason, instead, repair) in enumerate(rows, 2):
            yield f"{n:<3} = {plain.plain(link.claim.right)}"
            said = (*([f"reason given: {reason}"] if reason else []), link.status, *link.remarks())
            yield from (f"        {line}" for line in said)
            if instead is not None:
                yield f"        instead: {plain.plain(instead.claim.right)} ({instead.status})"
            if repair is not None:
                yield from (f"        repair: {line}" for line in repair.lines(n))
        yield self.conclusion

    def _repr_latex_(self) -> str:
        return shown(self.read("").formula())

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def to_dict(self) -> dict[str, Any]:
        """The chain as plain data, ready for JSON; formulas as text, places counted from 0."""
        repair = self.repair
        return {
            "status": self.status,
            "conclusion": self.conclusion,
            "links": [v.to_dict() for v in self.links],
            "reasons": list(self.reasons),
            "instead": [None if v is None else v.to_dict() for v in self.instead],
            "broken": self.broken,
            "repair": None
            if repair is None
            else {
                "holds_when": [plain.relation(r) for r in repair.link.alternatives],
                "skip": repair.skip,
                "corrected": None if repair.correction is None else plain.plain(repair.correction),
            },
        }


WORDS: dict[Status, str] = {"refuted": "wrong", "undecided": "undecided"}
ENDS: dict[Status, str] = {
    "proved": " Yet its last line equals its first.",
    "refuted": " Its last line does not equal its first.",
    "undecided": "",
}


def _lines(numbers: list[int]) -> str:
    """Numbers of lines in words: line 2, lines 2 and 3."""
    *others, last = map(str, numbers)
    return f"lines {', '.join(others)} and {last}" if others else f"line {last}"
