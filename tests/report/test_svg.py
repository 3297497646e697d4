"""Figures inside a page."""

from __future__ import annotations

from xml.etree import ElementTree

from symderiv.report.svg import figure

FILE = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="400pt" height="200pt" viewBox="0 0 400 200"
  xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><rdf:RDF>made by somebody</rdf:RDF></metadata>
 <defs><clipPath id="clip"><rect width="9" height="9"/></clipPath><path id="mark" d="M0 0L1 1"/></defs>
 <g id="g1" clip-path="url(#clip)"><use xlink:href="#mark" width="3"/></g>
</svg>
"""


def test_names_inside_are_the_figures_own() -> None:
    found = figure(FILE, "loss", "The loss")
    assert 'id="loss-clip"' in found
    assert "url(#loss-clip)" in found
    assert 'xlink:href="#loss-mark"' in found
    assert '"#mark"' not in found


def test_it_is_an_element_that_people_who_hear_pages_know() -> None:
    found = figure(FILE, "loss", 'a "sharp" bend: z < 0')
    assert found.startswith("<svg ")
    assert "DOCTYPE" not in found
    assert "somebody" not in found
    root = ElementTree.fromstring(found)
    assert (root.get("role"), root.get("aria-label")) == ("img", 'a "sharp" bend: z < 0')


def test_the_page_sets_its_width() -> None:
    root = ElementTree.fromstring(figure(FILE, "loss", ""))
    assert (root.get("width"), root.get("style")) == (None, "--width:400pt")
    assert root.find(".//*[@width='9']") is not None, "only the size of the whole is given up"
