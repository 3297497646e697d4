"""Exported modules stand alone, test themselves, and say what is proved of them."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols
from tools import ROOT

import symderiv as sd
from symderiv.cli import main
from symderiv.exported.points import points
from symderiv.exported.recipe import recipe

K, N = symbols("K N")
i, j, k, n = symbols("i j k n")
z, y, p, x = map(IndexedBase, ("z", "y", "p", "x"))
NASTY = 'x"""\n\\"""; import os; os.abort() # \u202e{}%s$value'
LINT = ("check", "--isolated"), ("check", "--config", str(ROOT / "pyproject.toml"))
# longer names and calls of other libraries go beyond the 88 columns that formatters want by default
FORMAT = tuple(("format", "--check", "--isolated", "--line-length", width) for width in ("88", "100", "120"))


def imported(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alone(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """A module run as a script where there is no symderiv to import."""
    hidden = folder / "hidden"
    hidden.mkdir(exist_ok=True)
    (hidden / "symderiv.py").write_text("raise ImportError('a stand-alone module imports symderiv')\n")
    return subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(hidden)},
    )


def passes(path: Path, folder: Path) -> str:
    """The one line that a module prints of itself."""
    done = alone(path, folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    assert ": ok, within " in line
    return line


def linted(*paths: Path, commands: Iterable[tuple[str, ...]] = (*LINT, *FORMAT)) -> None:
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *map(str, paths)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def renamed() -> sd.Problem:
    """The flagship under other names, whose indices clash: the summed letter is the one differentiated by."""
    a, q, s = map(IndexedBase, ("a", "q", "s"))
    return sd.Problem(
        name="renamed",
        where={s[i]: exp(a[i]) / Sum(exp(a[i]), (i, 1, K))},
        value=-Sum(q[i] * log(s[i]), (i, 1, K)),
        wrt=a[i],
        given=[Eq(Sum(q[i], (i, 1, K)), 1)],
    )


def affine() -> sd.Problem:
    w, b = IndexedBase("w"), symbols("b")
    return sd.Problem("affine", Sum((w[k] * x[k] + b - y[k]) ** 2, (k, 1, K)), w[i])


OWN = {
    "renamed": renamed,
    "affine": affine,
    "elementwise": lambda: sd.Problem("elementwise", log(1 + exp(x[i])), x[i]),
    "names of ours": lambda: sd.Problem("self test", Sum(z[k] ** 2, (k, 1, K)), z[i]),
    "diagonal": lambda: sd.Problem("diagonal", Sum(x[k, k] ** 3, (k, 1, K)), x[i, i]),
    "a size that no shape tells": lambda: sd.Problem("copies", Sum(z[k] ** 2, (k, 1, K), (n, 1, N)), z[i]),
}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("zoo")
    return {name: Path(sd.export(name, out=folder)) for name in sd.names()}


@pytest.mark.parametrize("name", ["softmax", "linear-softmax-cross-entropy", "source-a-l2-held", "source-d"])
def test_modules_test_themselves_without_symderiv(name: str, zoo: dict[str, Path], tmp_path: Path) -> None:
    assert "finite at 1e4" in passes(zoo[name], tmp_path)


@pytest.mark.parametrize("name", sd.names())
def test_modules_compute_what_symderiv_does(
    name: str, zoo: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    module, function = imported(zoo[name]), sd.value_and_grad(sd.load(name))
    (given, *_) = points(recipe(sd.load(name))).examples
    for ours, theirs in zip(getattr(module, function.name)(**given), function(**given), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13)
    assert module.self_test(getattr(module, function.name)) == 0
    assert capsys.readouterr().out.startswith(f"{function.name}: ok")


def test_modules_are_clean(zoo: dict[str, Path]) -> None:
    linted(*zoo.values())
    for path in zoo.values():
        assert max(map(len, path.read_text(encoding="utf-8").splitlines())) <= 100


@pytest.mark.parametrize("name", OWN)
def test_problems_of_ones_own(name: str, tmp_path: Path) -> None:
    path = Path(sd.export(OWN[name](), out=tmp_path))
    passes(path, tmp_path)
    linted(path)


LIBRARIES = ("torch", "jax")


def passes_here(path: Path, to: str) -> None:
    """Run the test of a module here, which saves starting another process with the library."""
    module = imported(path)
    found = re.search(r"SystemExit\((\w+)\((\w+)\)\)", path.read_text(encoding="utf-8"))
    assert found
    test, tried = (getattr(module, name) for name in found.groups())
    if to == "torch":
        assert test(tried) == 0
        return
    import jax

    with jax.enable_x64(True):
        assert test(tried) == 0


@pytest.mark.parametrize("to", LIBRARIES)
@pytest.mark.parametrize("name", ["softmax", "softmax-cross-entropy-one-hot"])
def test_modules_for_other_libraries_test_themselves(name: str, to: str, tmp_path: Path) -> None:
    pytest.importorskip(to)
    path = Path(sd.export(name, to, out=tmp_path))
    assert path.name.endswith(f"_{to}.py")
    assert "finite at 1e4" in passes(path, tmp_path)


@pytest.mark.parametrize("to", LIBRARIES)
def test_modules_for_other_libraries_are_right_and_clean(to: str, tmp_path: Path) -> None:
    pytest.importorskip(to)
    paths = [Path(sd.export(name, to, out=tmp_path)) for name in sd.names()]
    linted(*paths, commands=(*LINT, *FORMAT[1:]))
    for path in paths:
        passes_here(path, to)
    assert all(len(line) <= 100 for path in paths for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("to", LIBRARIES)
@pytest.mark.parametrize("name", OWN)
def test_problems_of_ones_own_elsewhere(name: str, to: str, tmp_path: Path) -> None:
    pytest.importorskip(to)
    if "size" in name:
        with pytest.raises(sd.Refused, match="no shape tells N, and a function for"):
            sd.export(OWN[name](), to, out=tmp_path)
        return
    path = Path(sd.export(OWN[name](), to, out=tmp_path))
    passes_here(path, to)
    linted(path, commands=LINT)


def test_several_gradients(tmp_path: Path) -> None:
    w, b = IndexedBase("w"), symbols("b")
    path = Path(sd.export(affine(), out=tmp_path, wrt=(w[i], b)))
    passes(path, tmp_path)
    module = imported(path)
    value, by_w, by_b = module.affine(w=np.ones(2), x=np.ones(2), y=np.zeros(2), b=1.0)
    assert (value, by_w.tolist(), by_b) == (8, [4, 4], 8)
    assert path.read_text().count("\nDerivation ") == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gradient = p - y", "gradient = p + y"),
        ("value = -np.sum", "value = np.sum"),
        ("shifted = z - z_max", "shifted = z - 0 * z_max"),
    ],
)
def test_a_changed_module_fails_its_test(old: str, new: str, zoo: dict[str, Path], tmp_path: Path) -> None:
    text = zoo["softmax-cross-entropy"].read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "changed.py"
    path.write_text(text.replace(old, new))
    done = alone(path, tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("softmax_cross_entropy: WRONG; ")
    assert len(done.stdout.splitlines()) == 1


def test_the_stamp(zoo: dict[str, Path]) -> None:
    d = sd.derive(sd.load("softmax-cross-entropy"))
    text = zoo["softmax-cross-entropy"].read_text(encoding="utf-8")
    words = " ".join(text.split())
    assert f"Proved for all K: each of the {len(d.verify())} steps" in words
    assert f"\nDerivation {d.digest}, symderiv {sd.__version__}.\n" in text
    assert "if sum(y[k], k=1..K) = 1" in text
    assert text == sd.export("softmax-cross-entropy", out="-")


@pytest.mark.parametrize("status", ["undecided", "refuted"])
def test_what_is_not_proved_is_said_or_refused(
    status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Doubtful:
        def __init__(self) -> None:
            self.status, self.reason, self.finding = status, "the budget ran out", "a finding"

    honest = sd.Derivation.verify
    monkeypatch.setattr(sd.Derivation, "verify", lambda d: (*honest(d)[:-1], Doubtful()))
    code = main(["export", "logsumexp", "--out", str(tmp_path)])
    said = capsys.readouterr()
    if status == "refuted":
        assert (code, said.out, list(tmp_path.iterdir())) == (1, "", [])
        assert "is refuted: a finding" in said.err
        return
    text = (tmp_path / "logsumexp.py").read_text()
    assert code == 0
    assert "\nNOT PROVED: 1 of the " in text or '"""NOT PROVED' in text
    assert "Proved for all" not in text
    assert "logsumexp: NOT PROVED: 1 of the " in said.err
    passes(tmp_path / "logsumexp.py", tmp_path)


