"""What is shipped: metadata, the typing marker, the templates."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from tools import ROOT

import symderiv
from symderiv.report.render import STYLES, template_folder

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_metadata() -> None:
    assert PROJECT["requires-python"] == ">=3.11"
    assert PROJECT["license"] == "BSD-3-Clause"
    names = {d.split(">")[0] for d in PROJECT["dependencies"]}
    assert names == {"sympy", "numpy", "jinja2", "python-flint"}
    assert set(PROJECT["optional-dependencies"]) == {"plots", "html", "array-api", "native", "test", "bench"}


def test_the_typing_marker_and_the_licence_are_there() -> None:
    assert (ROOT / "symderiv" / "py.typed").is_file()
    assert "BSD 3-Clause" in (ROOT / "LICENSE").read_text()


def test_the_changelog_knows_this_version() -> None:
    assert f"## {symderiv.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_templates_are_found() -> None:
    found = {path.name for path in template_folder().iterdir()}
    kinds = {style.kind for several in STYLES.values() for style in several}
    assert {f"{stem}.{kind}.j2" for stem in ("document", "blocks") for kind in kinds} <= found


def test_public_names_are_there() -> None:
    for name in symderiv.__all__:
        assert getattr(symderiv, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        symderiv.nonsense  # noqa: B018  # reading the attribute is the point


def test_ci_is_a_valid_executable_script() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


@pytest.mark.skipif(not os.environ.get("CI"), reason="builds a wheel over the network: runs with CI=true")
def test_the_wheel_holds_the_templates(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, timeout=300)
    (wheel,) = tmp_path.glob("symderiv-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "symderiv/templates/document.md.j2" in names
    assert "symderiv/report/catalogue/zh.toml" in names
    assert "symderiv/py.typed" in names
    assert not [n for n in names if n.startswith(("tests", "benchmarks"))]
