"""Typed text into terms: the grammar is in docs/text.md, the names are those of the problem.

Nothing is evaluated and no SymPy expression is built on the way, so a line means exactly what was
typed. Names enter the registry that the SymPy door keeps: text can extend a problem written in SymPy,
and results of problems written as text come back as SymPy objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.binders import free_names, separate
from symderiv.doors.context import Context
from symderiv.doors.expressions import ExpressionReader
from symderiv.doors.spelling import formula
from symderiv.doors.tokens import AsTyped, Text, brackets, is_sign, tokens
from symderiv.doors.values import Quoting, Reading
from symderiv.statement import Relation
from symderiv.terms import Symbol, Term

__all__ = ["AsTyped", "Text", "TextReader", "chained", "equation", "separated"]


class TextReader(ExpressionReader):
    """Reads typed text beside SymPy expressions; names mean the same thing in both."""

    def __init__(self) -> None:
        super().__init__()
        self.context = Context(self.names)

    def term(self, expr: object) -> Term:
        """A SymPy expression, or a `Text`, as a term; see `ExpressionReader.term`.

        >>> TextReader().term(Text("λ^2"))
        Power(base=Symbol(name='lambda'), exponent=Number(value=Fraction(2, 1)))
        """
        if not isinstance(expr, Text):
            return super().term(expr)
        reading = self._reading(expr)
        t = reading.node(reading.formula.tree)
        return separate(t, free_names(t) | self.names.arrays.keys())

    def typed_relation(self, text: Text) -> Relation:
        """A typed relation: ``a = b``, ``a != b``, ``a > b``, ``Eq(a, b)``, ``one_hot(y, t)``."""
        read = self._reading(text).relation()
        sides = (separate(t, free_names(t) | self.names.arrays.keys()) for t in (read.left, read.right))
        return Relation(read.sign, *sides)

    def announce(self, texts: Iterable[object], heads: Iterable[object] = ()) -> None:
        """Note the names in all texts of a problem, so that each may use those of the others.

        ``heads`` are the left sides of its definitions.
        """
        defined = [head for head in heads if isinstance(head, Text)]
        self.context.announce((*(text for text in texts if isinstance(text, Text)), *defined))
        self.context.defined |= {str(self.context.canonical(str(head).strip())) for head in defined}

    def name_value(self, value: Term) -> None:
        """From now on L names the problem's value."""
        self.context.value = value

    @property
    def open_sizes(self) -> tuple[Symbol, ...]:
        """Sizes of sums typed without one: the problem as a whole tells what they are."""
        return tuple(self.context.open_sizes)

    def _reading(self, text: Text) -> Reading:
        self.context.announce((text,))
        reading = Quoting if isinstance(text, AsTyped) else Reading
        return reading(self, self.context, formula(text, self.context.knows))


def equation(text: Text) -> tuple[Text, Text]:
    """The two sides of a definition such as ``p[k] = exp(z[k])``.

    Raises `InputError` where there is no equals sign outside brackets, or more than one.
    """
    sides = list(_split(text, "=", ":="))
    if len(sides) > 2 and len(separated(text)) > 1:
        raise text.misread(
            text.start, text.stop, "several definitions stand in one text: repeat --where, or pass a list of texts"
        )
    if len(sides) != 2:
        raise text.misread(text.start, text.stop, "a definition is one equation: write name = expression")
    return sides[0], sides[1]


def separated(text: Text) -> tuple[Text, ...]:
    """The parts between commas that stand outside brackets: ``z[i], z[j]``."""
    return tuple(_split(text, ","))


def chained(text: Text) -> tuple[Text, ...]:
    """The lines of a chain of equalities: ``e0 = e1 = e2``."""
    return tuple(_split(text, "=", "=="))


def _split(text: Text, *signs: str) -> Iterator[Text]:
    found = tokens(text)
    pairs = brackets(text, found)
    start, place = text.start, 0
    while place < len(found):
        token = found[place]
        if is_sign(token, *signs):
            yield Text(text.source, start, token.start)
            start = token.end
        place = pairs.get(place, place) + 1
    yield Text(text.source, start, text.stop)
