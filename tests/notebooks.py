"""The notebooks of examples/, run as Jupyter runs them; ``python -m tests.notebooks`` writes their outputs anew."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
KEPT = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
SECONDS = 120


def executed(path: Path) -> str:
    """The text of a notebook after all of its cells have run, from top to bottom, in a folder of their own.

    What differs from one machine to another (versions, times) is left out, so that the same code
    makes the same bytes. A cell that fails raises ``nbclient.exceptions.CellExecutionError``.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        own = {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(Path(folder) / ".ipython")}
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=SECONDS,
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env={**os.environ, **own})
    notebook.metadata = {**KEPT, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return str(nbformat.writes(nbformat.from_dict(notebook))) + "\n"


def joined(outputs: Iterable[Any]) -> list[Any]:
    """Outputs in their order; what is printed in a row is one text, in however many pieces it came."""
    found: list[Any] = []
    for output in outputs:
        before = found[-1] if found else {}
        if output["output_type"] == "stream" == before.get("output_type") and output["name"] == before["name"]:
            found[-1] = {**before, "text": before["text"] + output["text"]}
        else:
            found.append(output)
    return found


def main() -> None:
    """Run every notebook and write it back."""
    for path in NOTEBOOKS:
        path.write_text(executed(path), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
