"""Private function nodes of the numeric wing, and small views on terms.

Lowering needs a few things the working language has no word for: a bracket that must stay one, a
maximum, a shifted exponent. They are `Function` nodes whose names start with ``@``, so binders,
substitution and keys work on them unchanged; no user's function can have such a name (`prepare`
refuses every function it does not know before one is made).

==================  =========================================================================
``@hold(u)``        u, kept together: neither flattened nor opened by a builder
``@of(a)``          a, inside a maximum (keeps `Big` from floating a sign out)
``@max(a, ...)``    the greatest; ``Big(k, K, @of(a))`` among the arguments runs over an index
``@shifted(a, m)``  a - m, marked so that no rewrite shifts it twice;  ``@shifted(a, m, b)``  (a - m) + b, in this order
``@others(u, d..)`` u, but 0 where one of the deltas d is 1
``@live(a, w..)``   a, but -inf where one of the weights w is 0
``@filled(u, w..)``  u, but 1 where u and one of the weights w are 0
``@weighted(w, v)`` w * v, where 0 times an infinite logarithm counts 0
``@sigmoid(x)``     1/(1 + exp(-x));  ``@softplus(x)``  log(1 + exp(x));  ``@tanh(x)``
``@expm1(x)``       exp(x) - 1;  ``@bernoulli(x)``  x/(exp(x) - 1), which is 1 at 0
``@bernoulli_less(x)`` 1 - x/(exp(x) - 1);  ``@log_bernoulli(x)``  log(x/(exp(x) - 1))
``@bernoulli_gap(x)``  1/x - 1/(exp(x) - 1), which is 1/2 at 0
``@bernoulli_odd(x)``  1/2 - 1/x + 1/(exp(x) - 1), which is x/12 near 0
``@bernoulli_bend(x)`` 1/x^2 - exp(x)/(exp(x) - 1)^2, minus its derivative, which is 1/12 at 0
``@log_rest(p, v)`` log(1 - p), with log1p where p < 1/2 and as v, another form of it, where not
``@log1mexp(x)``    log(1 - exp(x));  ``@log_inv_cloglog(x)``  log(1 - exp(-exp(x)))
==================  =========================================================================
"""

from __future__ import annotations

from functools import lru_cache

from symderiv.letters import free_names, union
from symderiv.terms import ZERO, Big, Delta, Entry, Function, Number, Symbol, Term, parts, subterms

HOLD, OF, MAX, SHIFTED, OTHERS, WEIGHTED = "@hold", "@of", "@max", "@shifted", "@others", "@weighted"
LIVE, FILLED, LOG_REST = "@live", "@filled", "@log_rest"
SIGMOID, SOFTPLUS, TANH = "@sigmoid", "@softplus", "@tanh"
EXPM1, BERNOULLI, LOG1MEXP, LOG_INV_CLOGLOG = "@expm1", "@bernoulli", "@log1mexp", "@log_inv_cloglog"
BERNOULLI_LESS, BERNOULLI_GAP, BERNOULLI_BEND = "@bernoulli_less", "@bernoulli_gap", "@bernoulli_bend"
BERNOULLI_ODD, LOG_BERNOULLI = "@bernoulli_odd", "@log_bernoulli"

# functions of one argument, and what computes them
CALLS = {
    SIGMOID: "sigmoid",
    SOFTPLUS: "softplus",
    TANH: "np.tanh",
    EXPM1: "np.expm1",
    BERNOULLI: "bernoulli",
    BERNOULLI_GAP: "bernoulli_gap",
    BERNOULLI_ODD: "bernoulli_odd",
    BERNOULLI_LESS: "bernoulli_less",
    BERNOULLI_BEND: "bernoulli_bend",
    LOG_BERNOULLI: "log_bernoulli",
    LOG1MEXP: "log1mexp",
    LOG_INV_CLOGLOG: "log_inv_cloglog",
}

NUMPY_FUNCTIONS = {
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "abs": "abs",
    "Abs": "abs",
    "sign": "sign",
}
# numbers with a name, functions of no argument, and their Python text
CONSTANTS = {
    "pi": "np.pi",
    "EulerGamma": "np.euler_gamma",
    "GoldenRatio": "1.618033988749895",
    "Catalan": "0.915965594177219",
    "TribonacciConstant": "1.8392867552141612",
}
NOT_ANALYTIC = frozenset(("abs", "Abs", "sign"))


def is_constant(t: Term) -> bool:
    """Whether t is a number with a name, such as pi.

    >>> is_constant(Function("pi", ())), is_constant(Function("sin", (Symbol("x"),)))
    (True, False)
    """
    return isinstance(t, Function) and not t.arguments and t.name in CONSTANTS


def hold(t: Term) -> Term:
    """t as one bracket; an atom or a function needs none.

    >>> hold(Symbol("x"))
    Symbol(name='x')
    """
    return t if isinstance(t, Symbol | Number | Entry | Function) else Function(HOLD, (t,))


def strip(t: Term) -> Term:
    """t without the brackets `hold` put around it."""
    while isinstance(t, Function) and t.name == HOLD:
        t = t.arguments[0]
    return t


def shifted(t: Term, by: Term, beside: Term = ZERO) -> Term:
    """t - by + beside, marked as done; what stands beside is added last, when t is near by and nothing is lost."""
    return Function(SHIFTED, (hold(t), by) if beside is ZERO else (hold(t), by, hold(beside)))


def has_delta(t: Term) -> bool:
    """Whether a Kronecker delta stands in t as a value (the masks of `@others` do not count)."""
    if isinstance(t, Function) and t.name == OTHERS:
        return has_delta(t.arguments[0])
    if isinstance(t, Delta):
        return True
    return any(has_delta(u) for u in parts(t))


def has_live(t: Term) -> bool:
    """Whether an exponent in t counts only where its weights are not 0."""
    return any(isinstance(u, Function) and u.name == LIVE for u in subterms(t))


@lru_cache(maxsize=65536)
def letters(t: Term) -> frozenset[str]:
    """The free indices of t: the axes of its value.

    >>> k, n, K = Symbol("k"), Symbol("n"), Symbol("K")
    >>> sorted(letters(Big(k, K, Entry("z", (n, k)), ())))
    ['n']
    """
    match t:
        case Entry() | Delta():
            return free_names(t)
        case Big(index, _, body, excluded):
            return (letters(body) - {index.name}) | union(excluded)
    return frozenset().union(*map(letters, parts(t)))


def is_analytic(t: Term) -> bool:
    """Whether every step of t is a complex-analytic function where it is defined."""
    return not any(isinstance(u, Function) and u.name in NOT_ANALYTIC for u in subterms(t))