def nasty(name: str) -> sd.Problem:
    a, b = IndexedBase(name), IndexedBase("y " + name)
    return sd.Problem(name=name, value=Sum(b[k] * a[k] ** 2, (k, 1, K)), wrt=a[i], title=name, about=name, examples=())


def layer() -> sd.Problem:
    """Rows through a matrix, then softmax: a value with an axis, differentiated by two arrays and a number."""
    w, b, t = IndexedBase("w"), IndexedBase("b"), symbols("t")
    s = IndexedBase("s")
    return sd.Problem(
        "layer",
        where={s[k]: Sum(w[k, n] * x[n], (n, 1, N)) / t + b[k], p[k]: exp(s[k]) / Sum(exp(s[j]), (j, 1, K))},
        value=p[j],
        wrt=w[i, n],
    )


def layer_wrt() -> tuple[Any, ...]:
    return IndexedBase("w")[i, n], IndexedBase("b")[i], symbols("t")


def test_a_layer_in_torch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    path = Path(sd.export(layer(), "torch", out=tmp_path, wrt=layer_wrt()))
    passes_here(path, "torch")
    module = imported(path)
    rng = np.random.default_rng(3)
    shapes = {"w": (3, 2), "b": (3,), "x": (4, 2), "t": ()}

    def tensors(dtype: Any = torch.float64) -> dict[str, Any]:
        made = {n: torch.tensor(rng.uniform(0.5, 1.5, s), dtype=dtype) for n, s in shapes.items()}
        return {n: x.requires_grad_(n != "x") for n, x in made.items()}

    given = tensors()

    def plain(w: Any, x: Any, b: Any, t: Any) -> Any:
        return torch.softmax((w @ x[..., None])[..., 0] / t + b, -1)

    moved = [given[n] for n in ("w", "b", "t")]
    value = module.layer(**given)
    assert value.shape == (4, 3)  # a batch of rows x, which the matrix does not have
    upstream = torch.tensor(rng.standard_normal(value.shape))
    ours = torch.autograd.grad(value, moved, upstream)
    for a, b in zip(ours, torch.autograd.grad(plain(**given), moved, upstream), strict=True):
        torch.testing.assert_close(a, b)
    call = lambda w, b, t: module.layer(w=w, b=b, t=t, x=given["x"])  # noqa: E731
    assert torch.autograd.gradcheck(call, moved)
    assert torch.autograd.gradgradcheck(call, moved)
    per_row = torch.func.vmap(torch.func.grad(lambda w, x: module.layer(w=w, x=x, b=moved[1], t=0.7)[0]), (None, 0))
    assert per_row(moved[0], given["x"]).shape == (4, 3, 2)
    single = tensors(torch.float32)
    value = module.layer(**single)
    value.sum().backward()
    assert {value.dtype, *(single[n].grad.dtype for n in ("w", "b", "t"))} == {torch.float32}


