"""Source D: logits l, softmax y_hat, label y, k outputs; a toolkit first, then cases, then one formula for both."""

from sympy import Derivative, Eq, Function, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo.softmax_cross_entropy import ABOUT

i, j, k, n, x = symbols("i j k n x")
logit, y, y_hat = map(IndexedBase, ("l", "y", "y_hat"))
f, g = Function("f"), Function("g")

SUM = "sum(exp(l[j]), j=1..k)"
BOTH = "delta(i, n)*y_hat[i]*(1 - y_hat[i]) - (1 - delta(i, n))*y_hat[i]*y_hat[n]"
CHAIN_WHERE = ("u = log(x)", "w = exp(u^2)")
CHAIN = (
    "dw/dx",
    Line("dw/du*du/dx", "The chain rule: outer derivative times inner derivative."),
    Line("2*u*exp(u^2)/x", "Derivative of the exponential, of the square and of the logarithm."),
)
QUOTIENT = (
    Derivative(f(x) / g(x), x),
    Line(
        (Derivative(f(x), x) * g(x) - f(x) * Derivative(g(x), x)) / g(x) ** 2,
        "The quotient rule.",
    ),
)
LOGARITHM = ("d/dx (log(x))", Line("1/x", "Derivative of the logarithm."))
EXPONENTIAL = ("d/dx (exp(x))", Line("exp(x)", "Derivative of the exponential."))
EQUAL = (
    "dy_hat[i]/dl[i]",
    Line(f"(exp(l[i])*{SUM} - exp(l[i])*exp(l[i]))/{SUM}^2", "The quotient rule."),
    Line(f"(exp(l[i])/{SUM})*(({SUM} - exp(l[i]))/{SUM})", "Take out the common factor, and share the denominator."),
    Line("y_hat[i]*(1 - y_hat[i])", "Recognise softmax."),
)
DIFFERENT = (
    "dy_hat[i]/dl[n]",
    Line(f"(0 - exp(l[i])*exp(l[n]))/{SUM}^2", "The quotient rule; the numerator does not depend on the variable."),
    Line("-y_hat[i]*y_hat[n]", "Recognise softmax."),
)
COMBINED = (
    "dy_hat[i]/dl[n]",
    Line(BOTH, "Both cases in one formula: an indicator is 1 where the indices agree, 0 elsewhere."),
    Line("y_hat[i]*(delta(i, n) - y_hat[n])", "Take out the common factor."),
)
GRADIENT = (
    "dL/dl[n]",
    Line("-sum(y[i]*Derivative(log(y_hat[i]), l[n]), i=1..k)", "The gradient of a sum is the sum of the gradients."),
    Line("-sum(y[i]/y_hat[i]*dy_hat[i]/dl[n], i=1..k)", "Derivative of the logarithm."),
    Line(
        "-y[n]*(1 - y_hat[n]) - sum(y[i]/y_hat[i]*(-y_hat[i]*y_hat[n]), i=1..k, i!=n)",
        "The derivative of softmax, in both cases.",
    ),
    Line("-y[n] + y[n]*y_hat[n] + sum(y[i]*y_hat[n], i=1..k, i!=n)", "Cancel and multiply out."),
    Line("y_hat[n]*sum(y[i], i=1..k) - y[n]", "The summand left out comes back in."),
    Line("y_hat[n] - y[n]", "The label adds up to 1."),
)
BATCH = "b[r, i] = exp(u[r, i])/sum(exp(u[r, j]), j=1..k)"

PROBLEM = Problem(
    name="source-d",
    title="Source D: softmax loss by a toolkit and cases",
    about=ABOUT,
    meanings={"l": "logits", "y_hat": "probabilities", "y": "labels", "k": "number of classes"},
    where={y_hat[i]: exp(logit[i]) / Sum(exp(logit[j]), (j, 1, k))},
    value=-Sum(y[i] * log(y_hat[i]), (i, 1, k)),
    wrt=logit[n],
    given=[Eq(Sum(y[i], (i, 1, k)), 1)],
    route="cases",
    notation="D",
    examples=(Example("The label is class 2.", {"l": (1.2, 0.9, 0.4), "y": (0.0, 1.0, 0.0)}),),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(l, y)",
        "Optax": "optax.softmax_cross_entropy(l, y)",
    },
    claims=(
        Claim("The gradient", "dL/dl[n] = y_hat[n] - y[n]"),
        Claim("One formula for both cases of the Jacobian", f"dy_hat[i]/dl[n] = {BOTH}"),
        Claim("The loss of one output", "Derivative(-y[i]*log(y_hat[i]), l[n]) = y[i]*(y_hat[n] - delta(i, n))"),
        Claim(
            "The mean over a data set is the same thing at another scale",
            "Derivative(-sum(sum(v[r, i]*log(b[r, i]), i=1..k), r=1..S)/S, u[t, n]) = (b[t, n] - v[t, n])/S",
            BATCH,
            "sum(v[r, i], i=1..k) = 1",
        ),
        Mistake(
            "Both cases of the Jacobian at once",
            "dy_hat[i]/dl[n] = y_hat[i]*(1 - y_hat[i]) - y_hat[i]*y_hat[n]",
            instead=f"dy_hat[i]/dl[n] = {BOTH}",
        ),
        Mistake(
            "The gradient of one output taken for that of the loss",
            "Derivative(-y[n]*log(y_hat[n]), l[n]) = y_hat[n] - y[n]",
            instead="Derivative(-y[n]*log(y_hat[n]), l[n]) = y[n]*(y_hat[n] - 1)",
        ),
        Passage("Toolkit: the chain rule", CHAIN, CHAIN_WHERE),
        Passage("Toolkit: the quotient rule", QUOTIENT),
        Passage("Toolkit: the logarithm", LOGARITHM),
        Passage("Toolkit: the exponential", EXPONENTIAL),
        Passage("Source D: the Jacobian, i = n", EQUAL),
        Passage("Source D: the Jacobian, the indices different", DIFFERENT, given="i != n"),
        Passage("Source D: both cases in one formula", COMBINED),
        Passage("Source D: the gradient", GRADIENT),
    ),
)
