"""A problem as the user states it, in SymPy, together with its reading in terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

from symderiv.binders import all_names, separate, union
from symderiv.claims import Claim, Passage, checked_claims
from symderiv.doors.objects import assumes
from symderiv.doors.sympy import Reader, Surface
from symderiv.doors.text import Text
from symderiv.errors import InputError
from symderiv.examples import Example, checked_examples, fitting
from symderiv.inputs import WHERE, given_facts, several, typed, typed_definitions, typed_lines, typed_variables
from symderiv.printing.latex import latex, relation, shown
from symderiv.printing.notation import Notation, settle
from symderiv.printing.notations import HOUSE, notation_of
from symderiv.statement import Statement, state
from symderiv.terms import D, Entry, Symbol, Term, subterms


@dataclass(frozen=True, eq=False)
class Problem:
    """A loss (or any expression), the variables to differentiate by, definitions and facts.

    ``value`` is a SymPy expression, a scalar or one with free indices; ``wrt`` an entry such as
    ``z[i]``, a symbol, or a sequence of them (successive derivatives); ``where`` maps entries
    with index symbols, or symbols, to their definitions; ``given`` holds relations that are facts
    at the point in question. The attributes keep the caller's own SymPy objects;
    ``equals`` says for other libraries, each by its name, what computes the same value there: one line
    of their code, with the names of this problem; it is printed, never run. ``claims`` are equations about the
    problem, true ones and mistakes, and derivations in print; `report` decides them. ``statement`` is the same
    problem in terms, ``surface`` writes terms back, ``source`` keeps what was handed in. ``route`` is the way by
    which `report` derives it, ``notation`` the one whose letters it is written in, by name. ``about`` says in a
    sentence or two what it is for, ``meanings`` in a few words what each name stands for: ``{"z": "logits"}``.
    ``examples`` hold numbers for every array that the value needs, which `report` works through.
    `from_text` makes a problem from typed formulas.

    Raises `InputError` where the input cannot be read as meant.

    >>> from sympy import IndexedBase, Sum, symbols
    >>> z, (i, j, K) = IndexedBase("z"), symbols("i j K")
    >>> problem = Problem("half norm", Sum(z[j] ** 2, (j, 1, K)) / 2, z[i])
    >>> problem.wrt, problem.statement.scope.shapes["z"]
    ((z[i],), (Symbol(name='K'),))
    """

    name: str
    value: Any
    wrt: Any
    where: Mapping[Any, Any] | None = None
    given: Any = ()
    title: str | None = None
    examples: Sequence[Example] = ()
    equals: Mapping[str, str] = field(default_factory=dict)
    claims: Iterable[Claim | Passage] = ()
    route: str = "chain"
    notation: str = HOUSE
    about: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(init=False, repr=False)
    statement: Statement = field(init=False, repr=False)
    surface: Surface = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise InputError(f"the name of a problem is text, not {self.name!r}; the value comes second: value=...")
        set_field = object.__setattr__
        set_field(self, "wrt", several(self.wrt, "wrt"))
        set_field(self, "given", given_facts(self.given))
        if not isinstance(self.where, Mapping | None):
            raise InputError(WHERE)
        set_field(self, "where", dict(self.where or {}))
        set_field(self, "equals", _calls(self.equals))
        set_field(self, "claims", checked_claims(self.claims))
        notation_of(HOUSE, self.notation)
        if not self.wrt:
            raise InputError("wrt is empty: name what to differentiate by, such as wrt=z[i]")
        reader = Reader()
        set_field(self, "source", {name: getattr(self, name) for name in ("value", "wrt", "where", "given")})
        set_field(self, "statement", self._read(reader))
        set_field(self, "surface", reader.surface())
        for name, objects in self._objects().items():
            set_field(self, name, objects)
        set_field(self, "examples", checked_examples(self.examples, self.statement))
        set_field(self, "meanings", _meanings(self.meanings, self.statement))
        if not isinstance(self.about, str):
            raise InputError(f"about says in words what a problem is for, not {self.about!r}")

    @classmethod
    def from_text(
        cls,
        value: str,
        wrt: str | Iterable[str],
        where: str | Iterable[str] | Mapping[str, str] = (),
        given: str | Iterable[str] = (),
        name: str = "expression",
        title: str | None = None,
        claims: Iterable[Claim | Passage] = (),
    ) -> Problem:
        """A problem typed as text, the way it stands on paper; docs/text.md has the grammar.

        ``where`` holds definitions such as ``p[k] = softmax(z, k)``, ``given`` facts such as
        ``sum(y[k], k=1..K) = 1``, ``wrt`` variables by comma. The attributes are SymPy objects, as if
        the problem had been written with them. No text is ever run.
        Raises `InputError`, with a caret under the place, for what cannot be read as meant.

        >>> problem = Problem.from_text("-sum(k, y[k]*ln(p[k]))", "z_i", "p[k] = softmax(z, k)")
        >>> problem.value, problem.wrt
        (-Sum(log(p[k])*y[k], (k, 1, K)), (z[i],))
        """
        expression = typed(value, "value")
        variables = typed_variables(wrt)
        if not variables:
            raise InputError(_what_to_name(expression, typed_definitions(where)))
        defined, facts = typed_definitions(where), typed_lines(given, "given")
        return cls(name, expression, variables, defined, facts, title, claims=claims)

    def with_text(
        self,
        wrt: str | Iterable[str] = (),
        where: str | Iterable[str] | Mapping[str, str] = (),
        given: str | Iterable[str] = (),
    ) -> Problem:
        """The same problem with further definitions and facts, and other variables if any are named.

        The text uses the names of the problem; L names its value. Examples that do not tell what the new question
        needs are left behind. Errors are those of `from_text`.
        """
        source = self.source
        return self._asking(
            wrt=typed_variables(wrt) or source["wrt"],
            where={**source["where"], **typed_definitions(where)},
            given=(*source["given"], *typed_lines(given, "given")),
        )

    @classmethod
    def of(
        cls,
        statement: Statement,
        surface: Surface,
        title: str | None = None,
        about: str = "",
        meanings: Mapping[str, str] | None = None,
        notation: str = HOUSE,
    ) -> Problem:
        """A problem from its reading in terms; facts that the symbols' own assumptions say are not given ones."""
        notation_of(HOUSE, notation)
        made = object.__new__(cls)
        given = tuple(surface.relation(f.relation) for f in statement.facts if not assumes(surface, f.relation))
        stated = {
            "name": statement.name,
            "value": surface.expression(statement.value),
            "wrt": tuple(map(surface.expression, statement.variables)),
            "where": {surface.expression(d.head): surface.expression(d.body) for d in statement.definitions},
            "given": given,
            "title": title,
            "examples": (),
            "equals": {},
            "claims": (),
            "about": about,
            "meanings": _meanings(meanings or {}, statement),
            "notation": notation,
            "statement": statement,
            "surface": surface,
        }
        stated["source"] = {name: stated[name] for name in ("value", "wrt", "where", "given")}
        for attribute, content in stated.items():
            object.__setattr__(made, attribute, content)
        return made

    def with_variables(self, wrt: Any) -> Problem:
        """The same problem, differentiated by something else (one variable or a sequence).

        Examples that do not tell what the new question needs are left behind.
        """
        return self._asking(wrt=wrt)

    def _asking(self, **changed: Any) -> Problem:
        made = replace(self, **{**self.source, **changed}, examples=())
        object.__setattr__(made, "examples", fitting(self.examples, made.statement))
        return made

    def written_by(self, notation: str | Path | Notation | None = None) -> Notation:
        """How its names and operators are written in a notation: by its name, a file's path, or the problem's own."""
        return notation_of(self.notation if notation is None else notation, self.notation)

    def called(self, name: str, title: str | None = None) -> Problem:
        """The same problem under another name, by which its files are named, and another title."""
        return replace(self, **{**self.source, "name": name, "title": title})

    def _objects(self) -> dict[str, Any]:
        """The attributes as SymPy objects: the caller's own, or made for what was typed."""
        source, statement, surface = self.source, self.statement, self.surface

        def of(thing: Any, term: Term) -> Any:
            return surface.expression(term) if isinstance(thing, Text) else thing

        defined = zip(source["where"].items(), statement.definitions, strict=True)
        facts = zip(source["given"], statement.facts, strict=False)  # assumptions add further facts at the end
        return {
            "value": of(source["value"], statement.value),
            "wrt": tuple(map(of, source["wrt"], statement.variables)),
            "where": {of(key, d.head): of(body, d.body) for (key, body), d in defined},
            "given": tuple(surface.relation(f.relation) if isinstance(g, Text) else g for g, f in facts),
        }

    def _repr_markdown_(self) -> str:
        """The derivative that is asked for, the definitions and the facts, as formulas."""
        s = self.statement
        facts = [f.relation for f in s.facts]
        sides = [side for r in facts for side in (r.left, r.right)]
        defined = (t for d in s.definitions for t in (d.head, d.body))
        to = settle(self.written_by(), [s.value, *s.variables, *defined, *sides])
        shown = [latex(reduce(D, s.variables, s.value), to)]
        shown += [f"{latex(d.head, to)} = {latex(d.body, to)}" for d in s.definitions]
        given = ", ".join(f"${relation(r, to)}$" for r in facts)
        return "\n\n".join([*(f"$$\n{formula}\n$$" for formula in shown), *([f"Given: {given}."] if facts else [])])

    def _repr_latex_(self) -> str:
        own = self.written_by()
        return shown(latex(reduce(D, self.statement.variables, self.statement.value), own))

    def _read(self, reader: Reader) -> Statement:
        where = self.where or {}
        reader.announce((self.value, *self.wrt, *where.values(), *self.given), where)
        value = reader.term(self.value)
        reader.name_value(value)
        definitions = tuple(reader.definition(key, body) for key, body in where.items())
        variables = tuple(_variable(reader, v) for v in self.wrt)
        facts = tuple(map(reader.fact, self.given))
        return state(
            self.name,
            # a sum in the value may use the letter of the variable: they mean two different things
            separate(value, union((value, *variables))),
            variables,
            definitions,
            facts + reader.facts_from_assumptions(),
            reader.declared,
            reader.open_sizes,
        )


