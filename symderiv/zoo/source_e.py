"""Source E: logits x, softmax s, label y of any weights, error e, k classes; a row times the Jacobian matrix."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo.softmax_cross_entropy import ABOUT

i, j, k, t = symbols("i j k t")
s, x, y = map(IndexedBase, ("s", "x", "y"))

RESULT = "s[i]*sum(y[t], t=1..k) - y[i]"
ROW = ("dL/ds[i]", Line("-y[i]/s[i]", "Derivative of the logarithm: only the summand i depends on this entry."))
DIAGONAL = ("ds[i]/dx[i]", Line("-s[i]*s[i] + s[i]", "On the diagonal of the Jacobian matrix."))
OFF_DIAGONAL = ("ds[i]/dx[j]", Line("-s[i]*s[j]", "Off the diagonal of the Jacobian matrix."))
PRODUCT = (
    "dL/dx[i]",
    Line("sum(dL/ds[t]*ds[t]/dx[i], t=1..k)", "The chain rule: the row of derivatives times the Jacobian matrix."),
    Line("sum(-y[t]/s[t]*(delta(t, i)*s[t] - s[t]*s[i]), t=1..k)", "Both factors from above."),
    Line(RESULT, "Cancel s; the delta picks one summand. Nothing is said of the sum of y, so it stays."),
)

PROBLEM = Problem(
    name="source-e",
    title="Source E: softmax with cross-entropy by the Jacobian matrix",
    about=ABOUT,
    meanings={"x": "logits", "s": "probabilities", "y": "labels", "k": "number of classes"},
    where={s[i]: exp(x[i]) / Sum(exp(x[t]), (t, 1, k))},
    value=-Sum(y[t] * log(s[t]), (t, 1, k)),
    wrt=x[i],
    route="jacobian",
    notation="E",
    examples=(
        Example("A label that adds up to 1.", {"x": (1.2, 0.9, 0.4), "y": (0.2, 0.5, 0.3)}),
        Example("Weights that add up to 3.", {"x": (1.2, 0.9, 0.4), "y": (2.0, 0.0, 1.0)}),
    ),
    equals={
        "PyTorch": "-torch.sum(y * torch.log_softmax(x, dim=-1))",
        "JAX": "-jax.numpy.sum(y * jax.nn.log_softmax(x))",
    },
    claims=(
        Claim("The gradient, for any weights", f"dL/dx[i] = {RESULT}"),
        Claim("For a distribution", "dL/dx[i] = s[i] - y[i]", given="sum(y[t], t=1..k) = 1"),
        Claim("The Jacobian matrix", "ds[i]/dx[j] = s[i]*delta(i, j) - s[i]*s[j]"),
        Claim("The gradient adds up to 0, whatever the weights", "sum(Derivative(L, x[t]), t=1..k) = 0"),
        Mistake(
            "The index i in the last entry of the result",
            f"dL/dx[m] = {RESULT}",
            instead="dL/dx[m] = s[m]*sum(y[t], t=1..k) - y[m]",
            source="source E",
        ),
        Mistake("As if any weights added up to 1", "dL/dx[i] = s[i] - y[i]", instead=f"dL/dx[i] = {RESULT}"),
        Mistake(
            "The Jacobian matrix taken for its diagonal",
            "dL/dx[i] = dL/ds[i]*ds[i]/dx[i]",
            instead="dL/dx[i] = sum(dL/ds[t]*ds[t]/dx[i], t=1..k)",
        ),
        Passage("Source E: the row of derivatives by s", ROW),
        Passage("Source E: the matrix, on the diagonal", DIAGONAL),
        Passage("Source E: the matrix, off the diagonal", OFF_DIAGONAL, given="i != j"),
        Passage("Source E: row times matrix", PRODUCT),
    ),
)
