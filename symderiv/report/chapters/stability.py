"""What a shift of the variable and what large inputs do: why stable code is as right as the formula."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.report.asides import ToldExtremes, ToldShift, ToldShifts
from symderiv.report.chapters.pictures import picture
from symderiv.report.contents import Page
from symderiv.report.document import Block, Card, Display, Paragraph, Section, Table
from symderiv.report.voice import Voice

SHIFTED = "Add a constant {constant} to every entry of {variable}, so that {entry} becomes {shifted}."
SHIFTED_ROWS = (
    "Add a constant {constant} to every entry of {variable}, one for each row, so that {entry} becomes {shifted}."
)
SUBTRACTED = (
    "So the code may subtract the largest exponent from all of them before it takes exponentials: no exponent is "
    "positive then, and none overflows."
)
LARGE = (
    "In double precision no exponential of a number from 710 on is finite. With {inputs}, the formulas as they stand "
    "and the code that is made from them give:"
)


def shift(page: Page, voice: Voice) -> Section | None:
    """A constant added to the variable: what changes, and the lines that show it."""
    shifts, large = page.beside.shifts, page.beside.extremes
    if shifts is not None and not any(part.kept or part.change for part in shifts.parts):
        shifts = None  # nothing stays as it is or changes by a constant
    if shifts is None and large is None:
        return None
    blocks = list(_shifts(shifts, page, voice)) if shifts else []
    blocks += _extremes(large, voice) if large else []
    blocks += picture(page, voice, "overflow")
    return Section("stability", voice.say("The stable form"), tuple(blocks))


def _shifts(s: ToldShifts, page: Page, voice: Voice) -> Iterator[Block]:
    parts = {"constant": s.constant, "variable": s.variable, "entry": s.entry, "shifted": s.shifted}
    yield Paragraph(voice.say(SHIFTED_ROWS if s.by_row else SHIFTED, **parts))
    for number, part in enumerate(s.parts, 1):
        yield from _shift(part, number, s, voice)
    if any(part.kept for part in s.parts) and "np.max(" in page.code:
        yield Paragraph(voice.say(SUBTRACTED))


def _shift(part: ToldShift, number: int, s: ToldShifts, voice: Voice) -> Iterator[Block]:
    if part.lines:
        yield Paragraph(voice.say("Then {subject} becomes", subject=part.subject))
        yield Display(voice.formula(part.start))
    for place, line in enumerate(part.lines, 1):
        yield Card(
            anchor=f"shift-{number}-{place}",
            label=voice.say(line.rule),
            note=(),
            status="proved",
            mark=voice.words("proved"),
            lead=voice.sentence(line.reason),
            blocks=(Display(voice.formula(type(line.formula)(f"= {line.formula}"))),),
        )
    if part.through:
        words = "{subject} depends on {variable} through {names} alone, so it does not change."
        yield Paragraph(voice.say(words, subject=part.subject, variable=s.variable, names=part.through))
    elif part.kept:
        yield Paragraph(voice.say("So {subject} does not change.", subject=part.subject))
    elif part.change:
        words = "So {subject} changes by {change}, whatever {variable} is."
        yield Paragraph(voice.say(words, subject=part.subject, change=part.change, variable=s.variable))
    else:
        words = "How much {subject} changes depends on the values of {variable}."
        yield Paragraph(voice.say(words, subject=part.subject, variable=s.variable))
    if part.needs:
        yield Paragraph(voice.say("It needs {conditions}.", conditions=part.needs))


def _extremes(e: ToldExtremes, voice: Voice) -> Iterator[Block]:
    yield Paragraph(voice.say(LARGE, inputs=e.inputs))
    head = tuple(map(voice.say, ("quantity", "formula as it stands", "code")))
    rows = (((voice.math(q.subject),), (voice.math(q.naive),), (voice.math(q.stable),)) for q in e.rows)
    yield Table(head, tuple(rows))
