"""Claims on which some version of the prover was wrong, or gave up though they are true, made small.

As text: what is claimed, whether it is true, what is given. `SEEDS` are those at which a run of the campaign found
something wrong; what a seed draws changes when the generators do, so what it found stands here as text too.
"""

from __future__ import annotations

SEEDS = (79, 166, 336, 427, 471, 1354, 1691)

PUNCTURED = "sum((1 - delta(m, j))/(z[m] - z[j]), m=1..K)"

OTHERS = "sum((1 - delta(k, j))*log(z[k]), k=1..K)"

# left, right, whether they are equal, what is given
CLAIMS: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = (
    # a closed sum stood for its own opposite where its body was turned round
    (f"Derivative({PUNCTURED}, z[j])", "-sum((1 - delta(m, j))/(z[m] - z[j])**2, m=1..K)", False, ()),
    (f"Derivative({PUNCTURED}, z[j])", "sum((1 - delta(m, j))/(z[m] - z[j])**2, m=1..K)", True, ()),
    ("Derivative(sum(1/(z[m] - u), m=1..K), u)", "sum(1/(z[m] - u)**2, m=1..K)", True, ()),
    ("Derivative(sum(1/(z[m] - u), m=1..K), z[i])", "-1/(z[i] - u)**2", True, ()),
    ("Derivative(sum(1/(z[m] - u), m=1..K), z[i])", "1/(z[i] - u)**2", False, ()),
    # signs that the sides need to have a value hold only where they are asked for
    ("sqrt(z[i]**2) + delta(i, j)*log(z[i])", "z[i] + delta(i, j)*log(z[i])", False, ()),
    ("sqrt(z[i]**2) + sum(delta(k, j)*log(z[k]), k=1..K)", "z[i] + log(z[j])", False, ()),
    (
        "sqrt(z[j]**2) + sum((1 - delta(k, j))*log(z[k]), k=1..K)",
        "z[j] + sum((1 - delta(k, j))*log(z[k]), k=1..K)",
        False,
        (),
    ),
    ("sqrt(z[i]**2) + sum(log(z[k]), k=1..K)", "z[i] + sum(log(z[k]), k=1..K)", True, ()),
    ("exp(log(z[i]**2)/2)", "z[i]", False, ()),
    ("sqrt(z[j]**2)", "z[j]", False, ("z[1] > 0",)),
    ("sqrt(z[i]**2)", "z[i]", False, ("sum(z[k], k=1..K) > 0",)),
    ("sqrt(sum(z[k], k=1..K)**2)", "sum(z[k], k=1..K)", True, ("z[k] > 0",)),
    # facts hold at the point only
    ("Derivative(sum(y[k], k=1..K)*z[i], y[j])", "0", False, ("sum(y[k], k=1..K) = 1",)),
    ("Derivative(Derivative(stop_gradient(z[i])*z[i]**2, z[i]), z[i])", "6*z[i]", False, ()),
    ("Derivative(Derivative(stop_gradient(z[i])*z[i]**2, z[i]), z[i])", "2*z[i]", True, ()),
)
