"""The house holds: imports run downward, wings stay apart, SymPy stays behind its doors, input text is never run."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import symderiv

HOUSE = Path(__file__).parent.parent / "symderiv"
WINGS = ("engine", "proof", "numeric")
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "release"),
    ("nodes",),
    ("terms",),
    ("letters",),
    ("keys",),
    ("binders",),
    ("axes",),
    ("scope",),
    ("sizes",),
    ("statement",),
    ("trace", "codec"),
    ("doors",),
    ("printing",),
    ("facts", "inputs", "claims", "examples"),
    ("problem",),
    WINGS,
    ("named",),
    ("verdicts",),
    ("repairs",),
    ("report", "exchange", "steps"),
    ("restored", "chains"),
    ("zoo", "derivation"),
    ("functions", "checking", "proving"),
    ("products",),
    ("deciding", "matter"),
    ("notes", "exported"),
    ("listing", "exporting"),
    ("console",),
    ("options",),
    ("cli",),
    ("__main__",),
)
RANK = {unit: rank for rank, units in enumerate(LAYERS) for unit in units}
SYMPY_ROOMS = ("doors", "zoo")
OPTIONAL = {"array_api_compat", "fontTools", "jax", "matplotlib", "numba", "resource", "torch", "ziamath"}
RUNNERS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr"}
HANDLING_IMPORTS = (
    "__init__.py",  # the package keeps its public names from submodules
    "report/apart.py",  # another process finds the same modules
)
GENERATED = "numeric/built.py"  # runs the source that numeric writes itself: no input text is in it
MODULES = sorted(HOUSE.rglob("*.py"))


@dataclass(frozen=True)
class Import:
    """One imported module, where it stands, and the function around it ("" at the top of a module)."""

    module: str
    line: int
    level: int
    function: str


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def unit(path: Path) -> str:
    """The storey a module belongs to: its folder, or its own name at the top."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[Import]:
    def below(node: ast.AST, function: str) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(a.name, child.lineno, 0, function) for a in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                # "from symderiv import terms" imports symderiv.terms
                full = [f"{base}.{a.name}" for a in child.names] if base == "symderiv" else [base]
                yield from (Import(m, child.lineno, child.level, function) for m in full)
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from below(child, child.name if inside else function)  # type: ignore[attr-defined]  # inside says so

    yield from below(tree(path), "")


def target(found: Import) -> str | None:
    """The storey an import reaches, or None outside the house."""
    names = found.module.split(".")
    if names[0] != "symderiv":
        return None
    return names[1] if len(names) > 1 and names[1] in RANK else "symderiv"


def complaint(path: Path, line: int, what: str) -> str:
    return f"symderiv/{name_of(path)}:{line}: {what}"


def upward(path: Path) -> Iterator[str]:
    here = unit(path)
    for found in imports(path):
        there = target(found)
        if there is None or there == here or here == "__init__":
            continue
        if there == "symderiv" and here != "cli":
            yield complaint(path, found.line, "imports the package itself, which stands above everything")
        elif there != "symderiv" and RANK[there] >= RANK[here]:
            yield complaint(path, found.line, f"{here} imports {there}, which does not stand below it")


def sympy_outside(path: Path) -> Iterator[str]:
    for found in imports(path):
        if found.module.split(".")[0] in ("sympy", "mpmath") and unit(path) not in SYMPY_ROOMS:
            yield complaint(path, found.line, f"imports {found.module} outside doors/ and zoo/")


def relative_or_starred(path: Path) -> Iterator[str]:
    for found in imports(path):
        if found.level:
            yield complaint(path, found.line, "a relative import; write the full name")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            yield complaint(path, node.lineno, "a starred import; name what is used")
        meddles = isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.path", "sys.modules")
        if meddles and name_of(path) not in HANDLING_IMPORTS:
            yield complaint(path, node.lineno, "meddles with the import system")


def lazy(path: Path) -> Iterator[str]:
    for found in imports(path):
        allowed = unit(path) == "cli" or found.module.split(".")[0] in OPTIONAL
        if found.function and not allowed:
            yield complaint(path, found.line, f"imports {found.module} inside {found.function}(); move it to the top")
    for node in ast.walk(tree(path)):
        named = isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).split(".")[-1] == "import_module"
        if named and name_of(path) not in ("__init__.py", "zoo/__init__.py"):
            yield complaint(path, node.lineno, "imports by name; only the package and the zoo do that")