def test_a_layer_in_jax(tmp_path: Path) -> None:
    jax = pytest.importorskip("jax")
    path = Path(sd.export(layer(), "jax", out=tmp_path, wrt=layer_wrt()))
    passes_here(path, "jax")
    module = imported(path)
    rng = np.random.default_rng(3)
    shapes = {"w": (3, 2), "b": (3,), "x": (4, 2), "t": ()}
    given = {n: rng.uniform(0.5, 1.5, s) for n, s in shapes.items()}

    def plain(w: Any, b: Any, t: Any, x: Any) -> Any:
        return jax.nn.softmax((w @ x[..., None])[..., 0] / t + b, -1)

    with jax.enable_x64(True):
        weights = rng.standard_normal((4, 3))
        for f in (lambda g: g, jax.jit):
            ours, theirs = (
                f(jax.grad(lambda moved, of=of: (weights * of(**moved, x=given["x"])).sum()))(
                    {n: given[n] for n in ("w", "b", "t")}
                )
                for of in (module.layer, plain)
            )
            for name in ours:
                np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-10)
        rows = jax.vmap(lambda x: module.layer(**{**given, "x": x}))(given["x"])
        np.testing.assert_allclose(rows, plain(**given), rtol=1e-12)
        curve = [
            jax.hessian(lambda b, of=of: of(w=given["w"], b=b, t=2.0, x=given["x"][0])[1])(given["b"])
            for of in (module.layer, plain)
        ]
        np.testing.assert_allclose(*curve, rtol=1e-9, atol=1e-12)


