"""The notes: complete, valid in every dialect they are written for, and the same every time."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import sympy
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from report.problems import labelled, tempered
from sympy import Eq, IndexedBase, Sum, exp, log, symbols
from tools import FORBIDDEN, ROOT, fitting, katex_errors, needs_katex, needs_latex

import symderiv as sd
from symderiv import notes
from symderiv.examples import Example
from symderiv.notes import file_name
from symderiv.report.render import STYLES

SUFFIXES = tuple(style.suffix for kind in ("md", "tex") for style in STYLES[kind])
MARKDOWN = tuple(s for s in SUFFIXES if s.endswith(".md"))
COMMITTED = sorted(p for p in (ROOT / "outputs").glob("*.*") if ".zh." not in p.name and p.name != "README.md")
pytestmark = pytest.mark.xdist_group("notes")  # the notes of all problems are made once

i, j, k, K, N, m, n = symbols("i j k K N m n")
z, y, p, x, s = map(IndexedBase, ("z", "y", "p", "x", "s"))

OWN = {
    "squared distance of softmax to labels": sd.Problem(
        name="squared_distance of softmax & labels",
        where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
        value=Sum((p[k] - y[k]) ** 2, (k, 1, K)) / 2,
        wrt=z[i],
    ),
    "sigmoid cross-entropy": sd.Problem(
        name="sigmoid cross-entropy",
        where={s[k]: 1 / (1 + exp(-x[k]))},
        value=-Sum(y[k] * log(s[k]) + (1 - y[k]) * log(1 - s[k]), (k, 1, K)),
        wrt=x[i],
    ),
    "without the fact": sd.Problem(
        name="cross-entropy without the fact",
        where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
        value=-Sum(y[k] * log(p[k]), (k, 1, K)),
        wrt=z[i],
    ),
    "renamed": sd.Problem(
        name="renamed",
        where={IndexedBase("y_hat")[n]: exp(IndexedBase("e")[n]) / Sum(exp(IndexedBase("e")[m]), (m, 1, N))},
        value=-Sum(IndexedBase("delta")[n] * log(IndexedBase("y_hat")[n]), (n, 1, N)),
        wrt=IndexedBase("e")[k],
        given=[Eq(Sum(IndexedBase("delta")[n], (n, 1, N)), 1)],
    ),
    "jacobian": sd.Problem(
        name="softmax jacobian",
        where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
        value=p[j],
        wrt=z[i],
    ),
    "hessian": sd.Problem(name="log-sum-exp hessian", value=log(Sum(exp(z[k]), (k, 1, K))), wrt=[z[i], z[j]]),
    "dice": sd.Problem(
        name="soft dice",
        where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
        value=1
        - (2 * Sum(p[k] * y[k], (k, 1, K)) + symbols("epsilon"))
        / (Sum(p[k], (k, 1, K)) + Sum(y[k], (k, 1, K)) + symbols("epsilon")),
        wrt=z[i],
    ),
    "eight columns": sd.Problem(name="eight columns", value=Sum(exp(z[n, k] / 3), (n, 1, 4), (k, 1, 8)), wrt=z[m, i]),
    "fifty entries": sd.Problem(name="fifty entries", value=log(Sum(exp(z[k]), (k, 1, 50))), wrt=z[i]),
    "labelled": labelled(),
    "scalar": sd.Problem(name="a scalar", value=sympy.Symbol("w") ** 3 * sympy.Symbol("c"), wrt=sympy.Symbol("w")),
}

NASTY = sd.Problem(
    name="nasty",
    title="{{ 7*7 }} \\VAR{8*8} %% <b> | $x$ `c` *d*\n# h \\end{document} &amp; \u4e2d",
    where={IndexedBase("a$b")[k]: exp(IndexedBase("x|`{{1}}")[k]) / Sum(exp(IndexedBase("x|`{{1}}")[j]), (j, 1, K))},
    value=-symbols("\u03c3")
    * symbols("\u4e2d")
    * Sum(IndexedBase("\\end{verbatim}```")[k] * log(IndexedBase("a$b")[k]), (k, 1, K)),
    wrt=IndexedBase("x|`{{1}}")[i],
)


def report(problem: Any, out: Any, formats: Any = ("md", "tex")) -> list[Path]:
    """The notes without pages of HTML, which tests of their own look at."""
    return notes.report(problem, out, formats)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notes of the whole zoo and of losses of a user's own."""
    found: Path = tmp_path_factory.mktemp("notes")
    for problem in (*sd.names(), *OWN.values()):
        report(problem, out=found)
    return found


