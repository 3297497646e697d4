"""The command line: data on stdout, diagnostics on stderr.

Exit status: 0 done or proved, 1 refuted or a step failed, 2 usage or bad input, 3 undecided, 4 a tool
needed for the format is missing. Nothing but argparse is imported until a command runs, so that
``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from symderiv import __version__
from symderiv.console import complain, drop_output, say, say_json, standard_output
from symderiv.errors import DidNotTerminate, InconsistentTrace, InputError, SymderivError, ToolMissing

DONE, FAILED, USAGE, UNDECIDED, NO_TOOL = range(5)
INTERRUPTED, BROKEN_PIPE = 130, 141
STATUS: tuple[tuple[type[SymderivError], int], ...] = (
    (InconsistentTrace, FAILED),
    (DidNotTerminate, UNDECIDED),
    (ToolMissing, NO_TOOL),
    (SymderivError, USAGE),
)
VERDICTS = {"proved": DONE, "refuted": FAILED, "undecided": UNDECIDED}
EPILOG = """exit status: 0 done or proved, 1 refuted or a step failed, 2 usage or bad input, 3 undecided,
4 a tool is missing

examples:
  symderiv derive softmax-cross-entropy
  symderiv derive "-sum(k, y[k]*log(p[k]))" --where "p[k] = softmax(z, k)" --given "sum(k, y[k]) = 1" --wrt "z[i]"
  symderiv prove softmax-cross-entropy "dL/dz[i] = p[i] - y[i]"
  symderiv check "(x + y)^2" "x^2 + y^2" "x*(x + y) + y*(x + y)"
  symderiv report softmax-cross-entropy --out notes --format md,tex
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.stdout is None:
        complain("standard output is closed; to drop what is printed, send it to /dev/null")
        return USAGE
    try:
        status = _run(argv)
        with standard_output():
            sys.stdout.flush()
        return status
    except SymderivError as error:
        complain(str(error))
        return next(status for kind, status in STATUS if isinstance(error, kind))
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        drop_output()
        return BROKEN_PIPE


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parser().parse_args(_with_formulas(sys.argv[1:] if argv is None else argv))
    except SystemExit as stop:  # --help, --version and wrong usage have said what there is to say
        return stop.code if isinstance(stop.code, int) else DONE
    status: int = arguments.run(arguments)
    return status


def _with_formulas(argv: Sequence[str]) -> list[str]:
    """The arguments; a formula that starts with a minus gets a space, or argparse takes it for an option."""
    return [f" {a}" if a[:1] == "-" and a[1:2] not in ("-", "") and a != "-h" else a for a in argv]


