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


@pytest.mark.parametrize("line", SHELL)
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
    (copy / "outputs").mkdir()
    for typeset in (ROOT / "outputs").glob("*.pdf"):  # made by TeX, and listed where they are
        shutil.copy(typeset, copy / "outputs")
    subprocess.run(["bash", "-euo", "pipefail", "-c", COMMANDS["run command"]], cwd=copy, check=True, timeout=1200)
    assert files(copy / "outputs") == files(ROOT / "outputs")


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
