"""The weighted logits Sum_k (p_k - q_k) a_k with p held: the gradient is that of cross-entropy, p - q."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.claims import Claim, Mistake
from symderiv.doors.surface import stop_gradient
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k = symbols("K i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))
L1 = "L_1 = -sum(q[k]*log(p[k]), k=1..K)"
H = "H = -sum(p[k]*log(p[k]), k=1..K)"
ONES = "sum(q[k], k=1..K) = 1"

PROBLEM = Problem(
    name="source-a-l2-held",
    title="Logits weighted by softmax minus labels, softmax held",
    about="The logits weighted by softmax minus labels, with softmax held fixed while derivatives are taken: "
    "the form in which a lecture's claim is true.",
    meanings={"a": "logits", "p": "probabilities", "q": "labels", "K": "number of classes"},
    where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
    value=Sum((stop_gradient(p[k]) - q[k]) * a[k], (k, 1, K)),
    wrt=a[i],
    notation="A",
    examples=(Example("The label is class 1.", {"a": (1.2, 0.9, 0.4), "q": (1.0, 0.0, 0.0)}),),
    equals={
        "PyTorch": "torch.sum((torch.softmax(a, dim=-1).detach() - q) * a)",
        "JAX": "jax.numpy.sum((jax.lax.stop_gradient(jax.nn.softmax(a)) - q) * a)",
    },
    claims=(
        Claim("The gradient", "dL/da[i] = p[i] - q[i]", numeric=True),
        Claim("It is that of cross-entropy", "dL/da[i] = dL_1/da[i]", L1, ONES, numeric=True),
        Claim("The second derivative vanishes", "Derivative(L, a[i], a[j]) = 0"),
        Mistake(
            "The Hessian of cross-entropy",
            "Derivative(L, a[i], a[j]) = Derivative(L_1, a[i], a[j])",
            L1,
            ONES,
            instead="Derivative(L_1, a[i], a[j]) = p[i]*(delta(i, j) - p[j])",
        ),
        Mistake("L and cross-entropy are equal", "L = L_1", (L1, H), ONES, instead="L = L_1 - H"),
    ),
)
