"""Mean squared error of N predictions; equals torch's mse_loss, reduction="mean"."""

from sympy import IndexedBase, Sum, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

N, m, n = symbols("N m n")
z, y = map(IndexedBase, ("z", "y"))

PROBLEM = Problem(
    name="mean-squared-error",
    title="Mean squared error",
    about="The loss of least squares: the mean of the squared distances of predictions from targets.",
    meanings={"z": "predictions", "y": "targets", "N": "number of numbers"},
    value=Sum((z[n] - y[n]) ** 2, (n, 1, N)) / N,
    wrt=z[m],
    examples=(Example("Four predictions z of the targets y.", {"z": (1.0, 2.0, 0.5, 3.0), "y": (1.5, 2.0, 0.0, 2.0)}),),
    equals={
        "PyTorch": "torch.nn.functional.mse_loss(z, y)",
        "Optax": "optax.squared_error(z, y).mean()",
    },
    claims=(
        Claim("The gradient", "dL/dz[m] = 2*(z[m] - y[m])/N"),
        Claim("The Hessian", "Derivative(L, z[m], z[n]) = 2*delta(m, n)/N"),
        Mistake("Without 1/N", "dL/dz[m] = 2*(z[m] - y[m])", instead="N*dL/dz[m] = 2*(z[m] - y[m])"),
        Mistake("Without the 2", "dL/dz[m] = (z[m] - y[m])/N", instead="dL/dz[m] = 2*(z[m] - y[m])/N"),
        Mistake("The wrong sign", "dL/dz[m] = 2*(y[m] - z[m])/N", instead="dL/dz[m] = 2*(z[m] - y[m])/N"),
    ),
)
