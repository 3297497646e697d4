"""Worked numbers, code, and what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.report.chapters.pictures import picture
from symderiv.report.contents import Page
from symderiv.report.document import Block, Bullets, Line, Listing, Paragraph, Section, Table
from symderiv.report.elements import Stamp
from symderiv.report.example import Figure, Rounding, Worked
from symderiv.report.markup import Code, Formula
from symderiv.report.records import Tried
from symderiv.report.voice import Voice

FIRST_ORDER = (
    "The code's gradient against derivatives taken numerically from its value, at random inputs that satisfy the "
    "assumptions. The error allowed is for the entry that is furthest off, as a fraction of the largest entry of the "
    "gradient."
)
HIGHER_ORDER = (
    "The code's derivative against derivatives taken numerically from the derivative of one order less, as derived "
    "above, at random inputs that satisfy the assumptions. The error allowed is for the entry that is furthest off, "
    "as a fraction of the largest entry of the gradient."
)
MADE = "As NumPy code, made from the formulas above:"
MADE_WITH_HELPER = (
    "As NumPy code, made from the formulas above. Where a weight is 0 and the logarithm beside it is infinite, the "
    "helper {helper} counts their product as 0:"
)
VERIFIED = (
    "Every step of the derivation, those of lemmas and cases included, is proved for every size, by a normal form "
    "that shares nothing with the rules of the derivation. Two lines are equal wherever both have a value."
)
DECIDED = (
    "The steps of the derivation, those of lemmas and cases included, are decided for every size, by a normal form "
    "that shares nothing with the rules of the derivation:"
)

SKIPPED = {
    "value": "Not with {sizes}: there the value is no finite number, however the inputs are drawn.",
    "derivative": "Not with {sizes}: there the derivative is no finite number, however the inputs are drawn.",
}
COUNTED = {
    "steps": "steps of the derivation",
    "claims": "claims",
    "mistakes": "mistakes",
    "lines": "lines in print",
}
TIMELESS = (
    "Neither the time nor the versions of other programs are recorded: the same problem gives the same notes, byte by "
    "byte."
)


def examples(page: Page, voice: Voice) -> Section | None:
    """Numbers, every definition worked out, every sign of the gradient interpreted."""
    blocks = [b for n, e in enumerate(page.examples, 1) for b in _example(e, n, len(page.examples), voice)]
    blocks += picture(page, voice, "simplex")
    if page.left_out:
        blocks.append(Paragraph(voice.sentence(page.left_out)))
    return Section("numbers", voice.say("Worked numbers"), tuple(blocks)) if blocks else None


def _example(e: Worked, number: int, many: int, voice: Voice) -> Iterator[Block]:
    head = voice.strong("Example {number}.", number=str(number)) if many > 1 else ()
    yield Paragraph(voice.text(head, voice.own(e.caption), voice.say("The inputs are")))
    yield _rows(e.inputs, voice)
    if e.definitions:
        yield Paragraph(voice.say("which give"))
        yield _rows(e.definitions, voice)
    words = "The value is {value}, and the derivatives are"
    yield Paragraph(voice.say(words, value=e.value.equation))
    yield _rows(e.gradient, voice)
    if e.rounding:
        yield Paragraph(_rounding(e.rounding, voice))


def _rows(figures: tuple[Figure, ...], voice: Voice) -> Bullets:
    return Bullets(tuple(_row(f, voice) for f in figures))


def _row(f: Figure, voice: Voice) -> Line:
    if not f.change:
        return (voice.math(f.equation),)
    sentences = {
        "negative": "{equation} (negative: raising {variable} lowers {value})",
        "positive": "{equation} (positive: raising {variable} raises {value})",
        "zero": "{equation} (zero: a small change of {variable} hardly changes {value})",
    }
    change = f.change
    return voice.say(sentences[change.sign], equation=f.equation, variable=change.variable, value=change.value)


def _rounding(r: Rounding, voice: Voice) -> Line:
    words = (
        "Rounding {name} to {digits} digits before it is used would give {rounded} instead of {value}: round at the "
        "end only."
    )
    return voice.say(words, name=r.name, digits=str(r.digits), rounded=r.rounded, value=r.value)


def code(page: Page, voice: Voice) -> Section:
    """The generated function, how to call it, and the same value elsewhere."""
    made: list[Block] = _code(page, voice) if page.code else [Paragraph(voice.sentence(page.uncoded))]
    if page.equals:
        elsewhere = Code("\n".join(page.equals))
        made += [Paragraph(voice.say("The same value in other libraries:")), Listing(elsewhere, "text")]
    return Section("code", voice.say("Code"), tuple(made))


def _code(page: Page, voice: Voice) -> list[Block]:
    helper = "def times_log" in page.code
    made = voice.say(MADE_WITH_HELPER, helper=Code("times_log")) if helper else voice.say(MADE)
    blocks: list[Block] = [Paragraph(made), Listing(page.code, "python")]
    if page.usage:
        blocks += [Paragraph(voice.say("With the numbers of the first example:")), Listing(page.usage, "python")]
    return blocks


def check(page: Page, voice: Voice) -> Section:
    """The gradient check as a table."""
    title, drawn = voice.say("Gradient check"), picture(page, voice, "gradient-check")
    if not page.checks:
        return Section("check", title, (Paragraph(voice.sentence(page.untried)), *drawn))
    head = tuple(map(voice.say, ("method", "sizes tried", "error allowed", "outcome")))
    rows = tuple(
        (voice.say(c.method), _tried(c.sizes, voice), (voice.math(Formula(c.allowed)),), voice.say(c.outcome))
        for c in page.checks
    )
    compared = Paragraph(voice.say(HIGHER_ORDER if page.higher else FIRST_ORDER))
    skipped = (Paragraph(voice.say(SKIPPED[s.lacks], sizes=_tried(s.sizes, voice))) for s in page.skipped)
    return Section("check", title, (compared, Table(head, rows), *skipped, *drawn))


def _tried(t: Tried, voice: Voice) -> Line:
    """The sizes that were tried, as formulas."""
    names = [voice.spelling[name] for name in t.names]
    if not names:
        return voice.say("numbers")
    if t.combined:
        sizes = [Formula(f"{name} = {_row_of(own)}") for name, own in zip(names, t.values, strict=True)]
        return voice.say("{sizes}, in all combinations", sizes=sizes) if len(sizes) > 1 else voice.listed(sizes)
    first, *others = (f"({_row_of(trial)})" for trial in t.values)
    return voice.listed([Formula(f"({', '.join(names)}) = {first}"), *map(Formula, others)])


def _row_of(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def checked(page: Page, voice: Voice) -> Section:
    """What was verified, and the stamp."""
    blocks: list[Block] = [Paragraph(voice.say(VERIFIED if page.verified else DECIDED))]
    if not page.verified:
        blocks.append(Bullets(tuple(_counted(count, verdict, voice) for count, verdict in page.verification)))
    if page.beside.stamp:
        blocks += _stamp(page.beside.stamp, voice)
    return Section("checked", voice.say("What was checked"), tuple(blocks))


def _stamp(stamp: Stamp, voice: Voice) -> Iterator[Block]:
    head = tuple(map(voice.say, ("decided", "proved", "refuted", "undecided")))
    rows = (
        (voice.say(COUNTED[c.kind]), *(voice.say("{n}", n=str(n)) for n in (c.proved, c.refuted, c.undecided)))
        for c in stamp.counts
    )
    yield Table(head, tuple(rows), wide=0)
    words = "Made by symderiv {version}. The digest of the derivation is {digest}."
    made = voice.say(words, version=stamp.version, digest=Code(stamp.digest))
    if stamp.command:
        made = voice.text(made, voice.say("It is recomputed by"))
    yield Paragraph(made)
    if stamp.command:
        yield Listing(Code(stamp.command), "sh")
    yield Paragraph(voice.say(TIMELESS))


def _counted(count: int, verdict: str, voice: Voice) -> Line:
    words = "{count} step {verdict}" if count == 1 else "{count} steps {verdict}"
    return voice.say(words, count=str(count), verdict=voice.sentence(verdict))
