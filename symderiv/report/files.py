"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from symderiv.errors import OutputError

REMEDIES = {
    errno.EISDIR: "move it away, or choose another folder",
    errno.ENAMETOOLONG: "give the problem a shorter name",
    errno.ENOSPC: "make room, or choose a folder on another disk",
}


def write(files: Mapping[Path, str | bytes]) -> list[Path]:
    """Write the files and return their paths; where one cannot be written, none is touched.

    Every text is first written beside its target; only when all are there are they renamed, so that
    a reader never sees half a file. Raises `OutputError` where a file cannot be written; what was
    made until then is removed again.
    """
    made: list[Path] = []
    ready: list[tuple[str, Path]] = []
    path = next(iter(files), Path())
    try:
        for path, content in files.items():
            made += _folders(path.parent)
            _check_place(path)
            ready.append((_beside(path, content.encode() if isinstance(content, str) else content), path))
        while ready:
            name, path = ready[0]
            os.replace(name, path)
            ready.pop(0)
    except OSError as error:
        remedy = REMEDIES.get(error.errno or 0, "choose a folder that can be written to")
        raise OutputError(f"cannot write {path}: {error.strerror or error}; {remedy}") from error
    else:
        made = []
    finally:
        _remove(name for name, _ in ready)
        _remove_folders(made)
    return list(files)


def _folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; returns the ones that were not there, innermost last."""
    missing = [p for p in (folder, *folder.parents) if not os.path.lexists(p)]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _check_place(path: Path) -> None:
    """Raise `OSError` where a folder has the name of the file, or the name is too long for one."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder has that name", str(path))


def _beside(path: Path, content: bytes) -> str:
    """The name of a new file with the content, in the folder of the target."""
    handle, name = tempfile.mkstemp(prefix=".symderiv-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
    except BaseException:
        _remove([name])
        raise
    return name


def _remove(names: Iterable[str]) -> None:
    for name in names:
        with suppress(OSError):
            os.unlink(name)


def _remove_folders(folders: list[Path]) -> None:
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
