"""Small functions that compiled loops call, written so that LLVM turns loops over them into vector code.

``exp_of`` reduces x = n log 2 + r with |r| <= log(2) / 2 (log 2 in two pieces, W. J. Cody and W. Waite,
Software Manual for the Elementary Functions, 1980), takes e^r = 1 + r + r^2 q(r), where the polynomial q
interpolates (e^r - 1 - r) / r^2 at the Chebyshev nodes, and multiplies by 2^n in two steps made from bits,
so that results below the smallest normal number are rounded once. Adding 3 * 2^(p - 2), p the digits of the
precision, leaves the nearest whole number n in the last bits. ``log_one_plus`` is 2 artanh(s) with
s = t / (2 + t), where artanh(s) = s + s^3 a(s^2) and a is interpolated likewise on 0 <= s^2 <= 1/9.
``ordered`` turns a number into a whole number of the same order, nan the greatest: maxima of whole numbers
need no leave to ignore nan. ``tally`` is the one addition that may be reordered.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Precision:
    """Constants of one floating-point format; the polynomials ``q`` and ``a`` from the highest power down."""

    real: str
    whole: str
    low: str
    high: str
    magic: str
    magic_bits: str
    digits: int
    bias: int
    shift: int
    log2_high: str
    log2_low: str
    q: tuple[str, ...]
    a: tuple[str, ...]


DOUBLE = Precision(
    real="np.float64",
    whole="np.int64",
    low="-746.0",
    high="710.0",
    magic="6755399441055744.0",
    magic_bits="0x4338000000000000",
    digits=52,
    bias=1023,
    shift=63,
    log2_high="0.6931471803691238",
    log2_low="1.9082149292705877e-10",
    q=(
        "2.5100472505694996e-08",
        "2.7620201591031547e-07",
        "2.7557268276905696e-06",
        "2.4801521057868204e-05",
        "0.00019841269863171557",
        "0.0013888888917367081",
        "0.008333333333330039",
        "0.041666666666623824",
        "0.16666666666666669",
        "0.5000000000000001",
    ),
    a=(
        "0.08082469084735669",
        "0.04400158825434387",
        "0.06000577591428889",
        "0.06657067775440581",
        "0.07692785296456121",
        "0.09090894708663223",
        "0.11111111358900891",
        "0.1428571428355253",
        "0.20000000000007298",
        "0.3333333333333333",
    ),
)
SINGLE = Precision(
    real="np.float32",
    whole="np.int32",
    low="-104.0",
    high="89.0",
    magic="12582912.0",
    magic_bits="0x4B400000",
    digits=23,
    bias=127,
    shift=31,
    log2_high="0.693359375",
    log2_low="-0.00021219444",
    q=(
        "0.00019891080463998843",
        "0.0013933730715792083",
        "0.008333310844647862",
        "0.04166646419740569",
        "0.16666666681704215",
        "0.500000001353873",
    ),
    a=(
        "0.11612460885607291",
        "0.10853230498597846",
        "0.14296182397598808",
        "0.19999853103412482",
        "0.33333333660435754",
    ),
)

EXP = '''@njit(fastmath={{"contract"}}, error_model="numpy")
def exp_of(x):
    """e ** x: -inf gives 0, nan gives nan."""
    c = real({low}) if x < real({low}) else x
    c = real({high}) if c > real({high}) else c
    moved = c * real(1.4426950408889634) + real({magic})
    n = moved - real({magic})
    r = (c - n * real({log2_high})) - n * real({log2_low})
    q = real({q[0]})
{q_steps}
    powers = real(moved).view(whole) - whole({magic_bits} - 2 * {bias})
    half = powers >> whole(1)
    first = whole(half << whole({digits})).view(real)
    second = whole((powers - half) << whole({digits})).view(real)
    return (real(1) + (r + r * r * q)) * first * second'''

LOG_ONE_PLUS = '''@njit(fastmath={{"contract"}}, error_model="numpy")
def log_one_plus(t):
    """log(1 + t) for 0 <= t <= 1."""
    s = t / (real(2) + t)
    w = s * s
    a = real({a[0]})
{a_steps}
    return real(2) * (s + s * w * a)'''

TALLY = '''@njit(fastmath={"reassoc"}, error_model="numpy")
def tally(total, x):
    """total + x, in any order over a loop."""
    return total + x'''

ORDERED = '''@njit(error_model="numpy")
def ordered(x):
    """A whole number in the order of x, nan the greatest."""
    bits = real(x).view(whole)
    return bits ^ ((bits >> whole({shift})) & {greatest}) if x == x else {greatest}


@njit(error_model="numpy")
def unordered(bits):
    """The number that ``ordered`` made a whole number of."""
    return whole(bits ^ ((bits >> whole({shift})) & {greatest})).view(real)


@njit(error_model="numpy")
def larger(a, b):
    """The larger of two numbers, nan where one is nan."""
    return b if b > a or b != b else a'''

SIGMOID = '''@njit(error_model="numpy")
def sigmoid_of(x):
    """1 / (1 + exp(-x)), where only exponentials of at most 1 are formed."""
    t = exp_of(-x if x > real(0) else x)
    return (real(1) if x > real(0) else t) / (real(1) + t)'''

SOFTPLUS = '''@njit(error_model="numpy")
def softplus_of(x):
    """log(1 + exp(x)), where only exponentials of at most 1 are formed."""
    return (x if x > real(0) else real(0)) + log_one_plus(exp_of(-x if x > real(0) else x))'''

LOG1MEXP = '''@njit(error_model="numpy")
def log1mexp_of(x):
    """log(1 - exp(x)) for x < 0, where nothing is lost near 0."""
    return real(np.log(-np.expm1(x)) if x > real(-0.7) else np.log1p(-np.exp(x)))'''

LOG_INV_CLOGLOG = '''@njit(error_model="numpy")
def log_inv_cloglog_of(x):
    """log(1 - exp(-exp(x))), which is x where exp(x) is small."""
    return x if x < real(-40) else log1mexp_of(-np.exp(x))'''

BERNOULLI = '''@njit(error_model="numpy")
def bernoulli_of(x):
    """x / (exp(x) - 1), 1 at 0, where only exponentials of at most 1 are formed."""
    t = real(800) if x > real(800) else x
    top = t * np.exp(-t) / -np.expm1(-t) if x > real(0) else t / np.expm1(t)
    return real(1) if x == real(0) else real(top)'''

GAP = '''@njit(error_model="numpy")
def bernoulli_gap_of(x):
    """1 / x - 1 / (exp(x) - 1), 1/2 at 0, by its series where the two are nearly equal."""
    if not abs(x) < real(0.5):
        return real(1) / x - real(1) / real(np.expm1(x))
    s = real(0)
    for c in (74724249600.0, 1307674368000 / 691, 47900160.0, 1209600.0, 30240.0, 720.0, 12.0):
        s = real(1) / real(c) - x * x * s
    return real(0.5) - x * s'''

LESS = '''@njit(error_model="numpy")
def bernoulli_less_of(x):
    """1 - x / (exp(x) - 1), where nothing is lost near 0."""
    return real(1) if x > real(80) else x * bernoulli_gap_of(x)'''

ODD = '''@njit(error_model="numpy")
def bernoulli_odd_of(x):
    """1 / 2 - 1 / x + 1 / (exp(x) - 1), x / 12 near 0, by the fraction of coth there."""
    if not abs(x) < real(2):
        return real(0.5) - real(1) / x + real(1) / real(np.expm1(x))
    s = real(0)
    for c in (21, 19, 17, 15, 13, 11, 9, 7, 5):
        s = x * x / real(4) / (real(c) + s)
    return x / (real(12) + real(4) * s)'''

BEND = '''@njit(error_model="numpy")
def bernoulli_bend_of(x):
    """1 / x**2 - exp(x) / (exp(x) - 1)**2, 1/12 at 0, by the series of sinh near 0."""
    if not abs(x) < real(2):
        y = abs(x)
        r = real(np.exp(-y / real(2))) / real(np.expm1(-y))
        return (real(1) / y - r) * (real(1) / y + r)
    s = real(0)
    for c in (342, 272, 210, 156, 110, 72, 42, 20, 24):
        s = (real(1) + x * x / real(4) * s) / real(c)
    q = real(1) + x * x * s  # 2 * sinh(x / 2) / x
    return s * (q + real(1)) / (q * q)'''

LOG_BERNOULLI = '''@njit(error_model="numpy")
def log_bernoulli_of(x):
    """log(x / (exp(x) - 1)), 0 at 0, where nothing is lost near 0."""
    if abs(x) < real(0.5):
        return real(np.log1p(-x * bernoulli_gap_of(x)))
    y = abs(x)
    above = y if x > real(0) else real(0)
    return real(np.log(real(1e30) if x > real(1e30) else y)) - above - real(np.log1p(-np.exp(-y)))'''

TIMES_LOG = '''@njit(error_model="numpy")
def times_log_of(weight, log_value):
    """weight * log_value, where 0 times an infinite logarithm counts 0."""
    return weight * (real(0) if weight == real(0) and abs(log_value) == real(np.inf) else log_value)'''

LOG_REST = '''@njit(error_model="numpy")
def log_rest_of(share, log_value):
    """log(1 - share): log_value, another form of it, where the share is at least 1/2."""
    return real(np.log1p(-share)) if share < real(0.5) else log_value'''

# in this order: a later text calls earlier ones
TEXTS = {
    "exp_of": EXP,
    "log_one_plus": LOG_ONE_PLUS,
    "tally": TALLY,
    "ordered": ORDERED,
    "larger": ORDERED,
    "sigmoid_of": SIGMOID,
    "softplus_of": SOFTPLUS,
    "times_log_of": TIMES_LOG,
    "log_rest_of": LOG_REST,
    "log1mexp_of": LOG1MEXP,
    "log_inv_cloglog_of": LOG_INV_CLOGLOG,
    "bernoulli_of": BERNOULLI,
    "bernoulli_gap_of": GAP,
    "bernoulli_less_of": LESS,
    "bernoulli_odd_of": ODD,
    "bernoulli_bend_of": BEND,
    "log_bernoulli_of": LOG_BERNOULLI,
}


def kernel_helpers(body: str, precision: Precision) -> list[str]:
    """The texts of the functions a body of loops calls, in a fixed order.

    >>> [text.splitlines()[1].split("(")[0] for text in kernel_helpers("p = exp_of(x)", DOUBLE)]
    ['def exp_of']
    """
    needed: dict[str, None] = {}
    for name, text in reversed(TEXTS.items()):
        if f"{name}(" in body:
            needed[_filled(text, precision)] = None
            body += text
    return list(reversed(needed))


def _filled(text: str, p: Precision) -> str:
    if text in (EXP, LOG_ONE_PLUS):
        return text.format(**vars(p), q_steps=_steps("q", "r", p.q), a_steps=_steps("a", "w", p.a))
    if text is ORDERED:
        return text.format(shift=p.shift, greatest=f"whole({2**p.shift - 1:#x})")
    return text


def _steps(total: str, x: str, coefficients: tuple[str, ...]) -> str:
    """The lines of Horner's rule after the first."""
    return "\n".join(f"    {total} = {total} * {x} + real({c})" for c in coefficients[1:])
