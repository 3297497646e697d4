"""Claims about nothing: the facts contradict each other, or a side has no value anywhere. Never proved."""

from __future__ import annotations

from dataclasses import replace

from proof.corpus.record import Record, proved

P = "p[k] = softmax(z, k)"
ONES = "sum(y[k], k=1..K) = 1"

VACUOUS: tuple[Record, ...] = tuple(
    replace(record, expected="undecided")
    for record in (
        proved("positive entries that add up to 0", "z[i] = y[i]", (), ("y[k] > 0", "sum(y[k], k=1..K) = 0")),
        proved("negative sum of squares", "z[i] = z[i] + 1", (), "sum(z[k]^2, k=1..K) = -1"),
        proved("two sums that cannot both be", "z[i] = y[i]", (), (ONES, "sum(2*y[k], k=1..K) = 3")),
        proved("an exponential that is 0", "z[i] = 1", (), "exp(z[k]) = 0"),
        proved("a softmax that adds up to 2", "p[i] = 1", P, "sum(p[k], k=1..K) = 2"),
        proved("an even power below 0", "x = x", (), "x^2 + 1 = 0"),
        proved("all pairs below a line", "sum((x[k] - x[i])/(x[k] - x[i]), k=1..K) = K"),
        proved("pairs below a line, equal ones among them", "sum(sum(1/(x[i] - x[j]), i=1..K), j=1..K) = 0"),
        proved("nothing below a line", "1/(x - x) = 1/(w - w)"),
        proved("one minus all shares", "x/(1 - sum(p[k], k=1..K)) = x/(sum(p[k], k=1..K) - 1)", P),
        proved("log of 0", "log(sum(p[k], k=1..K) - 1) = x", P),
        proved("log of minus an exponential", "log(-exp(x)) = x"),
        proved("root of minus a square", "sqrt(-1 - x^2) = sqrt(-1 - x^2)"),
        proved(
            "an index that differs from itself in value",
            "x[i] = y[i]",
            (),
            ("x[k] > y[k]", "y[k] > w[k]", "w[k] > x[k]"),
        ),
    )
)