def _what_to_name(value: Text, where: Mapping[Text, Text]) -> str:
    """The message for a problem without a variable, with what there is to choose from."""
    reader = Reader()
    reader.announce((value, *where.values()), where)
    defined = {reader.definition(*pair).name for pair in where.items()}
    found = [u for text in (value, *where.values()) for u in subterms(reader.term(text))]
    entries = {u.array: u for u in found if isinstance(u, Entry) and u.array not in defined}
    scalars = dict.fromkeys(u.name for u in found if isinstance(u, Symbol) and u.name not in defined)
    choice = [f"{name}[{', '.join('ijklmn'[: len(u.indices)])}]" for name, u in entries.items()]
    return f"wrt is empty: name what to differentiate by, one of {', '.join([*choice, *scalars]) or 'its names'}"


def _variable(reader: Reader, expr: Any) -> Term:
    t = reader.term(expr)
    if not isinstance(t, Entry | Symbol):
        raise InputError(f"cannot differentiate by {expr}: a variable is an entry such as z[i] or a plain symbol")
    return t


def _meanings(given: Any, statement: Statement) -> dict[str, str]:
    """Words for names that the problem has."""
    if not isinstance(given, Mapping) or not all(isinstance(t, str) for pair in given.items() for t in pair):
        raise InputError('meanings is a mapping from names to words: meanings={"z": "logits"}')
    scope = statement.scope
    every = (statement.value, *statement.variables, *(t for d in statement.definitions for t in (d.head, d.body)))
    known = {*scope.shapes, *scope.indices, *(s.name for s in scope.sizes)}.union(*map(all_names, every))
    for name in given:
        if name not in known:
            raise InputError(
                f"meanings names {name}, which the problem does not have; it has {', '.join(sorted(known))}"
            )
    return dict(given)


def _calls(given: Any) -> dict[str, str]:
    """Names of libraries with one line of code each, such as can stand in any kind of file."""
    if not isinstance(given, Mapping):
        raise InputError('equals is a mapping from libraries to code: equals={"PyTorch": "torch.logsumexp(z, dim=-1)"}')
    for text in (*given.keys(), *given.values()):
        if not isinstance(text, str) or not text.isprintable() or not text.strip() or "`" in text or "\\" in text:
            raise InputError(f"equals holds text on one line, without backquotes and backslashes, not {text!r}")
    return dict(given)
