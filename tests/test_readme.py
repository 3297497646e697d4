"""Every command and every snippet of the README does what the README says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from tools import ROOT

import symderiv as sd
from symderiv.printing.latex import latex

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"(<!-- (?P<mark>[\w ]+) -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)```", re.DOTALL)
BLOCKS = [(m["mark"] or "", m["kind"], m["body"]) for m in BLOCK.finditer(README)]
COMMANDS = {mark: body.strip() for mark, kind, body in BLOCKS if mark and kind == "sh"}
SHELL = [line for mark, kind, body in BLOCKS if kind == "sh" and not mark for line in body.splitlines()]


def test_the_two_commands_are_one_line_each_and_make_their_own_environment() -> None:
    assert set(COMMANDS) == {"run command", "test command"}
    for command in COMMANDS.values():
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/python -m pip install --quiet ")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    extraction = next(
        line for line in (ROOT / ".ci" / "run").read_text().splitlines() if "<!-- test command -->" in line
    )
    script = f'cd "$1"; {extraction}; printf %s "$command"'
    done = subprocess.run(["bash", "-c", script, "-", str(ROOT)], capture_output=True, text=True, check=True)
    assert done.stdout == COMMANDS["test command"]


def test_the_snippets_print_what_the_readme_says() -> None:
    names: dict[str, object] = {}
    expected = printed = ""
    for _, kind, body in BLOCKS:
        if kind == "python":
            out = StringIO()
            with redirect_stdout(out):
                exec(compile(body, "README.md", "exec"), names)
            printed += out.getvalue()
        elif kind == "text":
            expected += body
    assert printed == expected


@pytest.mark.parametrize("line", [*SHELL, COMMANDS["run command"].split(" && ")[-1]])
def test_the_shell_commands_run(line: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(line)
    assert Path(program).name == "symderiv"
    done = subprocess.run(
        [sys.executable, "-m", "symderiv", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.skipif(not os.environ.get("CI"), reason="installs from the network: runs with CI=true")
def test_the_run_command_works_from_a_clean_copy(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    left_out = shutil.ignore_patterns(".venv", ".git", "outputs", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, copy, ignore=left_out)
    subprocess.run(["bash", "-euo", "pipefail", "-c", COMMANDS["run command"]], cwd=copy, check=True, timeout=600)
    made = {p.name: p.read_bytes() for p in (copy / "outputs").iterdir()}
    assert made == {name: (ROOT / "outputs" / name).read_bytes() for name in made}
    assert len(made) == 3 * len(sd.names())


def test_the_table_of_problems_is_that_of_the_zoo() -> None:
    rows = re.findall(r"^\| \[([\w-]+)\]\(outputs/\1\.github\.md\) \| \$(.*)\$ \|$", README, re.MULTILINE)
    assert rows == [(name, latex(sd.derive(sd.load(name)).trace.result)) for name in sd.names()]


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
