"""Typed formulas as terms: arithmetic and relations."""

from __future__ import annotations

import ast

from symderiv.binders import free_names, fresh
from symderiv.doors.calls import Calls
from symderiv.doors.exclusions import factors_of
from symderiv.doors.expansions import class_letter
from symderiv.doors.numerals import check_extent
from symderiv.doors.order import DIVIDED_BY_ZERO, ordered_product, ordered_sum
from symderiv.doors.tokens import Misread
from symderiv.doors.words import RELATIONS, SPECIAL, raised
from symderiv.errors import InputError
from symderiv.statement import Relation
from symderiv.terms import (
    ZERO,
    Delta,
    Quotient,
    Term,
    minus_split,
    neg,
    number,
    plus,
    quo,
    summands,
    times,
)

_SIGNS = {ast.Eq: "=", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}
_TURNED = {"<": ">", "<=": ">="}


class Reading(Calls):
    """Reads one formula."""

    def node(self, node: ast.expr) -> Term:
        """A node as a term; every complaint gets a caret under the innermost node that it is about."""
        try:
            t = self._node(node)
            check_extent(t)
        except Misread:
            raise
        except InputError as error:
            raise self.misread(node, str(error)) from None
        return t

    def _node(self, node: ast.expr) -> Term:
        match node:
            case ast.Name():
                return self.leaf(node)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.total(node)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self.product(node)
            case ast.BinOp(base, ast.Pow(), exponent):
                return raised(self.node(base), self.node(exponent))
            case ast.UnaryOp(ast.USub(), operand):
                return neg(self.node(operand))
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.node(operand)
            case ast.Subscript(ast.Call() as call, place):
                return self.entry_of_call(call, place)
            case ast.Subscript():
                return self.reader.term(self.entry(node))
            case ast.Call():
                return self.call(node)
            case ast.Compare():
                raise self.misread(node, "a relation stands where a value should: facts go into given")
            case ast.Tuple():
                raise self.misread(node, "several expressions stand where one should: remove the comma")
        raise self.misread(node, f"a range stands where a value should: write {SPECIAL['sum']}")

    def total(self, node: ast.expr) -> Term:
        """A chain of + and -; a bracket after a minus stays a bracket."""
        found: list[Term] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            t = self.node(node.right)
            found += [neg(t)] if isinstance(node.op, ast.Sub) else reversed(summands(t))
            node = node.left
        found += reversed(summands(self.node(node)))
        return ordered_sum(summands(plus(*reversed(found))))

    def product(self, node: ast.expr) -> Term:
        """A chain of * and /: a/b*c is a*c/b; a fraction under a stroke stays a fraction."""
        over: list[Term] = []
        under: list[Term] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            if isinstance(node.op, ast.Div):
                sign, t = minus_split(self.node(node.right))
                under += [number(sign), *factors_of(t)]
            else:
                self.factor(self.node(node.right), over, under)
            node = node.left
        self.factor(self.node(node), over, under)
        return ordered_product(reversed(over), reversed(under))

    def factor(self, t: Term, over: list[Term], under: list[Term]) -> None:
        """Add a factor to what stands over and under the stroke."""
        sign, body = minus_split(t)
        top, bottom = (body.top, body.bottom) if isinstance(body, Quotient) else (body, None)
        over += [number(sign), *reversed(factors_of(top))]
        under += reversed(factors_of(bottom)) if bottom is not None else ()

    def relation(self) -> Relation:
        """The whole formula as a relation; < and <= change sides."""
        match self.formula.tree:
            case ast.Compare(left, [sign], [right]):
                return self.related(_SIGNS[type(sign)], left, right)
            case ast.Compare():
                raise self.misread(self.formula.tree, "several relations stand in one: write each on its own")
            case ast.Call(ast.Name() as name, arguments) if self.formula.token(name).text in (*RELATIONS, "one_hot"):
                word = self.formula.token(name).text
                self.check_count(self.formula.tree, word, 2, 2)
                return self.one_hot(*arguments) if word == "one_hot" else self.related(RELATIONS[word], *arguments)
            case ast.Call() as call if self.own_function(call) is None:
                self.function(call)  # a misspelt one_hot is told so
            case ast.Tuple():
                raise self.misread(
                    self.formula.tree, "several relations stand in one text: repeat --given, or pass a list"
                )
        raise self.misread(self.formula.tree, "a relation is missing: write left = right, left > right or i != j")

    def related(self, sign: str, left: ast.expr, right: ast.expr) -> Relation:
        one, other = self.node(left), self.node(right)
        return Relation(_TURNED[sign], other, one) if sign in _TURNED else Relation(sign, one, other)

    def one_hot(self, row: ast.expr, label: ast.expr) -> Relation:
        """``one_hot(y, t)``: y is 1 at class t and 0 elsewhere; in ``one_hot(y[n, k], t[n])`` for every n."""
        at = self.reader.index(self.index(label))
        array = None if self.is_entry(row) else self.word(row)
        if array is not None:
            letter = fresh({array} | free_names(Delta(at, at)), "k")
            entry = self.reader.term(self.indexed(array, [self.symbol(letter.name)]))
        else:
            entry = self.node(row)
        own = class_letter(entry, at)
        if own is None:
            raise self.misread(
                row, "one_hot speaks of an array or an entry with an index for the class: one_hot(y[n, k], t[n])"
            )
        return Relation("=", entry, Delta(own, at))


class Quoting(Reading):
    """Reads a formula that somebody is quoted with: nothing changes places, and a/b*c is a fraction times c."""

    def total(self, node: ast.expr) -> Term:
        """A chain of + and - in the order of the text."""
        found: list[Term] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            t = self.node(node.right)
            found.append(neg(t) if isinstance(node.op, ast.Sub) else t)
            node = node.left
        return plus(self.node(node), *reversed(found))

    def product(self, node: ast.expr) -> Term:
        """A chain of * and / from left to right; a stroke stands under everything before it."""
        found: list[tuple[bool, Term]] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            found.append((isinstance(node.op, ast.Div), self.node(node.right)))
            node = node.left
        factors = [self.node(node)]
        for under, t in reversed(found):
            if under and t is ZERO:
                raise InputError(DIVIDED_BY_ZERO)
            factors = [quo(times(*factors), t)] if under else [*factors, t]
        return times(*factors)
