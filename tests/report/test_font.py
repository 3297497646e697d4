"""The font inside a page holds what the page's formulas show, and nothing that changes from run to run."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from symderiv.errors import ToolMissing
from symderiv.report import font, needs
from symderiv.report.mathml import inline

PAGE = inline(r"\frac{\partial L}{\partial h_i} = \left(\sum_{k=1}^{K} \sqrt{\hat{\epsilon}_k}\right) - \text{中文}")


def cut(page: str) -> TTFont:
    head, data = font.data_url(page).split(",")
    assert head == "data:font/woff;base64"
    return TTFont(BytesIO(b64decode(data)))


def test_it_holds_the_characters_of_the_formulas_and_their_italics() -> None:
    held = {chr(c) for c in cut(PAGE).getBestCmap()}
    assert set("∂=∑√−()^1") | set("𝜕𝐿ℎ𝑖𝑘𝐾𝜖") <= held
    assert not held & set("zqZ𝑧中文"), "what is not shown is cut away"


def test_letters_set_alone_are_shown_in_italics() -> None:
    assert set(font.shown(inline(r"\phi \vartheta \varrho x"))) >= set("𝜙𝜗𝜚𝑥")


def test_what_stretches_keeps_its_variants() -> None:
    variants = cut(PAGE)["MATH"].table.MathVariants
    assert {"parenleft", "parenright"} <= set(variants.VertGlyphCoverage.glyphs)
    grown = {v.VariantGlyph for c in variants.VertGlyphConstruction for v in c.MathGlyphVariantRecord}
    assert len(grown) > 10
    assert grown <= set(cut(PAGE).getGlyphOrder())


def test_its_licence_stays_in_it() -> None:
    names = cut(PAGE)["name"]
    assert "SIL Open Font License" in str(names.getDebugName(13))
    assert "STIX Fonts Project Authors" in str(names.getDebugName(0))


def test_the_same_bytes_in_another_process() -> None:
    program = f"from symderiv.report.font import data_url\nprint(data_url({PAGE!r}))"
    urls = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2000000000")
    ]
    assert urls == [font.data_url(PAGE)] * 2


@pytest.mark.parametrize("missing", ["ziamath", "fonttools"])
def test_without_the_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "installed", lambda name: None if name == missing else "1")
    with pytest.raises(ToolMissing, match=r"pip install 'symderiv\[html\]'"):
        font.data_url("<math><mi>never seen before</mi></math>")
