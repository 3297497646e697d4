"""The command line, run as people run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tools import ROOT, needs_latex

from symderiv import cli
from symderiv.errors import DidNotTerminate, InconsistentTrace, InputError, SymderivError, ToolMissing

NAME = "softmax-cross-entropy"


def run(*arguments: str, code: int = 0, **extra: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "symderiv", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", **extra},
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


def test_help_loads_neither_sympy_nor_numpy() -> None:
    script = (
        "import sys\n"
        "from symderiv.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'sympy', 'numpy', 'jinja2', 'flint', 'dataclasses'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_names_the_commands_and_the_statuses() -> None:
    text = run("--help").stdout
    for word in ("list", "derive", "prove", "check", "report", "doctor", "exit status: 0 done"):
        assert word in text


def test_version() -> None:
    from symderiv import __version__

    assert run("--version").stdout == f"symderiv {__version__}\n"


def test_list() -> None:
    assert NAME in run("list").stdout
    rows = json.loads(run("list", "--json").stdout)
    (row,) = (row for row in rows if row["name"] == NAME)
    assert row["title"] == "Softmax with cross-entropy"
    assert row["equals"]["PyTorch"] == "torch.nn.functional.cross_entropy(z, y)"


def test_derive_prints_numbered_steps_and_the_result() -> None:
    done = run("derive", NAME)
    assert "\n1     = " in done.stdout
    assert "[sift]" in done.stdout
    assert "result  p[i] - y[i]\nif      sum(y[k], k=1..K) = 1\n" in done.stdout
    assert done.stderr == ""


def test_derive_at_a_level_of_detail() -> None:
    brief = run("derive", NAME, "--detail", "brief").stdout
    assert len(brief.splitlines()) < len(run("derive", NAME, "--detail", "normal").stdout.splitlines())
    assert brief.endswith("result  p[i] - y[i]\nif      sum(y[k], k=1..K) = 1\n")
    assert "write brief, normal or full" in run("derive", NAME, "--detail", "long", code=2).stderr


def test_derive_as_json() -> None:
    found = json.loads(run("derive", NAME, "--json").stdout)
    assert found["result"] == "p[i] - y[i]"


def test_an_unknown_problem_gets_the_nearest_name() -> None:
    done = run("derive", "softmax-cross-entrpy", code=2)
    assert done.stdout == ""
    assert done.stderr.startswith("symderiv: ")
    assert done.stderr.count("\n") == 1
    assert NAME in done.stderr


FORMULA = ("-sum(k,y[k]*log(p[k]))", "--where", "p[k] = softmax(z, k)", "--given", "sum(k, y[k]) = 1")


def test_derive_a_formula_with_its_definitions_and_facts() -> None:
    done = run("derive", *FORMULA, "--wrt", "z[i]")
    assert "where   p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)\n" in done.stdout
    assert "result  p[i] - y[i]\nif      sum(y[k], k=1..K) = 1\n" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("formula", ["-x", "-x**2", "-(x)"])
def test_a_formula_may_start_with_a_minus(formula: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", formula, "--wrt", "x"]) == cli.DONE
    assert "result  -" in capsys.readouterr().out


def test_derive_a_formula_as_json() -> None:
    found = json.loads(run("derive", "x**2*y", "--wrt", "x", "--wrt", "y", "--json").stdout)
    assert found["result"] == "2*x"


def test_a_problem_is_extended_by_text() -> None:
    done = run("derive", NAME, "--given", "one_hot(y, t)", "--wrt", "z[i], z[j]")
    assert "given   y[k] = delta(k, t)\n" in done.stdout
    assert "result  p[i]*(delta(i, j) - p[j])\n" in done.stdout


def test_what_cannot_be_read_gets_a_caret() -> None:
    done = run("derive", "2z[i]", "--wrt", "z[i]", code=2)
    assert done.stderr == "symderiv: a sign is missing here; for a product write 2*z[i]\n  2z[i]\n  ^^\n"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entrpy", "no problem is called 'entrpy'; did you mean 'entropy'?"),
        ("nonsense", "no problem is called nonsense (`symderiv list` names them)"),
        (FORMULA[0], "wrt is empty: name what to differentiate by, one of y[i], p[i]"),
        ("x - y", "one of x, y"),
        ("2 + 3", "one of its names"),
    ],
)
def test_what_to_differentiate_by_is_not_guessed(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", text]) == cli.USAGE
    assert message in capsys.readouterr().err


def test_an_unknown_route_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", NAME, "--route", "scenic"]) == cli.USAGE
    assert "scenic" in capsys.readouterr().err


WEIGHTED = ("d/dz[i] (sum((p[k] - y[k])*z[k], k)) = p[i] - y[i]", "--where", "p[k] = softmax(z, k)")


def test_prove_in_the_names_of_a_problem() -> None:
    done = run("prove", NAME, "dL/dz[i] = p[i] - y[i]")
    assert done.stdout == ("proved: d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = p[i] - y[i]\n  if sum(y[k], k=1..K) = 1\n")
    assert done.stderr == ""


def test_prove_refutes_with_numbers() -> None:
    lines = run("prove", *WEIGHTED, code=1).stdout.splitlines()
    assert lines[0].startswith("refuted: ")
    assert lines[1].startswith("  at K = 2, i = 1, y = (1, 0), z = (0, 1) the left side is -0.92767")
    assert "the right side -0.73105" in lines[1]
    assert lines[2:] == [
        "  holds all the same at K = 1",
        "  left - right = p[i]*(z[i] - sum(z[k]*p[k], k=1..K))",
        "  holds when z[i] = sum(z[k]*p[k], k=1..K)",
    ]


def test_prove_as_json() -> None:
    found = json.loads(run("prove", *WEIGHTED, "--json", code=1).stdout)
    assert found["status"] == "refuted"
    assert found["coincidences"] == [{"K": 1}]
    assert found["counterexample"]["values"]["z"] == ["0", "1"]


def test_prove_at_a_fixed_size(capsys: pytest.CaptureFixture[str]) -> None:
    claim = ("prove", "sum(z[k], k=1..K) = z[1] + z[2]")
    assert cli.main([*claim, "--size", "K=2"]) == cli.DONE
    assert cli.main([*claim]) == cli.FAILED
    assert "holds all the same at K = 2" in capsys.readouterr().out
    assert cli.main([*claim, "--size", "K=two"]) == cli.USAGE
    assert "--size K=2" in capsys.readouterr().err


def test_prove_that_decides_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prove", "sum((z[k] - z[i])/(z[k] - z[i]), k=1..K) = K"]) == cli.UNDECIDED
    assert capsys.readouterr().out.startswith("undecided: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("entrpy", "x = 1"), "did you mean 'entropy'?"),
        (("entropy", "x = 1", "x = 2"), "prove takes one claim"),
        (("x > 1",), "only equations are decided"),
        (("entropy",), "a relation is missing"),
        (("x = 1", "--given", "x + y = 1", "--given", "x + y = 2"), "contradict each other"),
    ],
)
def test_prove_refuses_what_is_no_claim(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["prove", *arguments]) == cli.USAGE
    assert message in capsys.readouterr().err


def test_check_finds_the_broken_link() -> None:
    done = run("check", NAME, "dL/dz[i]", "y[i] - p[i]", "p[i] - y[i]", code=1)
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0] == "1    d/dz[i] (-sum(y[k]*log(p[k]), k=1..K))"
    assert lines[1] == "2   = y[i] - p[i]"
    assert lines[2] == "refuted"
    assert "repair: without line 2 the chain goes on: line 1 = line 3" in lines
    assert "repair: line 2 should be p[i] - y[i]" in lines


def test_check_takes_one_text_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "(x - 1)*(x + 1) = x^2 - 1 = x*x - 1", "--json"]) == cli.DONE
    assert json.loads(capsys.readouterr().out)["broken"] is None
    assert cli.main(["check", "x"]) == cli.USAGE


@pytest.mark.parametrize(
    "arguments", [(), ("derive",), ("prove",), ("check",), ("nonsense",), ("report",), ("list", "--nonsense")]
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, code=2)
    assert done.stdout == ""
    assert done.stderr


def notes(folder: Path) -> list[str]:
    """The files of notes in a folder; figures are in folders of their own."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_report_prints_what_it_wrote(tmp_path: Path) -> None:
    done = run("report", NAME, "--out", str(tmp_path), "--format", "md")
    written = sorted(map(str, (path for path in tmp_path.rglob("*") if path.is_file())))
    assert sorted(done.stdout.splitlines()) == written
    assert notes(tmp_path) == [f"{NAME}.github.md", f"{NAME}.md"]