@cache
def tokens(path: Path) -> tuple[tuple[str, str], ...]:
    """Type and content of the pieces a Markdown parser finds, inline ones included."""
    parser = MarkdownIt("commonmark").enable("table")
    if not path.name.endswith(".github.md"):
        parser.use(dollarmath_plugin, allow_space=False, double_inline=False)
    found = []
    for token in parser.parse(path.read_text()):
        found.append((token.type + (f" {token.info}" if token.info else ""), token.content))
        found += [(child.type, child.content) for child in token.children or ()]
    return tuple(found)


def formulas(path: Path) -> Iterator[str]:
    """Every formula of a file of notes."""
    text = path.read_text()
    if path.suffix == ".tex":
        yield from re.findall(r"\\display\{\n(.*?)\n\}", text, re.DOTALL)
        body = text.split("\\begin{document}")[1]
        body = re.sub(r"\\begin\{verbatim\}.*?\\end\{verbatim\}", "", body, flags=re.DOTALL)
        body = body.replace("$\\checkmark$", "")
        yield from fitting(body)
        yield from re.findall(r"(?<!\\)\$(.+?)(?<!\\)\$", body)
        return
    for kind, content in tokens(path):
        if kind in ("math_block", "math_inline", "fence math"):
            yield content
    if path.name.endswith(".github.md"):
        yield from re.findall(r"\$`(.+?)`\$", text)


def all_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_file()) + [
        path for path in COMMITTED if path.suffix in (".md", ".tex")
    ]


def test_every_problem_has_its_files(folder: Path) -> None:
    names = {file_name(problem.name) for problem in OWN.values()} | set(sd.names())
    assert {p.name for p in folder.iterdir() if p.is_file()} == {name + suffix for name in names for suffix in SUFFIXES}
    for path in folder.glob("*.md"):
        for figure in re.findall(r"!\[[^]]*\]\(([^)]*)\)", path.read_text()):
            assert (folder / figure).read_bytes().startswith(b"\x89PNG"), (path, figure)


@pytest.mark.parametrize("name", sd.names())
@pytest.mark.parametrize("suffix", MARKDOWN)
def test_committed_notes_are_those_of_today(name: str, suffix: str, folder: Path) -> None:
    """Pages, Chinese notes and figures are compared where the README's run command is run, in CI."""
    made = (folder / f"{name}{suffix}").read_bytes()
    assert made == (ROOT / "outputs" / f"{name}{suffix}").read_bytes(), "run the README's run command"


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path, folder: Path) -> None:
    script = "import sys, symderiv as sd; sd.report(sys.argv[1], out=sys.argv[2], formats=('md', 'tex'))"
    name = "softmax-cross-entropy-batch"
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", script, name, str(tmp_path)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            timeout=120,
        )
        for suffix in SUFFIXES:
            assert (tmp_path / f"{name}{suffix}").read_bytes() == (folder / f"{name}{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", MARKDOWN)
def test_the_flagship_says_everything(suffix: str, folder: Path) -> None:
    path = folder / f"softmax-cross-entropy{suffix}"
    text = path.read_text()
    found = list(formulas(path))
    assert r"\boxed{\frac{\partial L}{\partial z_i} = p_i - y_i}" in [f.strip() for f in found]
    assert r"\sum_{k=1}^{K} y_k = 1" in found
    assert r"\frac{\partial L}{\partial z_i} = p_i \sum_{k=1}^{K} y_k - y_i" in found
    assert r"\nabla_{z} L = p - y" in found
    assert "k = i" in found
    assert r"k \ne i" in found
    for said in (
        "**Step 1** (linearity)",
        "**Step 4.1** (definition)",
        "(0.4566,\\ 0.3383,\\ 0.2052",
        "L = 0.7840",
        "L = 1.0840",
        "0.7765",
        "1.0788",
        "round at the end only",
        "negative: raising ",
        "is proved for every size",
        "shares nothing with the rules of the derivation",
    ):
        assert said.replace("(0", "\\left(0") in text


@pytest.mark.parametrize("suffix", MARKDOWN)
def test_markdown_parses_as_meant(suffix: str, folder: Path) -> None:
    for path in all_files(folder):
        if not path.name.endswith(suffix) or (suffix == ".md" and path.name.endswith(".github.md")):
            continue
        found = tokens(path)
        prose = "".join(content for kind, content in found if kind == "text")
        assert "$" not in prose.replace("$$", "") or suffix == ".github.md", path
        assert "\\" not in prose, path
        assert sum(kind == "table_open" for kind, _ in found) >= 1, path
        assert "\n\n\n" not in re.sub(r"```python.*?```", "code", path.read_text(), flags=re.DOTALL), path
        assert not [c for kind, c in found if kind.startswith("math") and "\n\n" in c]
        assert sum(kind in ("math_block", "fence math") for kind, _ in found) >= 4


