"""Notes made from a derivation: plain data, templates, files.

The public function is called ``symderiv.report`` as well, and importing this package puts the
package under that name. So the package can be called, and is that function: `symderiv.notes.report`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Report(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        from symderiv.notes import report

        return report(*arguments, **options)


sys.modules[__name__].__class__ = _Report
