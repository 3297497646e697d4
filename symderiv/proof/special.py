"""Functions with a name: constants and known functions by their meaning, others as a polynomial of our choice.

A claim with a function of its own, ``f``, speaks of every smooth f, so one polynomial at which it fails
refutes it. A name that means a particular function elsewhere is never given another meaning: it is
evaluated here as what it is, or has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flint

from symderiv.proof import balls
from symderiv.proof.balls import Number, Unclear
from symderiv.proof.jets import Series, Value, applied

CONSTANTS: dict[str, Callable[[], Any]] = {
    "pi": flint.arb.pi,
    "EulerGamma": flint.arb.const_euler,
    "Catalan": flint.arb.const_catalan,
    "GoldenRatio": lambda: (1 + flint.arb(5).sqrt()) / 2,
    "TribonacciConstant": lambda: (
        (1 + (19 + 3 * flint.arb(33).sqrt()).root(3) + (19 - 3 * flint.arb(33).sqrt()).root(3)) / 3
    ),
}
KNOWN = frozenset("sin cos tan atan erf erfc erfi gamma".split())
# what SymPy means by these names is not ours to choose
ELSEWHERE = frozenset(
    """Abs Chi Ci DiracDelta Ei FallingFactorial Heaviside LambertW LeviCivita Li Max Min Mod Piecewise Rem
    RisingFactorial Shi Si SingularityFunction Ynm Znm acos acosh acot acoth acsc acsch adjoint airyai airyaiprime
    airybi airybiprime andre appellf1 arg asec asech asin asinh assoc_laguerre assoc_legendre atan atan2 atanh bell
    bernoulli besseli besselj besselk bessely beta betainc betainc_regularized binomial carmichael catalan ceiling
    chebyshevt chebyshevt_root chebyshevu chebyshevu_root conjugate cos cosh cot coth csc csch digamma dirichlet_eta
    divisor_sigma elliptic_e elliptic_f elliptic_k elliptic_pi erf erf2 erf2inv erfc erfcinv erfi erfinv euler exp
    exp_polar expint factorial factorial2 ff fibonacci floor frac fresnelc fresnels gamma gegenbauer genocchi hankel1
    hankel2 harmonic hermite hermite_prob hn1 hn2 hyper im jacobi jacobi_symbol jn kronecker_symbol laguerre legendre
    legendre_symbol lerchphi li ln log loggamma lowergamma lucas marcumq mathieuc mathieucprime mathieus mathieusprime
    meijerg mobius motzkin multigamma partition periodic_argument polar_lift polygamma polylog primenu primeomega
    primepi principal_branch re reduced_totient rf riemann_xi sec sech sign sin sinc sinh stieltjes subfactorial tan
    tanh totient transpose tribonacci trigamma uppergamma yn zeta""".split()
)


def is_free(name: str, arguments: int) -> bool:
    """Whether a function may be any: it has arguments and no meaning of its own."""
    return bool(arguments) and name not in ELSEWHERE


def function(name: str, arguments: Sequence[Value], rank: int) -> Value:
    """The value of a function; ``rank`` tells the free ones apart.

    Raises `Unclear` for a function that means something and has no enclosure here.
    """
    if not arguments and name in CONSTANTS:
        return CONSTANTS[name]()
    if is_free(name, len(arguments)):
        return _polynomial(arguments, rank)
    if len(arguments) == 1 and name in KNOWN:
        return applied(_taylor(name), arguments[0])
    raise Unclear(f"no value is known for {name}")


def _taylor(name: str) -> Series:
    def series(a: Number, order: int) -> list[Number]:
        around = flint.arb_series([balls.ball(a), 1], prec=order + 1)
        found = list(getattr(around, name)())
        return [*found, *[balls.ZERO] * (order + 1 - len(found))]

    return series


def _polynomial(arguments: Sequence[Value], rank: int) -> Value:
    """A polynomial that is positive everywhere, lest a claim about a positive f is refuted by another one.

    With s = a + 2b + ... it is (rank + 1) (s^4 + s^3 + 2s^2 + s + 1) + rank, plus (ab...)^2 for several
    arguments.
    """
    s: Value = balls.ZERO
    product: Value = balls.ONE
    for place, a in enumerate(arguments, 1):
        s = s + a * balls.rational(place)
        product = product * a
    found = ((((s + balls.ONE) * s + balls.rational(2)) * s + balls.ONE) * s + balls.ONE) * balls.rational(rank + 1)
    found = found + balls.rational(rank)
    return found + product * product if len(arguments) > 1 else found


def described(name: str, arguments: int, rank: int) -> str:
    """What stands for a free function, as a line of text.

    >>> described("f", 1, 0)
    'f(a) = a^4 + a^3 + 2 a^2 + a + 1'
    """
    letters = [chr(ord("a") + place) for place in range(arguments)]
    whole = " + ".join(f"{place} {letter}" if place > 1 else letter for place, letter in enumerate(letters, 1))
    s = letters[0] if arguments == 1 else "s"
    found = f"{s}^4 + {s}^3 + 2 {s}^2 + {s} + 1"
    if rank:
        found = f"{rank + 1} ({found}) + {rank}"
    if arguments > 1:
        found += f" + ({' '.join(letters)})^2 with s = {whole}"
    return f"{name}({', '.join(letters)}) = {found}"
