"""Figures inside a page: SVG from a file as an element whose names clash with no other figure's."""

from __future__ import annotations

import re
from html import escape

HEAD = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)  # the XML declaration and the document type, which HTML has not
METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
ID = re.compile(r'\bid="([^"]*)"')
REFERENCE = re.compile(r'((?:xlink:)?href="#|url\(#)([^")]*)')
SIZE = re.compile(r'\s(?:width|height)="[^"]*"')


def figure(text: str, name: str, alt: str) -> str:
    """The ``svg`` element of a file, named for people who hear pages; the style of the page sets its width.

    >>> print(figure('<?xml version="1.0"?><svg width="9pt"><g id="a"/><use href="#a"/></svg>', "loss", "A loss"))
    <svg role="img" aria-label="A loss" style="--width:9pt"><g id="loss-a"/><use href="#loss-a"/></svg>
    """
    body = METADATA.sub("", HEAD.sub("", text, count=1)).strip()
    start, rest = body.split(">", 1)
    wide = re.search(r'\bwidth="([\w.]+)"', start)
    style = f' style="--width:{wide[1]}"' if wide else ""
    start = SIZE.sub("", start).replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"{style}', 1)
    body = ID.sub(lambda m: f'id="{name}-{m[1]}"', f"{start}>{rest}")
    return REFERENCE.sub(lambda m: f"{m[1]}{name}-{m[2]}", body)
