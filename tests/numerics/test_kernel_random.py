"""Random expressions: torch, numpy and balls agree, gradients are derivatives, constants and common parts do not
change the value."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Add,
    Integer,
    Max,
    Min,
    Mul,
    Piecewise,
    Rational,
    asinh,
    atan,
    cos,
    erf,
    exp,
    log,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from numerics.kernel import kernel

x, y = symbols("x y", real=True)
CONSTANTS = st.sampled_from([Integer(2), Integer(-1), Rational(1, 3), sqrt(2), pi, exp(1), Rational(-7, 5), Integer(1)])
UNARY = (
    sin,
    cos,
    tanh,
    atan,
    asinh,
    erf,
    Abs,
    lambda e: exp(-(e**2)),
    lambda e: log(1 + e**2),
    lambda e: 1 / (1 + exp(-e)),
    lambda e: e**3,
)
BINARY = (
    Add,
    Mul,
    Max,
    Min,
    lambda a, b: Piecewise((a, a < b), (b, b > 1), (sin(a) * b, True)),
    lambda a, b: a / (1 + b**2),
)


def _grow(inner):
    one = st.builds(lambda f, e: f(e), st.sampled_from(UNARY), inner)
    two = st.builds(lambda f, a, b: f(a, b), st.sampled_from(BINARY), inner, inner)
    return one | two


EXPRESSIONS = st.recursive(st.sampled_from([x, y]) | CONSTANTS, _grow, max_leaves=7)
POINTS = st.lists(st.tuples(*[st.floats(-3, 3).map(lambda v: round(v * 1024) / 1024)] * 2), min_size=1, max_size=3)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(EXPRESSIONS, POINTS)
def test_backends_agree(expr, points):
    a, b = np.array(points).T
    balls = kernel(expr, [x, y], backend="arb")(list(a), list(b), prec=300)
    exact = np.array([float(v.mid()) for v in balls])
    assert all(v.rad() < 1e-60 for v in balls)
    scale = 1e-11 * (1 + np.abs(exact))
    assert (np.abs(kernel(expr, [x, y])(torch.tensor(a), torch.tensor(b)).numpy() - exact) <= scale).all()
    assert (np.abs(kernel(expr, [x, y], backend="numpy")(a, b) - exact) <= scale).all()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(EXPRESSIONS, st.tuples(st.floats(0.3, 0.7), st.floats(1.1, 1.4)))
def test_autograd_is_the_symbolic_gradient(expr, point):
    p = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    value, symbolic = kernel(expr, [(x, y)], outputs=("value", "grad"))(p)
    got = (
        torch.autograd.grad(value, p, allow_unused=True, materialize_grads=True)[0]
        if value.requires_grad
        else torch.zeros(2)
    )
    assert torch.allclose(got.double(), symbolic, rtol=1e-9, atol=1e-9)


EDGES = (1e-300, 1e-20, 1e-9, 1e-3, 0.7, 1.0, 5.0, 30.0, 600.0)
STABLE = {
    "log1p": (log(1 + x), EDGES),
    "expm1": (exp(-x) - 1, EDGES),
    "softplus": (log(1 + exp(x)), (*(-e for e in EDGES), *EDGES)),
    "sigmoid": (exp(x) / (1 + exp(x)), (*(-e for e in EDGES), *EDGES, 800.0)),
    "derivative of the sigmoid": (exp(x) / (1 + exp(x)) ** 2, (*(-e for e in EDGES), *EDGES)),
    "logsumexp": (log(exp(x) + exp(2 * x) + 1), (*(-e for e in EDGES if e < 300), *EDGES)),
    "versine": (1 - cos(x), EDGES[2:6]),
    "erfc": (1 - erf(x), EDGES[:7]),
    "erfcx": (exp(x**2) * (1 - erf(x)), EDGES),
    "logerfc": (log(1 - erf(x)), EDGES),
    "log(1 - e^-x)": (log(1 - exp(-x)), EDGES),
    "entropy": (-x * log(x) - (1 - x) * log(1 - x), EDGES[:5]),
    "sech": (1 - tanh(x) ** 2, EDGES[:-1]),
}


@pytest.mark.parametrize("name", STABLE)
@pytest.mark.parametrize("backend", ["torch", "numpy"])
def test_stable_forms_against_balls(name, backend):
    """Relative error at most 4 units (plus those of the condition: 600 for exponentials far out), where the formula
    as written loses all digits."""
    expr, points = STABLE[name]
    balls = kernel(expr, [x], backend="arb")(list(points), prec=4000)
    slopes = kernel(expr, [x], backend="arb", outputs="grad")(list(points), prec=4000)
    got = kernel(expr, [x], backend=backend)(
        torch.tensor(points, dtype=torch.float64) if backend == "torch" else np.array(points)
    )
    for g, ball, slope, point in zip(got.tolist(), balls, slopes, points, strict=True):
        exact = float(ball.mid())
        condition = 1 + abs(point * float(slope[0].mid()) / exact) if exact else 1
        assert math.isfinite(g)
        assert abs(g - exact) <= 4 * 2.0**-52 * condition * abs(exact) + 1e-307


def test_the_formulas_as_written_fail_that_check():
    """The mutant: no rewriting. Every case must lose."""
    for name, (expr, points) in STABLE.items():
        naive = kernel(expr, [x], backend="numpy", dtype="complex128")(np.array(points)).real
        exact = np.array([float(v.mid()) for v in kernel(expr, [x], backend="arb")(list(points), prec=4000)])
        with np.errstate(all="ignore"):
            assert not (np.abs(naive - exact) <= 1e-9 * np.abs(exact)).all(), name
