"""The catalogues are whole: every sentence that any part of the house can say in the notes is in every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import symderiv as sd
from symderiv import notes
from symderiv.claims import Passage, as_lines
from symderiv.engine.kinds import KINDS, PHASES
from symderiv.engine.routes import ROUTES
from symderiv.engine.sentences import SENTENCES
from symderiv.matter.tools import WAYS
from symderiv.report.language import CATALOGUES, _catalogue, language, languages
from symderiv.report.voice import Voice

HOUSE = CATALOGUES.parent.parent
OTHERS = languages()[1:]
SAYS = ("say", "strong", "words", "sentence")
SPOKEN = re.compile(r"[A-Za-z]{2}.* |\{\w+\}")  # what has words and a space, or a place, is a sentence
NAMES = {"p": "p", "K": "K"}
# the prover's errors that are no reasons: what cannot happen, and what is caught
SILENT = {"AssertionError", "Defect", "TooMuch"}
OF_CALLERS = "budget"  # whose InputErrors are about what callers hand in
REASONED = (
    "algebra balls budget conditions differentiate evaluation functions jets normal places prove special steps sums "
    "witness"
).split()


def constants(node: ast.AST) -> Iterator[str]:
    """The texts in a piece of code; what stands in the braces of an f-string is shown as a place."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "2" for v in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Compare):  # what is compared with is not said
        for child in ast.iter_child_nodes(node):
            yield from constants(child)


