"""Losses as textbooks spell them, for `test_textbook`: text, definitions, and what the other arguments are."""

from __future__ import annotations

from dataclasses import dataclass

Rows = tuple[tuple[float, ...], ...]
ONE_HOT: Rows = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
SOFT: Rows = ((0.25, 0.25, 0.5), (0.0, 0.75, 0.25))
INNER: Rows = ((0.25, 0.25, 0.5),)
LABELS: Rows = ((1.0, 1.0, 0.0), (0.25, 0.5, 0.75), (0.0, 0.0, 0.0))
MASKS: Rows = ((1.0, 1.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0, 1.0))
NONE: Rows = ()


@dataclass(frozen=True)
class Loss:
    """A loss in text; ``y`` are the rows its array y takes in turn, ``scalars`` its other arguments."""

    value: str
    where: tuple[str, ...] = ()
    y: Rows = NONE
    wrt: str = "z[i]"
    scalars: tuple[tuple[str, float], ...] = ()
    adds_logits: bool = False  # whether the value is written as a difference of numbers the size of logits


P = ("p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)",)
S = ("s[k] = 1/(1 + exp(-z[k]))",)
# the two cuts of a cumulative link
CUT = ("s[k] = 1/(1 + exp(-(b - z[k])))", "r[k] = 1/(1 + exp(-(a - z[k])))")
ENDS = (("a", -0.5), ("b", 0.75))
Q = ("a[k] = exp(z[k])", "p[k] = a[k]/sum(a[j], j=1..K)")

