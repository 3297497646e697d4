"""A batch larger than the memory allowed: ``python -m benchmarks.larger``, which needs dask (extra ``array-api``).

The batch is made chunk by chunk; the loss is summed and its gradient by the columns added up as the chunks come.
Each run is a process of its own: what it held at most, less what it held with one chunk of work done, is printed
beside the size of what it went through. The whole result is compared with a sum over the chunks by NumPy alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

CLASSES, CHUNK, MEGABYTE = 128, 20_000, 1e6
BYTES = CLASSES * 8


def chunk(block_id: tuple[int, ...], rows: int, shift: float) -> Any:
    """Some rows of the batch, the same ones each time."""
    return np.random.default_rng(block_id[0]).normal(shift, 1.0, (rows, CLASSES))


def worked(chunks: int) -> dict[str, Any]:
    """The sums over a batch of so many chunks, by dask, one chunk at a time, and by NumPy."""
    import dask
    import dask.array as da

    import symderiv as sd

    problem = sd.load("softmax-cross-entropy")
    f = sd.value_and_grad(problem, backend="array-api")
    z, y = (
        da.map_blocks(chunk, rows=CHUNK, shift=s, chunks=((CHUNK,) * chunks, (CLASSES,)), dtype=float)
        for s in (0.0, 2.0)
    )
    loss, gradient = f(z, abs(y))
    began = time.perf_counter()
    found = dask.compute(loss.sum(), gradient.sum(axis=0), scheduler="synchronous")
    spent = time.perf_counter() - began
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    plain = sd.value_and_grad(problem)
    value, slope = 0.0, np.zeros(CLASSES)
    for n in range(chunks):
        some = plain(chunk((n, 0), CHUNK, 0.0), abs(chunk((n, 0), CHUNK, 2.0)))
        value, slope = value + some[0].sum(), slope + some[1].sum(axis=0)
    apart = max(abs(found[0] / value - 1), np.max(np.abs(found[1] - slope)) / np.max(np.abs(slope)))
    # two arguments and the gradient
    return {"bytes": 3 * chunks * CHUNK * BYTES, "held": held, "seconds": spent, "apart": float(apart)}


def main() -> int:
    """Print what was gone through, what was held, and how far the sums are from NumPy's; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--chunks", type=int, default=50, help="chunks of the batch, 61 MB for the three arrays of each"
    )
    parser.add_argument("--bound", type=float, default=200.0, help="megabytes that may be held beside the libraries")
    parser.add_argument("--here", action="store_true", help="work in this process and print the numbers as JSON")
    options = parser.parse_args()
    if options.here:
        print(json.dumps(worked(options.chunks)))
        return 0
    one, many = (_apart(n) for n in (1, options.chunks))
    first, most = one["held"] / MEGABYTE, many["held"] / MEGABYTE
    more = most - first
    print(f"gone through  {many['bytes'] / MEGABYTE:8.0f} MB in {options.chunks} chunks, {many['seconds']:.1f} s")
    print(f"held at most  {most:8.0f} MB with the libraries, {first:.0f} MB for one chunk")
    print(f"so for more   {more:8.0f} MB, bound {options.bound:.0f} MB")
    print(f"from NumPy's  {many['apart']:8.1e} relative")
    return int(more > options.bound or many["apart"] > 1e-10)


def _apart(chunks: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.larger", "--here", "--chunks", str(chunks)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


if __name__ == "__main__":
    sys.exit(main())
