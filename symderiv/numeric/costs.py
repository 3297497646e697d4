"""What decides which form of a computation is used: thresholds, and the questions that they answer.

Measured on two cores of an AMD EPYC with AVX-512, 1 MB of second cache to a core, with numpy 2.4 and OpenBLAS, on
cross-entropy, entropy and single operations (benchmarks/numpy_speed.py prints what they come to): the best, or what is
within a tenth of it. They decide about time only: no result depends on them beyond rounding.
"""

from __future__ import annotations

import numpy as np

# Entries of one array of a block, 32 to 4096 rows of 10 to 50257 doubles and floats: smaller blocks pay for more calls,
# larger ones for memory.
BLOCK = 2**18
# Rows at most: of more short ones OpenBLAS makes several products, for threads that wait for one another.
MOST_ROWS = 8192
# Rows at least, where a block adds a product of matrices to a sum: fewer make thin factors.
LEAST_ROWS = 64
# NumPy's buffer while rows are gone through that are longer than this and shorter than its own: those that fit into a
# buffer are copied, by which a row times a number takes up to twice as long.
BUFFER = 512
# Entries of a row up to which Python's lists are quicker than arrays, for a single row.
LISTS = 24
# Entries below which Python adds up a single row sooner than NumPy.
TINY = 16
# Entries up to which rows are turned for their maximum: at 10 of them np.max(axis=-1) takes five times as long. Turning
# everything (class by class) gains nothing beside products with ones: 1.0 times as long at 2 and 3 of them, 1.4 at 10.
FEW = 32
# Entries below which a row is too short for a loop over it: at 10 of them a product summed by ones takes two thirds of
# np.vecdot; at 64 it is the same or worse.
SHORT = 64
# Entries below which a number for each row is written out for each entry: at 3 and 10 of them it takes two thirds of
# one that is broadcast, at 16 six sevenths, and an array more, which a process without large ones gives back each time.
WRITTEN = 16
# Entries up to which rows are summed by a matrix product with ones, which takes half of np.vecdot with ones and a
# third of np.add.reduce at 100 of them; a longer one loses more digits than these two.
MANY = 128
# Entries of a piece of a row that is summed: with longer ones np.vecdot takes up to half as long again (doubles), and
# from 10000 on OpenBLAS shares it among threads, which wait for one another on a busy machine.
LONG = 1024
# Columns, and rows at least, of a piece of an array in Fortran's order that is copied at once: of 256 or 4096 rows,
# whose entries fall on one another in the cache, whole rows take two to four times as long.
TILE = 32
# Below LOW NumPy's exponential of doubles takes 8 times as long (0.6 and 5 ns), of what is no normal number 60 times;
# below NONE it is 0. From WIDE entries on, looking at some of them for that pays.
LOW, NONE, WIDE = -707, -746, 2**13
# Entries of all arrays from which waking threads pays.
PARALLEL = 2**16


def rows_of_block(width: int, thick: bool) -> int:
    """How many rows a block has whose widest array has so many entries to a row.

    >>> rows_of_block(1000, thick=False), rows_of_block(128256, thick=False)
    (262, 2)
    """
    rows = max(1, min(BLOCK // width, MOST_ROWS))
    return max(rows, LEAST_ROWS) if thick else rows


def is_copied(width: int) -> bool:
    """Whether NumPy would copy rows of so many entries into its buffer, and need not."""
    return BUFFER < width < np.getbufsize()
