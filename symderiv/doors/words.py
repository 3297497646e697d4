"""The words of typed formulas: names of functions, their other spellings, Greek letters, and hints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fractions import Fraction

from symderiv.doors.exclusions import factors_of
from symderiv.doors.order import ordered_product, ordered_sum
from symderiv.errors import InputError
from symderiv.terms import ONE, ZERO, Neg, Number, Plus, Stop, Term, exp, log, number, power, quo, times


def hyperbolic(name: str, x: Term) -> Term:
    """sinh, cosh or tanh of x, written with exp."""
    if name == "tanh":
        double = exp(ordered_product((number(2), *factors_of(x))))
        return quo(Plus((double, number(-1))), Plus((double, ONE)))
    minus_exp = exp(ordered_product((number(-1), *factors_of(x))))
    second = Neg(minus_exp) if name == "sinh" else minus_exp
    return times(number(Fraction(1, 2)), Plus((exp(x), second)))


def logarithm(x: Term, *base: Term) -> Term:
    """The natural logarithm; with a base the quotient of two. `InputError` for log(0) and for the base 1."""
    if ZERO in (x, *base):
        raise InputError("log(0) has no value: write what the logarithm is taken of so that it is not 0")
    if ONE in base:
        raise InputError("there is no logarithm to the base 1: log(1) is 0, and the base divides by it")
    return quo(log(x), log(base[0])) if base else log(x)


def raised(base: Term, exponent: Term) -> Term:
    """The power; to a negative number a fraction. `InputError` for 0 to the power 0 or to a negative number."""
    if not isinstance(exponent, Number) or exponent.value > 0:
        return power(base, exponent)
    if base is ZERO:
        if exponent.value:
            raise InputError("division by zero in the expression: write the base of the power so that it is not 0")
        raise InputError("0 to the power 0 has no value: write the number that is meant")
    return ordered_product((), factors_of(power(base, number(-exponent.value)))) if exponent.value else ONE


def sigmoid(x: Term) -> Term:
    """``1/(1 + exp(-x))``."""
    return quo(ONE, ordered_sum((ONE, exp(ordered_product((number(-1), *factors_of(x)))))))


# functions of values: the least and most arguments, and what they are
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Term]]] = {
    "exp": (1, 1, exp),
    "log": (1, 2, logarithm),
    "sqrt": (1, 1, lambda x: power(x, number(Fraction(1, 2)))),
    "tanh": (1, 1, lambda x: hyperbolic("tanh", x)),
    "sinh": (1, 1, lambda x: hyperbolic("sinh", x)),
    "cosh": (1, 1, lambda x: hyperbolic("cosh", x)),
    "sigmoid": (1, 1, sigmoid),
    "stop_gradient": (1, 1, Stop),
}
# functions whose arguments are indices, arrays or ranges, with the way to write them
SPECIAL = {
    "sum": "sum(y[k]*log(p[k]), k=1..K)",
    "delta": "delta(i, j)",
    "Derivative": "Derivative(e, z[i])",
    "softmax": "softmax(z, k)",
    "logsumexp": "logsumexp(z, k)",
}
RELATIONS = {"Eq": "=", "Ne": "!=", "Gt": ">", "Ge": ">=", "Lt": "<", "Le": "<="}
SAME = {
    "ln": "log",
    "Sum": "sum",
    "Sigma": "sum",
    "∑": "sum",
    "KroneckerDelta": "delta",
    "Abs": "abs",
    "Max": "max",
    "Min": "min",
    "expit": "sigmoid",
    "lse": "logsumexp",
}
_KINK = "it has a kink; write the smooth piece that is meant"
_PRODUCT = "write exp(sum(log(x[k]), k=1..K)) for a product of positive factors"
_DERIVATIVE = "write Derivative(e, z[i]) or d/dz[i] (e)"
HINTS = {
    "max": _KINK,
    "min": _KINK,
    "abs": _KINK,
    "relu": _KINK,
    "ReLU": _KINK,
    "sign": _KINK,
    "Heaviside": _KINK,
    "Piecewise": "split the problem into its smooth pieces",
    "argmax": "it has no derivative; a label t is an index, as in z[t]",
    "detach": "torch's detach is stop_gradient(x) here",
    "e": "write exp(x)",
    "sg": "write stop_gradient(x)",
    "sigma": "write sigmoid(x), or softmax(z, k)",
    "softplus": "write log(1 + exp(x))",
    "log_softmax": "write log(softmax(z, k))",
    "log2": "write log(x, 2)",
    "log10": "write log(x, 10)",
    "log1p": "write log(1 + x)",
    "expm1": "write exp(x) - 1",
    "mean": "write sum(x[n], n=1..N)/N",
    "norm": "write sqrt(sum(x[k]**2, k=1..K))",
    "dot": "write sum(x[k]*y[k], k=1..K)",
    "prod": _PRODUCT,
    "Product": _PRODUCT,
    "Pi": _PRODUCT,
    "diff": _DERIVATIVE,
    "grad": _DERIVATIVE,
    "Integral": "symderiv knows finite sums, not integrals",
    "transpose": "write the indices in the order that is meant",
}
# a function of the user's own with one of these names is printed, and typed, with an underscore behind it
RESERVED = frozenset(("log", "exp", "sum", "delta", "stop_gradient"))
CALLED = frozenset((*FUNCTIONS, *SPECIAL, *RELATIONS, "ln", "Sum", "KroneckerDelta", "one_hot"))


def function_name(word: str) -> str:
    """The name of a function by what was typed: ln is log, Σ is sum."""
    plain_word = spelled(word) or word
    return SAME.get(plain_word, plain_word)


def unknown(word: str, more: Iterable[str] = ()) -> str:
    """What to say of a function that is none."""
    plain_word = function_name(word)
    if plain_word in HINTS:
        return f"{word} is not read: {HINTS[plain_word]}"
    known = sorted({*CALLED, *more})
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"no function is called {word}; did you mean {near[0]}?"
    return (
        f"no function is called {word}: known are {', '.join(sorted({*FUNCTIONS, *SPECIAL}))}; "
        "for a product write *, and a function of your own is a SymPy Function in Python"
    )


def _greek() -> dict[str, str]:
    """Greek letters and what they are called in ASCII: λ is lambda."""
    found = {"µ": "mu", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "ϖ": "pi", "ς": "sigma"}
    for letter in map(chr, range(0x391, 0x3CA)):
        words = unicodedata.name(letter, "").split()
        if len(words) == 4 and words[0] == "GREEK":
            name = words[3].lower().replace("lamda", "lambda")
            found[letter] = name if words[1] == "SMALL" else name.capitalize()
    return found


GREEK = _greek()
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def spelled(word: str) -> str | None:
    """A name in ASCII, a Greek letter at its beginning by name; None for a name that is not read.

    >>> spelled("λ"), spelled("σ_x"), spelled("y_hat"), spelled("λx")
    ('lambda', 'sigma_x', 'y_hat', None)
    """
    if word[:1] in GREEK and (len(word) == 1 or word[1] in "_0123456789"):
        word = GREEK[word[0]] + word[1:]
    return word if _PLAIN.fullmatch(word) else None


def stranger(word: str) -> str:
    """What to say of a name that is not read."""
    for place, letter in enumerate(word):
        if letter in GREEK:
            rest = [part for part in (word[:place], letter, word[place + 1 :]) if part]
            return f"{word} is not read as one name: for a product write {'*'.join(rest)}"
        if not (letter.isascii() and (letter.isalnum() or letter == "_")):
            if unicodedata.decomposition(letter).startswith("<sub>"):
                low = unicodedata.normalize("NFKC", letter)
                return f"{word} is not read: write an index in brackets, as in {word[:place] or 'p'}[{low}]"
            plain = unicodedata.normalize("NFKC", word)
            hint = f"write {plain}" if plain.isascii() else "names are made of ASCII or Greek letters"
            code = f"U+{ord(letter):04X}, {unicodedata.name(letter, 'a character without a name')}"
            return f"the letter {letter} ({code}) is not read in the name {word}: {hint}"
    return f"{word} is not read as a name: a name starts with a letter"
