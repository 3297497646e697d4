"""Outside tools that some tests use: found here, or the test says which one is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from symderiv.report.needs import missing, needs

ROOT = Path(__file__).resolve().parent.parent
KATEX = os.environ.get("SYMDERIV_KATEX", "")
# GitHub refuses these in formulas, or another Markdown dialect does
FORBIDDEN = re.compile(
    r"\\(operatorname|mbox|phantom|tag|label|eqref|intertext|begin\{multline|newcommand|def\b|DeclareMath)"
)
LATEX_TOOLS = ("latexmk", "pdflatex")


needs_katex = pytest.mark.skipif(
    not (KATEX and shutil.which("node")),
    reason="KaTeX: needs node, and SYMDERIV_KATEX naming a folder where `npm install katex` was run",
)
needs_latex = pytest.mark.skipif(
    not all(map(shutil.which, LATEX_TOOLS)),
    reason="LaTeX: needs latexmk and pdflatex (Debian: texlive-latex-recommended latexmk)",
)
needs_xelatex = pytest.mark.skipif(
    bool(missing(needs("pdf", "zh"))),
    reason="Chinese LaTeX: needs latexmk, xelatex and ctex (Debian: texlive-xetex texlive-lang-chinese latexmk)",
)

_SCRIPT = """
const katex = require(process.argv[1] + "/node_modules/katex");
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const bad = [];
for (const f of formulas) {
  try { katex.renderToString(f, {displayMode: true, strict: "error", throwOnError: true}); }
  catch (e) { bad.push(f + "\\n  " + e.message); }
}
process.stdout.write(JSON.stringify(bad));
"""


def katex_errors(formulas: Iterable[str]) -> list[str]:
    """The formulas KaTeX rejects in its strictest mode, each with KaTeX's message."""
    done = subprocess.run(
        ["node", "-e", _SCRIPT, "--", KATEX],
        input=json.dumps(list(formulas)),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return list(json.loads(done.stdout))


def unquoted(text: str) -> str:
    """Markdown without the marks of quotations."""
    return re.sub(r"^(> ?)+", "", text, flags=re.MULTILINE)


def fitting(text: str) -> list[str]:
    """The formulas that LaTeX text sets as wide ones within sentences: what stands in the braces."""
    found = []
    for start in re.finditer(r"\\(?:fitting|cell)\{(?!#)", text):
        depth, end = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(text[start.end() : end - 1])
    return found
