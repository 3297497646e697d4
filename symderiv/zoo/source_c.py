"""Source C: logits z, softmax a, loss l of one sample, C classes; by the chain rule through every a_j."""

from sympy import IndexedBase, Sum, Symbol, exp, log, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.doors.abbreviations import one_hot
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo.softmax_cross_entropy import ABOUT

C, c, i, j, k = symbols("C c i j k")
a, y, z = map(IndexedBase, ("a", "y", "z"))
loss = Symbol("l")

SUM = "sum(exp(z[k]), k=1..C)"
RIGHT_PRODUCT = "-sum(y[j]/a[j]*da[j]/dz[i], j=1..C)"
COLLIDING = "-sum(y[j]*1/a[j], j=1..C)"
CHAIN_RULE = "sum(dl/da[j]*da[j]/dz[i], j=1..C)"
BATCH = "b[k, i] = exp(u[k, i])/sum(exp(u[k, j]), j=1..C)"
BATCH_ONES = "sum(v[k, j], j=1..C) = 1"
LABEL = ("l", Line("-log(a[c])", "The label is 1 at the true class and 0 at the others."))
INNER = (
    "dl/da[j]",
    Line("d/da[j] (-sum(y[j]*log(a[j]), j=1..C))", "The loss."),
    Line(
        COLLIDING,
        "Derivative of the logarithm. But the j of the sum is not that of the variable, which one summand has only.",
        instead="-y[j]/a[j]",
    ),
)
OUTER = (
    "dl/dz[i]",
    Line(
        "dl/da[j]*da[j]/dz[i]",
        "The chain rule. But the loss depends on z through every probability, so it is a sum over j.",
        instead=CHAIN_RULE,
    ),
)
EQUAL = (
    "da[i]/dz[i]",
    Line(f"d/dz[i] (exp(z[i])/{SUM})", "Insert the definition of softmax."),
    Line(f"(exp(z[i])*{SUM} - exp(z[i])^2)/{SUM}^2", "The quotient rule."),
    Line(f"(exp(z[i])/{SUM})*(1 - exp(z[i])/{SUM})", "One factor of the denominator for each factor above."),
    Line("a[i]*(1 - a[i])", "Recognise softmax."),
)
DIFFERENT = (
    "da[j]/dz[i]",
    Line(f"d/dz[i] (exp(z[j])/{SUM})", "Insert the definition of softmax."),
    Line(f"-exp(z[j])*(1/{SUM})^2*exp(z[i])", "The quotient rule; the numerator does not depend on the variable."),
    Line(f"-(exp(z[j])/{SUM})*(exp(z[i])/{SUM})", "One factor of the denominator for each factor above."),
    Line("-a[j]*a[i]", "Recognise softmax."),
)
BOTH_CASES = "-y[i]/a[i]*a[i]*(1 - a[i]) + sum(y[j]/a[j]*a[i]*a[j], j=1..C, j!=i)"
CANCELLED = Line("-y[i] + a[i]*sum(y[j], j=1..C)", "Cancel; the summand left out comes back in.")
WHOLE_PRODUCT = (
    "dl/dz[i]",
    Line(f"({COLLIDING})*da[j]/dz[i]", "The two lines above multiplied, wrong as they are.", instead=RIGHT_PRODUCT),
    Line(BOTH_CASES, "The derivative of softmax, in both cases, as if line 2 held the sum: this line is right again."),
    CANCELLED,
)
WHOLE = (
    "dl/dz[i]",
    Line(RIGHT_PRODUCT, "The chain rule with its sum, and the derivative of the logarithm."),
    Line(BOTH_CASES, "The derivative of softmax, in both cases."),
    CANCELLED,
    Line("a[i] - y[i]", "The label adds up to 1."),
)
STABLE = (
    "a[i]",
    Line(f"exp(z[i])/{SUM}", "The definition."),
    Line(
        "E_0*exp(z[i])/sum(E_0*exp(z[k]), k=1..C)",
        "Multiply above and below by a constant. The source asks that E is not 0; its logarithm asks for E > 0.",
    ),
    Line("exp(z[i] + log(E_0))/sum(exp(z[k] + log(E_0)), k=1..C)", "Take the constant into the exponents."),
    Line("exp(z[i] + F)/sum(exp(z[k] + F), k=1..C)", "Call its logarithm F. F may be any number."),
)
LOG_SUM_EXP = (
    f"d/dz[i] (log({SUM}))",
    Line(f"exp(z[i])/{SUM}", "Derivative of the logarithm; of the sum only the summand k = i depends on the variable."),
    Line("a[i]", "That is softmax."),
)
TWO = (
    "exp(w[1])/sum(exp(w[k]), k=1..2)",
    Line("1/(1 + exp(w[2] - w[1]))", "Divide above and below by the first exponential."),
)
LAYER = (
    "dl/dW[i, r]",
    Line("sum(dl/dz[k]*dz[k]/dW[i, r], k=1..C)", "The chain rule over all logits."),
    Line("(a[i] - y[i])*X[r]", "Logit k holds the weights of row k only, each times an entry of the input."),
)
LAYER_WHERE = "z[i] = sum(W[i, r]*X[r], r=1..N)"