def code(path: Path) -> ast.Module:
    """A module without its docstrings."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return module


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def said(path: Path) -> set[str]:
    """What a chapter says: the texts in calls of a voice, and every other one that reads as a sentence."""
    module = code(path)
    texts = {text for text in constants(module) if SPOKEN.search(text) and "\\" not in text}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            texts |= {text for value in node.value.values for text in constants(value)}
        if not isinstance(node, ast.Call):
            continue
        mapped = called(node) == "map" and isinstance(node.args[0], ast.Attribute) and node.args[0].attr in SAYS
        if called(node) in SAYS or mapped:
            texts |= {text for argument in node.args for text in constants(argument)}
    return texts - {""}


def rules() -> Iterator[tuple[str, str]]:
    """The id and the sentence of every rule, those made within functions too."""
    for path in (*(HOUSE / "engine").rglob("*.py"), *(HOUSE / "matter").rglob("*.py")):
        for node in ast.walk(code(path)):
            if isinstance(node, ast.Call) and called(node) in ("Rule", "by_law") and len(node.args) > 1:
                texts = tuple(text for argument in node.args[:2] for text in constants(argument))
                if len(texts) == 2:  # by_law itself hands on what it is given
                    yield texts


def rule_words() -> Iterator[str]:
    ids = {*KINDS, *SENTENCES, *(name for name, _ in rules())}
    yield from (name.replace("-", " ") for name in sorted(ids))


def engine_sentences() -> Iterator[str]:
    yield from (sentence for _, sentence in rules())
    yield from (*SENTENCES.values(), *PHASES.values(), *(r.sentence for r in ROUTES.values()), *WAYS.values())
    yield from (kind.together for kind in KINDS.values() if kind.together)


def formula_words() -> Iterator[str]:
    """Words within formulas."""
    for path in sorted((HOUSE / "report").rglob("*.py")):
        found = (words for text in constants(code(path)) for words in re.findall(r"\\text\{([^{}]*)\}", text))
        yield from (words.strip() for words in found if re.search("[a-z]{2}", words))


def zoo_texts() -> Iterator[str]:
    for problem in map(sd.load, sd.names()):
        yield from (problem.title or problem.name, problem.about, *problem.meanings.values())
        yield from (example.text for example in problem.examples)
        for claim in problem.claims:
            yield claim.text
            yield getattr(claim, "source", "")
            if isinstance(claim, Passage):
                yield from (line.reason for line in as_lines(claim.lines))


def reasons() -> Iterator[str]:
    """Why conditions hold, and why the prover leaves a claim undecided: texts that may hold names and numbers."""
    facts = {text for text in constants(code(HOUSE / "facts.py")) if SPOKEN.search(text)}
    yield from sorted(facts - {"both sides"})  # a head that two sides are matched under
    for name in REASONED:
        for node in ast.walk(code(HOUSE / "proof" / f"{name}.py")):
            silent = SILENT | ({"InputError"} if name == OF_CALLERS else set())
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc) not in silent:
                yield from (text for text in constants(node.exc) if SPOKEN.search(text))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and name in ("prove", "steps"):
                yield from (
                    text.replace("{}", "a division by 0") for text in constants(node.value) if SPOKEN.search(text)
                )


@cache
def catalogue(lang: str) -> dict[str, str]:
    return _catalogue(CATALOGUES / f"{lang}.toml")


def absent(lang: str, texts: Iterator[str] | set[str]) -> list[str]:
    return sorted({text for text in texts if text and text not in catalogue(lang)})


def unspoken(lang: str, texts: Iterator[str]) -> list[str]:
    """The texts of which a voice cannot say all, with the places filled."""
    found = []
    for text in texts:
        voice = Voice(language(lang), NAMES)
        voice.sentence(text)
        if voice.untranslated:
            found.append(text)
    return found


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("path", sorted((HOUSE / "report" / "chapters").glob("*.py")), ids=lambda path: path.stem)
def test_what_chapters_say(lang: str, path: Path) -> None:
    assert absent(lang, said(path)) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_what_figures_say(lang: str) -> None:
    texts = {text for path in (HOUSE / "report" / "figures").glob("*.py") for text in constants(code(path))}
    found = {text for text in texts if SPOKEN.search(text) and text.endswith(".")}
    assert "A square map with the numbers of {entry} in its cells." in found
    assert absent(lang, found) == []


def test_the_sentences_of_a_chapter_are_found() -> None:
    chapters = {path.stem: said(path) for path in (HOUSE / "report" / "chapters").glob("*.py")}
    assert {"It needs {conditions}.", "name", "Result", "Without it, {result}."} <= chapters["result"]
    assert {"Case {condition} of step {number}", "Steps {first} and {last}", ","} <= chapters["derivation"]
    assert {"Contents", ", ", "{title}: {outcome}"} <= chapters["__init__"]


@pytest.mark.parametrize("lang", OTHERS)
def test_rules_and_what_strategies_write(lang: str) -> None:
    assert {"linearity", "sift", "log-exp", "exp-sum"} <= {name for name, _ in rules()}
    assert absent(lang, rule_words()) == []
    assert absent(lang, engine_sentences()) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_words_in_formulas(lang: str) -> None:
    found = set(formula_words())
    assert {"for every", "(refuted)"} <= found
    assert absent(lang, found) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_what_names_mean(lang: str) -> None:
    found = {text for text in constants(code(HOUSE / "report" / "page.py")) if SPOKEN.search(text)}
    found = {text for text in found if "\\" not in text and "2" not in text}
    assert {"free index", "size, any whole number"} <= found
    assert absent(lang, found) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_what_the_zoo_says(lang: str) -> None:
    assert absent(lang, zoo_texts()) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_reasons(lang: str) -> None:
    found = list(reasons())
    assert {"a sum of positive terms", "2 is a size", "a division by 0", "budget: more than 2 seconds"} <= set(found)
    assert unspoken(lang, iter(found)) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_reasons_of_elements_that_do_not_apply(lang: str) -> None:
    module_texts = {
        text
        for path in (HOUSE / "matter").glob("*.py")
        for node in code(path).body
        if isinstance(node, ast.Assign)
        for text in constants(node.value)
        if SPOKEN.search(text) and text.endswith(".")
    }
    assert "No vector is differentiated by another." in module_texts
    assert absent(lang, module_texts) == []
    told = {text for name, text in vars(notes).items() if name.isupper() and isinstance(text, str) and text[-1:] == "."}
    assert notes.NO_PRODUCT in told
    assert absent(lang, told) == []
    elements = {
        text for text in constants(code(HOUSE / "report" / "beside.py")) if SPOKEN.search(text) and "\\" not in text
    }
    assert "Second derivatives" in elements
    assert absent(lang, elements) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_marks_and_spaces_are_those_of_the_language(lang: str) -> None:
    for english, text in catalogue(lang).items():
        bare = re.sub(r"\{\w+\}|\(\d\)|E\(X - EX\)", "", text)
        assert not re.search(r"[,;:?!]", bare), english
        assert not re.search(r"[\u4e00-\u9fff] +[\u4e00-\u9fff]", text), english
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", text), english