BRIER = ("sum(k, (p[k] - y[k])^2)", "--where", "p[k] = softmax(z, k)", "--wrt", "z[i]")


def test_report_on_a_typed_problem(tmp_path: Path) -> None:
    done = run("report", *BRIER, "--name", "Brier score", "--out", str(tmp_path), "--format", "md")
    assert str(tmp_path / "brier-score.md") in done.stdout.splitlines()
    assert done.stderr == ""
    assert (tmp_path / "brier-score.md").read_text().startswith("# Brier score\n")


def test_a_typed_problem_has_a_title_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--name", "mine", "--title", "A title", "--out", str(tmp_path), "--format", "md")
    assert cli.main(["report", "x^2*y", "--wrt", "x", *options]) == cli.DONE
    assert notes(tmp_path) == ["mine.github.md", "mine.md"]
    assert (tmp_path / "mine.md").read_text().startswith("# A title\n")


def test_a_changed_problem_does_not_take_the_place_of_the_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = ["report", "logsumexp", "--wrt", "z[i], z[j]", "--out", str(tmp_path), "--format", "md"]
    assert cli.main(changed) == cli.USAGE
    assert "say with --name what it is called" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert cli.main([*changed, "--name", "hessian"]) == cli.DONE
    text = (tmp_path / "hessian.md").read_text()
    assert text.startswith("# hessian\n")
    assert "\\partial^{2}" in text


