"""A linear layer z = xW + c into softmax cross-entropy, the mean over a batch; equals torch's cross_entropy of z."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

D, K, N, a, d, i, j, k, n = symbols("D K N a d i j k n")
W, c, p, x, y, z = map(IndexedBase, ("W", "c", "p", "x", "y", "z"))

PROBLEM = Problem(
    name="linear-softmax-cross-entropy",
    title="Linear layer with softmax cross-entropy, by the weights",
    about="The last layer of a classifier: inputs times weights plus bias are the logits, whose cross-entropy "
    "is averaged over a batch.",
    meanings={
        "z": "logits",
        "p": "probabilities",
        "y": "labels",
        "W": "weights",
        "c": "bias",
        "x": "inputs",
        "N": "number of samples",
        "K": "number of classes",
        "D": "number of inputs",
    },
    where={
        z[n, k]: Sum(x[n, d] * W[d, k], (d, 1, D)) + c[k],
        p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K)),
    },
    value=-Sum(Sum(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, N)) / N,
    wrt=W[a, i],
    given=[Eq(Sum(y[n, k], (k, 1, K)), 1)],
    examples=(
        Example(
            "Two samples of two features, of class 1 and class 3.",
            {
                "x": ((1.0, 2.0), (0.5, -1.0)),
                "W": ((0.3, -0.2, 0.1), (0.4, 0.0, -0.5)),
                "c": (0.1, 0.0, -0.1),
                "y": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
            },
        ),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(x @ W + c, y)",
        "Optax": "optax.softmax_cross_entropy(x @ W + c, y).mean()",
    },
    claims=(
        Claim("By the weights", "dL/dW[a, i] = sum(x[n, a]*(p[n, i] - y[n, i]), n=1..N)/N"),
        Claim("By the bias", "dL/dc[i] = sum(p[n, i] - y[n, i], n=1..N)/N"),
        Claim("By the inputs", "dL/dx[m, a] = sum(W[a, k]*(p[m, k] - y[m, k]), k=1..K)/N"),
        Claim("Over the classes it adds up to 0", "sum(Derivative(L, c[k]), k=1..K) = 0"),
        Mistake(
            "Without 1/N",
            "dL/dc[i] = sum(p[n, i] - y[n, i], n=1..N)",
            instead="N*dL/dc[i] = sum(p[n, i] - y[n, i], n=1..N)",
        ),
        Mistake(
            "The label where the prediction stands",
            "dL/dW[a, i] = sum(x[n, a]*(y[n, i] - p[n, i]), n=1..N)/N",
            instead="dL/dW[a, i] = sum(x[n, a]*(p[n, i] - y[n, i]), n=1..N)/N",
        ),
    ),
)