def test_labels_and_batches_in_torch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    module = imported(Path(sd.export("softmax-cross-entropy-one-hot", "torch", out=tmp_path)))
    z = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 3, 1, 1, 2])
    loss = module.softmax_cross_entropy_one_hot(z, labels)
    known = torch.nn.functional.cross_entropy(z, labels, reduction="none")
    torch.testing.assert_close(loss, known)
    (ours,), (theirs,) = (torch.autograd.grad(f.sum(), z) for f in (loss, known))
    torch.testing.assert_close(ours, theirs)
    one = module.softmax_cross_entropy_one_hot(z[0], 2)
    torch.testing.assert_close(one, torch.nn.functional.cross_entropy(z[0], torch.tensor(2)))


def test_what_has_no_gradient_is_refused_in_torch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    module = imported(Path(sd.export("temperature", "torch", out=tmp_path)))
    z, y, t = (torch.rand(n, requires_grad=True) for n in ((3,), (3,), ()))
    with pytest.raises(ValueError, match="no gradient by y here"):
        module.temperature(z, y, 2.0)
    with pytest.raises(ValueError, match="no gradient by T here"):
        module.temperature(z, y.detach(), t)
    with torch.no_grad():
        assert module.temperature(z, y, t).shape == ()


def test_what_has_no_gradient_is_refused_in_jax(tmp_path: Path) -> None:
    jax = pytest.importorskip("jax")
    module = imported(Path(sd.export("temperature", "jax", out=tmp_path)))
    z, y = np.ones(3), np.array([1.0, 0.0, 0.0])
    for wrt, name in ((1, "y"), (2, "T")):
        with pytest.raises(TypeError, match=f"no gradient by {name} here"):
            jax.grad(module.temperature, wrt)(z, y, 2.0)
    assert jax.grad(module.temperature)(z, y, 2.0).shape == (3,)


def on_the_plane() -> sd.Problem:
    """A gradient that uses a fact about the variable itself: right at the point, and not around it."""
    total = Sum(z[k], (k, 1, K))
    return sd.Problem("plane", total**2 * z[1] + total, z[i], given=[Eq(total, 1)])


@pytest.mark.parametrize("problem", ["held", "fact"])
@pytest.mark.parametrize("to", LIBRARIES)
def test_second_derivatives_are_refused_where_the_first_do_not_tell_them(problem: str, to: str, tmp_path: Path) -> None:
    pytest.importorskip(to)
    made = on_the_plane() if problem == "fact" else sd.load("source-a-l2-held")
    path = Path(sd.export(made, to, out=tmp_path))
    module = imported(path)
    function = module.plane if problem == "fact" else lambda a: module.source_a_l2_held(a, constant)
    if to == "torch":
        import torch

        constant = torch.zeros(3)
        point = torch.full((3,), 1 / 3, requires_grad=True)
        (gradient,) = torch.autograd.grad(function(point), point, create_graph=True)
        with pytest.raises(NotImplementedError, match="no second derivative here"):
            gradient.sum().backward()
        return
    import jax

    constant = np.zeros(3)
    assert jax.grad(function)(np.full(3, 1 / 3)).shape == (3,)
    with pytest.raises(NotImplementedError, match="no second derivative here"):
        jax.hessian(function)(np.full(3, 1 / 3))


