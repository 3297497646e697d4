"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symderiv.errors import OutputError
from symderiv.report import files as module
from symderiv.report.files import write


def test_files_replace_what_was_there_and_leave_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "notes" / "a.md"
    assert write({target: "one"}) == [target]
    write({target: "two\u00e9", tmp_path / "notes" / "b.pdf": b"\xff"})
    assert (tmp_path / "notes" / "b.pdf").read_bytes() == b"\xff"
    assert target.read_text(encoding="utf-8") == "two\u00e9"
    assert sorted(os.listdir(target.parent)) == ["a.md", "b.pdf"]
    assert target.stat().st_mode & 0o777 == 0o666 & ~module._umask()


def test_a_failure_half_way_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.md"
    write({target: "old"})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        write({target: "new"})
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_folder_in_the_place_of_a_file_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "notes" / "a.tex").mkdir(parents=True)
    (tmp_path / "notes" / "b.md").write_text("old")
    files = {tmp_path / "notes" / name: "x" for name in ("a.md", "b.md", "a.tex")}
    with pytest.raises(OutputError, match=r"a\.tex: a folder has that name; move it away"):
        write(files)
    assert sorted(os.listdir(tmp_path / "notes")) == ["a.tex", "b.md"]
    assert (tmp_path / "notes" / "b.md").read_text() == "old"


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="shorter name"):
        write({tmp_path / "notes" / "more" / "a.md": "x", tmp_path / "notes" / f"{'a' * 300}.md": "x"})
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="choose a folder"):
        write({tmp_path / "file" / "a.md": "x"})
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError):
        write({tmp_path / "a.md": "x"})
    assert os.listdir(tmp_path) == []
