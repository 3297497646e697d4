"""What each format of the notes needs beyond symderiv itself, what of it is missing here, and how to get it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from symderiv.errors import ToolMissing

SECONDS = 20  # in which kpsewhich answers, also where it has to build its index first


@dataclass(frozen=True)
class Need:
    """What a format needs in a language ("" for every one).

    ``tools`` are programs, ``files`` what TeX must find, ``packages`` what pip installs; ``remedy`` says how to get
    all of them.
    """

    name: str
    lang: str = ""
    tools: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    remedy: str = "nothing more"

    @property
    def title(self) -> str:
        """The format and the language."""
        return f"{self.name} {self.lang}".strip()


PREAMBLE = tuple(
    f"{package}.sty"
    for package in "geometry amsmath amssymb amsthm mathtools booktabs tabularx longtable graphicx hyperref".split()
)
DEBIAN = "apt-get install --no-install-recommends"
NEEDS = (  # figures are part of the other formats, which come out without them too
    Need("md"),
    Need("tex"),
    Need("html", packages=("ziamath", "fonttools"), remedy="ziamath and fonttools (pip install 'symderiv[html]')"),
    Need("figures", packages=("matplotlib",), remedy="matplotlib (pip install 'symderiv[plots]')"),
    Need(
        "pdf",
        "en",
        ("latexmk", "pdflatex"),
        ("article.cls", *PREAMBLE),
        remedy=f"a TeX system (Debian: {DEBIAN} texlive-latex-recommended latexmk)",
    ),
    Need(
        "pdf",
        "zh",
        ("latexmk", "xelatex"),
        ("ctexart.cls", *PREAMBLE, "pzdr.tfm"),  # hyperref dies under xelatex without that font
        remedy=f"a TeX system with Chinese (Debian: {DEBIAN} texlive-latex-recommended texlive-xetex "
        "texlive-lang-chinese texlive-fonts-recommended latexmk)",
    ),
)


def needs(name: str, lang: str) -> Need:
    """What a format needs in a language.

    >>> needs("md", "zh").title, needs("pdf", "zh").tools
    ('md', ('latexmk', 'xelatex'))
    """
    return next((n for n in NEEDS if n.name == name and n.lang in ("", lang)), Need(name))


def demand(need: Need) -> None:
    """Raise `ToolMissing`, with what to install, where something is missing."""
    gone = missing(need)
    if gone:
        what = f"notes cannot be written as {need.title}"
        raise ToolMissing(f"{what}: {', '.join(gone)} not found; install {need.remedy}")


def missing(need: Need) -> tuple[str, ...]:
    """What of a need is not here; TeX is asked for its files only if its programs are here."""
    gone = (*(p for p in need.packages if installed(p) is None), *(t for t in need.tools if not shutil.which(t)))
    return gone or tuple(_lacking(need.files))


def installed(package: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _lacking(files: Iterable[str]) -> Iterator[str]:
    """The files that TeX does not find; none where it cannot be asked."""
    wanted = tuple(files)
    asked = shutil.which("kpsewhich") if wanted else None
    if asked is None:
        return
    found = ""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run([asked, *wanted], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
        found = done.stdout.decode(errors="replace")
    there = {line.replace("\\", "/").rsplit("/", 1)[-1] for line in found.splitlines()}
    yield from (f for f in wanted if f not in there)
