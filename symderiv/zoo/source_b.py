"""Source B: logits z, softmax a, and a label y that is 1 at one of n classes, called j."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.doors.abbreviations import one_hot
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo.softmax_cross_entropy import ABOUT

i, j, k, m, n = symbols("i j k m n")
a, y, z = map(IndexedBase, ("a", "y", "z"))

SUM = "sum(exp(z[k]), k=1..n)"
LOSS = ("-sum(y[k]*log(a[k]), k=1..n)", Line("-log(a[j])", "The label is 1 at class j and 0 at the others."))
CHAIN = (
    "d/dz[i] (-log(a[j]))",
    Line("Derivative(-log(a[j]), a[j])*da[j]/dz[i]", "The chain rule: the loss depends on the one probability only."),
    Line("-1/a[j]*da[j]/dz[i]", "Derivative of the logarithm."),
)
EQUAL = (
    "da[i]/dz[i]",
    Line(f"d/dz[i] (exp(z[i])/{SUM})", "Insert the definition of softmax."),
    Line(f"(Derivative(exp(z[i]), z[i])*{SUM} - exp(z[i])*Derivative({SUM}, z[i]))/{SUM}^2", "The quotient rule."),
    Line(
        f"(exp(z[i])*{SUM} - exp(z[i])*exp(z[i]))/{SUM}^2", "Of the sum only the summand k = i depends on the variable."
    ),
    Line(f"exp(z[i])*({SUM} - exp(z[i]))/{SUM}^2", "Take out the common factor."),
    Line(f"(exp(z[i])/{SUM})*(({SUM} - exp(z[i]))/{SUM})", "One factor of the denominator for each factor above."),
    Line(f"(exp(z[i])/{SUM})*(1 - exp(z[i])/{SUM})", "Divide through in the second factor."),
    Line("a[i]*(1 - a[i])", "Recognise softmax."),
)
GRADIENT_EQUAL = (
    "-1/a[i]*da[i]/dz[i]",
    Line("-1/a[i]*a[i]*(1 - a[i])", "The derivative of softmax for j = i."),
    Line("a[i] - 1", "Cancel and multiply out."),
)
DIFFERENT = (
    "da[j]/dz[i]",
    Line(f"d/dz[i] (exp(z[j])/{SUM})", "Insert the definition of softmax."),
    Line(
        f"-exp(z[j])*Derivative({SUM}, z[i])/{SUM}^2",
        "The quotient rule; the numerator does not depend on the variable.",
    ),
    Line(f"-exp(z[j])*exp(z[i])/{SUM}^2", "Of the sum only the summand k = i depends on the variable."),
    Line(f"-(exp(z[j])/{SUM})*(exp(z[i])/{SUM})", "One factor of the denominator for each factor above."),
    Line("-a[j]*a[i]", "Recognise softmax."),
)
GRADIENT_DIFFERENT = (
    "-1/a[j]*da[j]/dz[i]",
    Line("-1/a[j]*(-a[j]*a[i])", "The derivative of softmax for j other than i."),
    Line("a[i]", "Cancel."),
)
VECTOR = (
    "d/dz[i] (-sum(y[k]*log(a[k]), k=1..n))",
    Line("a[i] - delta(i, j)", "Both cases in one: 1 is taken away at class j only."),
    Line(
        "a[i] - y[i]",
        "That is what the label is. So j is the class of the label; the source calls it the number of a sample.",
    ),
)

PROBLEM = Problem(
    name="source-b",
    title="Source B: softmax loss of a one-hot label",
    about=ABOUT,
    meanings={
        "z": "logits",
        "a": "probabilities",
        "y": "labels",
        "j": "class of the label",
        "n": "number of classes, which the source also calls the number of features",
    },
    where={a[k]: exp(z[k]) / Sum(exp(z[m]), (m, 1, n))},
    value=-Sum(y[k] * log(a[k]), (k, 1, n)),
    wrt=z[i],
    given=[one_hot(y[k], j)],
    route="one-hot",
    notation="B",
    examples=(Example("The label is class 2.", {"z": (1.2, 0.9, 0.4), "y": (0.0, 1.0, 0.0)}),),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y.argmax())",
        "Optax": "optax.softmax_cross_entropy_with_integer_labels(z, y.argmax())",
    },
    claims=(
        Claim("At the class of the label", "dL/dz[j] = a[j] - 1"),
        Claim("At another class", "dL/dz[i] = a[i]", given="i != j"),
        Claim("As a vector", "dL/dz[i] = a[i] - y[i]"),
        Claim("The gradient adds up to 0", "sum(Derivative(L, z[k]), k=1..n) = 0"),
        Mistake(
            "The case of equal indices for all",
            "dL/dz[i] = a[i] - 1",
            instead="dL/dz[i] = a[i] - delta(i, j)",
        ),
        Mistake(
            "Several labels that are 1, as in a multi-label task",
            "Derivative(-sum(w[k]*log(a[k]), k=1..n), z[i]) = a[i] - w[i]",
            instead="Derivative(-sum(w[k]*log(a[k]), k=1..n), z[i]) = a[i]*sum(w[k], k=1..n) - w[i]",
            source="source B calls its task multi-label",
        ),
        Passage("Source B: the label picks one summand", LOSS),
        Passage("Source B: the chain rule", CHAIN),
        Passage("Source B: the Jacobian, j = i", EQUAL),
        Passage("Source B: the gradient, j = i", GRADIENT_EQUAL),
        Passage("Source B: the Jacobian, the indices different", DIFFERENT, given="i != j"),
        Passage("Source B: the gradient, the indices different", GRADIENT_DIFFERENT, given="i != j"),
        Passage("Source B: both cases as a vector", VECTOR),
    ),
)
