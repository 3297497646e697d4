"""What is claimed of a problem, what is false of it, and derivations in print, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.report.contents import Page
from symderiv.report.document import Block, Card, Display, Line, Paragraph, Section
from symderiv.report.markup import Formula
from symderiv.report.records import Decided, Failure, Numbers, Printed
from symderiv.report.voice import Voice

DECIDED = "Each is decided for every size and all values of its free indices, wherever both sides have a value."
IN_PRINT = (
    "Each is printed somewhere or easily made, and each is refuted by exact numbers at which its two sides differ. "
    "Only the values of the sides are rounded."
)

LINES = (
    "Each line is said to equal the line before it, and each such link is decided by itself: a line that is refuted "
    "need not be wrong, and one that is proved need not be right."
)
WITHOUT = {
    "proved": "It needs {condition}.",
    "refuted": "It needs {condition}: without it, it is false.",
    "undecided": "Its proof uses {condition}; without it, it is undecided.",
}


def claims(page: Page, voice: Voice) -> Section | None:
    """What is true beside the result."""
    cards = [_claim(c, f"claim-{n}", voice) for n, c in enumerate(page.claims, 1)]
    return Section("claims", voice.say("Claims"), (Paragraph(voice.say(DECIDED)), *cards)) if cards else None


def mistakes(page: Page, voice: Voice) -> Section | None:
    """What is false, each with a counterexample and what should stand there."""
    cards = [_mistake(c, f"mistake-{n}", voice) for n, c in enumerate(page.mistakes, 1)]
    return Section("mistakes", voice.say("Mistakes"), (Paragraph(voice.say(IN_PRINT)), *cards)) if cards else None


def passages(page: Page, voice: Voice) -> Section | None:
    """Derivations as printed somewhere."""
    blocks = [b for n, p in enumerate(page.passages, 1) for b in _passage(p, f"print-{n}", voice)]
    about = Paragraph(voice.say(LINES))
    return Section("print", voice.say("In print, line by line"), (about, *blocks)) if blocks else None


def lines(printed: Printed, voice: Voice) -> Section:
    """One derivation as somebody wrote it, without a heading."""
    known = [Paragraph(voice.say("Here {definitions}.", definitions=printed.where))] if printed.where else []
    known += [Paragraph(voice.say("Given: {facts}.", facts=printed.given))] if printed.given else []
    return Section("print", (), (*known, *_lines(printed, "line", voice)))


def _claim(c: Decided, anchor: str, voice: Voice) -> Card:
    return Card(anchor, voice.own(c.text), (), c.status, voice.words(c.status), (), tuple(_about(c, voice)))


def _mistake(c: Decided, anchor: str, voice: Voice) -> Card:
    blocks = list(_about(c, voice))
    if c.status == "proved":
        blocks.append(Paragraph(voice.say("It is no mistake: it is proved.")))
    elif c.instead:
        blocks.append(Paragraph(voice.say("Right is (proved):" if c.mended else "It is said that right is:")))
        blocks.append(Display(voice.formula(c.instead)))
    return Card(anchor, voice.own(c.text), voice.own(c.source), c.status, voice.words(c.status), (), tuple(blocks))


def _about(c: Decided, voice: Voice) -> Iterator[Block]:
    """The claim, what it presupposes, why it fails or what it needs, and its numbers."""
    yield Display(voice.formula(c.formula))
    known = [voice.say("Here {definitions}.", definitions=c.where)] if c.where else []
    known += [voice.say("Given: {facts}.", facts=c.given)] if c.given else []
    said = voice.text(*known, *_why(c, voice))
    if said:
        yield Paragraph(said)
    if c.numbers:
        yield Paragraph(voice.text(*_numbers(c.numbers, voice)))


def _why(c: Decided, voice: Voice) -> Iterator[Line]:
    if c.failure:
        yield from _failure(c.failure, voice)
    elif c.status == "undecided":
        yield voice.say("Undecided: {reason}.", reason=voice.sentence(c.reason))
    else:
        for need in c.needs:
            if need.residual:
                words = "It needs {condition}: without it, left minus right is {residual}."
                yield voice.say(words, condition=need.formula, residual=need.residual)
            elif need.status:
                yield voice.say(WITHOUT[need.status], condition=need.formula)
            else:
                yield voice.say("It needs {condition}.", condition=need.formula)


def _failure(f: Failure, voice: Voice) -> Iterator[Line]:
    words = "At {point} the left side is {left}, the right side {right}."
    yield voice.say(words, point=f.point, left=f.left, right=f.right)
    if f.residual:
        yield voice.say("In general, left minus right is {residual}.", residual=f.residual)
    yield from _otherwise(f, voice)


def _otherwise(f: Failure, voice: Voice) -> Iterator[Line]:
    if f.agrees:
        yield voice.say("It holds at {sizes} all the same.", sizes=voice.listed(f.agrees, "or"))
    if f.holds_when:
        yield voice.say("It would hold if {conditions}.", conditions=voice.listed(f.holds_when, "or"))


def _numbers(n: Numbers, voice: Voice) -> Iterator[Line]:
    agree = "In floating point, at random inputs with {sizes}, the sides agree within {apart}."
    differ = "In floating point, at random inputs with {sizes}, the sides differ by up to {apart}."
    yield voice.say(agree if n.agree else differ, sizes=n.sizes, apart=n.apart)
    if n.at and n.at[0] != n.at[1]:
        words = "With the numbers of the first example below, the left side is {left}, the right side {right}."
        yield voice.say(words, left=n.at[0], right=n.at[1])
    elif n.at and n.agree:
        yield voice.say("With the numbers of the first example below, both are {both}.", both=n.at[0])


def _passage(p: Printed, anchor: str, voice: Voice) -> Iterator[Block]:
    title = voice.strong("{title}.", title=voice.own(p.title))
    known = [voice.say("Here {definitions}.", definitions=p.where)] if p.where else []
    known += [voice.say("Given: {facts}.", facts=p.given)] if p.given else []
    yield Paragraph(voice.text(title, *known))
    yield from _lines(p, anchor, voice)


def _lines(p: Printed, anchor: str, voice: Voice) -> Iterator[Block]:
    first = voice.say("Line {number}", number="1")
    yield Card(f"{anchor}-1", first, (), "", "", (), (Display(voice.formula(p.start)),))
    for number, link in enumerate(p.links, 2):
        yield Card(
            anchor=f"{anchor}-{number}",
            label=voice.say("Line {number}", number=str(number)),
            note=(),
            status=link.status,
            mark=voice.words(link.status),
            lead=voice.own(link.text),
            blocks=tuple(_link(link, number, voice, skip=number in p.skips)),
        )
    yield Paragraph(tuple(voice.strong("{conclusion}", conclusion=voice.sentence(p.conclusion))))


def _link(c: Decided, number: int, voice: Voice, skip: bool) -> Iterator[Block]:
    yield Display(voice.formula(c.formula))
    places = {"before": str(number - 1), "here": str(number), "after": str(number + 1)}
    if c.failure:
        f = c.failure
        words = "At {point} line {before} is {left}, line {here} is {right}."
        said = [voice.say(words, point=f.point, left=f.left, right=f.right, **_some(places, "before", "here"))]
        if f.residual:
            words = "In general, line {before} minus line {here} is {residual}."
            said.append(voice.say(words, residual=f.residual, **_some(places, "before", "here")))
        yield Paragraph(voice.text(*said, *_otherwise(f, voice)))
    elif c.status == "undecided":
        yield Paragraph(voice.say("Undecided: {reason}.", reason=voice.sentence(c.reason)))
    elif c.needs:
        yield Paragraph(voice.say("It uses {conditions}.", conditions=[need.formula for need in c.needs]))
    if c.instead:
        words = "From line {before} follows:" if c.mended else "It is said that from line {before} follows:"
        yield Paragraph(voice.say(words, before=places["before"]))
        yield Display(voice.formula(Formula(c.instead)))
    if skip:
        words = "Line {here} can be left out: line {before} equals line {after}."
        yield Paragraph(voice.say(words, **places))


def _some(places: dict[str, str], *names: str) -> dict[str, str]:
    return {name: places[name] for name in names}
