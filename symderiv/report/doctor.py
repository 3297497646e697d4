"""What is installed here, and what each format of the notes needs."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGES = ("symderiv", "sympy", "numpy", "jinja2", "python-flint")
FORMATS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("md", (), "nothing more"),
    ("tex", (), "nothing more; to typeset it: pdflatex, latexmk (Debian: texlive-latex-recommended latexmk)"),
    ("html", ("ziamath", "fonttools"), "ziamath and fonttools: pip install 'symderiv[html]'"),
)
TYPESETTING = ("pdflatex", "latexmk")


def examine() -> dict[str, Any]:
    """Versions, formats and tools as plain data, ready for JSON."""
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "formats": [
            {"name": name, "available": all(map(_version, packages)), "needs": needs}
            for name, packages, needs in FORMATS
        ],
        "tools": {tool: shutil.which(tool) is not None for tool in TYPESETTING},
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The same for people, one line each."""
    packages = [f"{name:13} {known or 'missing: pip install ' + name}" for name, known in found["packages"].items()]
    formats = [
        f"format {entry['name']:6} {'can be written' if entry['available'] else 'cannot be written'}; "
        f"needs {entry['needs']}"
        for entry in found["formats"]
    ]
    tools = [f"{tool:13} {'found' if there else 'not found'}" for tool, there in found["tools"].items()]
    return [f"{'python':13} {found['python']}", *packages, *formats, *tools]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
