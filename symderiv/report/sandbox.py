"""Where templates run: a sandbox with nothing of chance in it, folders that nothing leads out of, errors with a place.

A template of one's own stands for ours of the same name; the others are ours. It is looked for in its folder only,
and sees plain data only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
)
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from symderiv.errors import InputError

OURS = "ours"  # before a slash, it names our template also where there is another of that name
SUFFIX = ".j2"
CHANCE = ("lipsum", "random")  # the same notes are the same bytes
UNESCAPED = "safe"  # what is markup is marked so by the filters of the notes
READ = "docs/templates.md says what there is"
KINDS: tuple[tuple[type[BaseException], str, str], ...] = (  # what is said of an error, and what to do
    (TemplateSyntaxError, "{error.message}", READ),
    (TemplateNotFound, "no template is called {error.name!r}", "it must stand in the folder of templates, or be ours"),
    (UndefinedError, "{error}", READ),
    (SecurityError, "this is not allowed in a template: {error}", READ),
    (TemplateError, "{error}", READ),
    (RecursionError, "this calls itself without end", "let it end"),
    (MemoryError, "this takes too much memory", "let it print less"),
    (TimeoutError, "this takes too long", "let it do less"),
    (OverflowError, "{error}", "let it do less"),
    (Exception, "{error}", READ),
)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja in a sandbox: an unknown name is an error, and so is printing what is neither text nor a number."""

    def __init__(self, loader: BaseLoader, escape: Callable[[object], str], **options: Any) -> None:
        super().__init__(loader=loader, undefined=StrictUndefined, finalize=_printing(escape), **options)
        for name in (*CHANCE, UNESCAPED):
            self.globals.pop(name, None)
            self.filters.pop(name, None)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of a dictionary before a method of that name, such as ``items``."""
        return obj[attribute] if isinstance(obj, dict) and attribute in obj else super().getattr(obj, attribute)


def _printing(escape: Callable[[object], str]) -> Callable[[object], str]:
    def printed(value: object) -> str:
        if not isinstance(value, str | int | float | Undefined):
            raise TemplateError(f"a template prints text and numbers, and this is of type {type(value).__name__}")
        return escape(value)

    return printed


class _Folder(FileSystemLoader):
    """The templates of a folder."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        folder = Path(self.searchpath[0]).resolve()
        path = folder.joinpath(*split_template_path(template))
        if not path.resolve().is_relative_to(folder):
            raise SecurityError(f"{path} leads out of the folder")
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise TemplateError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def loader(ours: Path, own: Path | None) -> BaseLoader:
    """Finds templates by name: those in a folder of one's own before ours."""
    inner = _Folder(ours)
    return ChoiceLoader([*([] if own is None else [_Folder(own)]), inner, PrefixLoader({OURS: inner})])


def checked_folder(given: Any, ours: Path) -> Path | None:
    """The folder of templates of one's own; raises `InputError` where none of them stands for one of ours."""
    if given is None:
        return None
    if not isinstance(given, str | Path) or "\0" in str(given):
        raise InputError(f"templates is a folder, a path as text, not {given!r}")
    folder, names = Path(given), sorted(path.name for path in ours.glob(f"*{SUFFIX}"))
    if not folder.is_dir():
        raise InputError(f"templates: there is no folder {folder}; make one, and put a {names[0]} of your own into it")
    if not any((folder / name).is_file() for name in names):
        raise InputError(f"no file in {folder} stands for a template of ours; those are called {', '.join(names)}")
    return folder


def explained(error: Exception, own: Path) -> InputError:
    """What went wrong in templates of one's own: the file, the line and what to do."""
    what, remedy = next((what, remedy) for kind, what, remedy in KINDS if isinstance(error, kind))
    said = " ".join(what.format(error=error).split()).rstrip(".")
    return InputError(f"{_place(error, own)}: {said}; {remedy}")


def _place(error: Exception, own: Path) -> str:
    """The file and line of an error, the innermost in one's own folder if there is one."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or own}, line {error.lineno}"
    places = [p for p in _frames(error.__traceback__) if p[0].endswith(SUFFIX)]
    inside = [p for p in places if Path(p[0]).is_relative_to(own)]
    return "{}, line {}".format(*(inside or places)[-1]) if places else str(own)


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
