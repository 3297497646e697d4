"""LaTeX to PDF, in a folder of its own: no shell escape, no user's settings, a time limit, the same bytes each time."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symderiv.errors import OutputError
from symderiv.report.needs import demand, needs

ENGINES = {"en": "-pdf", "zh": "-pdfxe"}
OPTIONS = ("-norc", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-latexoption=-no-shell-escape")
# dates at zero make the same bytes each time; lines of the log are not broken, so that an error is one of them;
# TeX reads what is installed and what is in its folder, whatever a template of a user's own asks for
SURROUNDINGS = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "max_print_line": "10000", "openin_any": "p"}
NAME = "notes"
FAILURE = re.compile(rf"^(?:(?:\./)?{NAME}\.tex:(?P<line>\d+): |! )(?P<text>.*)", re.MULTILINE)
LOST = re.compile(r"^Missing character: There is no (\S+).*? in font", re.MULTILINE)


def typeset(source: str, lang: str, figures: Mapping[str, bytes] | None = None, seconds: float = 180) -> bytes:
    """The PDF of a LaTeX document; ``figures`` are files that it includes, by their paths.

    Raises `ToolMissing` where TeX or one of its files is not installed, `OutputError` where TeX fails, takes longer
    than ``seconds``, or has no glyph for a letter: then the folder with the source and the log stays, and is named.
    """
    demand(needs("pdf", lang))
    folder, failure = Path(tempfile.mkdtemp(prefix="symderiv-")), ""
    try:
        for path, content in {**(figures or {}), f"{NAME}.tex": source.encode()}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        failure = _run(("latexmk", ENGINES[lang], *OPTIONS, f"{NAME}.tex"), folder, seconds) or _failure(folder)
        if failure:
            raise OutputError(f"no PDF: {failure}; the LaTeX is in {folder / NAME}.tex, the log beside it")
        return (folder / f"{NAME}.pdf").read_bytes()
    finally:
        if not failure:
            shutil.rmtree(folder, ignore_errors=True)


def _run(command: tuple[str, ...], folder: Path, seconds: float) -> str:
    """Run a command; "" where it came to its end, in whatever way, else what happened."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **SURROUNDINGS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"TeX did not end within {seconds:g} seconds"
    finally:
        _stop(process)
    return ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and all that it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def _failure(folder: Path) -> str:
    """What the log says went wrong, or "" where the PDF is whole."""
    log = folder / f"{NAME}.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    found = FAILURE.search(text)
    if found:
        return f"TeX says: {found['text'].strip()}" + (f" (line {found['line']})" if found["line"] else "")
    lost = dict.fromkeys(LOST.findall(text))
    if lost:
        return f"the fonts of TeX lack {' '.join(lost)}"
    return "" if (folder / f"{NAME}.pdf").exists() else "TeX wrote none and gives no reason"
