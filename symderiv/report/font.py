"""The mathematical font inside a page: STIX Two Math, cut down to the characters that the page's formulas show.

Without a font that has a MATH table a browser cannot stretch brackets or place scripts. The font is the one that
the package ziamath brings along; its licence, the SIL Open Font License 1.1, stays in the name table of the cut.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from symderiv.report.needs import demand, needs
from symderiv.report.symbols import in_font

FILE = Path("fonts", "STIXTwoMath-Regular.ttf")
SCRIPTS = ["ssty", "dtls", "flac"]  # shapes for scripts, for letters under accents, for accents over capitals
KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright, names, version, licence
WORDS = re.compile(r"<mtext>.*?</mtext>|<[^>]*>", re.DOTALL)  # words are set in the font of the prose


def _file() -> Path:
    """The file of the font; raises `ToolMissing` where it, or what cuts it, is not installed."""
    demand(needs("html", ""))
    place = find_spec("ziamath")
    assert place is not None, "a package that is installed can be found"
    assert place.origin is not None
    return Path(place.origin).parent / FILE


def shown(page: str) -> str:
    """The characters that the formulas of a page show, sorted; a letter alone is shown in italics, a root by its sign.

    >>> shown("prose <math><mi>x</mi><mo>=</mo><mn>12</mn></math>")
    '12=x√𝑥'
    """
    found = "".join(unescape(WORDS.sub("", math)) for math in re.findall("<math.*?</math>", page, re.DOTALL))
    return "".join(sorted({*found, "√", *(in_font(c, "ITALIC") for c in found)} - {" ", "\n"}))


def data_url(page: str) -> str:
    """The font for a page as an address that holds it; the same characters always give the same bytes.

    Raises `ToolMissing` where the font, or what cuts it, is not installed.
    """
    return "data:font/woff;base64," + b64encode(_cut(shown(page))).decode("ascii")


@lru_cache(maxsize=16)
def _cut(characters: str) -> bytes:
    file = _file()
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(file, recalcTimestamp=False)
    options = Options(layout_features=SCRIPTS, name_IDs=KEPT_NAMES, hinting=False, notdef_outline=True)
    options.drop_tables += ["DSIG", "GPOS"]
    cutter = Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    # TeX lowers the subscripts of boxes by this, browsers those of p and y as well, which would leave the line of z's
    font["MATH"].table.MathConstants.SubscriptBaselineDropMin.Value = 0
    font.flavor = "woff"
    out = BytesIO()
    font.save(out)
    return out.getvalue()
