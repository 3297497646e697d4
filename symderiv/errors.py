"""The one exception family. Every message names what was wrong, where, and what to do."""

from __future__ import annotations


class SymderivError(Exception):
    """Base class of everything symderiv raises on purpose."""


class InputError(SymderivError, ValueError):
    """The problem, expression or argument handed in cannot be read as meant."""


class Refused(SymderivError):
    """A rule or route met something it has no sound answer for, and says so."""


class InconsistentTrace(SymderivError):
    """A derivation does not hang together: a defect of a rule, or of data that a derivation is read from."""


class DidNotTerminate(SymderivError):
    """A rewriting went over its budget; ``work`` holds the steps recorded so far."""

    def __init__(self, message: str, work: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.work = work


class OutputError(SymderivError, OSError):
    """A file or folder could not be written; nothing half-written was left behind."""


class ToolMissing(SymderivError):
    """A tool that the requested format needs is not installed."""
