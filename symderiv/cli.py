"""The command line: data on stdout, diagnostics on stderr.

Exit status: 0 done, 1 a step failed, 2 usage or bad input, 3 gave up undecided, 4 a tool needed
for the format is missing. Nothing but argparse is imported until a command runs, so that
``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from symderiv import __version__
from symderiv.errors import DidNotTerminate, InconsistentTrace, InputError, SymderivError, ToolMissing

DONE, FAILED, USAGE, UNDECIDED, NO_TOOL = range(5)
INTERRUPTED, BROKEN_PIPE = 130, 141
STATUS: tuple[tuple[type[SymderivError], int], ...] = (
    (InconsistentTrace, FAILED),
    (DidNotTerminate, UNDECIDED),
    (ToolMissing, NO_TOOL),
    (SymderivError, USAGE),
)
EPILOG = """exit status: 0 done, 1 a step failed, 2 usage or bad input, 3 undecided, 4 a tool is missing

examples:
  symderiv derive softmax-cross-entropy
  symderiv report softmax-cross-entropy --out notes --format md,tex
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    try:
        arguments = _parser().parse_args(argv)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except SymderivError as error:
        print(f"symderiv: {error}", file=sys.stderr)
        return next(status for kind, status in STATUS if isinstance(error, kind))
    except KeyboardInterrupt:
        print("symderiv: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has gone: whatever is still buffered must not raise again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="symderiv",
        description="Derive gradients of machine-learning losses for a symbolic number of classes, step by step.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"symderiv {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _command(commands, "list", "name the problems that come with symderiv", _list)
    derive = _command(commands, "derive", "derive the gradient of a problem and print every step", _derive)
    derive.add_argument("name", metavar="NAME", help="a problem, as `symderiv list` names it")
    report = _command(commands, "report", "write the notes of problems", _report)
    report.add_argument("names", metavar="NAME", nargs="*", help="problems, as `symderiv list` names them")
    report.add_argument("--all", action="store_true", help="every problem")
    report.add_argument("--out", metavar="DIR", default="outputs", help="folder to write into (default: outputs)")
    report.add_argument("--format", metavar="LIST", default="md,tex", help="formats by comma (default: md,tex)")
    _command(commands, "doctor", "say what is installed and which formats can be written", _doctor)
    return parser


def _command(commands: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)
    return command


def _list(arguments: argparse.Namespace) -> int:
    import symderiv as sd

    rows = [{"name": name, "title": sd.load(name).title or name} for name in sd.names()]
    if arguments.json:
        return _json(rows)
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        print(f"{row['name']:{width}}  {row['title']}")
    return DONE


def _derive(arguments: argparse.Namespace) -> int:
    import symderiv as sd

    derivation = sd.derive(sd.load(arguments.name))
    if arguments.json:
        return _json(derivation.to_dict())
    from symderiv.notes import subject
    from symderiv.report.text import text

    print(text(subject(derivation)), end="")
    return DONE


def _report(arguments: argparse.Namespace) -> int:
    import symderiv as sd
    from symderiv.notes import report

    names = list(sd.names()) if arguments.all else arguments.names
    if not names:
        raise InputError("name a problem to report on, or say --all; `symderiv list` shows the names")
    formats = tuple(part.strip() for part in arguments.format.split(",") if part.strip())
    paths: list[str] = []
    problems = [(name, sd.load(name)) for name in names]  # every name is known before the first file is written
    for name, _ in problems:
        written = [str(path) for path in report(name, out=arguments.out, formats=formats)]
        paths += written
        if not arguments.json:
            print("\n".join(written))
    return _json(paths) if arguments.json else DONE


def _doctor(arguments: argparse.Namespace) -> int:
    from symderiv.report.doctor import examine, lines

    found = examine()
    if arguments.json:
        return _json(found)
    print("\n".join(lines(found)))
    return DONE


def _json(data: object) -> int:
    import json

    print(json.dumps(data, indent=2, ensure_ascii=False))
    return DONE