def test_both_flavours_hold_the_same_formulas(folder: Path) -> None:
    for path in folder.glob("*.github.md"):
        portable = path.with_name(path.name.replace(".github.md", ".md"))
        assert sorted(f.strip() for f in formulas(path)) == sorted(f.strip() for f in formulas(portable))


def test_no_macro_that_a_dialect_refuses(folder: Path) -> None:
    for path in all_files(folder):
        for formula in formulas(path):
            assert not FORBIDDEN.search(formula), (path, formula)
            assert formula.isascii()


@needs_katex
def test_katex_accepts_every_formula(folder: Path) -> None:
    everything = {formula for path in all_files(folder) for formula in formulas(path)}
    assert len(everything) > 100
    assert katex_errors(sorted(everything)) == []


@needs_latex
def test_latex_compiles(folder: Path, tmp_path: Path) -> None:
    for path in sorted(folder.glob("*.tex")):
        command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", f"-outdir={tmp_path}", str(path)]
        done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, (path.name, done.stdout[-2000:])
        printed = (tmp_path / f"{path.stem}.log").read_text(errors="replace")
        assert "Missing character" not in printed, path.name
        assert not re.findall(r"Overfull \\hbox \((\d{2,}[\d.]*)", printed), path.name


def test_the_code_in_the_notes_runs(folder: Path) -> None:
    for path in sorted(folder.glob("*.github.md")):
        names: dict[str, object] = {}
        blocks = [content for kind, content in tokens(path) if kind == "fence python"]
        assert blocks, path
        with redirect_stdout(StringIO()) as out:
            for block in blocks:
                exec(compile(block, path.name, "exec"), names)
        shown = re.findall(r"# (.*)", blocks[-1]) if len(blocks) > 1 else []
        assert out.getvalue().split() == " ".join(shown).split(), path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_hessian_has_its_check_and_reads_well(suffix: str, folder: Path) -> None:
    text = (folder / f"log-sum-exp-hessian{suffix}").read_text()
    assert r"\frac{\partial^{2} L}{\partial z_i \partial z_j}" in text
    assert r"\frac{\partial^{2}}{\partial z_i \partial z_j} \log \sum_{k=1}^{K} e^{z_k}" in text
    assert "The code's derivative against derivatives taken numerically from the derivative of one order less" in text
    assert "central differences" in text
    other = (folder / f"softmax-cross-entropy{suffix}").read_text()
    assert "The code's gradient against derivatives taken numerically from its value, at random inputs" in other


def test_prose_with_special_characters_is_escaped(folder: Path) -> None:
    name = file_name("squared_distance of softmax & labels")
    assert "# squared\\_distance of softmax \\& labels\n" in (folder / f"{name}.md").read_text()
    assert "\\title{squared\\_distance of softmax \\& labels}" in (folder / f"{name}.tex").read_text()


def test_names_that_mean_something_to_a_template_or_a_dialect(tmp_path: Path) -> None:
    paths = report(NASTY, out=tmp_path)
    title = " ".join(str(NASTY.title).split())
    for path in paths[:2]:
        found = tokens(path)
        (heading,) = (content for kind, content in found if kind == "inline" and content.startswith("\\{"))
        assert "".join(t.content for t in MarkdownIt().parseInline(heading)[0].children or ()) == title
        assert sum(kind == "heading_open" for kind, _ in found) == 16
        assert not [content for kind, content in found if kind == "html_inline"]
        names: dict[str, object] = {}
        with redirect_stdout(StringIO()):
            for kind, content in found:
                if kind == "fence python":
                    exec(compile(content, path.name, "exec"), names)
    assert "49" not in title
    assert "{49" not in paths[0].read_text()
    assert paths[2].read_text().count("\\end{document}") == 1


@needs_latex
def test_nasty_names_compile(tmp_path: Path) -> None:
    path = report(NASTY, out=tmp_path, formats=("tex",))[0]
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", f"-outdir={tmp_path}", str(path)]
    assert subprocess.run(command, cwd=path.parent, capture_output=True, timeout=120, check=False).returncode == 0


@needs_katex
def test_katex_accepts_nasty_names(tmp_path: Path) -> None:
    paths = report(NASTY, out=tmp_path)
    assert katex_errors(formula for path in paths[:3] for formula in formulas(path)) == []


