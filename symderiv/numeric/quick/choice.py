"""Which of the quick forms is used for arguments of certain shapes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from symderiv.numeric.costs import MOST_ROWS
from symderiv.numeric.quick.at_once import AtOnce
from symderiv.numeric.quick.blocks import Quickly
from symderiv.numeric.quick.places import Sizes

Form = Quickly | AtOnce


def chosen(forms: Sequence[Form], batch: tuple[int, ...], sizes: Sizes) -> Form | None:
    """The form for arguments of certain shapes: along an axis of the problem's own where there is a single item."""
    items = next((q for q in forms if q.rows is None), None)
    own = next((q for q in forms if q.rows is not None), None)
    if own is None or own.rows is None or prod(batch) != 1:
        return items
    if isinstance(items, Quickly) and (items.is_short(sizes) or (batch and sizes[own.rows] <= MOST_ROWS)):
        return items
    return own
