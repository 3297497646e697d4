"""What the command line takes: commands, their arguments and the help on them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from symderiv.console import say

Handler = Callable[[argparse.Namespace], int]
EPILOG = """exit status: 0 done or proved, 1 refuted or a step failed, 2 usage or bad input, 3 undecided,
4 a tool is missing

examples:
  symderiv derive softmax-cross-entropy
  symderiv derive "-sum(k, y[k]*log(p[k]))" --where "p[k] = softmax(z, k)" --given "sum(k, y[k]) = 1" --wrt "z[i]"
  symderiv prove softmax-cross-entropy "dL/dz[i] = p[i] - y[i]"
  symderiv check "(x + y)^2" "x^2 + y^2" "x*(x + y) + y*(x + y)"
  symderiv report softmax-cross-entropy --out notes --format md,tex
  symderiv report "sum(k, (p[k] - y[k])^2)" --where "p[k] = softmax(z, k)" --wrt "z[i]" --name brier --out notes
  symderiv export softmax-cross-entropy --to torch --out losses
"""


class _Parser(argparse.ArgumentParser):
    """A parser that does not swallow a failure to print its help."""

    def print_help(self, file: Any = None) -> None:
        say(self.format_help().rstrip("\n"))


def parser(version: str, run: Mapping[str, Handler]) -> argparse.ArgumentParser:
    """The parser of all commands; ``run`` holds what each does."""
    made = _Parser(
        prog="symderiv",
        description="Derive gradients of machine-learning losses for a symbolic number of classes, step by step.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"symderiv {version}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (text, arguments) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(run=run[name])
        arguments(command)
    return made


def _none(_: argparse.ArgumentParser) -> None:
    """No arguments."""


def _derive(command: argparse.ArgumentParser) -> None:
    text = "a problem, as `symderiv list` names it, or an expression"
    command.add_argument("problem", metavar="NAME|EXPR", help=text)
    _stating(command)
    command.add_argument("--route", metavar="ROUTE", default="chain", help="the way to derive (default: chain)")
    command.add_argument("--detail", metavar="LEVEL", default="full", help="brief, normal or full (default: full)")


def _prove(command: argparse.ArgumentParser) -> None:
    text = '"LHS = RHS", with the names of a problem or not'
    command.add_argument("claim", metavar="[NAME] CLAIM", nargs="+", help=text)
    command.add_argument("--size", metavar="K=N", action="append", default=[], help="a size that is fixed: K=2")
    _knowing(command)


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument("lines", metavar="[NAME] E0 E1", nargs="+", help='expressions, or one text "E0 = E1 = E2"')
    _knowing(command)


def _report(command: argparse.ArgumentParser) -> None:
    text = "problems, as `symderiv list` names them, or one expression"
    command.add_argument("problems", metavar="NAME|EXPR", nargs="*", help=text)
    command.add_argument("--all", action="store_true", help="every problem, and a page that lists the notes")
    _stating(command)
    _naming(command)
    command.add_argument("--out", metavar="DIR", default="outputs", help="folder to write into (default: outputs)")
    command.add_argument(
        "--format",
        metavar="LIST",
        default="md,tex,html",
        help="formats by comma: md, tex, html, pdf (default: md,tex,html)",
    )
    command.add_argument("--lang", metavar="LIST", default="en", help="languages by comma: en, zh (default: en)")
    command.add_argument("--route", metavar="ROUTE", help="the way to derive (default: the problem's)")
    text = "house, A to E, or a .toml file (default: the problem's)"
    command.add_argument("--notation", metavar="NAME|FILE", help=text)
    text = "folder of templates that take the place of ours (docs/templates.md)"
    command.add_argument("--template", metavar="DIR", help=text)
    command.add_argument("--detail", metavar="LEVEL", default="full", help="brief, normal or full (default: full)")


def _export(command: argparse.ArgumentParser) -> None:
    text = "a problem, as `symderiv list` names it, or an expression"
    command.add_argument("problem", metavar="NAME|EXPR", help=text)
    text = "what the module is for: python (NumPy), torch or jax (default: python)"
    command.add_argument("--to", metavar="LIBRARY", default="python", help=text)
    text = "folder to write into, a file that ends in .py, or - to print (default: this folder)"
    command.add_argument("--out", metavar="DIR|FILE", default=".", help=text)
    command.add_argument("--wrt", metavar="V[,V]", action="append", default=[], help="a gradient by each of these")
    _knowing(command)
    _naming(command)


def _naming(command: argparse.ArgumentParser) -> None:
    """Let a typed problem have a name and a title."""
    command.add_argument("--name", metavar="NAME", help="what a typed problem is called; its files are named after it")
    command.add_argument("--title", metavar="TEXT", help="the heading of a typed problem")


def _stating(command: argparse.ArgumentParser) -> None:
    """Let a problem be typed, or one of the zoo be extended."""
    command.add_argument("--wrt", metavar="V[,V]", action="append", default=[], help="differentiate by these, in turn")
    _knowing(command)


def _knowing(command: argparse.ArgumentParser) -> None:
    """Let definitions and facts be typed."""
    command.add_argument(
        "--where", metavar="DEF", action="append", default=[], help='a definition: "p[k] = softmax(z, k)"'
    )
    command.add_argument("--given", metavar="FACT", action="append", default=[], help='a fact: "sum(y[k], k=1..K) = 1"')


COMMANDS: Mapping[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "list": ("name the problems that come with symderiv", _none),
    "derive": ("derive the gradient of a problem and print every step", _derive),
    "prove": ("decide whether two expressions are equal for all sizes", _prove),
    "check": ("find the first broken link in a chain of equalities", _check),
    "report": ("write the notes of problems", _report),
    "export": ("write value and gradient as a module that stands alone", _export),
    "doctor": ("say what is installed and which formats can be written", _none),
}
