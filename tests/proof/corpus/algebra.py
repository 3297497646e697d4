"""Roots, powers with symbolic exponents, logarithms, fractions."""

from __future__ import annotations

from proof.corpus.known import AT_1
from proof.corpus.record import Record, conditional, proved, refuted

POS = "x > 0"
ALL = "x[k] > 0"

ALGEBRA: tuple[Record, ...] = (
    proved("a root squared", "sqrt(x)^2 = x"),
    proved("root of a product", "sqrt(x*w) = sqrt(x)*sqrt(w)", (), (POS, "w > 0")),
    refuted("root of a product of negatives", "sqrt(x*w) = -sqrt(-x)*sqrt(-w)", (), ("x < 0", "w < 0")),
    proved("root of a product, both negative", "sqrt(x*w) = sqrt(-x)*sqrt(-w)", (), ("x < 0", "w < 0")),
    refuted("root of a sum", "sqrt(x + w) = sqrt(x) + sqrt(w)", (), (POS, "w > 0")),
    refuted(
        "root of a sum of squares", "sqrt(x^2 + w^2) = x + w", (), (POS, "w > 0"), witness={"values": {"x": 1, "w": 1}}
    ),
    proved("root below a line", "1/sqrt(x) = sqrt(x)/x", (), POS),
    proved("conjugate", "1/(sqrt(x + 1) - sqrt(x)) = sqrt(x + 1) + sqrt(x)", (), POS),
    proved("derivative of a root", "d/dx (sqrt(x)) = 1/(2*sqrt(x))", (), POS),
    refuted("derivative of a root, factor", "d/dx (sqrt(x)) = 1/sqrt(x)", (), POS),
    proved("second derivative of a root", "Derivative(sqrt(x), x, x) = -1/(4*x*sqrt(x))", (), POS),
    proved(
        "root of twice the entry on the diagonal", "delta(i, k)*sqrt(x[i] + x[k]) = delta(i, k)*sqrt(2*x[i])", (), ALL
    ),
    proved("pairs of roots", "sum(sum(sqrt(x[i]*x[j]), j=1..K), i=1..K) = sum(sqrt(x[k]), k=1..K)^2", (), ALL),
    refuted(
        "pairs of roots, sum of entries",
        "sum(sum(sqrt(x[i]*x[j]), j=1..K), i=1..K) = sum(x[k], k=1..K)",
        (),
        ALL,
        coincidences=AT_1,
    ),
    proved("root of an exponential", "sqrt(exp(x)) = exp(x/2)"),
    proved("root of a square of something positive", "sqrt(exp(2*x) + 2*exp(x) + 1) = exp(x) + 1"),
    refuted(
        "root of a square that may be negative",
        "sqrt(exp(2*x) - 2*exp(x) + 1) = exp(x) - 1",
        witness={"values": {"x": -1}},
    ),
    proved("cube root", "(x^(1/3))^3 = x", (), POS),
    proved("power of a power", "(x^a)^b = x^(a*b)", (), POS),
    refuted("power of a power, exponents added", "(x^a)^b = x^(a + b)", (), POS),
    proved("product of powers", "x^a*x^b = x^(a + b)", (), POS),
    proved("power of a product", "(x*w)^a = x^a*w^a", (), (POS, "w > 0")),
    refuted("power of a sum", "(x + w)^a = x^a + w^a", (), (POS, "w > 0"), holds_when=(("a = 1",),)),
    proved("a power is an exponential", "x^a = exp(a*log(x))", (), POS),
    proved("derivative of a power by its base", "d/dx (x^a) = a*x^(a - 1)", (), POS),
    proved("derivative of a power by its exponent", "d/da (x^a) = x^a*log(x)", (), POS),
    refuted("derivative of a power by its exponent, as by its base", "d/da (x^a) = a*x^(a - 1)", (), POS),
    proved("x to the x", "d/dx (x^x) = x^x*(log(x) + 1)", (), POS),
    proved(
        "power means",
        "d/dx[i] (sum(x[k]^a, k=1..K)^(1/a)) = x[i]^(a - 1)*sum(x[k]^a, k=1..K)^(1/a - 1)",
        (),
        (ALL, "a > 0"),
    ),
    proved("shares of powers", "x[i]^a/sum(x[k]^a, k=1..K) = 1/sum((x[k]/x[i])^a, k=1..K)", (), ALL),
    proved("bases to the power of a class", "sum(a^x[k], k=1..K) = sum(exp(x[k]*log(a)), k=1..K)", (), "a > 0"),
    proved("log of a product", "log(x*w) = log(x) + log(w)", (), (POS, "w > 0")),
    proved("log of a product of negatives", "log(x*w) = log(-x) + log(-w)", (), ("x < 0", "w < 0")),
    refuted("log of a sum", "log(x + w) = log(x) + log(w)", (), (POS, "w > 0"), witness={"values": {"x": 1, "w": 1}}),
    proved("log of a fraction", "log(x/w) = log(x) - log(w)", (), (POS, "w > 0")),
    refuted("fraction of logs", "log(x/w) = log(x)/log(w)", (), (POS, "w > 0")),
    proved("log of a power", "log(x^a) = a*log(x)", (), POS),
    proved("log of a square", "log(x^2) = 2*log(x)", (), POS),
    proved("log of a square, negative", "log(x^2) = 2*log(-x)", (), "x < 0"),
    proved("log of a square, where both sides have a value", "log(x^2) = 2*log(x)"),
    proved("log of one over", "log(1/x) = -log(x)"),
    proved("log of an exponential", "log(exp(x)) = x"),
    proved("exponential of a log", "exp(log(x)) = x"),
    refuted("exponential of half a log of a square", "exp(log(x^2)/2) = x", holds_when=(("x > 0",),)),
    proved("log of one plus three exponents", "log(1 + exp(3*x)) = log(1 + exp(x)) + log(1 - exp(x) + exp(2*x))"),
    refuted("log of one plus three exponents, factor", "log(1 + exp(3*x)) = 3*log(1 + exp(x))"),
    proved(
        "log of a sum of products", "log(sum(a*exp(z[k]), k=1..K)) = log(a) + log(sum(exp(z[k]), k=1..K))", (), "a > 0"
    ),
    refuted(
        "log of a sum of products, no sum of logs",
        "log(sum(exp(z[k]), k=1..K)) = sum(log(exp(z[k])), k=1..K)",
        coincidences=AT_1,
    ),
    proved("sum of logs", "sum(log(x[k]^2*exp(x[k])), k=1..K) = 2*sum(log(x[k]), k=1..K) + sum(x[k], k=1..K)", (), ALL),
    proved("logs to another base", "log(x, 2)*log(2) = log(x)"),
    proved("logs of numbers", "log(12) = 2*log(2) + log(3)"),
    refuted("logs of numbers, wrong", "log(12) = 3*log(2) + log(3)"),
    refuted("nearly one", "x*(1 - 1/1000) = x"),
    proved("exponents that add up", "exp(x/(w + 1))*exp(x*w/(w + 1)) = exp(x)"),
    refuted("exponents that do not add up", "exp(x/(w + 1))*exp(x*w/(w + 2)) = exp(x)"),
    proved("exponents with a fraction", "exp(1.702*x)*exp(-0.702*x) = exp(x)"),
    proved("exponential of a sum", "exp(x + w) = exp(x)*exp(w)"),
    refuted("sum of exponentials", "exp(x + w) = exp(x) + exp(w)"),
    proved("square of a sum of exponentials", "(exp(x) + exp(-x))^2 = exp(2*x) + 2 + exp(-2*x)"),
    proved("fraction split", "1/(x*(x + 1)) = 1/x - 1/(x + 1)"),
    refuted("fraction split, sign", "1/(x*(x + 1)) = 1/x + 1/(x + 1)"),
    proved(
        "fractions under a sum",
        "sum(1/(x[k]*(x[k] + 1)), k=1..K) = sum(1/x[k], k=1..K) - sum(1/(x[k] + 1), k=1..K)",
        (),
        ALL,
    ),
    proved(
        "polynomial division under a sum",
        "sum(x[k]^3/(x[k] + 1), k=1..K) = sum(x[k]^2 - x[k] + 1, k=1..K) - sum(1/(x[k] + 1), k=1..K)",
        (),
        ALL,
    ),
    proved(
        "a letter that is not to be brought in",
        "sum(x[k]^2/(x[k] + w), k=1..K) + w*sum(x[k]/(x[k] + w), k=1..K) = sum(x[k], k=1..K)",
        (),
        (ALL, "w > 0"),
    ),
    refuted(
        "a letter that is not to be brought in, w lost",
        "sum(x[k]^2/(x[k] + w), k=1..K) + sum(x[k]/(x[k] + w), k=1..K) = sum(x[k], k=1..K)",
        (),
        (ALL, "w > 0"),
    ),
    proved("dependent fractions", "sum(1/(x[k] + 1), k=1..K) + sum(x[k]/(x[k] + 1), k=1..K) = K", (), ALL),
    proved(
        "difference of fractions",
        "sum(1/(x[k] - 1), k=1..K) - sum(1/(x[k] + 1), k=1..K) = sum(2/(x[k]^2 - 1), k=1..K)",
        (),
        "x[k] > 1",
    ),
    *conditional("a reciprocal that is given", "x/w = x*T", "T*w = 1"),
    *conditional("cube of one", "a^3*x = x", "a = 1"),
    proved("a square that is given", "r^4 + r^2*x = 2*x^2", (), "x = r^2"),
    proved("numbers with names", "x*exp(log(pi)) = x*pi"),
    refuted("pi is no fraction", "x*pi = x*22/7"),
    proved("negative powers", "x^(-2)*x^3 = x"),
    proved("binomial", "(x + w)^5 - (x - w)^5 = 10*x^4*w + 20*x^2*w^3 + 2*w^5"),
    refuted("binomial, one coefficient", "(x + w)^5 - (x - w)^5 = 10*x^4*w + 10*x^2*w^3 + 2*w^5"),
)
