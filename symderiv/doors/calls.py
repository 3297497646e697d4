"""Typed calls as terms: functions, sums, derivatives, softmax."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symderiv.binders import free_names, fresh, substitute
from symderiv.doors.exclusions import exclusions
from symderiv.doors.expansions import OVER_CLASSES
from symderiv.doors.leaves import Leaves
from symderiv.doors.numerals import check_extent
from symderiv.doors.words import FUNCTIONS, RELATIONS, RESERVED, SPECIAL, function_name, unknown
from symderiv.terms import D, Delta, Entry, Function, Symbol, Term, big, delta, exp

_MOST_DERIVATIVES = 20  # by one Derivative(...)


class Calls(Leaves):
    """Reads what is written as a call."""

    def call(self, node: ast.Call) -> Term:
        """A function of values, or one of those that read indices, arrays and ranges."""
        own = self.own_function(node)
        if own is not None:
            return Function(own, tuple(map(self.node, node.args)))
        word = self.function(node)
        if word in FUNCTIONS:
            least, most, build = FUNCTIONS[word]
            self.check_count(node, word, least, most)
            return build(*map(self.node, node.args))
        match word:
            case "sum":
                return self.sum(node)
            case "delta":
                self.check_count(node, word, 2, 2)
                return delta(*(self.reader.index(self.index(i)) for i in node.args))
            case "Derivative":
                return self.derivative(node)
        return self.normalised(node, word)

    def sum(self, node: ast.Call) -> Term:
        """``sum(e, k=1..K)``, ``sum(e, k=1..K, k!=i)``, ``sum(e, k)``, ``sum(k, e)``, ``Sum(e, (k, 1, K))``."""
        ranges: list[tuple[ast.expr, ast.expr | None]] = []
        unequal: list[ast.Compare] = []
        bodies: list[ast.expr] = []
        for argument in node.args:
            found = self.limit(argument)
            match argument:
                case _ if found is not None:
                    ranges.append(found)
                case ast.Compare(_, [ast.NotEq()], [_]):
                    unequal.append(argument)
                case ast.Compare() | ast.Tuple():
                    raise self.misread(
                        argument, "write the range of a sum as in sum(p[k], k=1..K) or sum(p[k], k=1..K, k!=i)"
                    )
                case _:
                    bodies.append(argument)
        body, letters = self.parted(node, bodies, bool(ranges))
        return self.summed(node, body, [*ranges, *((letter, None) for letter in letters)], unequal)

    def limit(self, node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
        """The letter and the size of ``k=1..K`` or ``(k, 1, K)``; None for what is no range."""
        match node:
            case ast.Compare(index, [ast.Eq()], [ast.BinOp(low, ast.BitOr(), size)]) | ast.Tuple([index, low, size]):
                self.check_low(node, index, low)
                return index, size
        return None

    def check_low(self, node: ast.expr, index: ast.expr, low: ast.expr) -> None:
        """Ranges start at 1."""
        token = self.token(low)
        if token is None or token.text != "1":
            raise self.misread(
                node,
                f"the range starts at {self.formula.shown(low)}: ranges are 1..size; write "
                f"{self.formula.shown(index)}=1..K with K the number of terms",
            )

    def parted(self, node: ast.Call, found: list[ast.expr], ranged: bool) -> tuple[ast.expr, list[ast.expr]]:
        """The summand, and the letters that stand beside it without a range."""
        letters = [] if ranged and len(found) == 1 else [a for a in found if self.is_bare(a)]
        bodies = [a for a in found if a not in letters]
        if (len(found) > 1 and len(bodies) == 0) or not (ranged or letters):
            raise self.misread(node, f"what the sum runs over is missing or not clear: write {SPECIAL['sum']}")
        if len(bodies) != 1:
            raise self.misread(node, f"a sum has one summand: write {SPECIAL['sum']}")
        return bodies[0], letters

    def is_bare(self, node: ast.expr) -> bool:
        token = self.token(node)
        return token is not None and token.kind == "name" and not self.is_entry(node)

    def is_entry(self, node: ast.expr) -> bool:
        """Whether a node is an entry written p_k."""
        return isinstance(node, ast.Name) and self.subscripted(node, self.formula.token(node).text) is not None

    def summed(
        self,
        node: ast.Call,
        summand: ast.expr,
        ranges: Sequence[tuple[ast.expr, ast.expr | None]],
        unequal: Sequence[ast.Compare],
    ) -> Term:
        """The sums over the ranges, the first range innermost, as in SymPy's Sum."""
        letters = [self.letter(index) for index, _ in ranges]
        if len(set(letters)) < len(letters):
            raise self.misread(node, "a sum runs over one letter twice: rename one of them")
        self.bound += [letter.name for letter in letters]
        t = self.node(summand)
        left_out = self.left_out(letters, unequal)
        del self.bound[-len(letters) :]
        for letter, (_, end) in zip(letters, ranges, strict=True):
            size = self.context.open_size() if end is None else self.size(end)
            body, found = exclusions(letter, t)
            t = big(letter, size, body, tuple(dict.fromkeys((*left_out[letter], *found))))
        return t

    def letter(self, node: ast.expr) -> Symbol:
        """The letter that a sum runs over."""
        found = self.reader.index(self.index(node))
        if not isinstance(found, Symbol):
            raise self.misread(node, "a sum runs over a letter, as in k=1..K")
        return found

    def left_out(self, letters: Sequence[Symbol], unequal: Sequence[ast.Compare]) -> dict[Symbol, list[Term]]:
        """For each letter what it skips; between two letters of one sum, the inner skips the outer."""
        found: dict[Symbol, list[Term]] = {letter: [] for letter in letters}
        for relation in unequal:
            one, other = (self.reader.index(self.index(side)) for side in (relation.left, relation.comparators[0]))
            skipping = next((letter for letter in letters if letter in (one, other)), None)
            if skipping is None or one is other:
                raise self.misread(relation, "a sum leaves out values of its own letter, as in sum(p[k], k=1..K, k!=i)")
            found[skipping].append(other if skipping is one else one)
        return found

    def derivative(self, node: ast.Call) -> Term:
        """``Derivative(e, z[i], z[j])``; a number behind a variable, or in a bracket with it, is how often."""
        if len(node.args) < 2:
            raise self.misread(node, f"a derivative needs its variable: write {SPECIAL['Derivative']}")
        t = self.node(node.args[0])
        variable: Term | None = None
        for argument in node.args[1:]:
            match argument:
                case ast.Tuple([one, count]):
                    variable = self.variable(one)
                    t = self.times(t, variable, count, 0)
                case _ if self.is_count(argument) and variable is not None:
                    t = self.times(t, variable, argument, 1)
                    variable = None
                case _:
                    variable = self.variable(argument)
                    t = D(t, variable)
        return t

    def variable(self, node: ast.expr) -> Term:
        """What a derivative is taken by."""
        x = self.node(node)
        if not isinstance(x, Entry | Symbol):
            raise self.misread(
                node, f"a variable is an entry such as z[i] or a plain symbol, not {self.formula.shown(node)}"
            )
        return x

    def is_count(self, node: ast.expr) -> bool:
        token = self.token(node)
        return token is not None and token.kind == "number"

    def times(self, t: Term, variable: Term, count: ast.expr, done: int) -> Term:
        """The derivative taken some number of times, ``done`` of them already."""
        token = self.token(count)
        if token is None or not token.text.isdigit() or not 1 <= int(token.text) <= _MOST_DERIVATIVES:
            raise self.misread(count, f"the order of a derivative is a whole number from 1 to {_MOST_DERIVATIVES}")
        for _ in range(int(token.text) - done):
            t = D(t, variable)
        return t

    def entry_of_call(self, node: ast.Call, place: ast.expr) -> Term:
        """``softmax(z)[i]``."""
        word = self.function(node)
        if word != "softmax" or len(node.args) != 1:
            raise self.misread(node, f"only arrays have indices; write {word}(...) of an entry, as in {word}(z[i])")
        return self.normalised(node, word, place)

    def normalised(self, node: ast.Call, word: str, place: ast.expr | None = None) -> Term:
        """``softmax(z, k)``, ``logsumexp(z, k=1..K)``, written out; z is an array or an expression with the index k."""
        places = node.args[1:] if place is None else [place]
        ranged = self.limit(places[0]) if len(places) == 1 and place is None else None
        if len(places) != 1 or (ranged is None and isinstance(places[0], ast.Compare | ast.Tuple)):
            raise self.misread(node, f"write {SPECIAL[word]} of an array with one axis, or as in {word}(z[n, k], k)")
        where = places[0] if ranged is None else ranged[0]
        at = self.letter(where) if ranged else self.reader.index(self.index(where))
        letter = fresh(self.context.every_name() | free_names(Delta(at, at)) | set(self.bound))
        array = None if self.is_entry(node.args[0]) else self.word(node.args[0])
        if array is not None and self.context.is_array(array):
            one, general = (
                self.reader.term(self.indexed(array, [i])) for i in (self.index(where), self.symbol(letter.name))
            )
        else:
            one = self.node(node.args[0])
            if not isinstance(at, Symbol) or at.name not in free_names(one):
                raise self.misread(node, f"{word} runs over an index of its expression, as in {word}(z[n, k], k)")
            general = substitute(one, {at: letter})
        check_extent(one)  # it is written twice
        size = self.context.open_size() if ranged is None else self.size(ranged[1])
        total = big(letter, size, exp(general))
        return OVER_CLASSES[word](one, total)

    def function(self, node: ast.Call) -> str:
        """The name of the function that is called; `Misread` where there is none."""
        token = self.token(node.func)
        if token is None or token.kind == "number":
            raise self.misread(node, "only names of functions stand before a bracket; for a product write *")
        if token.kind != "name":
            return "Derivative"
        known = self.context.canonical(token.text)
        word = function_name(token.text)
        if known is not None and (self.context.registered(known) or known in self.context.arrays):
            inside = self.formula.shown(node.args[0])
            if self.context.is_array(known):
                raise self.misread(node, f"{token.text} is an array: write {token.text}[{inside}]")
            if word not in FUNCTIONS and word not in SPECIAL:
                raise self.misread(node, f"{token.text} is no function: for a product write {token.text}*({inside})")
        if word in FUNCTIONS or word in SPECIAL:
            return word
        if word in RELATIONS or word == "one_hot":
            raise self.misread(node, f"{word} is a relation and stands where a value should: facts go into given")
        raise self.misread(node.func, unknown(token.text, self.reader.names.functions))

    def own_function(self, node: ast.Call) -> str | None:
        """The name of a function of the user's own, met in SymPy; one called log is log_ here, as it prints."""
        token = self.token(node.func)
        if token is None or token.kind != "name":
            return None
        bare = token.text[1:-1] if token.text.startswith("{") else token.text
        stem = bare.removesuffix("_")
        name = stem if stem != bare and stem in RESERVED else bare
        met = isinstance(self.reader.names.functions.get(name), type) and bare not in RESERVED
        return name if met else None

    def check_count(self, node: ast.Call, word: str, least: int, most: int) -> None:
        if not least <= len(node.args) <= most:
            wanted = str(least) if least == most else f"{least} or {most}"
            spelling = SPECIAL.get(word, f"{word}(x)")
            raise self.misread(node, f"{word} takes {wanted} argument{'s' * (most > 1)}, as in {spelling}")
