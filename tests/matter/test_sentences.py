"""Every sentence that the elements of the notes bring along stands in every catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

import symderiv.matter
from symderiv.matter.signs import BY_NORMAL_FORM
from symderiv.matter.tools import WAYS
from symderiv.report.language import language, languages


def sentences() -> Iterator[str]:
    """The constants of the modules that are sentences, and what a strategy does."""
    for module in iter_modules(symderiv.matter.__path__):
        known = vars(import_module(f"symderiv.matter.{module.name}"))
        yield from (x for name, x in known.items() if name.isupper() and isinstance(x, str) and x.endswith("."))
    yield from (*WAYS.values(), BY_NORMAL_FORM, "The exponential of a sum is the product of the exponentials.")


@pytest.mark.parametrize("code", languages())
def test_no_sentence_lacks_a_translation(code: str) -> None:
    found = list(dict.fromkeys(sentences()))
    assert len(found) > 20
    assert [s for s in found if language(code).sentence(s) is None] == []
