"""Mean squared error of N predictions; equals torch's mse_loss, reduction="mean"."""

from sympy import IndexedBase, Sum, symbols

from symderiv.problem import Example, Problem

N, m, n = symbols("N m n")
z, y = map(IndexedBase, ("z", "y"))

PROBLEM = Problem(
    name="mean-squared-error",
    title="Mean squared error",
    value=Sum((z[n] - y[n]) ** 2, (n, 1, N)) / N,
    wrt=z[m],
    examples=(Example("Four predictions z of the targets y.", {"z": (1.0, 2.0, 0.5, 3.0), "y": (1.5, 2.0, 0.0, 2.0)}),),
    equals={
        "PyTorch": "torch.nn.functional.mse_loss(z, y)",
        "Optax": "optax.squared_error(z, y).mean()",
    },
)
