"""A reader of the LaTeX that formulas of the notes are written in: text to atoms of MathML.

It knows letters, numbers, groups, scripts and the cells of tables; commands are handed to it as a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape

from symderiv.errors import InputError
from symderiv.report import symbols
from symderiv.report.atoms import Atom, group, width

TOKEN = re.compile(r"\\[A-Za-z]+|\\[^A-Za-z]|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
SMALL = 0.7  # the size of scripts
END = ""


@dataclass
class Reader:
    """A formula, what its commands mean, its tokens, and how far they have been read.

    ``script`` says that a script is being read.
    """

    formula: str
    commands: Mapping[str, Command]
    tokens: list[str]
    at: int = 0
    script: bool = False

    def peek(self) -> str:
        """The next token that is not space, or the empty string at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self) -> str:
        """The next token, which is then read."""
        token = self.peek()
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        """Read a token that must come next."""
        found = self.take()
        if found != token:
            raise self.error(f"{found or 'its end'} where {token or 'its end'} should be")

    def error(self, what: str) -> InputError:
        """What is wrong with the formula."""
        return InputError(
            f"no MathML for the formula {self.formula!r}: {what}; write it otherwise, or choose md or tex"
        )

    def atoms(self, stop: frozenset[str]) -> list[Atom]:
        """The atoms up to one of the tokens that stop them, which is not read."""
        found: list[Atom] = []
        while self.peek() not in stop:
            if self.peek() == END:
                raise self.error(f"it ends before {' or '.join(sorted(stop))}")
            found.append(self.scripts(self.atom(self.take())))
        return found

    def argument(self) -> list[Atom]:
        """What follows a command or a script sign: a group, or one atom; of digits only the first."""
        token = self.take()
        if token == "{":
            found = self.atoms(frozenset("}"))
            self.expect("}")
            return found
        if token[:1].isdigit() and len(token) > 1:
            self.at -= 1
            self.tokens[self.at : self.at + 1] = [token[0], token[1:]]
            token = self.take()
        return [self.atom(token)]

    def scripts(self, base: Atom) -> Atom:
        """An atom with the scripts and primes that follow it."""
        while self.peek() == "'":
            self.take()
            base = replace(
                base, markup=f'<mrow>{base.markup}<mo lspace="0" rspace="0">′</mo></mrow>', width=base.width + 0.3
            )
        below: list[Atom] | None = None
        above: list[Atom] | None = None
        while (token := self.peek()) in ("_", "^"):
            self.take()
            if (below if token == "_" else above) is not None:
                raise self.error("two scripts in one place")
            if token == "_":
                below = self.small()
            else:
                above = self.small()
        return _scripted(base, below, above) if below is not None or above is not None else base

    def small(self) -> list[Atom]:
        """An argument that is set as a script."""
        outer, self.script = self.script, True
        found = self.argument()
        self.script = outer
        return found

    def group(self) -> str:
        """The markup of an argument as one element."""
        return group(self.argument(), self.script)

    def atom(self, token: str) -> Atom:
        """The atom that a token begins."""
        if token in self.commands:
            return self.commands[token](self, token)
        if re.fullmatch("[A-Za-z]", token):
            return Atom("ordinary", f"<mi>{token}</mi>")
        if token[:1].isdigit() and token.isascii():
            return Atom("ordinary", f"<mn>{token}</mn>", 0.5 * len(token))
        raise self.error(f"{token} is not known here" if token else "it ends too early")

    def words(self) -> str:
        """The characters of an argument that is text, unescaped."""
        self.expect("{")
        text = ""
        while (token := self.tokens[self.at] if self.at < len(self.tokens) else END) != "}":
            self.at += 1
            if token in symbols.ESCAPED:
                text += symbols.ESCAPED[token]
                if "".join(self.tokens[self.at : self.at + 2]) == "{}":
                    self.at += 2
            elif token == END or token[0] in "\\{$":
                raise self.error(f"{token or 'its end'} among words")
            else:
                text += " " if token.isspace() else token
        self.at += 1
        return text

    def letters(self) -> str:
        """The letters and digits of an argument, Greek ones by their commands."""
        self.expect("{")
        text = ""
        while (token := self.take()) != "}":
            letter = symbols.GREEK.get(token, token)
            if not letter.isalnum():
                raise self.error(f"{token or 'its end'} among the letters of an alphabet")
            text += letter
        return text

    def fence(self, table: Mapping[str, str]) -> str:
        """The character of a bracket that grows."""
        token = self.take()
        if token not in table and token not in symbols.EITHER:
            raise self.error(f"{token or 'its end'} is no bracket")
        return table.get(token) or symbols.EITHER[token]

    def rows(self, end: str) -> list[list[list[Atom]]]:
        """The cells of the rows of an environment, up to its end, which is not read; an empty last row is none."""
        found: list[list[list[Atom]]] = [[]]
        while True:
            found[-1].append(self.atoms(frozenset({"&", "\\\\", end})))
            if self.peek() == end:
                return found if found[-1] != [[]] or len(found) == 1 else found[:-1]
            if self.take() == "\\\\":
                found.append([])


Command = Callable[[Reader, str], Atom]


def _scripted(base: Atom, below: list[Atom] | None, above: list[Atom] | None) -> Atom:
    texts = [f"<mo>{escape(base.markup)}</mo>" if base.sign else base.markup]
    texts += [group(atoms, script=True) for atoms in (below, above) if atoms is not None]
    tag = {(True, False): "sub", (False, True): "sup", (True, True): "subsup"}[below is not None, above is not None]
    if base.limits:
        tag = tag.replace("sub", "under").replace("sup", "over")
    sizes = [SMALL * width(atoms or []) for atoms in (below, above)]
    wide = max(base.width, *sizes) if base.limits else base.width + max(sizes)
    tall = base.tall or any(a.tall for a in (above or []))
    return replace(base, markup=f"<m{tag}>{''.join(texts)}</m{tag}>", width=wide, tall=tall, sign=False)
