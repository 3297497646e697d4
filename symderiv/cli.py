"""The command line: data on stdout, diagnostics on stderr.

Exit status: 0 done or proved, 1 refuted or a step failed, 2 usage or bad input, 3 undecided, 4 a tool
needed for the format is missing. Nothing but argparse is imported until a command runs, so that
``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from symderiv import __version__
from symderiv.console import complain, drop_output, progress, say, say_json, standard_output
from symderiv.errors import DidNotTerminate, InconsistentTrace, InputError, SymderivError, ToolMissing
from symderiv.options import parser

DONE, FAILED, USAGE, UNDECIDED, NO_TOOL = range(5)
INTERRUPTED, BROKEN_PIPE = 130, 141
STATUS: tuple[tuple[type[SymderivError], int], ...] = (
    (InconsistentTrace, FAILED),
    (DidNotTerminate, UNDECIDED),
    (ToolMissing, NO_TOOL),
    (SymderivError, USAGE),
)
STATED = ("wrt", "where", "given")
TYPED = (*STATED, "name", "title")
LISTS = {"format": "md,tex", "lang": "en,zh"}
VERDICTS = {"proved": DONE, "refuted": FAILED, "undecided": UNDECIDED}


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


def _parser() -> argparse.ArgumentParser:
    run = {
        "list": _list,
        "derive": _derive,
        "prove": _prove,
        "check": _check,
        "report": _report,
        "export": _export,
        "doctor": _doctor,
    }
    return parser(__version__, run)


def _with_formulas(argv: Sequence[str]) -> list[str]:
    """The arguments; a formula that starts with a minus gets a space, or argparse takes it for an option."""
    return [f" {a}" if a[:1] == "-" and a[1:2] not in ("-", "") and a != "-h" else a for a in argv]


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

    derivation = sd.derive(_problem(arguments.problem, arguments), route=arguments.route)
    if arguments.json:
        say_json(derivation.to_dict())
        return DONE
    from symderiv.report.text import text

    say(text(derivation.subject, arguments.detail).rstrip("\n"))
    return DONE


def _problem(text: str, arguments: argparse.Namespace) -> Any:
    """A problem of the zoo, extended by what is typed, or one that is typed altogether."""
    import symderiv as sd

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
    from symderiv.listing import index
    from symderiv.notes import report

    formats, langs = _listed(arguments, "format"), _listed(arguments, "lang")
    problems = list(_reported(arguments))  # every problem is known before the first file is written
    told = len(problems) > 1 and (not arguments.json or sys.stderr.isatty())
    paths: list[str] = []
    options = {name: getattr(arguments, name) for name in ("notation", "detail", "route")}
    options["templates"] = arguments.template
    for number, problem in enumerate(problems, 1):
        if told:
            progress(f"{number}/{len(problems)} {problem.name}")
        for lang in langs:
            written = list(map(str, report(problem, arguments.out, formats, lang, **options)))
            paths += written
            if not arguments.json:
                say("\n".join(written))
    if arguments.all:
        written = list(map(str, index(problems, arguments.out)))
        paths += written
        if not arguments.json:
            say("\n".join(written))
    if arguments.json:
        say_json(paths)
    return DONE


def _reported(arguments: argparse.Namespace) -> Iterator[Any]:
    """The problems to report on: every one, those that are named, or one that is typed."""
    import symderiv as sd

    if arguments.all and arguments.problems:
        raise InputError(f"--all means every problem: leave it out, or leave out {' '.join(arguments.problems)}")
    texts = list(sd.names()) if arguments.all else arguments.problems
    if not texts:
        raise InputError("name a problem to report on, or say --all; `symderiv list` shows the names")
    typed = [f"--{option}" for option in TYPED if getattr(arguments, option)]
    if typed and (arguments.all or len(texts) > 1):
        raise InputError(f"{', '.join(typed)}: one problem at a time can be typed or changed; name only that one")
    for text in texts:
        yield _named(_problem(text, arguments), text, arguments) if typed else _problem(text, arguments)


def _named(problem: Any, text: str, arguments: argparse.Namespace) -> Any:
    """A problem under the name and title that are asked for; a changed one must not take the place of the old."""
    changed = any(getattr(arguments, option) for option in STATED)
    if changed and problem.name == text and not arguments.name:
        raise InputError(f"this is another problem than {text}: say with --name what it is called, as in --name mine")
    return problem.called(arguments.name or problem.name, arguments.title or (None if changed else problem.title))


def _listed(arguments: argparse.Namespace, option: str) -> tuple[str, ...]:
    """The parts of an option that takes several by comma."""
    found = tuple(part.strip() for part in getattr(arguments, option).split(",") if part.strip())
    if not found:
        raise InputError(f"--{option} is empty; write for example --{option} {LISTS[option]}")
    return tuple(dict.fromkeys(found))


def _export(arguments: argparse.Namespace) -> int:
    from symderiv.exporting import TEXT, save, stand_alone

    text = arguments.problem
    problem = _named(_problem(text, arguments), text, arguments)
    made = stand_alone(problem, arguments.to, problem.wrt if len(problem.wrt) > 1 and arguments.wrt else None)
    for doubt in made.doubts:
        complain(f"{problem.name}: {doubt}")
    shown = made.text if arguments.out == TEXT else str(save(made, arguments.out))
    if arguments.json:
        say_json({"text" if arguments.out == TEXT else "path": shown, "proved": not made.doubts})
    else:
        say(shown.rstrip("\n"))
    return DONE


def _doctor(arguments: argparse.Namespace) -> int:
    from symderiv.report.doctor import examine, lines

    found = examine()
    if arguments.json:
        say_json(found)
        return DONE
    say("\n".join(lines(found)))
    return DONE