LOSSES: dict[str, Loss] = {
    "softmax ce": Loss("-sum(k, y[k]*log(p[k]))", P, ONE_HOT + SOFT),
    "softmax ce, log of the quotient": Loss("-sum(k, y[k]*log(exp(z[k])/sum(exp(z[j]), j=1..K)))", (), ONE_HOT + SOFT),
    "softmax ce, quotient of logs": Loss("-sum(k, y[k]*(log(exp(z[k])) - log(sum(exp(z[j]), j=1..K))))", (), ONE_HOT),
    "softmax ce, log-sum-exp": Loss("log(sum(exp(z[k]), k=1..K)) - sum(k, y[k]*z[k])", (), ONE_HOT, adds_logits=True),
    "softmax ce, named numerators": Loss("-sum(k, y[k]*log(p[k]))", Q, ONE_HOT),
    "softmax ce, differences": Loss("sum(k, y[k]*log(sum(exp(z[j] - z[k]), j=1..K)))", (), ONE_HOT),
    "softmax ce, inverse": Loss("sum(k, y[k]*log(sum(exp(z[j]), j=1..K)/exp(z[k])))", (), ONE_HOT, adds_logits=True),
    "softmax ce, picked first": Loss("-log(sum(k, y[k]*p[k]))", P, ONE_HOT),
    "softmax ce, exp of log-softmax": Loss(
        "-sum(k, y[k]*log(p[k]))", ("p[k] = exp(z[k] - log(sum(exp(z[j]), j=1..K)))",), ONE_HOT
    ),
    "softmax ce, given class": Loss("-log(exp(z[2])/sum(exp(z[j]), j=1..K))"),
    "temperature": Loss(
        "-sum(k, y[k]*log(p[k]))", ("p[k] = exp(z[k]/T)/sum(exp(z[j]/T), j=1..K)",), ONE_HOT, scalars=(("T", 2.0),)
    ),
    "label smoothing": Loss("-sum(k, ((1 - s)*y[k] + s/K)*log(p[k]))", P, ONE_HOT, scalars=(("s", 0.125),)),
    "confidence penalty": Loss("-sum(k, y[k]*log(p[k])) + b*sum(k, p[k]*log(p[k]))", P, ONE_HOT, scalars=(("b", 0.5),)),
    "entropy": Loss("-sum(k, p[k]*log(p[k]))", P),
    "focal, 2": Loss("-sum(k, y[k]*(1 - p[k])^2*log(p[k]))", P, ONE_HOT),
    "every class against the others": Loss("-sum(k, y[k]*log(p[k]) + (1 - y[k])*log(1 - p[k]))", P, ONE_HOT + LABELS),
    "against the others, split": Loss("-sum(k, y[k]*log(p[k])) - 3*sum(k, (1 - y[k])*log(1 - p[k]))/K", P, LABELS),
    "against the others, log-odds": Loss("-sum(k, y[k]*log(p[k]/(1 - p[k])) + log(1 - p[k]))", P, LABELS),
    "against the others, named numerators": Loss("-sum(k, (1 - y[k])*log(1 - p[k]))", Q, LABELS),
    "against the others, exp of log-softmax": Loss(
        "-sum(k, (1 - y[k])*log(1 - p[k]))", ("p[k] = exp(z[k] - log(sum(exp(z[j]), j=1..K)))",), LABELS
    ),
    "against the others, clashing letters": Loss(
        "-sum(i, w*(1 - y[i])*log(1 - p[i]))",
        ("p[i] = exp(z[i]/T)/sum(exp(z[k]/T), k=1..K)",),
        LABELS,
        "z[k]",
        (("w", 0.5), ("T", 2.0)),
    ),
    "generalised ce": Loss("sum(k, y[k]*(1 - p[k]^q)/q)", P, ONE_HOT, scalars=(("q", 0.75),)),
    "generalised ce, 7/10": Loss("sum(k, y[k]*(1 - p[k]^(7/10))/(7/10))", P, ONE_HOT),
    "mean absolute error": Loss("sum(k, y[k]*(1 - p[k]))", P, ONE_HOT),
    "Brier": Loss("sum(k, (p[k] - y[k])^2)", P, ONE_HOT),
    "KL, labels first": Loss("sum(k, y[k]*log(y[k]/p[k]))", P, INNER),
    "KL, model first": Loss("sum(k, p[k]*log(p[k]/y[k]))", P, INNER),
    "KL, two softmaxes": Loss(
        "sum(k, q[k]*log(q[k]/p[k]))", (*P, "q[k] = exp(y[k])/sum(exp(y[j]), j=1..K)"), ((1.0, -2.0, 300.0),)
    ),
    "Jensen-Shannon": Loss(
        "1/2*sum(k, y[k]*log(y[k]/m[k])) + 1/2*sum(k, p[k]*log(p[k]/m[k]))", (*P, "m[k] = (p[k] + y[k])/2"), INNER
    ),
    "Tsallis": Loss("(1 - sum(k, p[k]^a))/(a - 1)", P, scalars=(("a", 1.5),)),
    "Renyi": Loss("log(sum(k, p[k]^a))/(1 - a)", P, scalars=(("a", 0.5),)),
    "Renyi divergence": Loss("log(sum(k, p[k]^a*y[k]^(1 - a)))/(a - 1)", P, INNER, scalars=(("a", 0.5),)),
    "Hellinger": Loss("sum(k, (sqrt(p[k]) - sqrt(y[k]))^2)", P, INNER),
    "Bhattacharyya": Loss("-log(sum(k, sqrt(p[k]*y[k])))", P, INNER),
    "chi-squared": Loss("sum(k, (p[k] - y[k])^2/y[k])", P, INNER),
    "poly loss": Loss("-sum(k, y[k]*log(p[k])) + b*(1 - sum(k, y[k]*p[k]))", P, ONE_HOT, scalars=(("b", 2.0),)),
    "unlikelihood": Loss("-log(1 - p[1])", P),
    "logit of a probability": Loss("log(p[1]/(1 - p[1]))", P),
    "one against the others": Loss("-log(p[1]) - log(1 - p[2])", P),
    "margin softmax": Loss(
        "-sum(k, y[k]*log(exp(z[k] - m)/(exp(z[k] - m) + sum(exp(z[j]), j=1..K, j!=k))))",
        (),
        ONE_HOT,
        scalars=(("m", 0.5),),
    ),
    "margin of cosines": Loss(
        "-log(exp(c*(z[1]/16384 - m))/(exp(c*(z[1]/16384 - m)) + sum(exp(c*z[j]/16384), j=1..K, j!=1)))",
        (),
        NONE,
        scalars=(("c", 64.0), ("m", 0.5)),
    ),
    "margin, large": Loss(
        "-log(exp(z[1] - m)/(exp(z[1] - m) + sum(exp(z[j]), j=1..K, j!=1)))", (), NONE, scalars=(("m", 9984.0),)
    ),
    "weighted log-sum-exp": Loss("log(sum(k, y[k]*exp(z[k])))", (), ((0.25, 0.25, 0.5), (0.0, 2.0, 1.0))),
    "masked softmax ce": Loss("log(sum(k, y[k]*exp(z[k]))) - z[2]", (), MASKS, adds_logits=True),
    "masked softmax ce, quotient": Loss("-log(y[2]*exp(z[2])/sum(k, y[k]*exp(z[k])))", (), MASKS),
    "masked softmax mean": Loss("sum(k, y[k]*exp(z[k])*k2[k])/sum(j, y[j]*exp(z[j]))", ("k2[k] = z[k]^2",), MASKS),
    "negatives left out": Loss("-log(exp(z[1])/sum(exp(z[j]), j=1..K, j!=2))"),
    "supervised contrast": Loss(
        "-sum(k, y[k]*log(exp(z[k])/sum(exp(z[j]), j=1..K, j!=1)))/sum(k, y[k])", (), ((0.0, 1.0, 1.0),)
    ),
    "marginal likelihood": Loss(
        "-log(sum(k, y[k]*exp(z[k]))/sum(k, exp(z[k])))", (), ((1.0, 1.0, 0.0), (0.0, 1.0, 0.0))
    ),
    "InfoNCE": Loss("-log(exp(z[1]/T)/(exp(z[1]/T) + sum(exp(z[j]/T), j=1..K, j!=1)))", scalars=(("T", 0.5),)),
    "InfoNCE, tilted": Loss("-log(exp(z[1])/(exp(z[1]) + y[1]*sum(exp(z[j]), j=1..K)))", (), ((2.0, 0.0, 0.0),)),
    "reference class": Loss("-log(exp(z[1])/(1 + sum(exp(z[j]), j=1..K)))"),
    "attention": Loss("sum(k, p[k]*y[k])", P, SOFT),
    "attention, squared": Loss("(sum(k, p[k]*y[k]) - 1)^2", P, SOFT),
    "self attention": Loss("sum(k, p[k]*z[k])", P),
    "soft maximum": Loss("sum(k, z[k]*exp(b*z[k]))/sum(k, exp(b*z[k]))", scalars=(("b", 2.0),)),
    "mellowmax": Loss("log(1/K*sum(exp(w*z[k]), k=1..K))/w", scalars=(("w", 5.0),)),
    "bce": Loss("-sum(k, y[k]*log(s[k]) + (1 - y[k])*log(1 - s[k]))", S, ONE_HOT + SOFT),
    "bce, exp over exp": Loss(
        "-sum(k, y[k]*log(s[k]) + (1 - y[k])*log(1 - s[k]))", ("s[k] = exp(z[k])/(1 + exp(z[k]))",), ONE_HOT
    ),
    "bce, written out": Loss("sum(k, log(1 + exp(z[k])) - y[k]*z[k])", (), ONE_HOT),
    "bce, log of the odds": Loss("-sum(k, y[k]*log(s[k]/(1 - s[k])) + log(1 - s[k]))", S, ONE_HOT),
    "bce, tanh": Loss("-sum(k, y[k]*log((1 + tanh(z[k]/2))/2) + (1 - y[k])*log((1 - tanh(z[k]/2))/2))", (), ONE_HOT),
    "logistic, signs": Loss("sum(k, log(1 + exp(-y[k]*z[k])))", (), ((1.0, -1.0, 1.0),)),
    "binary focal": Loss(
        "-sum(k, y[k]*(1 - s[k])^g*log(s[k]) + (1 - y[k])*s[k]^g*log(1 - s[k]))", S, ONE_HOT, scalars=(("g", 2.0),)
    ),
    "binary focal, 1/2": Loss(
        "-sum(k, y[k]*(1 - s[k])^g*log(s[k]) + (1 - y[k])*s[k]^g*log(1 - s[k]))", S, ONE_HOT, scalars=(("g", 0.5),)
    ),
    "soft dice": Loss("1 - (2*sum(k, s[k]*y[k]) + 1)/(sum(k, s[k]) + sum(k, y[k]) + 1)", S, ONE_HOT),
    "sigmoid of a sum": Loss("-log(1/(1 + exp(-sum(k, y[k]*z[k]))))", (), SOFT),
    "squared sigmoid": Loss("sum(k, (s[k] - y[k])^2)", S, ONE_HOT),
    "sigmoid entropy": Loss("-sum(k, s[k]*log(s[k]) + (1 - s[k])*log(1 - s[k]))", S),
    "slope of the sigmoid": Loss("sum(k, exp(-z[k])/(1 + exp(-z[k]))^2)"),
    "slope, other way": Loss("sum(k, exp(z[k])/(1 + exp(z[k]))^2)"),
    "swish": Loss("sum(k, z[k]/(1 + exp(-z[k])))"),
    "gelu, by tanh": Loss("sum(k, z[k]*(1 + tanh(7/10*z[k]))/2)"),
    "mish": Loss("sum(k, z[k]*tanh(log(1 + exp(z[k]))))"),
    "softplus, sharp": Loss("sum(k, log(1 + exp(b*z[k]))/b)", scalars=(("b", 3.0),)),
    "pairwise logistic": Loss("log(1 + exp(-(z[1] - z[2])))"),
    "Bradley-Terry": Loss("-log(exp(z[1])/(exp(z[1]) + exp(z[2])))"),
    "triplet, smooth": Loss("log(1 + exp(z[1] - z[2] + m))", scalars=(("m", 0.5),)),
    "lifted": Loss("log(1 + sum(k, exp(z[k])))"),
    "three exponentials": Loss("log(exp(z[1]) + exp(z[2]) + exp(z[3]))"),
    "all pairs": Loss("sum(i, sum(j, log(1 + exp(z[j] - z[i]))))", wrt="z[m]"),
    "circle": Loss("log(1 + sum(k, y[k]*exp(z[k]))*sum(k, (1 - y[k])*exp(-z[k])))", (), ONE_HOT),
    "Poisson": Loss("sum(k, exp(z[k]/2000) - y[k]*z[k]/2000)", (), SOFT),
    "negative binomial": Loss("sum(k, (y[k] + r)*log(1 + exp(z[k])/r) - y[k]*z[k])", (), SOFT, scalars=(("r", 2.0),)),
    "negative binomial, mean": Loss(
        "-sum(k, y[k]*log(m[k]/(m[k] + r)) + r*log(r/(m[k] + r)))", ("m[k] = exp(z[k])",), SOFT, scalars=(("r", 2.0),)
    ),
    "ordinal": Loss("-sum(k, y[k]*log(s[k] - r[k]))", CUT, ONE_HOT, scalars=ENDS),
    "ordinal, complements": Loss("-sum(k, y[k]*log((1 - r[k]) - (1 - s[k])))", CUT, ONE_HOT, scalars=ENDS),
    "ordinal, exp over exp": Loss(
        "-sum(m, y[m]*log(exp(k - z[m])/(1 + exp(k - z[m])) - 1/(exp(z[m] - j) + 1)))",
        (),
        ONE_HOT,
        scalars=(("j", -0.5), ("k", 0.75)),
    ),
    "ordinal, all classes": Loss(
        "-(y[1]*log(s) + y[2]*log(r - s) + y[3]*log(1 - r))",
        ("s = 1/(1 + exp(-(a - z[1])))", "r = 1/(1 + exp(-(b - z[1])))"),
        ONE_HOT,
        scalars=ENDS,
    ),
    "ordinal, squared": Loss("-sum(k, y[k]*(1 - (s[k] - r[k]))^2*log(s[k] - r[k]))", CUT, ONE_HOT, scalars=ENDS),
    "ordinal, threshold": Loss("-log(1/(1 + exp(u - b)) - 1/(1 + exp(u + 70)))", (), NONE, "b", (("u", 0.5),)),
    "interval, log scale": Loss(
        "-log(1/(1 + exp(-(b - z[1])*exp(-t))) - 1/(1 + exp(-(a - z[1])*exp(-t))))",
        (),
        NONE,
        scalars=(*ENDS, ("t", 0.5)),
    ),
    "logistic mixture, discrete": Loss(
        "-log(sum(k, p[k]*(1/(1 + exp(-(x + 1/2 - y[k])*w)) - 1/(1 + exp(-(x - 1/2 - y[k])*w)))))",
        P,
        SOFT,
        scalars=(("w", 2.0), ("x", 0.25)),
    ),
    "two of the classes": Loss("-log(p[1] + p[3])", P),
    "1 - s^2": Loss("-sum(k, log(1 - s[k]^2))", S),
    "Plackett-Luce": Loss(
        "-log(exp(z[1])/(exp(z[1]) + exp(z[2]) + exp(z[3]))*exp(z[2])/(exp(z[2]) + exp(z[3])))", adds_logits=True
    ),
    "complementary log-log, log of an event": Loss("-sum(k, y[k]*log(1 - exp(-exp(z[k]))))", (), ONE_HOT),
    "complementary log-log, mean": Loss(
        "-sum(k, y[k]*log(m[k]) + (1 - y[k])*log(1 - m[k]))", ("m[k] = 1 - exp(-exp(z[k]/2000))",), ONE_HOT
    ),
    "hurdle": Loss(
        "-sum(k, y[k]*log(1 - exp(-m[k])) + (1 - y[k])*log(exp(-m[k])))", ("m[k] = exp(z[k]/500)",), ONE_HOT
    ),
    "zero-truncated Poisson": Loss(
        "-sum(k, y[k]*z[k]/500 - exp(z[k]/500) - log(1 - exp(-exp(z[k]/500))))",
        (),
        ((2.0, 1.0, 1.0),),
        adds_logits=True,
    ),
    "noisy or": Loss("-log(1 - exp(-sum(k, y[k]*exp(z[k]))))", (), INNER),
    "log of sinh": Loss("sum(k, log(exp(z[k]^2 + 1/1024) - exp(-z[k]^2 - 1/1024)))"),
    "complementary log-log": Loss("-sum(k, y[k]*log(1 - exp(-exp(-z[k]^2/100000000))))", (), ONE_HOT),
    "logistic density": Loss("-sum(k, log(exp(-z[k])/(1 + exp(-z[k]))^2))"),
    "mixture of Gaussians": Loss("-log(sum(k, y[k]*exp(-(x - z[k])^2/2)))", (), INNER, scalars=(("x", 0.5),)),
    "mixture with softmax weights": Loss(
        "-log(sum(k, p[k]*exp(-(x - y[k])^2/(2*t^2))/t))", P, INNER, scalars=(("x", 100.0), ("t", 0.125))
    ),
    "mixture by scale": Loss(
        "-log(sum(y[k]*exp(-(x - k2[k])^2/(2*exp(s)^2))/(exp(s)*sqrt(2*pi)), k=1..K))",
        ("k2[k] = 3*y[k]",),
        INNER,
        wrt="s",
        scalars=(("x", 40.0),),
    ),
    "log-cosh": Loss("sum(k, log((exp(z[k] - y[k]) + exp(-(z[k] - y[k])))/2))", (), SOFT),
    "log-cosh, cosh": Loss("sum(k, log(cosh(z[k] - y[k])))", (), SOFT),
    "tanh by exponentials": Loss("sum(k, ((exp(z[k]) - exp(-z[k]))/(exp(z[k]) + exp(-z[k])) - y[k])^2)", (), SOFT),
    "tanh by exp(2x)": Loss("sum(k, (exp(2*z[k]) - 1)/(exp(2*z[k]) + 1))"),
    "tanh, behind a sum": Loss("(exp(a) - exp(-a))/(exp(a) + exp(-a))", ("a = sum(k, y[k]*z[k])",), SOFT),
    "tanh, 1 - 2/(1 + exp)": Loss("sum(k, (1 - 2/(exp(2*z[k]) + 1))^2)"),
    "tanh": Loss("sum(k, tanh(z[k]))"),
    "sech": Loss("sum(k, 2/(exp(z[k]) + exp(-z[k])))"),
    "pseudo-Huber": Loss("sum(k, sqrt(1 + (z[k] - y[k])^2) - 1)", (), SOFT),
    "Cauchy": Loss("sum(k, log(1 + (z[k] - y[k])^2))", (), SOFT),
    "exponential": Loss("sum(k, exp(-y[k]*z[k]/2000))", (), ((1.0, -1.0, 1.0),)),
    "normal density": Loss("sum(k, exp(-z[k]^2/2))"),
    "log of odds ratio": Loss("log(exp(z[1])/exp(z[2])) + log(exp(z[3])*exp(z[1]))"),
    "perplexity of two": Loss("exp(-log(p[1]))*p[1]", P),
    "policy gradient": Loss("log(p[1])*p[2]/p[2]", P),
    "importance": Loss("p[1]/y[1]", P, INNER),
    "clip-free ratio": Loss("exp(log(p[1]) - log(y[1]))", P, INNER),
    "distillation": Loss(
        "-sum(k, q[k]*log(p[k]))*T^2",
        ("p[k] = exp(z[k]/T)/sum(exp(z[j]/T), j=1..K)", "q[k] = exp(y[k]/T)/sum(exp(y[j]/T), j=1..K)"),
        ((1.0, -2.0, 300.0),),
        scalars=(("T", 4.0),),
    ),
}