def test_a_fact_that_is_missing_is_remarked_on(folder: Path) -> None:
    text = (folder / "cross-entropy-without-the-fact.md").read_text()
    assert r"With $\sum_{k=1}^{K} y_k = 1$ given as well, this is $p_i - y_i$." in text
    assert "Nothing is assumed." in text


def test_a_condition_that_is_assumed_is_listed(tmp_path: Path) -> None:
    for path in report(tempered(), out=tmp_path)[:3]:
        text = path.read_text()
        assert "which is not given, but which a step of the derivation needs." in text
        assert "Nothing is assumed." not in text
        assert text.count(r"\quad\text{for every } n") == 2
        assert "\n\n\n" not in text.split("## Names")[0] or path.suffix == ".tex"


@pytest.mark.parametrize(
    "value",
    [
        Sum(z[j] ** 2, (j, 1, 10**6)),
        Sum(z[j] ** 2, (j, 1, K)) * z[10**6],
    ],
)
def test_a_problem_too_large_for_numbers(value: sympy.Expr, tmp_path: Path) -> None:
    began = time.monotonic()
    text = report(sd.Problem(name="large", value=value, wrt=z[i]), out=tmp_path)[0].read_text()
    assert time.monotonic() - began < 10
    assert "Numbers are left out here: arrays are shown up to 8 numbers in a row and 64 in all." in text
    assert "Left out: at the sizes that the problem itself fixes, it would take too long." in text
    assert "With the numbers of" not in text
    assert "undecided: no point was found" in text


def test_an_example_too_large_to_print(tmp_path: Path) -> None:
    examples = tuple(Example(f"Of size {n}.", {"z": range(n)}) for n in (3, 11))
    problem = sd.Problem(name="large", value=Sum(z[j] ** 2, (j, 1, K)), wrt=z[i], examples=examples)
    text = report(problem, out=tmp_path)[0].read_text()
    assert "Of size 3." in text
    assert "Of size 11." not in text
    assert text.count("Numbers are left out here") == 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_reader_finds_the_thread(suffix: str, folder: Path) -> None:
    text = (folder / f"softmax-cross-entropy-batch{suffix}").read_text()
    after = text.split("This is the lemma:")[1]
    end = r"\\end\{aside\}" if suffix == ".tex" else r"\n[^>]"
    assert re.search(rf"{end}[^>]*(\*\*|\\textbf\{{)Step 6", after)
    assert "Every step of the derivation, those of lemmas and cases included, is proved for every size" in text
    assert "counts their product as 0" in text
    assert "value, gradient = softmax_cross_entropy_batch(z, y)" in text


def test_submodules_never_hide_public_names(tmp_path: Path) -> None:
    script = (
        "import sys, symderiv.report.page, symderiv as sd\n"
        "from symderiv.report import render\n"
        "print(len(sd.report('softmax-cross-entropy', out=sys.argv[1], formats='md')), len(sd.names()) > 1)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout == "7 True\n"


def test_bad_input(tmp_path: Path) -> None:
    with pytest.raises(sd.InputError, match="softmax-cross-entropy"):
        report("softmax-crossentropy", out=tmp_path / "new")
    with pytest.raises(sd.InputError, match="file name"):
        report(sd.Problem(name="?", value=z[1] ** 2, wrt=z[1]), out=tmp_path / "new")
    for arguments in ({"out": None}, {"out": "a\0b"}, {"formats": 3}, {"formats": None}, {"formats": ()}):
        with pytest.raises(sd.InputError, match=next(iter(arguments))):
            report("softmax-cross-entropy", **{"out": tmp_path / "new", **arguments})
    for no_problem in (sd.derive(OWN["scalar"]), z[1] ** 2, None):
        with pytest.raises(sd.InputError, match="report takes a Problem or the name"):
            report(no_problem, out=tmp_path / "new")
    with pytest.raises(sd.OutputError, match="shorter name"):
        report(sd.Problem(name="a" * 300, value=z[1] ** 2, wrt=z[1]), out=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_name_in_another_script_and_a_title_with_control_characters(tmp_path: Path) -> None:
    problem = sd.Problem(name="\u635f\u5931", title="a\0b\x07\ud800 c\n d", value=z[i] ** 2, wrt=z[i])
    paths = report(problem, out=tmp_path)
    assert [p.name for p in paths if p.parent == tmp_path] == [f"\u635f\u5931{suffix}" for suffix in SUFFIXES]
    assert paths[0].read_text().startswith("# ab c d\n")
