"""The campaign from the shell.

    python -m tests.proof.campaign --seed 17              one claim, its verdict and its evaluation
    python -m tests.proof.campaign --claims 100000 --jobs 2

Progress goes to stderr, failures and the table to stdout. The exit status is 1 where a verdict was wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context

from symderiv.proof.prove import decide

from .judge import Outcome, judged
from .minimise import minimised
from .tally import Tally

CHUNK = 50


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign; the exit status."""
    options = _parser().parse_args(arguments)
    if options.seed is not None:
        found = judged(options.seed, decide)
        print(minimised(found, decide) if options.minimise else found)
        return int(bool(found.failure))
    tally = Tally()
    began = time.monotonic()
    for done, found in enumerate(_outcomes(range(options.start, options.start + options.claims), options.jobs), 1):
        if tally.add(found):
            print(found, end="\n\n", flush=True)
        if done % 500 == 0 or done == options.claims:
            print(f"{done}/{options.claims} claims, {time.monotonic() - began:.0f} s", file=sys.stderr)
    if options.undecided:
        print("undecided truths, by seed:", *sorted(tally.undecided))
    print(f"seeds {options.start}..{options.start + options.claims - 1}\n{tally}")
    return int(bool(tally.failures))


def _outcomes(seeds: range, jobs: int) -> Iterator[Outcome]:
    judge = partial(judged, decide=decide)
    if jobs == 1:
        yield from map(judge, seeds)
        return
    with get_context("spawn").Pool(jobs, maxtasksperchild=40) as pool:
        yield from pool.imap_unordered(judge, seeds, CHUNK)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proof.campaign", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--claims", type=int, default=2000, help="how many claims to judge")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seed", type=int, help="judge the claim of this seed only, and show it")
    parser.add_argument("--minimise", action="store_true", help="with --seed: make the claim smaller while it fails")
    parser.add_argument("--undecided", action="store_true", help="list the seeds of undecided truths")
    return parser


if __name__ == "__main__":
    sys.exit(main())