def runs_text(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name(id=name) if name in RUNNERS and name_of(path) != GENERATED:
                yield complaint(path, node.lineno, f"{name} runs text")
            case ast.Attribute(attr=name) if name in RUNNERS - {"compile"}:  # re.compile runs nothing
                yield complaint(path, node.lineno, f"{name} runs text")
            case ast.ImportFrom(names=names) if {a.name for a in names} & {*RUNNERS, "S"}:
                yield complaint(path, node.lineno, "imports a function that runs text")


def works_at_import(path: Path) -> Iterator[str]:
    """A module defines things. Assignments may build small values; loops, calls for effect and files may not be."""
    for node in tree(path).body:
        match node:
            case ast.Expr(value=ast.Constant()):
                continue  # a docstring, or a string that documents a constant
            case ast.If(test=test) if "__name__" in ast.unparse(test) or "TYPE_CHECKING" in ast.unparse(test):
                continue
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                continue
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                yield from _busy(path, node)
            case _:
                yield complaint(path, node.lineno, f"{type(node).__name__} at the top of a module works at import")


BUSY = {"open", "read_text", "read_bytes", "run", "Popen", "print", "import_module", "derive", "diff", "doit"}


def _busy(path: Path, statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")[-1]
            if called in BUSY:
                yield complaint(path, node.lineno, f"calls {called} at import")


RULES = (upward, sympy_outside, relative_or_starred, lazy, runs_text, works_at_import)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_holds(rule: object) -> None:
    assert callable(rule)
    assert [line for path in MODULES for line in rule(path)] == []


def test_every_module_has_its_storey() -> None:
    strangers = {unit(path) for path in MODULES} - set(RANK) - {"__init__"}
    assert not strangers, f"say in LAYERS where {sorted(strangers)} stand"


def test_no_module_hides_a_public_name() -> None:
    """Importing symderiv.x would set the attribute x of the package, whatever ``symderiv.x`` means to its users."""
    rivals = [n for n in module_names() if n.removeprefix("symderiv.") in symderiv.__all__]
    program = "import symderiv, sys, types\n"
    program += "".join(f"import {name}\n" for name in rivals)
    program += f"hidden = [n for n in {rivals!r} if isinstance(getattr(symderiv, n[9:]), types.ModuleType)]\n"
    assert run(f"{program}print(hidden)") == (0, "[]\n", "")


def test_wings_share_a_storey_and_so_never_import_one_another() -> None:
    assert len({RANK[wing] for wing in WINGS}) == 1


def test_the_zoo_knows_only_problems_and_the_language_they_are_written_in() -> None:
    known = {
        (name_of(path), target(found))
        for path in MODULES
        if unit(path) == "zoo"
        for found in imports(path)
        if target(found)
    }
    assert {there for _, there in known} <= {"zoo", "problem", "claims", "doors", "errors", "examples"}


def test_generated_source_is_run_in_one_place() -> None:
    path = HOUSE / GENERATED
    used = [n.id for n in ast.walk(tree(path)) if isinstance(n, ast.Name) and n.id in RUNNERS]
    assert sorted(used) == ["compile", "exec"]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_are_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < 300, f"symderiv/{name_of(path)} has {lines} lines: split it along a seam"


def test_importing_prints_nothing_and_starts_nothing() -> None:
    """Every module can be imported, in silence."""
    names = [n for n in module_names() if n != "symderiv.__main__"]
    assert run("".join(f"import {name}\n" for name in names)) == (0, "", "")


def module_names() -> list[str]:
    dotted = [name_of(path).removesuffix(".py").replace("/", ".") for path in MODULES]
    return [f"symderiv.{name}".removesuffix(".__init__") for name in dotted]


def run(program: str) -> tuple[int, str, str]:
    """Exit status, output and complaints of a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOUSE.parent, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


# --- the rules themselves are tried on modules that break them --------------------------------


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (upward, "terms.py", "from symderiv.binders import key"),
        (upward, "engine/chain.py", "from symderiv.proof import exact"),
        (upward, "numeric/rewrites/stable.py", "import symderiv.engine.form"),
        (upward, "doors/sympy.py", "from symderiv import derive"),
        (
            upward,
            "facts.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from symderiv.engine import form",
        ),
        (sympy_outside, "engine/chain.py", "import sympy.core as core"),
        (sympy_outside, "facts.py", "def f():\n    from sympy import Sum"),
        (relative_or_starred, "facts.py", "from .terms import key"),
        (relative_or_starred, "facts.py", "from symderiv.terms import *"),
        (lazy, "facts.py", "def f():\n    import numpy"),
        (lazy, "facts.py", "from importlib import import_module\ndef f():\n    import_module('sympy')"),
        (runs_text, "doors/text.py", "def f(s):\n    return eval(s)"),
        (runs_text, "doors/text.py", "def f(s):\n    return list(map(eval, s))"),
        (runs_text, "doors/text.py", "from sympy import sympify as quietly"),
        (runs_text, "doors/text.py", "import sympy\ndef f(s):\n    return sympy.parse_expr(s)"),
        (runs_text, "numeric/texts/source.py", "exec('1')"),
        (works_at_import, "facts.py", "for x in (1, 2):\n    pass"),
        (works_at_import, "facts.py", "print('hello')"),
        (works_at_import, "facts.py", "TEXT = open('a').read()"),
    ],
)
def test_each_rule_finds_its_offender(
    rule: object, name: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "HOUSE", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert callable(rule)
    found = list(rule(path))
    assert len(found) == 1
    assert found[0].startswith(f"symderiv/{name}:")
