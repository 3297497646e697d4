"""A function in a process of its own, with limits of time and memory: for templates that somebody else wrote.

The sandbox of templates keeps them from files and from code; it does not keep them from filling the memory or from
never ending, and nothing within one process does.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from symderiv import errors
from symderiv.errors import SymderivError

SECONDS = 20  # of computing
GRACE = 5  # seconds in which to say where the time went
PATIENCE = 6  # times as long, on a machine that is busy, or where a file is waited for
MEMORY = 2**30
LIMITS: Mapping[str, type[Exception]] = {"TimeoutError": TimeoutError, "MemoryError": MemoryError}
PROGRAM = "from symderiv.report.apart import serve; serve()"


def apart(function: Callable[..., str], *given: Any) -> str:
    """The text that a function makes of plain data, in a process of its own.

    Errors of ours come over; `TimeoutError` and `MemoryError` are raised where it goes beyond the limits.
    """
    task = pickle.dumps((SECONDS, function, given))
    places = os.pathsep.join(place or os.getcwd() for place in sys.path)
    command = (sys.executable or "python3", "-P", "-c", PROGRAM)  # -P: no module of the current folder by chance
    try:
        done = subprocess.run(
            command,
            input=task,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": places},
            timeout=PATIENCE * (SECONDS + GRACE),
        )
    except subprocess.TimeoutExpired as late:
        raise TimeoutError from late
    if done.returncode < 0:
        raise TimeoutError
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    ((kind, text),) = json.loads(done.stdout).items()
    if kind == "text":
        return str(text)
    raise LIMITS.get(kind) or getattr(errors, kind)(text)


def serve() -> None:
    """Do the task that stands on standard input, and print what it made."""
    seconds, function, given = pickle.load(sys.stdin.buffer)
    _limit(seconds)
    try:
        reply = json.dumps({"text": function(*given)})
    except (SymderivError, TimeoutError, MemoryError) as error:
        reply = json.dumps({type(error).__name__: str(error)})
    print(reply)


def _limit(seconds: float) -> None:
    """Let this process use so much and no more, where the system can hold it to that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        last = int(used.ru_utime + used.ru_stime + seconds) + 1
        signal.signal(signal.SIGXCPU, _late)
        resource.setrlimit(resource.RLIMIT_CPU, (last, last + GRACE))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _late(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough
    raise TimeoutError
