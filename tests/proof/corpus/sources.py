"""The five source derivations, typed in line by line in the letters of each.

Where a printed index is both bound and free, each reading is a derivation of its own, and its note says so.
"""

from __future__ import annotations

from proof.corpus.chains import Derivation
from proof.corpus.source_a import SOURCE_A
from proof.corpus.sources_bc import SOURCE_B, SOURCE_C
from proof.corpus.sources_de import SOURCE_D, SOURCE_E

SOURCES: tuple[Derivation, ...] = (*SOURCE_A, *SOURCE_B, *SOURCE_C, *SOURCE_D, *SOURCE_E)
