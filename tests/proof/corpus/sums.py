"""Deltas, nested and name-clashing sums, sums over j != i, literal indices, fixed sizes."""

from __future__ import annotations

from proof.corpus.known import AT_1
from proof.corpus.record import Record, conditional, proved, refuted

P = "p[k] = softmax(z, k)"
TOTAL = "sum(x[k], k=1..K)"

SUMS: tuple[Record, ...] = (
    proved("sifting", "sum(delta(i, k)*x[k], k=1..K) = x[i]"),
    refuted("sifting, not substituted", "sum(delta(i, k)*x[k], k=1..K) = x[j]", coincidences=AT_1),
    proved("sifting in a square", "sum((x[k] + delta(i, k))^2, k=1..K) = sum(x[k]^2, k=1..K) + 2*x[i] + 1"),
    refuted(
        "sifting in a square, cross term lost",
        "sum((x[k] + delta(i, k))^2, k=1..K) = sum(x[k]^2, k=1..K) + 1",
        coincidences=(),
    ),
    proved(
        "delta under an exponential",
        "sum(exp(x[k] + c*delta(i, k)), k=1..K) = sum(exp(x[k]), k=1..K) + exp(x[i])*(exp(c) - 1)",
    ),
    proved("delta under a logarithm", "sum(log(1 + delta(i, k)*exp(x[k])), k=1..K) = log(1 + exp(x[i]))"),
    proved("delta below a line", "sum(1/(1 + delta(i, k)), k=1..K) = K - 1/2"),
    proved("delta squared", "delta(i, j)^2 = delta(i, j)"),
    proved("delta times what it makes 0", "delta(i, j)*(x[i] - x[j]) = 0"),
    refuted("delta forgotten", "x[i] - x[j] = 0", coincidences=AT_1),
    proved("two deltas", "sum(delta(i, k)*delta(k, j), k=1..K) = delta(i, j)"),
    proved("three deltas", "sum(sum(delta(i, k)*delta(k, l)*delta(l, j), k=1..K), l=1..K) = delta(i, j)"),
    refuted(
        "three deltas with one index too many",
        "sum(sum(delta(i, k)*delta(k, l)*delta(l, j), k=1..K), l=1..K) = 1",
        coincidences=AT_1,
    ),
    proved("sum of deltas", "sum(delta(i, k), k=1..K) = 1 + 0*x[i]"),
    refuted(
        "sum of deltas, one for each class",
        "sum(delta(i, k), k=1..K) = sum(delta(k, k)*x[k]^0, k=1..K)",
        coincidences=AT_1,
    ),
    proved("delta in an exponent", "exp(c*delta(i, j)) = 1 + (exp(c) - 1)*delta(i, j)"),
    proved("a free letter that a sum uses too", "sum(x[k]^2, k=1..K) + x[k] = x[k] + sum(x[j]^2, j=1..K)"),
    refuted("a free letter captured", "x[k]*sum(x[k], k=1..K) = sum(x[k]^2, k=1..K)", coincidences=AT_1),
    proved("derivative by the letter of the sum", "d/dx[k] (sum(x[k]^2, k=1..K)) = 2*x[k]"),
    refuted(
        "derivative by the letter of the sum, captured",
        "d/dx[k] (sum(x[k]^2, k=1..K)) = sum(2*x[k], k=1..K)",
        coincidences=AT_1,
    ),
    proved("nested sums over one letter", "sum(x[k]*sum(x[k], k=1..K), k=1..K) = sum(x[k], k=1..K)^2"),
    refuted(
        "nested sums over one letter, confused",
        "sum(x[k]*sum(x[k], k=1..K), k=1..K) = K*sum(x[k]^2, k=1..K)",
        coincidences=AT_1,
    ),
    proved(
        "three nested sums over one letter",
        "sum(x[k]*sum(x[k]*sum(x[k], k=1..K), k=1..K), k=1..K) = sum(x[j], j=1..K)^3",
    ),
    proved("order of sums", "sum(sum(w[i, j]*x[i], i=1..K), j=1..K) = sum(x[i]*sum(w[i, j], j=1..K), i=1..K)"),
    refuted(
        "order of indices",
        "sum(sum(w[i, j]*x[i], i=1..K), j=1..K) = sum(sum(w[i, j]*x[j], i=1..K), j=1..K)",
        coincidences=AT_1,
    ),
    proved("two names for one sum", "sum(x[i]*w[i], i=1..K) - sum(x[j]*w[j], j=1..K) = 0"),
    refuted(
        "an index-dependent factor pulled out",
        "sum(x[k]*w[k], k=1..K) = sum(x[k], k=1..K)*sum(w[k], k=1..K)",
        coincidences=AT_1,
    ),
    proved("a constant pulled out", "sum(a*x[k] + b, k=1..K) = a*sum(x[k], k=1..K) + b*K"),
    refuted(
        "a constant pulled out, K forgotten", "sum(a*x[k] + b, k=1..K) = a*sum(x[k], k=1..K) + b", coincidences=AT_1
    ),
    proved("a leaked binder", "sum(w[a]/(w[a] + w[b]), a=1..K) = sum(1/(1 + w[b]/w[a]), a=1..K)", (), "w[k] > 0"),
    refuted(
        "a leaked binder, taken for a constant",
        "sum(w[a]/(w[a] + w[b]), a=1..K) = K*w[a]/(w[a] + w[b])",
        (),
        "w[k] > 0",
        coincidences=AT_1,
    ),
    proved(
        "pairs of fractions",
        "sum(sum(1/(x[i] + x[j]), i=1..K), j=1..K) = sum(sum(1/(x[j] + x[i]), j=1..K), i=1..K)",
        (),
        "x[k] > 0",
    ),
    proved("antisymmetric pairs", "sum(sum((x[i] - x[j])/(x[i] + x[j]), i=1..K), j=1..K) = 0", (), "x[k] > 0"),
    proved("antisymmetric triples", "sum(sum(sum((x[i] - x[j])*x[k], i=1..K), j=1..K), k=1..K) = 0"),
    refuted("symmetric pairs", "sum(sum((x[i] + x[j])*x[i], i=1..K), j=1..K) = 0", coincidences=()),
    proved(
        "squares of pairs",
        "sum(sum(x[i]^2/(x[i] + x[j]), i=1..K), j=1..K)"
        " = K*sum(x[k], k=1..K)/2 + sum(sum((x[i] - x[j])*(x[i] - x[j])/(x[i] + x[j]), i=1..K), j=1..K)/4",
        (),
        "x[k] > 0",
    ),
    proved("leaving one out", "sum(x[j], j=1..K, j!=i) = sum(x[k], k=1..K) - x[i]"),
    refuted("leaving none out", "sum(x[j], j=1..K, j!=i) = sum(x[k], k=1..K)", coincidences=()),
    proved("leaving one out, written with delta", "sum((1 - delta(i, j))*x[j], j=1..K) = sum(x[j], j=1..K, j!=i)"),
    proved("leaving one out of a softmax", "sum(p[j], j=1..K, j!=i) = 1 - p[i]", P),
    proved(
        "leaving one out, squares",
        "sum(x[j], j=1..K, j!=i)^2 = sum(x[j]^2, j=1..K) - x[i]^2 + sum(sum((1 - delta(j, k))*(1 - delta(i, j))*(1"
        " - delta(i, k))*x[j]*x[k], k=1..K), j=1..K)",
    ),
    proved("leaving one out of every sum", "sum(sum(x[j], j=1..K, j!=i), i=1..K) = (K - 1)*sum(x[k], k=1..K)"),
    refuted(
        "leaving one out of every sum, K for K - 1",
        "sum(sum(x[j], j=1..K, j!=i), i=1..K) = K*sum(x[k], k=1..K)",
        coincidences=(),
    ),
    proved(
        "all pairs but equal ones",
        "sum(sum(x[i]*x[j], j=1..K, j!=i), i=1..K) = sum(x[k], k=1..K)^2 - sum(x[k]^2, k=1..K)",
    ),
    proved("differences below a line", "sum(sum((1 - delta(i, j))/(x[i] - x[j]), i=1..K), j=1..K) = 0"),
    proved(
        "punctured sum",
        "sum((1 - delta(i, j))*x[j]/(x[j] - x[i]), j=1..K) = K - 1 + x[i]*sum((1 - delta(i, j))/(x[j] - x[i]), j=1..K)",
    ),
    refuted(
        "punctured sum, K for K - 1",
        "sum((1 - delta(i, j))*x[j]/(x[j] - x[i]), j=1..K) = K + x[i]*sum((1 - delta(i, j))/(x[j] - x[i]), j=1..K)",
        coincidences=(),
    ),
    refuted(
        "punctured sum, sign of the polynomial part",
        "sum(x[j]/(x[j] - x[i]), j=1..K, j!=i) = 1 - K + x[i]*sum(1/(x[j] - x[i]), j=1..K, j!=i)",
        coincidences=AT_1,
    ),
    proved("beside a pole", "sum(x[j]/(x[j] - w), j=1..K) = K + w*sum(1/(x[j] - w), j=1..K)"),
    refuted("beside a pole, sign", "sum(x[j]/(x[j] - w), j=1..K) = -K + w*sum(1/(x[j] - w), j=1..K)", coincidences=()),
    proved("beside a pole, turned round", "sum(x[j]/(w - x[j]), j=1..K) = w*sum(1/(w - x[j]), j=1..K) - K"),
    proved(
        "beside a pole, squares",
        "sum(x[j]^2/(x[j] - w), j=1..K) = sum(x[j], j=1..K) + K*w + w^2*sum(1/(x[j] - w), j=1..K)",
    ),
    refuted(
        "beside a pole, squares, sign",
        "sum(x[j]^2/(x[j] - w), j=1..K) = w^2*sum(1/(x[j] - w), j=1..K) - sum(x[j], j=1..K) - K*w",
        coincidences=(),
    ),
    proved(
        "derivative of a punctured sum",
        "d/dx[i] (sum(log(x[j] + x[i]), j=1..K, j!=i)) = sum(1/(x[j] + x[i]), j=1..K, j!=i)",
        (),
        "x[k] > 0",
    ),
    refuted(
        "derivative of a whole sum is not of the punctured one",
        "d/dx[i] (sum(log(x[j] + x[i]), j=1..K)) = sum(1/(x[j] + x[i]), j=1..K)",
        (),
        "x[k] > 0",
        coincidences=(),
    ),
    proved(
        "derivative of a whole sum",
        "d/dx[i] (sum(log(x[j] + x[i]), j=1..K)) = 1/(2*x[i]) + sum(1/(x[j] + x[i]), j=1..K)",
        (),
        "x[k] > 0",
    ),
    proved(
        "at the diagonal",
        "d/dx[i] (w[i, i]*x[i]^2 + sum(w[i, j]*x[i]*x[j], j=1..K, j!=i))"
        " = 2*w[i, i]*x[i] + sum(w[i, j]*x[j], j=1..K, j!=i)",
    ),
    proved("a literal index", "sum(delta(k, 2)*x[k], k=1..K) = x[2]"),
    refuted("a literal index for every index", "x[i] = x[2]"),
    refuted("two literal indices", "x[1] = x[2]"),
    proved("derivative by a literal entry", "d/dx[2] (sum(x[k]^2, k=1..K)) = 2*x[2]"),
    proved("jacobian at literal entries", "dp[1]/dz[2] = -p[1]*p[2]", P),
    proved("jacobian at a literal entry", "dp[k]/dz[2] = p[k]*(delta(k, 2) - p[2])", P),
    refuted("jacobian at a literal entry, other entries", "dp[k]/dz[2] = -p[k]*p[2]", P),
    proved("deltas of literals", "delta(i, 1)*delta(i, 2) = 0*x[i]*x[2]"),
    proved("a literal left out", "sum(x[k], k=1..K, k!=3) = sum(x[k], k=1..K) - x[3]"),
    proved("two left out", "sum((1 - delta(k, 1))*(1 - delta(k, 2))*x[k], k=1..K) = sum(x[k], k=1..K) - x[1] - x[2]"),
    proved("a sum of three", "sum(x[k], k=1..3) = x[1] + x[2] + x[3]"),
    refuted("a sum of three, one lost", "sum(x[k], k=1..3) = x[1] + x[2]"),
    proved("softmax of three", "sum(exp(z[k])/sum(exp(z[j]), j=1..3), k=1..3) = 1"),
    proved("squares of two shares", "sum(p[k]^2, k=1..2) = 1 - 2*p[1]*p[2]", "p[k] = softmax(z, k=1..2)"),
    refuted(
        "squares of three shares as if they were two",
        "sum(p[k]^2, k=1..3) = 1 - 2*p[1]*p[2]",
        "p[k] = softmax(z, k=1..3)",
    ),
    proved(
        "squares of two shares at any of them",
        "sum(p[k]^2, k=1..2) = 1 - 2*p[i] + 2*p[i]^2",
        "p[k] = softmax(z, k=1..2)",
    ),
    refuted(
        "squares of three shares at any of them",
        "sum(p[k]^2, k=1..3) = 1 - 2*p[i] + 2*p[i]^2",
        "p[k] = softmax(z, k=1..3)",
    ),
    proved("variance of two", "sum((x[k] - sum(x[j], j=1..2)/2)^2, k=1..2) = (x[1] - x[2])^2/2"),
    refuted("the size is seven", "sum(1 + 0*x[k], k=1..K) = 7", coincidences=()),
    proved("the size is the sum of ones", "sum(1 + 0*x[k], k=1..K) = K"),
    proved("size times mean", "K*(sum(x[k], k=1..K)/K) = sum(x[k], k=1..K)"),
    refuted(
        "holds for two small sizes only", "(K - 1)*(K - 2)*sum(x[k], k=1..K) = 0", coincidences=({"K": 1}, {"K": 2})
    ),
    proved(
        "newton's identity of two",
        "sum(sum(x[i]*x[j], j=1..K, j!=i), i=1..K) = sum(x[k], k=1..K)^2 - sum(x[k]^2, k=1..K)",
    ),
    proved(
        "newton's identity of three",
        "sum(sum(sum((1 - delta(i, j))*(1 - delta(j, k))*(1 - delta(i, k))*x[i]*x[j]*x[k], k=1..K), j=1..K), i=1..K)"
        " = sum(x[k], k=1..K)^3 - 3*sum(x[k], k=1..K)*sum(x[k]^2, k=1..K) + 2*sum(x[k]^3, k=1..K)",
    ),
    refuted(
        "newton's identity of three, factor",
        "sum(sum(sum((1 - delta(i, j))*(1 - delta(j, k))*(1 - delta(i, k))*x[i]*x[j]*x[k], k=1..K), j=1..K), i=1..K)"
        " = sum(x[k], k=1..K)^3 - 3*sum(x[k], k=1..K)*sum(x[k]^2, k=1..K) + 3*sum(x[k]^3, k=1..K)",
        coincidences=(),
    ),
    proved(
        "lagrange's identity",
        "sum(x[k]^2, k=1..K)*sum(y[k]^2, k=1..K) - sum(x[k]*y[k], k=1..K)^2"
        " = sum(sum((x[i]*y[j] - x[j]*y[i])^2, j=1..K), i=1..K)/2",
    ),
    proved("double sum of sums", "sum(sum(x[i] + y[j], i=1..K), j=1..N) = N*sum(x[i], i=1..K) + K*sum(y[j], j=1..N)"),
    refuted(
        "double sum of sums, sizes swapped",
        "sum(sum(x[i] + y[j], i=1..K), j=1..N) = K*sum(x[i], i=1..K) + N*sum(y[j], j=1..N)",
    ),
    proved(
        "exponentials of all pairs",
        "sum(sum(exp(x[i] + y[j]), i=1..K), j=1..N) = sum(exp(x[i]), i=1..K)*sum(exp(y[j]), j=1..N)",
    ),
    proved(
        "logarithms of all pairs",
        "sum(sum(log(x[i]*y[j]), i=1..K), j=1..N) = N*sum(log(x[i]), i=1..K) + K*sum(log(y[j]), j=1..N)",
        (),
        ("x[i] > 0", "y[j] > 0"),
    ),
    *conditional(
        "a sum that is given",
        "sum(x[k]*a, k=1..K) = a",
        f"{TOTAL} = 1",
        coincidences=(),
        holds_when=((f"{TOTAL} = 1",), ("a = 0",)),
    ),
    *conditional(
        "two sums that are given",
        "sum((x[k] + y[k])*a, k=1..K) = 3*a",
        (f"{TOTAL} = 1", "sum(y[k], k=1..K) = 2"),
        coincidences=(),
    ),
    *conditional(
        "two equations in two sums",
        "sum(x[k], k=1..K) = 2 + 0*sum(y[k], k=1..K)",
        ("sum(x[k] + y[k], k=1..K) = 3", "sum(x[k] - y[k], k=1..K) = 1"),
        coincidences=(),
    ),
    *conditional("a scalar that is given", "c*sum(x[k], k=1..K)*T = sum(x[k], k=1..K)", "c*T = 1", coincidences=()),
    *conditional(
        "a pointwise equation",
        "sum(x[k]*y[k], k=1..K) = sum(y[k]^2, k=1..K) + sum(y[k], k=1..K)",
        "x[k] = y[k] + 1",
        coincidences=(),
    ),
    *conditional(
        "orthogonal vectors",
        "sum((x[k] + y[k])^2, k=1..K) = sum(x[k]^2, k=1..K) + sum(y[k]^2, k=1..K)",
        "sum(x[k]*y[k], k=1..K) = 0",
        holds_when=(("sum(x[k]*y[k], k=1..K) = 0",),),
        coincidences=(),
    ),
    *conditional("indices that are equal", "x[i]*y[j] = x[j]*y[i]", "i = j", coincidences=AT_1),
    *conditional("indices that differ", "delta(i, j)*x[i] + x[j] = x[j]", "i != j", coincidences=()),
    refuted("differing indices say nothing of values", "x[i]*x[j] = 0", (), "i != j"),
)
