"""Every claim of tests/proof/corpus decided once, in a process of its own: ``python -m benchmarks.corpus``.

``tests`` has to be on the path. Memory is that of this process at its largest, which is why it is one of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import process_time
from typing import Any

from symderiv.proof.prove import decide


def survey(records: Iterable[Any], read: Any) -> dict[str, float]:
    """Times of deciding some records and how many verdicts are not what is known; reading is not timed."""
    times, wrong = [], 0
    for record in records:
        claim = read(record).claim()
        started = process_time()
        verdict = decide(claim)
        times.append(1000 * (process_time() - started))
        wrong += verdict.status != record.expected
    return {
        "claims": len(times),
        "milliseconds": sum(times),
        "slowest": max(times),
        "median": median(times),
        "wrong": wrong,
        "megabytes": _megabytes(),
    }


def _megabytes() -> float:
    """The largest resident memory so far; Linux counts that of the process which started this one in `getrusage`."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return getrusage(RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    from proof.corpus import CLAIMS, VACUOUS
    from proof.corpus.record import parts_of

    print(json.dumps(survey((*CLAIMS, *VACUOUS), parts_of)))
