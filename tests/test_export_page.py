"""What docs/export.md shows and lists is so."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from tools import ROOT

import symderiv as sd
from symderiv.cli import main
from symderiv.exporting import TARGETS
from symderiv.options import COMMANDS, parser

PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_the_commands_and_snippets_do_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    expected = printed = ""
    for kind, body in BLOCKS:
        out = StringIO()
        with redirect_stdout(out):
            if kind == "python":
                exec(compile(body, "export.md", "exec"), names)
            for line in body.splitlines() if kind == "sh" else ():
                program, *arguments = shlex.split(line)
                if program == "symderiv":
                    assert main(arguments) == 0
                else:
                    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        printed += out.getvalue() if kind == "python" else ""
        expected += body if kind == "text" else ""
    assert printed == expected


def test_the_choices_are_those_of_the_function_and_of_the_command() -> None:
    rows = re.findall(r"^\| `(\w+)=(.*?)` \| `(--\w+ .*?)` \|(.*)", PAGE, re.MULTILINE)
    assert {name for name, *_ in rows} == set(inspect.signature(sd.export).parameters) - {"problem"}
    commands = parser("1", dict.fromkeys(COMMANDS, lambda _: 0))
    for name, _, option, _ in rows:
        _, value = shlex.split(option)
        given = getattr(commands.parse_args(["export", "entropy", *shlex.split(option)]), name)
        assert value in given
    (told,) = (text for name, *_, text in rows if name == "to")
    assert re.findall(r"`(\w+)`:", told) == list(TARGETS)