OURS = ("self_test", "differences", "value_held", "value_of", "Derived", "upstream")


@pytest.mark.parametrize("name", [NASTY, "class", "np", "print", "numpy", "torch", "jnp", "λ", "l", "1/2", *OURS])
def test_names_are_never_code(name: str, tmp_path: Path) -> None:
    path = Path(sd.export(nasty(name), out=tmp_path))
    assert path.parent == tmp_path
    passes(path, tmp_path)
    for to in LIBRARIES:
        ast.parse(str(sd.export(nasty(name), to, out="-")))
    linted(path, commands=LINT[:1])  # names that are long make long lines
    assert imported(path).__doc__.count("\n\n") >= 2


def test_where_it_is_written(tmp_path: Path) -> None:
    assert sd.export("softmax", out=tmp_path / "new" / "folder") == tmp_path / "new" / "folder" / "softmax.py"
    assert sd.export("softmax", out=str(tmp_path / "mine.py")) == tmp_path / "mine.py"
    assert sd.export("softmax", out=tmp_path / "mine.py") == tmp_path / "mine.py"
    for own in ("x = 1\n", '"""A module.\n\nDerivation of a formula, symderiv or not.\n"""\n'):
        (tmp_path / "own.py").write_text(own)
        with pytest.raises(sd.OutputError, match=r"own\.py is there and was not written by symderiv"):
            sd.export("softmax", out=tmp_path / "own.py")
        assert (tmp_path / "own.py").read_text() == own
    with pytest.raises(sd.InputError, match=r"random\.py would hide"):
        sd.export("softmax", out=tmp_path / "random.py")
    with pytest.raises(sd.InputError, match="out is a folder"):
        sd.export("softmax", out=3)  # type: ignore[arg-type]


def test_what_is_refused() -> None:
    with pytest.raises(sd.InputError, match="to says for which library: python, torch, jax"):
        sd.export("softmax", to="tensorflow")
    with pytest.raises(sd.InputError, match=r"z\[1\] is one entry.*write z\[i\]"):
        sd.export("softmax", wrt=z[1])
    with pytest.raises(sd.InputError, match="takes first derivatives"):
        sd.export(sd.load("softmax").with_variables((z[i], z[k])))
    with pytest.raises(sd.InputError, match="wrt names z twice"):
        sd.export(sd.load("softmax"), wrt=(z[i], z[k]))
    with pytest.raises(sd.InputError, match="takes a Problem"):
        sd.export(3)  # type: ignore[arg-type]
    below = sd.Problem("below", log(symbols("x")), symbols("x"), given=[symbols("x") < 0])
    with pytest.raises(sd.Refused, match="no numbers are known for the test of below"):
        sd.export(below)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loss = ["export", "sum(k, (p[k] - y[k])^2)", "--where", "p[k] = softmax(z, k)"]
    assert main([*loss, "--wrt", "z[i], y[i]", "--name", "brier", "--out", str(tmp_path)]) == 0
    path = tmp_path / "brier.py"
    assert capsys.readouterr().out == f"{path}\n"
    passes(path, tmp_path)
    assert "gradient_y[i] = " in path.read_text()
    assert main(["export", "softmax", "--json", "--out", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"path": str(tmp_path / "softmax.py"), "proved": True}
    assert main(["export", "softmax", "--out", "-"]) == 0
    assert capsys.readouterr().out == (tmp_path / "softmax.py").read_text()
    for wrong in (
        ["nosuch"],
        ["softmax", "--to", "java"],
        ["softmax", "--given", "z[k] > 0"],
        ["softmax", "--wrt", "q"],
    ):
        assert main(["export", *wrong, "--out", str(tmp_path)]) == 2
        assert capsys.readouterr().out == ""
