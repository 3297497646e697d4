"""The leaves of typed formulas: numbers, names, entries, and the indices that stand in them."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sympy

from symderiv.binders import free_names
from symderiv.doors.context import Context
from symderiv.doors.expressions import ExpressionReader
from symderiv.doors.numerals import plain_number
from symderiv.doors.spelling import Formula
from symderiv.doors.tokens import Misread, Token
from symderiv.doors.words import CALLED, function_name, stranger
from symderiv.terms import NUMBER_SYMBOLS, Function, Term

_NO_NAMES = {
    "e": "e is not read as a number: write exp(x) for e to the x, or give what is meant another letter",
    "E": "E is not read as a number: write exp(x) for e to the x, or give what is meant another letter",
    **dict.fromkeys(("oo", "inf"), "symderiv works with ordinary numbers; sums end at a size such as K"),
    "nan": "symderiv works with ordinary numbers",
    **dict.fromkeys(("True", "False", "None"), "formulas are made of numbers, names and relations"),
}


@dataclass
class Leaves(ABC):
    """Reads the leaves of one formula; ``bound`` are the letters of the sums around."""

    reader: ExpressionReader
    context: Context
    formula: Formula
    bound: list[str] = field(default_factory=list)

    @abstractmethod
    def node(self, node: ast.expr) -> Term:
        """A node as a term."""

    def misread(self, node: ast.expr, sentence: str) -> Misread:
        """The error for a node."""
        return self.formula.misread(node, sentence)

    def word(self, node: ast.expr) -> str | None:
        """The name that a node is, in the problem's spelling, or None; `Misread` for a name that is not read."""
        token = self.token(node)
        if token is None or token.kind != "name":
            return None
        name = self.context.canonical(token.text)
        if name is None and token.text.startswith("{"):
            raise self.misread(node, f"braces group nothing here: write ({token.text[1:-1]})")
        if name is None:
            raise self.misread(node, stranger(token.text))
        return name

    def token(self, node: ast.expr) -> Token | None:
        """The token of a placeholder."""
        return self.formula.token(node) if isinstance(node, ast.Name) else None

    def leaf(self, node: ast.Name) -> Term:
        """A number, a scalar, a number with a name, or an entry written p_i."""
        token = self.formula.token(node)
        if token.kind != "name":
            return plain_number(Decimal(token.text))
        entry = self.subscripted(node, token.text)
        if entry is not None:
            return self.reader.term(entry)
        name = self.word(node)
        assert name is not None
        if name in self.context.met.symbols:
            return self.reader.term(self.context.met.symbols[name])
        if self.context.is_array(name):
            raise self.misread(node, f"the array {name} alone has no value: write an entry such as {name}[i]")
        if name == "L" and "L" not in self.context.defined:
            return self.value(node)
        if name in NUMBER_SYMBOLS:
            return Function(self.reader.names.function(name, getattr(sympy, name)), ())
        if name in _NO_NAMES:
            raise self.misread(node, _NO_NAMES[name])
        self.check_no_function(node, token, name)
        return self.reader.term(sympy.Symbol(name))

    def check_no_function(self, node: ast.expr, token: Token, name: str) -> None:
        """Refuse the name of a function where that of a scalar or an array belongs."""
        if function_name(token.text) in CALLED - {"delta"} and name != "Sigma":
            raise self.misread(node, f"{token.text} is a function: write {token.text}(...)")

    def value(self, node: ast.Name) -> Term:
        """The problem's value, which L names."""
        value = self.context.value
        if value is None:
            raise self.misread(node, "L names the value of the problem and cannot stand in it: choose another letter")
        caught = sorted(free_names(value) & set(self.bound))
        if caught:
            raise self.misread(
                node, f"L depends on the index {caught[0]}, which the sum around it runs over: rename that one"
            )
        return value

    def subscripted(self, node: ast.Name, word: str) -> Any:
        """``p_i`` as the entry p[i] where p is an array and i an index; None for a name of its own."""
        head, _, tail = word.rpartition("_") if not word.endswith("}") else word.partition("_{")
        own = self.context.registered(word) or self.context.is_array(self.context.canonical(word))
        if not head or not tail or own or word.startswith("{"):
            return None
        braced, tail = tail.endswith("}"), tail.rstrip("}")
        places = self.places(tail)
        if not places and not braced:
            return None
        array = self.context.canonical(head)
        letters = [self.context.canonical(part) for part in places]
        spelling = f"{array or head}[{', '.join(places) or tail}]"
        together = len(places) > 1 and "," not in tail
        if all(map(self.may_be_letter, letters)) and self.context.is_array(array) and not together:
            assert array is not None
            return self.indexed(array, [self.symbol(str(letter)) for letter in letters])
        if self.context.is_array(array) or braced or all(map(self.is_letter, letters)):
            raise self.misread(
                node, f"{word} is not read as a name of its own: for an entry write {spelling}, or rename it"
            )
        return None

    def places(self, subscript: str) -> list[str]:
        """The indices that a subscript may be, as in p_i, p_ij and p_{i,j}; none in a name such as y_hat or w_0."""
        if "," in subscript:
            return [part.strip() for part in subscript.split(",")]
        if subscript.isdigit():
            return [] if subscript.startswith("0") else [subscript]
        # two usual letters are indices more likely than a word; z_min is a name, also beside z[i]
        pair = len(subscript) == 2 and not self.is_letter(subscript)
        is_index = self.may_be_letter if pair else self.is_letter
        if all(is_index(place) or place in "123456789" for place in subscript):
            return list(subscript)
        return [subscript] if len(subscript) == 1 or self.is_letter(subscript) else []

    def is_letter(self, name: str | None) -> bool:
        """Whether a name is an index of the problem."""
        return name is not None and (name in self.context.letters or name in self.bound or self.reader.is_index(name))

    def may_be_letter(self, name: str | None) -> bool:
        """Whether a name is an index of the problem, or a usual letter for one that means nothing else in it."""
        return self.is_letter(name) or (name in tuple("ijklmn") and not self.context.knows(str(name)))

    def entry(self, node: ast.Subscript) -> Any:
        """``z[n, k]`` as SymPy's Indexed, which evaluates nothing."""
        if not isinstance(node.value, ast.Name) or self.formula.token(node.value).kind != "name":
            hint = "write all indices in one bracket, as in z[n, k]" if isinstance(node.value, ast.Subscript) else ""
            raise self.misread(node, hint or "only arrays have indices: name the array, and define it in where")
        token = self.formula.token(node.value)
        name = self.word(node.value)
        assert name is not None
        if not self.context.registered(name):
            self.check_no_function(node, token, name)
            self.check_one_reading(node, name)
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return self.indexed(name, [self.index(place) for place in places])

    def check_one_reading(self, node: ast.Subscript, name: str) -> None:
        """Refuse p_i[k] where p is an array and i an index: p_i alone would be the entry p[i]."""
        head, _, tail = name.rpartition("_")
        places = self.places(tail)
        if self.context.is_array(head) and places and all(map(self.is_letter, places)):
            spelling = f"{head}[{', '.join((*places, self.formula.shown(node.slice)))}]"
            raise self.misread(
                node, f"{self.formula.shown(node)} has two readings: write {spelling}, or give the array another name"
            )

    def indexed(self, array: str, places: list[Any]) -> Any:
        """The entry of an array, SymPy's own object for it if there is one."""
        base = self.context.met.arrays.get(array)
        return sympy.Indexed(sympy.IndexedBase(array) if base is None else base, *places)

    def symbol(self, name: str) -> sympy.Symbol:
        """SymPy's object of a name."""
        found = self.context.met.symbols.get(name)
        return sympy.Symbol(name) if found is None else found

    def index(self, node: ast.expr) -> Any:
        """An index: a symbol, a whole number from 1 on, or an entry that holds a class number."""
        token = self.token(node)
        if token is not None and token.kind == "number":
            return self.whole(node, token)
        if token is not None:
            name = self.word(node)
            if self.context.is_array(name):
                raise self.misread(
                    node, f"the array {name} stands as an index: write an entry of it, such as {name}[n]"
                )
            return self.symbol(str(name))
        if isinstance(node, ast.Subscript):
            return self.entry(node)
        raise self.misread(
            node,
            f"the index {self.formula.shown(node)}: an index is a symbol or a whole number from 1 on; "
            "for shifted and computed indices name the shifted array instead",
        )

    def whole(self, node: ast.expr, token: Token) -> sympy.Integer:
        if not token.text.isdigit() or int(token.text) < 1:
            raise self.misread(
                node, f"the index {token.text}: indices are whole numbers from 1 on; the first entry has index 1"
            )
        return sympy.Integer(int(token.text))

    def size(self, node: ast.expr) -> Term:
        """A size: a symbol or a whole number from 1 on."""
        token = self.token(node)
        if token is None or token.kind != "name":
            whole = token is not None and token.text.isdigit() and int(token.text) >= 1
            if not whole:
                raise self.misread(
                    node,
                    f"the size {self.formula.shown(node)}: a size is a symbol or a whole number from 1 on; "
                    "give the number of terms a symbol of its own, as in k=1..K",
                )
            assert token is not None
            return self.reader.size(sympy.Integer(int(token.text)))
        return self.reader.size(self.symbol(str(self.word(node))))
