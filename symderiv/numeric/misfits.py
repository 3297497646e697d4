"""What to do about arguments that do not agree on a size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from symderiv.errors import InputError

Shapes = Sequence[tuple[int, ...]]
MOST = 2  # changes named: of more none is likelier than the others


class Misfit(InputError):
    """Two lengths for one size."""

    def __init__(self, message: str, size: str) -> None:
        super().__init__(message)
        self.size = size


def remedy(size: str, parameters: Sequence[Any], shapes: Shapes, fits: Callable[[Shapes], bool]) -> str:
    """What has to agree, and the change to one argument with which everything does, if one is likely.

    ``fits`` says whether all arguments agree with other shapes in the place of ``shapes``.
    """
    must = f"axes called {size} have one length"
    for changes in (_as_labels, _exchanged):
        found = [said for said, changed in changes(parameters, shapes) if fits(changed)]
        if 0 < len(found) <= MOST:
            return f"{must}: {' or '.join(found)}"
    return f"{must}, in every argument"


def _as_labels(parameters: Sequence[Any], shapes: Shapes) -> Iterator[tuple[str, Shapes]]:
    """An argument as class numbers, where it has an entry for each item of a batch of the others."""
    for n, (p, shape) in enumerate(zip(parameters, shapes, strict=True)):
        others = [(q, s) for q, s in zip(parameters, shapes, strict=True) if q is not p]
        if len(p.sizes) != 1 or not p.integers or p.classes is not None or not shape:
            continue
        for q, s in others:
            if q.sizes == p.sizes and s[:-1] == shape:
                said = (
                    f"for class numbers in {p.name} pass np.eye({s[-1]})[{p.name}], or make the problem with "
                    f"given=[one_hot({p.name}, t)]"
                )
                yield said, _changed(shapes, n, s)


def _exchanged(parameters: Sequence[Any], shapes: Shapes) -> Iterator[tuple[str, Shapes]]:
    """An argument with two of its axes exchanged."""
    for n, (p, shape) in enumerate(zip(parameters, shapes, strict=True)):
        for a, b in combinations(range(-len(shape), 0), 2):
            if shape[a] != shape[b]:
                order = list(shape)
                order[a], order[b] = shape[b], shape[a]
                yield f"{p.name}.swapaxes({a}, {b}) fits", _changed(shapes, n, tuple(order))


def _changed(shapes: Shapes, n: int, shape: tuple[int, ...]) -> Shapes:
    return [*shapes[:n], shape, *shapes[n + 1 :]]
