"""What is installed here, and what each format of the notes needs."""

from __future__ import annotations

import platform
import shutil
from typing import Any

from symderiv.report.needs import NEEDS, installed, missing

PACKAGES = ("symderiv", "sympy", "numpy", "jinja2", "python-flint")
TOOLS = tuple(dict.fromkeys(tool for need in NEEDS for tool in need.tools))


def examine() -> dict[str, Any]:
    """Versions, formats and tools as plain data, ready for JSON.

    A format is listed once for each language that needs something of its own; ``missing`` names what it lacks.
    """
    return {
        "python": platform.python_version(),
        "packages": {name: installed(name) for name in PACKAGES},
        "formats": [_format(need.name, need.lang, list(missing(need)), need.remedy) for need in NEEDS],
        "tools": {tool: shutil.which(tool) is not None for tool in TOOLS},
    }


def _format(name: str, lang: str, gone: list[str], remedy: str) -> dict[str, Any]:
    return {"name": name, "lang": lang, "available": not gone, "missing": gone, "needs": remedy}


def lines(found: dict[str, Any]) -> list[str]:
    """The same for people, one line each."""
    packages = [f"{name:13} {known or 'missing: pip install ' + name}" for name, known in found["packages"].items()]
    tools = [f"{tool:13} {'found' if there else 'not found'}" for tool, there in found["tools"].items()]
    return [f"{'python':13} {found['python']}", *packages, *map(_told, found["formats"]), *tools]


def _told(entry: dict[str, Any]) -> str:
    title = f"format {entry['name']} {entry['lang']}".rstrip()
    if entry["available"]:
        return f"{title:13} can be written"
    return f"{title:13} cannot be written: {', '.join(entry['missing'])} not found; it needs {entry['needs']}"
