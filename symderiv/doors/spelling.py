"""What people write on paper, as Python's grammar has it; every name and number becomes a placeholder.

Tokens are checked, derivatives such as dL/dz[i] become calls, and Python's `ast` finds out what binds
to what. It only ever sees placeholders, brackets and operators: nothing in it can be run, and none of
Python's own words, quotes or number formats reach it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from symderiv.doors.differentials import DERIVATIVE, Known, differential, with_calls
from symderiv.doors.tokens import DEEPEST, Misread, Text, Token, brackets, is_sign, tokens
from symderiv.doors.words import CALLED, SPECIAL, function_name

_PYTHON = {"=": "==", "..": "|"}
_RELATIONS = ("=", "!=", ">", ">=", "<", "<=")
_WORDS = frozenset("for in if else lambda and or not is import as with while def return yield await".split())


@dataclass(frozen=True)
class Formula:
    """A text as a tree of Python's grammar; ``pieces`` are the tokens that its placeholders number."""

    text: Text
    tree: ast.expr
    pieces: tuple[Token, ...]
    starts: dict[int, Token]
    ends: dict[int, Token]

    def token(self, node: ast.Name) -> Token:
        """The token that a placeholder stands for."""
        return self.pieces[int(node.id[1:])]

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where a node stands in the source."""
        first, last = self.starts[node.col_offset], self.ends[node.end_col_offset or 0]
        return min(first.start, last.start), max(first.end, last.end)

    def shown(self, node: ast.expr) -> str:
        """A node as it was typed."""
        start, end = self.span(node)
        return self.text.source[start:end]

    def misread(self, node: ast.expr, sentence: str) -> Misread:
        """The error for a node."""
        return self.text.misread(*self.span(node), sentence)


def formula(text: Text, known: Known) -> Formula:
    """The tree of a text; ``known`` says which names the problem has, for dL/dz[i].

    Raises `Misread` for what is no formula.
    """
    found = tokens(text)
    if not found:
        raise text.misread(text.start, text.stop, "a formula is missing here")
    pairs = brackets(text, found)
    pieces = tuple(with_calls(text, found, pairs, known))
    _check(text, pieces)
    return _parsed(text, pieces)


def _parsed(text: Text, pieces: tuple[Token, ...]) -> Formula:
    line, starts, ends = "", {}, {}
    for number, token in enumerate(pieces):
        placeholder = token.kind in ("name", "number", "raised", DERIVATIVE)
        line += "**" if token.kind == "raised" else ""
        starts[len(line)] = token
        line += f"t{number}" if placeholder else _PYTHON.get(token.text, token.text)
        ends[len(line)] = token
        line += " "
    try:
        tree = ast.parse(line.rstrip(), mode="eval").body
    except (SyntaxError, MemoryError, RecursionError):  # what _check lets through parses; this is a second lock
        raise text.misread(text.start, text.stop, "this cannot be read as a formula") from None
    return Formula(text, tree, pieces, starts, ends)


def _check(text: Text, pieces: tuple[Token, ...]) -> None:
    """Refuse what lacks an operator, an operand or a comma, or nests too deeply, before Python sees it."""
    closed = False  # whether an operand has just ended
    powers = [0]  # powers of powers, by bracket
    signs = 0
    for place, token in enumerate(pieces):
        before = pieces[place - 1] if place else None
        _check_spelling(text, token, before)
        if token.kind in ("name", "number", DERIVATIVE) or (is_sign(token, "(") and not _called(before)):
            if closed:
                raise _implied(text, pieces, place)
            closed = not is_sign(token, "(")
        elif is_sign(token, "(", "["):
            if not closed or (token.text == "[" and before and before.kind in ("number", "raised")):
                raise _missing(text, token, before)
            closed = False
        elif not closed and is_sign(token, "+", "-"):
            _check_nesting(text, token, powers, signs := signs + 1)
            continue
        elif not closed:
            raise _missing(text, token, before)
        else:
            closed = is_sign(token, ")", "]") or token.kind == "raised"
        signs = 0
        _check_nesting(text, token, powers, signs)
    if not closed:
        raise _missing(text, pieces[-1], pieces[-1])


def _check_spelling(text: Text, token: Token, before: Token | None) -> None:
    if token.kind == "name" and token.text.startswith(("sum_", "Sum_", "Σ_", "∑_")):
        raise text.misread(token.start, token.end, f"write a sum as {SPECIAL['sum']}")
    if is_sign(token, ":="):
        raise text.misread(token.start, token.end, "a formula defines nothing: definitions go into where, p[k] = ...")
    if before and before.kind == "raised" and (token.kind == "raised" or is_sign(token, "**")):
        raise text.misread(before.start, token.end, "put brackets around the power that comes first: (x**2)**3")


def _check_nesting(text: Text, token: Token, powers: list[int], signs: int) -> None:
    if is_sign(token, "(", "["):
        powers.append(0)
    elif is_sign(token, ")", "]"):
        powers.pop()
    elif is_sign(token, "**"):
        powers[-1] += 1
    elif token.kind == "operator" and not signs:
        powers[-1] = 0
    if signs > 2:
        raise text.misread(token.start, token.end, "more than two signs in a row are not read: write one")
    if sum(powers) + len(powers) > DEEPEST + 1:
        raise text.misread(token.start, token.end, f"more than {DEEPEST} powers and brackets within one another")


def _called(before: Token | None) -> bool:
    return before is not None and before.kind in ("name", DERIVATIVE)


def _missing(text: Text, token: Token, before: Token | None) -> Misread:
    """Where an operand should stand, there is none."""
    if token is before:
        return text.misread(token.start, token.end, f"the formula ends after {token.text}: something is missing")
    if is_sign(token, "["):
        sentence = "square brackets hold indices, as in z[i]: write other brackets as ( ), and [i = j] as delta(i, j)"
    elif before is None:
        sentence = f"something is missing before {token.text}"
    else:
        sentence = f"something is missing between {before.text} and {token.text}"
    return text.misread(token.start, token.end, sentence)


def _implied(text: Text, pieces: tuple[Token, ...], place: int) -> Misread:
    """Two operands stand side by side: a product that is not written, or a call without brackets."""
    left, right = pieces[place - 1], pieces[place]
    after = text.source[right.start : _operand_end(pieces, place)]
    word = function_name(left.text)
    begin = _operand_start(pieces, place - 1)
    before = text.source[begin : left.end]
    stem = next((p.text for p in pieces[max(0, place - 3) : place] if differential(p) == ""), None)
    if word == "sum":
        sentence = f"write a sum as {SPECIAL['sum']}"
    elif {left.text, right.text} & _WORDS - {"lambda"} or (left.text == "lambda" and right.kind == "name"):
        sentence = f"formulas have no word {left.text if left.text in _WORDS else right.text}"
    elif left.kind == "name" and word in CALLED:
        sentence = f"write {left.text}({after})"
    elif stem is not None and (left.kind in ("number", "raised") or differential(left) == ""):
        sentence = "write a second derivative as Derivative(L, z[i], z[j]), or d/dz[i] (d/dz[j] (L))"
    else:
        sentence = f"a sign is missing here; for a product write {before}*{after}"
    return text.misread(begin, right.end, sentence)


def _operand_start(pieces: tuple[Token, ...], place: int) -> int:
    """Where the operand begins that ends at a place."""
    depth = 0
    while place >= 0:
        token = pieces[place]
        depth += is_sign(token, ")", "]") - is_sign(token, "(", "[")
        called = is_sign(token, "(", "[") and place and _called(pieces[place - 1])
        if depth == 0 and not called and token.kind != "raised":
            return token.start
        place -= 1
    return pieces[0].start


def _operand_end(pieces: tuple[Token, ...], place: int) -> int:
    """Where the operand ends that begins at a place."""
    depth = 0
    for n in range(place, len(pieces)):
        token = pieces[n]
        depth += is_sign(token, "(", "[") - is_sign(token, ")", "]")
        follows = n + 1 < len(pieces) and is_sign(pieces[n + 1], "(", "[") and _called(token)
        if depth == 0 and not follows:
            return token.end
    return pieces[-1].end
