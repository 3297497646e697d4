"""What the notes tell beside the derivation: its tools, other ways to the result, matrices of derivatives."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.report.asides import ToldBatch, ToldMatrix, ToldRoute, ToldSign, ToldTool
from symderiv.report.chapters.derivation import chain
from symderiv.report.chapters.pictures import picture
from symderiv.report.contents import Page
from symderiv.report.document import Block, Bullets, Display, Fold, Line, Paragraph, Section, Table
from symderiv.report.markup import Formula
from symderiv.report.voice import Voice

ONES = Formula("\\left(1, \\dots, 1\\right)")
LIFTED = "For {size} samples, {arrays} get the number {index} of the sample in front. The mean over the samples is"
LIFTED_ONE = "For {size} samples, {arrays} gets the number {index} of the sample in front. The mean over the samples is"
OF_BATCH = (
    "Its gradient for sample {row}, derived by the same rules and proved, is that of one sample divided by {size}:"
)
ROUTES = {
    "chain": "From the outside in",
    "cases": "By cases",
    "one-hot": "By the label",
    "jacobian": "By the Jacobian matrix",
    "log-sum-exp": "By log-sum-exp",
    "zero-term": "By a gradient that is 0",
}
TOOLS = "These rules carry the derivation, beside ordinary algebra; each is used by its name below."
FREE = (
    "A derivative by the entries of a defined array takes them for independent variables, whatever their definition "
    "says; the Jacobian matrix then brings the definition in."
)
WAYS = "The same result by other ways. Every step of them is proved as well."
ZERO = {
    (True, True): "So the form is never negative, and 0 for {none} alone.",
    (False, True): "So the form is never positive, and 0 for {none} alone.",
    (True, False): "So the form is never negative, and 0 only where all entries of {vector} are equal.",
    (False, False): "So the form is never positive, and 0 only where all entries of {vector} are equal.",
}
NAMED = {
    (True, True): "The matrix is positive definite, and its rank is {rank}.",
    (False, True): "The matrix is negative definite, and its rank is {rank}.",
    (True, False): "The matrix is positive semidefinite, its kernel consists of the multiples of {ones}, and its rank "
    "is {rank}.",
    (False, False): "The matrix is negative semidefinite, its kernel consists of the multiples of {ones}, and its rank "
    "is {rank}.",
}
CURVED = {
    "convex": "So {value} is convex in {variable}.",
    "strictly convex": "So {value} is strictly convex in {variable}.",
    "concave": "So {value} is concave in {variable}.",
    "strictly concave": "So {value} is strictly concave in {variable}.",
}


def toolkit(page: Page, voice: Voice) -> Section | None:
    """The rules of the derivation, named before they are used."""
    tools = page.beside.tools
    if not tools:
        return None
    head = tuple(map(voice.say, ("rule", "what it says", "as a formula")))
    rows = tuple(_tool(tool, voice) for tool in tools)
    return Section("toolkit", voice.say("Toolkit"), (Paragraph(voice.say(TOOLS)), Table(head, rows)))


def _tool(tool: ToldTool, voice: Voice) -> tuple[Line, ...]:
    said = [voice.sentence(tool.sentence)]
    if tool.constants:
        said.append(voice.say("Here {letters} does not depend on the variable.", letters=tool.constants))
    if tool.conditions:
        said.append(voice.say("It needs {conditions}.", conditions=tool.conditions))
    return voice.say(tool.name), voice.text(*said), (voice.math(tool.law),) if tool.law else ()


def routes(page: Page, voice: Voice) -> Section | None:
    """Other routes, each in full."""
    if not page.beside.routes:
        return None
    blocks = [b for route in page.beside.routes for b in _route(route, voice)]
    return Section("routes", voice.say("Other ways"), (Paragraph(voice.say(WAYS)), *blocks))


def _route(route: ToldRoute, voice: Voice) -> Iterator[Block]:
    yield Paragraph(
        voice.text(voice.strong("{way}.", way=voice.words(ROUTES[route.id])), voice.sentence(route.sentence))
    )
    if route.id == "jacobian":
        yield Paragraph(voice.say(FREE))
    yield from chain(route.chain, voice, within=route.id)
    if route.agrees:
        yield Paragraph(voice.say("This is the result above, written differently; it is proved that"))
        yield Display(voice.formula(route.agrees))
    else:
        yield Paragraph(voice.say("This is the result above."))


def jacobian(page: Page, voice: Voice) -> Section | None:
    """The Jacobian matrices that the derivation goes through."""
    if not page.beside.matrices:
        return None
    blocks = [b for m in page.beside.matrices for b in _matrix(m, voice)]
    blocks += picture(page, voice, "jacobian")
    return Section("jacobian", voice.say("The Jacobian matrix"), tuple(blocks))


def hessian(page: Page, voice: Voice) -> Section | None:
    """The second derivatives and what they say."""
    h = page.beside.hessian
    if h is None:
        return None
    summary = voice.strong("How they are derived, step by step")
    steps = Fold("hessian-steps", summary, tuple(chain(h.chain, voice, within="hessian")))
    same = page.beside.hessian_is
    matrix = _known(h.matrix, same, voice) if same else _matrix(h.matrix, voice)
    blocks = [*matrix, *_curvature(page, voice), steps]
    return Section("hessian", voice.say("Second derivatives"), tuple(blocks))


def _known(m: ToldMatrix, same: Formula, voice: Voice) -> Iterator[Block]:
    """A matrix that was told before."""
    yield Paragraph(voice.say("The entry in row {row} and column {column} is", row=m.row, column=m.column))
    yield Display(voice.formula(m.entry))
    words = "This is the matrix of {derivative} again, and what is proved of that holds here."
    yield Paragraph(voice.say(words, derivative=same))


def _curvature(page: Page, voice: Voice) -> Iterator[Block]:
    h = page.beside.hessian
    assert h is not None
    if not h.curvature:
        return
    if h.positive:
        words = "This holds wherever {variables} is positive, which is given."
        yield Paragraph(voice.say(words, variables=h.positive))
    yield Paragraph(voice.say(CURVED[h.curvature], value=page.name, variable=page.variable))


def _matrix(m: ToldMatrix, voice: Voice) -> Iterator[Block]:
    entry = voice.say("The entry in row {row} and column {column} is", row=m.row, column=m.column)
    yield Paragraph(entry)
    yield Display(voice.formula(m.entry))
    if m.whole:
        yield Paragraph(voice.say("and all of them at once are"))
        yield Display(voice.formula(m.whole))
    found = tuple(_properties(m, voice))
    if found:
        yield Paragraph(voice.say("Each of the following is proved:"))
        yield Bullets(found)
    if m.needs:
        yield Paragraph(voice.say("All of this is proved given {conditions}.", conditions=m.needs))
    if m.sign and m.vector and "form" in m.equations:
        yield Paragraph(voice.say("For every vector {vector}, as is proved too,", vector=m.vector))
        yield Display(voice.formula(m.equations["form"]))
        yield Paragraph(voice.text(*_signs(m, m.sign, voice)))


def _properties(m: ToldMatrix, voice: Voice) -> Iterator[Line]:
    sentences = {
        "symmetric": "The matrix is symmetric: {equation}.",
        "rows": "Every row adds up to 0: {equation}. So {ones} is a null vector.",
        "columns": "Every column adds up to 0: {equation}.",
        "trace": "The trace, the sum of the diagonal, is {equation}.",
    }
    for kind in (kind for kind in sentences if kind in m.equations):
        ones = {"ones": ONES} if kind == "rows" else {}
        yield voice.say(sentences[kind], equation=m.equations[kind], **ones)


def _signs(m: ToldMatrix, s: ToldSign, voice: Voice) -> Iterator[Line]:
    if s.weights:
        words = "For {apart}, {weights}: {why}."
        yield voice.say(words, apart=s.apart, weights=s.weights.formula, why=voice.sentence(s.weights.why))
    if s.rows:
        words = "Besides, {rows}: {why}." if s.weights else "Here {rows}: {why}."
        yield voice.say(words, rows=s.rows.formula, why=voice.sentence(s.rows.why))
    if s.needs:
        yield voice.say("This needs {conditions}.", conditions=[need.formula for need in s.needs])
    vector = m.vector or Formula("")
    about = {"none": Formula(f"{vector} = 0")} if s.strict else {"vector": vector}
    yield voice.say(ZERO[s.positive, s.strict], **about)
    yield voice.say(NAMED[s.positive, s.strict], **({} if s.strict else {"ones": ONES}), rank=s.rank)


def batch(page: Page, voice: Voice) -> Section | None:
    """The mean over a batch of samples and its gradient."""
    b = page.beside.batch
    if b is None:
        return None
    return Section("batch", voice.say("A batch of samples"), tuple(_batch(b, voice)))


def _batch(b: ToldBatch, voice: Voice) -> Iterator[Block]:
    words = LIFTED if len(b.arrays) > 1 else LIFTED_ONE
    yield Paragraph(voice.say(words, size=b.size, arrays=b.arrays, index=b.index))
    yield Display(voice.formula(b.value))
    if b.definitions:
        yield Paragraph(voice.say("where"))
        yield from (Display(voice.formula(formula)) for formula in b.definitions)
    words = (
        "Its gradient for sample {row}, derived by the same rules and proved, is that of one sample divided by {size}:"
    )
    yield Paragraph(voice.say(words, row=b.row, size=b.size))
    yield Display(voice.formula(b.gradient), boxed=True)
    if b.needs:
        yield Paragraph(voice.say("It needs {conditions}.", conditions=b.needs))
    if b.whole:
        words = "With the samples as the rows of matrices this is {whole}."
        yield Paragraph(voice.say(words, whole=b.whole))


def absent(page: Page, voice: Voice) -> Section | None:
    """Which elements do not apply, and why."""
    by_reason: dict[str, list[str]] = {}
    for name, why in page.beside.absent:
        by_reason.setdefault(why, []).append(voice.words(name))
    lines = tuple(
        voice.say("{element}: {why}", element=voice.words("; ").join(names), why=voice.sentence(why))
        for why, names in by_reason.items()
    )
    return Section("absent", voice.say("Left out"), (Bullets(lines),)) if lines else None
