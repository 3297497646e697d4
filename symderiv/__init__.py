"""symderiv: gradients of machine-learning losses for any number of classes, step by step."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from symderiv.release import VERSION as __version__

# Names are fetched on first use, so that importing the package (or asking the command for help)
# loads neither sympy nor numpy.
_HOMES = {
    "SymderivError": "errors",
    "InputError": "errors",
    "Refused": "errors",
    "InconsistentTrace": "errors",
    "DidNotTerminate": "errors",
    "OutputError": "errors",
    "ToolMissing": "errors",
    "Problem": "problem",
    "Example": "examples",
    "Claim": "claims",
    "Mistake": "claims",
    "Passage": "claims",
    "Line": "claims",
    "Derivation": "derivation",
    "derive": "derivation",
    "load": "zoo",
    "names": "zoo",
    "instantiate": "doors.written_out",
    "softmax": "doors.abbreviations",
    "logsumexp": "doors.abbreviations",
    "sigmoid": "doors.abbreviations",
    "one_hot": "doors.abbreviations",
    "stop_gradient": "doors.surface",
    "lambdify": "functions",
    "value_and_grad": "functions",
    "gradcheck": "checking",
    "jvp": "products",
    "vjp": "products",
    "hvp": "products",
    "report": "notes",
    "export": "exporting",
    "prove": "proving",
    "check": "proving",
    "Verdict": "verdicts",
    "Chain": "chains",
    "Budget": "proof.budget",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'symderiv' has no attribute {name!r}")
    value = getattr(import_module(f"symderiv.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """The package as a module in which a submodule never hides the public function of its name.

    Importing ``symderiv.report.page`` would otherwise put the subpackage under ``symderiv.report``,
    where people look for the function; ``import`` statements find submodules without that.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in _HOMES):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
