"""Claims with known answers, as data: written before the prover and checked without it."""

from __future__ import annotations

from proof.corpus.algebra import ALGEBRA
from proof.corpus.batches import BATCHES
from proof.corpus.calculus import CALCULUS
from proof.corpus.exchange import EXCHANGES
from proof.corpus.known import KNOWN
from proof.corpus.layers import LAYERS
from proof.corpus.logistic import LOGISTIC
from proof.corpus.losses import LOSSES
from proof.corpus.matrices import MATRICES
from proof.corpus.printed import PRINTED
from proof.corpus.record import Record
from proof.corpus.softmax import SOFTMAX
from proof.corpus.sums import SUMS
from proof.corpus.vacuous import VACUOUS

__all__ = ["CLAIMS", "VACUOUS", "Record"]

CLAIMS: tuple[Record, ...] = (
    *KNOWN,
    *SOFTMAX,
    *LOSSES,
    *LOGISTIC,
    *LAYERS,
    *MATRICES,
    *BATCHES,
    *SUMS,
    *EXCHANGES,
    *ALGEBRA,
    *CALCULUS,
    *PRINTED,
)
