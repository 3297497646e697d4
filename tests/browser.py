"""Pages opened in Chromium without a window: what it measures at several widths, in light and in dark."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = (360, 800, 1280)
LIGHT, DARK = "light", "dark"

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="browser: needs chromium (Debian: chromium)")

# a frame for each width, because a window cannot be as narrow as a telephone
_MEASURE = """<!DOCTYPE html><meta charset="utf-8"><body><script>
const widths = %s, found = [];
function measured(frame) {
  const page = frame.contentDocument, root = page.documentElement, view = frame.contentWindow;
  const boxes = [...page.querySelectorAll("main p, main ul, main .card, main details, main figure, main h2, nav, h1")];
  const height = name => page.querySelector(name)?.getBoundingClientRect().height ?? 0;
  const [large] = [...page.querySelectorAll('mo[stretchy="true"]')];
  return {
    width: root.clientWidth,
    overflow: root.scrollWidth - root.clientWidth,
    outside: boxes.filter(b => b.getBoundingClientRect().right > root.clientWidth + 0.5).length,
    scrolling: [...page.querySelectorAll(".display")].filter(b => b.scrollWidth > b.clientWidth + 1).length,
    fonts: [...page.fonts].map(f => f.family.replaceAll('"', "") + " " + f.status),
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    paper: view.getComputedStyle(page.body).backgroundColor,
    ink: view.getComputedStyle(page.body).color,
    fraction: height("mfrac"), letter: height("mi"),
    bracket: large ? large.getBoundingClientRect().height : 0,
  };
}
Promise.all(widths.map(width => new Promise(done => {
  const frame = document.createElement("iframe");
  frame.style = `width: ${width}px; height: 900px; border: 0`;
  frame.onload = async () => {
    frame.contentDocument.querySelectorAll("details").forEach(d => { d.open = true; });
    await frame.contentDocument.fonts.ready;
    done(measured(frame));
  };
  frame.src = %s;
  document.body.append(frame);
}))).then(all => {
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(all);
  document.body.append(told);
});
</script>"""


def measured(page: Path, scratch: Path, scheme: str = LIGHT) -> list[dict[str, Any]]:
    """What Chromium measures of a page, all its folds open, at each of the widths."""
    assert CHROMIUM is not None
    frames = scratch / "frames.html"
    frames.write_text(_MEASURE % (json.dumps(WIDTHS), json.dumps(page.resolve().as_uri())), encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--allow-file-access-from-files",
            "--virtual-time-budget=10000",
            f"--user-data-dir={scratch / 'profile'}",
            f"--blink-settings=preferredColorScheme={'0' if scheme == DARK else '1'}",
            "--dump-dom",
            frames.resolve().as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search('<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-500:] + done.stderr[-500:]
    return list(json.loads(unescape(found[1])))
