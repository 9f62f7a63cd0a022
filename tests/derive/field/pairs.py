"""True and false pairs for the zero test: circular, hyperbolic, exponential, radical, rational, jets.

Each row: left, right, a wrong right, assumptions. The wrong one differs by a sign, a factor or a term.
"""

# ruff: noqa: E501  (tables read best one case a line)

from sympy import (
    E,
    Function,
    I,
    Rational,
    Symbol,
    acosh,
    asinh,
    atanh,
    cos,
    cosh,
    cot,
    coth,
    csc,
    diff,
    exp,
    log,
    pi,
    sec,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
)

x, y, z, w, u, v = symbols("x y z w u v")
r, s = symbols("r s", real=True)
p, q = symbols("p q", positive=True)
n = Symbol("n", integer=True)
f, g, h = Function("f"), Function("g"), Function("h")
X = symbols("x0:10")
total, squares = sum(X), sum(a**2 for a in X)

CIRCULAR = [
    (sin(x) ** 2 + cos(x) ** 2, 1, sin(x) ** 2 + 1, ()),
    (sin(2 * x), 2 * sin(x) * cos(x), sin(x) * cos(x), ()),
    (cos(3 * x), 4 * cos(x) ** 3 - 3 * cos(x), 4 * cos(x) ** 3 + 3 * cos(x), ()),
    (sin(x + y), sin(x) * cos(y) + cos(x) * sin(y), sin(x) * cos(y) - cos(x) * sin(y), ()),
    (tan(x + y), (tan(x) + tan(y)) / (1 - tan(x) * tan(y)), (tan(x) + tan(y)) / (1 + tan(x) * tan(y)), ()),
    (1 + tan(x) ** 2, sec(x) ** 2, sec(x), ()),
    (1 + cot(x) ** 2, csc(x) ** 2, -csc(x) ** 2, ()),
    (tan(x / 2), sin(x) / (1 + cos(x)), sin(x) / (1 - cos(x)), ()),
    (tan(x / 2), (1 - cos(x)) / sin(x), (1 + cos(x)) / sin(x), ()),
    (cos(x) * cos(2 * x) * cos(4 * x), sin(8 * x) / (8 * sin(x)), sin(8 * x) / (4 * sin(x)), ()),
    (sin(x + pi / 3), sin(x) / 2 + sqrt(3) * cos(x) / 2, sin(x) / 2 - sqrt(3) * cos(x) / 2, ()),
    (sin(5 * x) + sin(3 * x), 2 * sin(4 * x) * cos(x), 2 * cos(4 * x) * sin(x), ()),
    (sin(x) ** 4, (3 - 4 * cos(2 * x) + cos(4 * x)) / 8, (3 + 4 * cos(2 * x) + cos(4 * x)) / 8, ()),
    (sin(x / 3) ** 3, (3 * sin(x / 3) - sin(x)) / 4, (3 * sin(x / 3) + sin(x)) / 4, ()),
    (cos(x * y) ** 2 - sin(x * y) ** 2, cos(2 * x * y), cos(x * y), ()),
    (sin(x + y) * sin(x - y), sin(x) ** 2 - sin(y) ** 2, cos(x) ** 2 - cos(y) ** 2, ()),
    (sin(1 / x) ** 2, (1 - cos(2 / x)) / 2, (1 + cos(2 / x)) / 2, ()),
    (cos(pi / 5) - cos(2 * pi / 5), Rational(1, 2), Rational(1, 3), ()),
    (tan(x) - sin(x), tan(x) * (1 - cos(x)), tan(x) * (1 + cos(x)), ()),
]
HYPERBOLIC = [
    (cosh(x) ** 2 - sinh(x) ** 2, 1, -1, ()),
    (sinh(2 * x), 2 * sinh(x) * cosh(x), sinh(x) * cosh(x), ()),
    (cosh(x) + sinh(x), exp(x), exp(-x), ()),
    (tanh(x), (exp(2 * x) - 1) / (exp(2 * x) + 1), (exp(2 * x) + 1) / (exp(2 * x) - 1), ()),
    (sinh(x + y), sinh(x) * cosh(y) + cosh(x) * sinh(y), sinh(x) * cosh(y) - cosh(x) * sinh(y), ()),
    (coth(x) - tanh(x), 2 / sinh(2 * x), 1 / sinh(2 * x), ()),
    (cosh(3 * x), 4 * cosh(x) ** 3 - 3 * cosh(x), 4 * sinh(x) ** 3 + 3 * sinh(x), ()),
    (sin(x + I * y), sin(x) * cosh(y) + I * cos(x) * sinh(y), sin(x) * cosh(y) - I * cos(x) * sinh(y), ()),
    (tanh(x / 2), sinh(x) / (1 + cosh(x)), sinh(x) / (1 - cosh(x)), ()),
    (exp(I * x), cos(x) + I * sin(x), cos(x) - I * sin(x), ()),
    (asinh(sinh(r)), r, -r, ()),
    (atanh(tanh(r)), r, 2 * r, ()),
    (cosh(acosh(1 + p)), 1 + p, 1 - p, ()),
]
EXPONENTIAL = [
    (exp(x) * exp(y), exp(x + y), exp(x * y), ()),
    (exp(2 * x) / exp(x / 2), exp(3 * x / 2), exp(x / 2), ()),
    ((1 - exp(-2 * x * y)) / (2 * x), exp(-x * y) * sinh(x * y) / x, exp(x * y) * sinh(x * y) / x, ()),
    (log(p * q), log(p) + log(q), log(p) - log(q), ()),
    (log(p**2 / q), 2 * log(p) - log(q), 2 * log(p) + log(q), ()),
    (exp(2 * log(p)), p**2, 2 * p, ()),
    (p ** (x + 2), p**2 * p**x, p * p**x, ()),
    ((p * q) ** x, p**x * q**x, p**x + q**x, ()),
    (exp(x * log(p)), p**x, x**p, ()),
    (log(exp(r)), r, -r, ()),
    (log(x**2), 2 * log(x), log(x), (x > 0,)),
    (exp(exp(x)) ** 2, exp(2 * exp(x)), exp(exp(2 * x)), ()),
    (E ** (1 + x), E * exp(x), exp(x) + E, ()),
    (log(8), 3 * log(2), 2 * log(3), ()),
    (1 / (1 + exp(-x)), (1 + tanh(x / 2)) / 2, (1 - tanh(x / 2)) / 2, ()),
]
RADICAL = [
    (sqrt(x**2), x, -x, (x > 0,)),
    (1 / (sqrt(3) - sqrt(2)), sqrt(3) + sqrt(2), sqrt(3) - sqrt(2), ()),
    (sqrt(5 + 2 * sqrt(6)) * sqrt(5 - 2 * sqrt(6)), 1, 2, ()),
    ((sqrt(p) + sqrt(q)) * (sqrt(p) - sqrt(q)), p - q, p + q, ()),
    (1 / (sqrt(1 + x) - sqrt(x)), sqrt(1 + x) + sqrt(x), sqrt(1 + x) - sqrt(x), ()),
    (diff(sqrt(x**2 + y**2), x), x / sqrt(x**2 + y**2), y / sqrt(x**2 + y**2), ()),
    (p ** Rational(1, 3) * p ** Rational(2, 3), p, p**2, ()),
    (1 / (1 + 2 ** Rational(1, 3)), (1 - 2 ** Rational(1, 3) + 4 ** Rational(1, 3)) / 3, (1 + 2 ** Rational(1, 3) + 4 ** Rational(1, 3)) / 3, ()),
    (sqrt(p * q), sqrt(p) * sqrt(q), sqrt(p) + sqrt(q), ()),
    (sqrt(r**2) ** 2, r**2, r, ()),
    (((1 + I) / sqrt(2)) ** 8, 1, -1, ()),
    (sqrt(p**2 + 2 * p * q + q**2), p + q, p - q, ()),
]
RATIONAL = [
    (total**2 - squares, 2 * sum(X[i] * X[j] for i in range(10) for j in range(i)), squares, ()),
    (1 / (x - y) - 1 / (x + y), 2 * y / (x**2 - y**2), 2 * x / (x**2 - y**2), ()),
    (sum(1 / (X[0] - a) for a in X[1:4]), diff((X[0] - X[1]) * (X[0] - X[2]) * (X[0] - X[3]), X[0]) / ((X[0] - X[1]) * (X[0] - X[2]) * (X[0] - X[3])), 3 / (X[0] - X[1]), ()),
    (x**2 / ((x - y) * (x - z)) + y**2 / ((y - x) * (y - z)) + z**2 / ((z - x) * (z - y)), 1, 0, ()),
    ((x**5 - y**5) / (x - y), x**4 + x**3 * y + x**2 * y**2 + x * y**3 + y**4, x**4 - x**3 * y + x**2 * y**2 - x * y**3 + y**4, ()),
]
JETS = [
    (diff(f(x) * g(x), x), f(x) * diff(g(x), x) + g(x) * diff(f(x), x), diff(f(x), x) * diff(g(x), x), ()),
    (diff(f(x, y), x, y), diff(f(x, y), y, x), diff(f(x, y), x, x), ()),
    (diff(f(x * y), x) * x, diff(f(x * y), y) * y, diff(f(x * y), y) * x, ()),
    (diff(f(x) / g(x), x), (diff(f(x), x) * g(x) - f(x) * diff(g(x), x)) / g(x) ** 2, diff(f(x), x) / g(x), ()),
    (diff(exp(f(x)), x, 2), exp(f(x)) * (diff(f(x), x) ** 2 + diff(f(x), x, 2)), exp(f(x)) * diff(f(x), x) ** 2, ()),
    (diff(log(f(x)), x) * f(x), diff(f(x), x), f(x), ()),
    (diff(f(x) ** 3, x), 3 * f(x) ** 2 * diff(f(x), x), 3 * f(x) ** 2, ()),
    (diff(f(x - u * y) + g(x + u * y), y, 2), u**2 * diff(f(x - u * y) + g(x + u * y), x, 2), u * diff(f(x - u * y) + g(x + u * y), x, 2), ()),
]
PAIRS = [*CIRCULAR, *HYPERBOLIC, *EXPONENTIAL, *RADICAL, *RATIONAL, *JETS]
