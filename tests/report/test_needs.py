"""What formats need, and what is said where it is missing."""

from __future__ import annotations

import re
import shutil

import pytest

from symderiv.errors import ToolMissing
from symderiv.report.needs import NEEDS, Need, demand, installed, missing, needs
from symderiv.report.render import template_folder


def test_what_needs_nothing_lacks_nothing() -> None:
    assert missing(needs("md", "en")) == ()
    demand(needs("tex", "zh"))


def test_programs_and_packages_that_are_not_here() -> None:
    need = Need("pdf", "en", ("no-such-tool",), ("a.sty",), ("no-such-package", "jinja2"), "a TeX system")
    assert missing(need) == ("no-such-package", "no-such-tool")
    with pytest.raises(ToolMissing) as found:
        demand(need)
    assert str(found.value) == (
        "notes cannot be written as pdf en: no-such-package, no-such-tool not found; install a TeX system"
    )
    assert installed("no-such-package") is None


@pytest.mark.skipif(not shutil.which("kpsewhich"), reason="TeX: needs kpsewhich")
def test_tex_is_asked_for_its_files() -> None:
    assert missing(Need("pdf", files=("article.cls", "no-such-file.sty"))) == ("no-such-file.sty",)


def test_the_files_are_those_of_the_preamble() -> None:
    preamble = (template_folder() / "preamble.tex.j2").read_text(encoding="utf-8")
    loaded = re.findall(r"\\usepackage(?:\[[^]]*\])?\{(\w+)\}", preamble)
    classes = re.findall(r"\\documentclass(?:\[[^]]*\])?\{(\w+)\}", preamble)
    asked = [need.files for need in NEEDS if need.name == "pdf"]
    assert asked
    for files in asked:
        assert {f for f in files if f.endswith(".sty")} == {f"{name}.sty" for name in loaded}
    assert {f for files in asked for f in files if f.endswith(".cls")} == {f"{name}.cls" for name in classes}