class _Parser(argparse.ArgumentParser):
    """A parser that does not swallow a failure to print its help."""

    def print_help(self, file: Any = None) -> None:
        say(self.format_help().rstrip("\n"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="symderiv",
        description="Derive gradients of machine-learning losses for a symbolic number of classes, step by step.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"symderiv {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _command(commands, "list", "name the problems that come with symderiv", _list)
    derive = _command(commands, "derive", "derive the gradient of a problem and print every step", _derive)
    derive.add_argument("problem", metavar="NAME|EXPR", help="a problem, as `symderiv list` names it, or an expression")
    derive.add_argument("--wrt", metavar="V[,V]", action="append", default=[], help="differentiate by these, in turn")
    _knowing(derive)
    derive.add_argument("--route", metavar="ROUTE", default="chain", help="the way to derive (default: chain)")
    derive.add_argument("--detail", metavar="LEVEL", default="full", help="brief, normal or full (default: full)")
    prove = _command(commands, "prove", "decide whether two expressions are equal for all sizes", _prove)
    prove.add_argument(
        "claim", metavar="[NAME] CLAIM", nargs="+", help='"LHS = RHS", with the names of a problem or not'
    )
    prove.add_argument("--size", metavar="K=N", action="append", default=[], help="a size that is fixed: K=2")
    _knowing(prove)
    check = _command(commands, "check", "find the first broken link in a chain of equalities", _check)
    check.add_argument("lines", metavar="[NAME] E0 E1", nargs="+", help='expressions, or one text "E0 = E1 = E2"')
    _knowing(check)
    report = _command(commands, "report", "write the notes of problems", _report)
    report.add_argument("names", metavar="NAME", nargs="*", help="problems, as `symderiv list` names them")
    report.add_argument("--all", action="store_true", help="every problem")
    report.add_argument("--out", metavar="DIR", default="outputs", help="folder to write into (default: outputs)")
    report.add_argument("--format", metavar="LIST", default="md,tex", help="formats by comma (default: md,tex)")
    report.add_argument(
        "--notation", metavar="NAME|FILE", help="house, A to E, or a .toml file (default: the problem's)"
    )
    _command(commands, "doctor", "say what is installed and which formats can be written", _doctor)
    return parser


def _command(commands: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)
    return command


def _knowing(command: argparse.ArgumentParser) -> None:
    """Let definitions and facts be typed."""
    command.add_argument(
        "--where", metavar="DEF", action="append", default=[], help='a definition: "p[k] = softmax(z, k)"'
    )
    command.add_argument("--given", metavar="FACT", action="append", default=[], help='a fact: "sum(y[k], k=1..K) = 1"')


def _list(arguments: argparse.Namespace) -> int:
    import symderiv as sd

    problems = [(name, sd.load(name)) for name in sd.names()]
    rows = [{"name": name, "title": p.title or name, "equals": dict(p.equals)} for name, p in problems]
    if arguments.json:
        say_json(rows)
        return DONE
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        say(f"{row['name']:{width}}  {row['title']}")
    return DONE


def _derive(arguments: argparse.Namespace) -> int:
    import symderiv as sd

    derivation = sd.derive(_problem(arguments), route=arguments.route)
    if arguments.json:
        say_json(derivation.to_dict())
        return DONE
    from symderiv.report.text import text

    say(text(derivation.subject, arguments.detail).rstrip("\n"))
    return DONE


def _problem(arguments: argparse.Namespace) -> Any:
    """A problem of the zoo, extended by what is typed, or one that is typed altogether."""
    import symderiv as sd

    text = arguments.problem
    typed = {"wrt": arguments.wrt, "where": arguments.where, "given": arguments.given}
    if text in sd.names() or _is_misspelt(text, sd.names()):
        problem = sd.load(text)
        return problem.with_text(**typed) if any(typed.values()) else problem
    if not arguments.wrt and text.isidentifier():
        raise InputError(
            f"no problem is called {text} (`symderiv list` names them); for an expression say with --wrt what to "
            "differentiate by"
        )
    return sd.Problem.from_text(text, **typed)


def _prove(arguments: argparse.Namespace) -> int:
    import symderiv as sd

    if len(arguments.claim) > 2:
        raise InputError('prove takes one claim, "LHS = RHS", after the name of a problem if any; check takes a chain')
    *name, claim = arguments.claim
    sizes = dict(map(_size, arguments.size))
    known = {"where": arguments.where, "given": arguments.given, "problem": name[0] if name else None}
    return _judged(sd.prove(claim, sizes=sizes, **known), arguments)


def _check(arguments: argparse.Namespace) -> int:
    import symderiv as sd

    name, *others = arguments.lines
    if not others or not (name in sd.names() or _is_misspelt(name, sd.names())):
        name, others = None, arguments.lines
    lines = others[0] if len(others) == 1 else others
    return _judged(sd.check(lines, arguments.where, arguments.given, problem=name), arguments)


def _judged(found: Any, arguments: argparse.Namespace) -> int:
    """Print a verdict, or those on a chain, and return the exit status that says the same."""
    if arguments.json:
        say_json(found.to_dict())
    else:
        say(str(found))
    return VERDICTS[found.status]


def _size(text: str) -> tuple[str, int]:
    """A size that is fixed: ``K=2``."""
    name, sign, value = (part.strip() for part in text.partition("="))
    if not (name.isidentifier() and sign and value.isdecimal()):
        raise InputError(f"--size {text}: write a size and a whole number, as in --size K=2")
    return name, int(value)


def _is_misspelt(text: str, names: Sequence[str]) -> bool:
    """Whether words with hyphens are nearly the name of a problem, such as ``entrpy``."""
    words = text.replace("-", "_").replace(" ", "_").isidentifier()
    return words and bool(get_close_matches(text, names, n=1, cutoff=0.7))


def _report(arguments: argparse.Namespace) -> int:
    import symderiv as sd
    from symderiv.notes import report

    if arguments.all and arguments.names:
        raise InputError(f"--all means every problem: leave it out, or leave out {' '.join(arguments.names)}")
    names = list(sd.names()) if arguments.all else arguments.names
    if not names:
        raise InputError("name a problem to report on, or say --all; `symderiv list` shows the names")
    formats = tuple(part.strip() for part in arguments.format.split(",") if part.strip())
    if not formats:
        raise InputError("--format names no format; write for example --format md,tex")
    paths: list[str] = []
    problems = [(name, sd.load(name)) for name in names]  # every name is known before the first file is written
    for name, _ in problems:
        written = [str(path) for path in report(name, arguments.out, formats, notation=arguments.notation)]
        paths += written
        if not arguments.json:
            say("\n".join(written))
    if arguments.json:
        say_json(paths)
    return DONE


def _doctor(arguments: argparse.Namespace) -> int:
    from symderiv.report.doctor import examine, lines

    found = examine()
    if arguments.json:
        say_json(found)
        return DONE
    say("\n".join(lines(found)))
    return DONE
