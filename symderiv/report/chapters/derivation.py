"""The derivation, a card for each step, its lemmas and cases folded below it."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.report.contents import Page
from symderiv.report.document import Block, Card, Display, Fold, Line, Paragraph, Section
from symderiv.report.records import Chain
from symderiv.report.records import Line as Step
from symderiv.report.voice import Voice


def derivation(page: Page, voice: Voice) -> Section:
    """Every step with its rule, its reason and what it needs."""
    return Section("derivation", voice.say("Derivation"), tuple(chain(page.chain, voice)))


def steps(page: Page, voice: Voice) -> Section:
    """The same without a heading, for a slide."""
    return Section("derivation", (), tuple(chain(page.chain, voice)))


def chain(c: Chain, voice: Voice, within: str = "step") -> Iterator[Block]:
    """The lines of a derivation; ``within`` starts the anchors of its steps."""
    yield Paragraph(voice.say("Start from"))
    yield Display(voice.formula(c.start))
    for step in c.lines:
        yield Card(
            anchor=f"{within}-{step.number}",
            label=_label(step, voice),
            note=voice.text(*_rules(step, voice)),
            status=step.status,
            mark=voice.words(step.status) if step.status else "",
            lead=_lead(step, voice),
            blocks=tuple(_below(step, voice, within)),
        )


def _label(step: Step, voice: Voice) -> Line:
    if not step.last:
        return voice.say("Step {number}", number=step.number)
    words = "Steps {first} to {last}" if step.more else "Steps {first} and {last}"
    return voice.say(words, first=step.number, last=step.last)


def _rules(step: Step, voice: Voice) -> Iterator[Line]:
    for place, rule in enumerate(step.rules):
        comma = voice.words(",") if place < len(step.rules) - 1 else ""
        yield voice.say("{rule}{comma}", rule=voice.words(rule), comma=comma)


def _lead(step: Step, voice: Voice) -> Line:
    reason = voice.text(*map(voice.sentence, step.reasons))
    if not step.known:
        return reason
    return voice.text(reason, voice.say("Here {known}.", known=step.known))


def _below(step: Step, voice: Voice, within: str) -> Iterator[Block]:
    for letter, case in zip("abcdefgh", step.cases, strict=False):
        assert case.condition is not None
        summary = voice.strong("Case {condition} of step {number}", condition=case.condition, number=step.number)
        yield Fold(f"{within}-{step.number}{letter}", summary, tuple(chain(case, voice, within)))
    if step.cases:
        yield Paragraph(voice.say("Both cases in one line:"))
    yield Display(voice.formula(step.formula))
    for need in step.needs:
        why = voice.sentence(need.why)
        yield Paragraph(voice.say("Needs {condition}: {why}.", condition=need.formula, why=why))
    if step.lemma:
        summary = voice.strong("Lemma used in step {number}", number=step.number)
        yield Fold(f"{within}-{step.number}-lemma", summary, tuple(_lemma(step.lemma, voice, within)))
    elif step.seen_at:
        yield Paragraph(voice.say("The lemma is the one derived in step {number}.", number=step.seen_at))
    elif step.seen_above:
        words = "The lemma is that of step {number} of the derivation above, whatever its indices are called."
        yield Paragraph(voice.say(words, number=step.seen_above))


def _lemma(lemma: Chain, voice: Voice, within: str) -> Iterator[Block]:
    yield from chain(lemma, voice, within)
    yield Paragraph(voice.say("This is the lemma:"))
    yield Display(voice.formula(lemma.equation))