def test_only_one_problem_is_typed_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for named in (("entropy", "softmax"), ("--all",)):
        assert cli.main(["report", *named, "--given", "K = 2", "--out", str(tmp_path)]) == cli.USAGE
        assert "--given: one problem at a time" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_report_takes_the_options_of_the_notes(tmp_path: Path) -> None:
    command = ("report", "logsumexp", "--out", str(tmp_path), "--format", "md,tex")
    run(*command, "--detail", "brief", "--lang", "en, zh")
    brief = {name: (tmp_path / name).read_text() for name in notes(tmp_path)}
    suffixes = (".md", ".github.md", ".tex")
    assert set(brief) == {f"logsumexp{lang}{suffix}" for lang in ("", ".zh") for suffix in suffixes}
    run(*command)
    assert len((tmp_path / "logsumexp.md").read_text()) > len(brief["logsumexp.md"])
    for option, message in (("--detail", "write brief, normal"), ("--lang", "'en' or 'zh'"), ("--route", "route")):
        assert message in run(*command, option, "nonsense", code=2).stderr


def test_a_report_by_templates_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, out = tmp_path / "own", tmp_path / "out"
    command = ["report", NAME, "--out", str(out), "--format", "md", "--template", str(own)]
    assert cli.main(command) == cli.USAGE
    assert f"there is no folder {own}" in capsys.readouterr().err
    own.mkdir()
    (own / "document.md.j2").write_text("{{ document.sections[0].id }}")
    assert cli.main(command) == cli.DONE
    assert (out / f"{NAME}.md").read_text() == "result\n"