PROBLEM = Problem(
    name="source-c",
    title="Source C: softmax loss by the chain rule",
    about=ABOUT,
    meanings={
        "z": "logits",
        "a": "probabilities",
        "y": "labels",
        "l": "loss",
        "c": "true class",
        "C": "number of classes, which the source also calls T and K",
    },
    where={
        a[i]: exp(z[i]) / Sum(exp(z[k]), (k, 1, C)),
        loss: -Sum(y[i] * log(a[i]), (i, 1, C)),
    },
    value=loss,
    wrt=z[i],
    given=[one_hot(y[i], c)],
    route="jacobian",
    notation="C",
    examples=(
        Example("The label is class 1.", {"z": (1.2, 0.9, 0.4), "y": (1.0, 0.0, 0.0)}),
        Example("The label is class 2.", {"z": (1.2, 0.9, 0.4), "y": (0.0, 1.0, 0.0)}),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y)",
        "Optax": "optax.softmax_cross_entropy(z, y)",
    },
    claims=(
        Claim("The gradient", "dl/dz[i] = a[i] - y[i]"),
        Claim("The chain rule has a sum", f"dl/dz[i] = {CHAIN_RULE}"),
        Claim(
            "The loss of a batch",
            "d/du[n, i] (-sum(sum(v[k, i]*log(b[k, i]), i=1..C), k=1..m)) = b[n, i] - v[n, i]",
            BATCH,
            BATCH_ONES,
        ),
        Claim("Softmax is the gradient of log-sum-exp", f"d/dz[i] (log({SUM})) = a[i]"),
        Claim(
            "Of two classes it is the logistic function", "exp(w[1])/sum(exp(w[k]), k=1..2) = 1/(1 + exp(w[2] - w[1]))"
        ),
        Claim("Of one class it is 1, so that not every output lies below 1", "exp(w[1])/sum(exp(w[k]), k=1..1) = 1"),
        Claim("A shift of all logits changes nothing", "exp(z[i] + F)/sum(exp(z[k] + F), k=1..C) = a[i]"),
        Claim("Below a fully connected layer", "dl/dW[i, r] = (a[i] - y[i])*X[r]", LAYER_WHERE),
        Mistake(
            "The chain rule without its sum",
            "dl/dz[i] = dl/da[j]*da[j]/dz[i]",
            instead=f"dl/dz[i] = {CHAIN_RULE}",
            source="source C (5)",
        ),
        Mistake(
            "A bound index that collides with the free one",
            f"dl/da[j] = {COLLIDING}",
            instead="dl/da[j] = -y[j]/a[j]",
            source="source C (6)",
        ),
        Mistake(
            "Both mistakes multiplied",
            f"dl/dz[i] = ({COLLIDING})*da[j]/dz[i]",
            instead=f"dl/dz[i] = {RIGHT_PRODUCT}",
            source="source C (9)",
        ),
        Mistake(
            "A batch divided by the sum over all its entries",
            "exp(u[k, i])/sum(sum(exp(u[r, j]), j=1..C), r=1..m) = b[k, i]",
            BATCH,
            instead="exp(u[k, i])/sum(exp(u[k, j]), j=1..C) = b[k, i]",
            source="source C's code, which names no axis",
        ),
        Passage("Source C (3): the label picks one summand", LABEL),
        Passage("Source C (5): the chain rule", OUTER),
        Passage("Source C (6): the derivative by a probability", INNER),
        Passage("Source C (7): the Jacobian, both indices equal", EQUAL),
        Passage("Source C (8): the Jacobian, the indices different", DIFFERENT, given="i != j"),
        Passage("Source C (9): the gradient, as printed", WHOLE_PRODUCT),
        Passage("Source C (9), one sum over the whole product", WHOLE),
        Passage("Source C: a constant for stability", STABLE, "F = log(E_0)", "E_0 > 0"),
        Passage("Source C: softmax is the gradient of log-sum-exp", LOG_SUM_EXP),
        Passage("Source C: softmax of two classes is the logistic function", TWO),
        Passage("Source C: the fully connected layer below", LAYER, LAYER_WHERE),
    ),
)
