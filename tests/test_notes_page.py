"""What docs/notes.md says of formats and choices is so."""

from __future__ import annotations

import inspect
import re

from tools import ROOT

import symderiv as sd
from symderiv.options import COMMANDS, parser
from symderiv.report.render import STYLES

PAGE = (ROOT / "docs" / "notes.md").read_text(encoding="utf-8")


def test_the_files_are_those_of_the_formats() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE))
    assert {name: re.findall(r"`NAME([\w.]+)`", files) for name, files in rows.items()} == {
        name: [style.suffix for style in several] for name, several in STYLES.items()
    }


def test_the_choices_are_those_of_the_function_and_of_the_command() -> None:
    parameters = set(inspect.signature(sd.report).parameters) - {"problem", "out"}
    rows = re.findall(r"^\| `(\w+)=(.*?)` \| `(--\w+ \S+)` \|", PAGE, re.MULTILINE)
    assert {name for name, _, _ in rows} == parameters
    commands = parser("1", dict.fromkeys(COMMANDS, lambda _: 0))
    for name, value, option in rows:
        given = vars(commands.parse_args(["report", "entropy", *option.split()]))
        assert option.split()[1] in given.values(), name
        assert re.findall(r"\w+", value)[0] in option


def test_what_it_links_to_is_there() -> None:
    links = re.findall(r"\]\((.*?)\)", PAGE)
    assert {"templates.md", "notations.md", "routes.md"} == set(links)
    assert all((ROOT / "docs" / link).is_file() for link in links)