def test_a_report_by_another_route(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["report", NAME, "--out", str(tmp_path), "--format", "md"]
    texts = []
    for route in ("chain", "jacobian"):
        assert cli.main([*command, "--route", route]) == cli.DONE
        texts.append((tmp_path / f"{NAME}.md").read_text())
    assert texts[0] != texts[1]


def test_several_reports_say_how_far_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["report", "entropy", "softmax", "--out", str(tmp_path), "--format", "md"]
    assert cli.main(command) == cli.DONE
    assert capsys.readouterr().err == "1/2 entropy\n2/2 softmax\n"
    assert cli.main([*command, "--json"]) == cli.DONE
    printed = capsys.readouterr()
    assert printed.err == ""
    assert len([path for path in json.loads(printed.out) if path.endswith(".md")]) == 4
    assert cli.main(["report", "entropy", *command[3:]]) == cli.DONE
    assert capsys.readouterr().err == ""


@needs_latex
def test_a_pdf(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        run("report", "logsumexp", "--out", str(tmp_path / folder), "--format", "pdf")
    made = [(tmp_path / folder / "logsumexp.pdf").read_bytes() for folder in ("one", "two")]
    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]


def test_a_pdf_without_tex(tmp_path: Path) -> None:
    done = run("report", NAME, "--out", str(tmp_path / "notes"), "--format", "md,pdf", code=4, PATH=str(tmp_path))
    assert done.stderr.startswith("symderiv: notes cannot be written as pdf en: latexmk, pdflatex not found; install ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "notes").exists()


def test_report_of_an_unknown_name_writes_nothing(tmp_path: Path) -> None:
    run("report", NAME, "nonsense", "--out", str(tmp_path / "notes"), code=2)
    assert not (tmp_path / "notes").exists()


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    done = run("report", NAME, "--out", str(tmp_path / "notes"), "--format", "docx", code=2)
    assert "no format is called 'docx'; the formats are md, tex, html, pdf" in done.stderr
    assert not (tmp_path / "notes").exists()


@pytest.mark.parametrize("formats", ["", ",", " , "])
@pytest.mark.parametrize("option", ["--format", "--lang"])
def test_an_empty_list(option: str, formats: str, tmp_path: Path) -> None:
    done = run("report", NAME, "--out", str(tmp_path / "notes"), option, formats, code=2)
    assert f"{option} is empty" in done.stderr
    assert not (tmp_path / "notes").exists()


def test_all_and_a_name(tmp_path: Path) -> None:
    done = run("report", "--all", NAME, "--out", str(tmp_path / "notes"), code=2)
    assert "--all" in done.stderr
    assert not (tmp_path / "notes").exists()


def test_a_folder_with_a_nul_in_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", NAME, "--out", "a\0b"]) == 2
    assert "NUL" in capsys.readouterr().err


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    done = run("report", NAME, "--out", str(tmp_path / "notes"), code=2)
    assert str(tmp_path / "notes") in done.stderr
    assert (tmp_path / "notes").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "notes"]


def test_doctor() -> None:
    assert "python" in run("doctor").stdout
    found = json.loads(run("doctor", "--json").stdout)
    assert found["packages"]["sympy"]
    assert {entry["name"] for entry in found["formats"]} == {"md", "tex", "html", "pdf", "figures"}


def test_a_reader_that_goes_away() -> None:
    command = f"{sys.executable} -m symderiv derive {NAME} | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in ("0", str(cli.BROKEN_PIPE))


@pytest.mark.skipif(os.name == "nt", reason="redirects by a POSIX shell")
@pytest.mark.parametrize("command", [f"derive {NAME}", "list --json", "--help"])
@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_output_that_cannot_be_printed_is_one_line(command: str, where: str) -> None:
    if where == ">/dev/full" and not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m symderiv {command} {where}"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 2
    assert done.stderr.startswith("symderiv: ")
    assert "standard output" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="sends SIGINT to a process")
def test_an_interrupt_is_one_line() -> None:
    script = (
        "import time\nfrom symderiv import cli\n"
        "cli._list = lambda _: time.sleep(30)\n"
        "print('up', flush=True)\nraise SystemExit(cli.main(['list']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # a background job of a shell ignores SIGINT, and its children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == cli.INTERRUPTED
    assert errors == "symderiv: interrupted\n"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("x"), 2),
        (SymderivError("x"), 2),
        (InconsistentTrace("x"), 1),
        (DidNotTerminate("x"), 3),
        (ToolMissing("x"), 4),
    ],
)
def test_exit_statuses(error: SymderivError, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_list", fail)
    assert cli.main(["list"]) == status
