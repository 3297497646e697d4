"""What the command line prints: data on stdout, diagnostics on stderr, also where that fails."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from symderiv.errors import OutputError


def say(text: str) -> None:
    """Print data."""
    with standard_output():
        print(text)


def complain(text: str) -> None:
    """One line of diagnostics, where there is anywhere to print it."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"symderiv: {text}", file=sys.stderr)


def progress(text: str) -> None:
    """One line on what is being done, where there is anywhere to print it."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)


@contextmanager
def standard_output() -> Iterator[None]:
    """Turn a failure to print, as on a full disk, into an error of our own."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}; send it elsewhere") from error


def drop_output() -> None:
    """Whatever is still buffered must not raise again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_json(data: object) -> None:
    """Print plain data as JSON."""
    say(json.dumps(data, indent=2, ensure_ascii=False))
