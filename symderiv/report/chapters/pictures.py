"""Figures where they belong, and what the gradient costs."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.report.contents import Page
from symderiv.report.document import Block, Line, Paragraph, Picture, Section, Table
from symderiv.report.figures.drawn import Saying
from symderiv.report.markup import Formula
from symderiv.report.voice import Voice

COUNTED = (
    "For {size} classes or entries, the formula of the result takes {direct} additions, multiplications and "
    "functions. The row of derivatives times the Jacobian matrix takes {product}."
)
MEASURED = (
    "Measured once and kept, so that these notes stay the same: microseconds of the generated code for the gradient, "
    "and of NumPy's product with the generated Jacobian, the fastest of several runs."
)


def picture(page: Page, voice: Voice, name: str) -> tuple[Block, ...]:
    """The figure of a name as a block, if there is one."""
    found = page.beside.figures.get(name)
    if found is None:
        return ()
    alt = "".join(run.text for run in voice.say(found.alt.sentence, **found.alt.parts))
    caption = voice.text(*(_said(s, voice) for s in found.caption))
    return (Picture(found.path, alt, caption),)


def _said(s: Saying, voice: Voice) -> Line:
    return voice.say(s.sentence, **s.parts)


def cost(page: Page, voice: Voice) -> Section | None:
    """Operations and measured times of the gradient against the product with the Jacobian matrix."""
    if page.beside.cost is None:
        return None
    return Section("cost", voice.say("What the gradient costs"), tuple(_cost(page, voice)))


def _cost(page: Page, voice: Voice) -> Iterator[Block]:
    c = page.beside.cost
    assert c is not None
    yield Paragraph(voice.say(COUNTED, size=c.size, direct=c.direct, product=c.product))
    if c.times:
        yield Paragraph(voice.say(MEASURED))
        head = ((voice.math(c.size),), voice.say("gradient"), voice.say("product"), voice.say("ratio"))
        rows = ((f"{n}", f"{one:g}", f"{two:g}", f"{two / one:.3g}") for n, one, two in c.times)
        yield Table(head, tuple(tuple((voice.math(Formula(x)),) for x in row) for row in rows), wide=3)
    yield from picture(page, voice, "cost")
