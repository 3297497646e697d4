"""What the notes are about: the result, what it assumes, the names, the definitions."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.report.contents import Page
from symderiv.report.document import Block, Bullets, Display, Line, Paragraph, Section, Table
from symderiv.report.markup import Formula
from symderiv.report.records import Assumption, Row
from symderiv.report.voice import Voice

NABLA = Formula("\\nabla")
BOLD = "Letters in bold are whole arrays."
SUMS = {
    "index": "Every sum runs over all values of its index.",
    "bare": "Every sum runs over all values of its index, which is left out where one letter alone stands at every "
    "index under it.",
}


def result(page: Page, voice: Voice) -> Section:
    """The value and its derivative, boxed, with what it needs."""
    return Section("result", voice.say("Result"), tuple(_result(page, voice)))


def _result(page: Page, voice: Voice) -> Iterator[Block]:
    if page.about:
        yield Paragraph(voice.own(page.about))
    yield Paragraph(voice.say("The value is"))
    yield Display(voice.formula(page.value))
    others = [formula for formula in page.definitions if formula != page.value]
    if others:
        yield Paragraph(voice.say("where"))
        yield from (Display(voice.formula(formula)) for formula in others)
    yield Paragraph(voice.say("and its derivative, with every size left symbolic, is"))
    yield Display(voice.formula(page.headline), boxed=True)
    if page.whole:
        words = (
            "or, for all entries at once, {whole}; the sign {nabla} stands for all partial derivatives as one array."
        )
        bold = [voice.say(BOLD)] if page.vectors == "bold" else []
        yield Paragraph(voice.text(voice.say(words, whole=page.whole, nabla=NABLA), *bold))
    yield Paragraph(voice.text(*needs(page, voice)))
    for remark in page.remarks:
        yield Paragraph(
            voice.say("With {fact} given as well, this is {result}.", fact=remark.fact, result=remark.result)
        )


def needs(page: Page, voice: Voice) -> Iterator[Line]:
    """The conditions of the result, and where it has a value, in a sentence each."""
    if page.conditions:
        yield voice.say("It needs {conditions}.", conditions=page.conditions)
    if page.divisors:
        yield voice.say("It is for points at which {conditions}, for it divides by that.", conditions=page.divisors)
    elif not page.conditions:
        yield voice.say("It needs no assumption.")


def assumptions(page: Page, voice: Voice) -> Section:
    """Each given fact, and what changes without it."""
    lines = [voice.text(voice.say("{fact}.", fact=a.formula), _without(a, voice)) for a in page.assumptions]
    presumed = "{condition}, which is not given, but which a step of the derivation needs."
    lines += [voice.say(presumed, condition=c) for c in page.presumed]
    divided = "{condition}, without which there is no value: it divides by that."
    lines += [voice.say(divided, condition=c) for c in page.divisors]
    block = Bullets(tuple(lines)) if lines else Paragraph(voice.say("Nothing is assumed."))
    return Section("assumptions", voice.say("Assumptions"), (block,))


def _without(fact: Assumption, voice: Voice) -> Line:
    if fact.of_size:
        return voice.say("All formulas are for such sizes.")
    if fact.without:
        return voice.say("Without it, {result}.", result=fact.without)
    if fact.used:
        return voice.say("The result would read the same without it, but a step needs it.")
    return voice.say("The result is the same without it.")


def names(page: Page, voice: Voice) -> Section:
    """Every name with its meaning and its shape or range."""
    head = (voice.say("name"), voice.say("meaning"), voice.say("shape or range"))
    rows = tuple(((voice.math(row.formula),), _meaning(row, voice), (voice.math(row.shape),)) for row in page.names)
    counting = [voice.say("Indices count from 1, and {log} is the natural logarithm.", log=page.log)]
    counting += [voice.say(SUMS[page.sums])] if page.sums in SUMS else []
    return Section("names", voice.say("Names and shapes"), (Table(head, rows), Paragraph(voice.text(*counting))))


def _meaning(row: Row, voice: Voice) -> Line:
    meaning = voice.sentence(row.meaning)
    return voice.say("{what}; {meaning}", what=voice.own(row.what), meaning=meaning) if row.what else meaning


def slide(page: Page, voice: Voice) -> Section:
    """The result and what its names stand for, without a heading."""
    blocks: list[Block] = [Display(voice.formula(page.headline), boxed=True)]
    if page.conditions or page.divisors:
        blocks.append(Paragraph(voice.text(*needs(page, voice))))
    here = ([page.value] if page.lettered else []) + list(page.definitions)
    if here:
        blocks.append(Paragraph(voice.say("Here")))
    blocks += [Display(voice.formula(formula)) for formula in here]
    return Section("result", (), tuple(blocks))
