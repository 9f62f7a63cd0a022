"""Gradients: no nan out of a branch that is not taken, every order, every way that torch has of differentiating and
compiling."""

from __future__ import annotations

import pytest
import torch
from sympy import (
    Abs,
    LambertW,
    Matrix,
    Max,
    Ne,
    Piecewise,
    acos,
    airyai,
    besselj,
    erf,
    erfc,
    exp,
    gamma,
    log,
    sin,
    sinc,
    sqrt,
    symbols,
    tan,
)
from torch.func import grad, hessian, jacfwd, jacrev, vmap

from numerics.kernel import branches as branches_module
from numerics.kernel import kernel

x, y = symbols("x y")
DERIVATIVES = 3
MASKED = {  # a function with a singular branch, points where that branch is not taken, f, f′, f″ there
    "sin(x)/x": (Piecewise((sin(x) / x, Ne(x, 0)), (1, True)), 0.0, (1, 0, -1 / 3)),
    "square root": (Piecewise((sqrt(x), x > 0), (0, True)), -1.0, (0, 0, 0)),
    "square root at the edge": (Piecewise((sqrt(x), x > 0), (0, True)), 0.0, (0, 0, 0)),
    "logarithm": (Piecewise((log(x), x > 0), (x**2, True)), 0.0, (0, 0, 2)),
    "powers": (Piecewise((x**-3 + x ** y.subs(y, sqrt(2)), x > 0), (3 * x, True)), -2.0, (-6, 3, 0)),
    "inverse cosine": (Piecewise((acos(x), Abs(x) < 1), (exp(-x), True)), 1.0, (exp(-1), -exp(-1), exp(-1))),
    "overflow": (Piecewise((exp(x), x < 1), (x, True)), 800.0, (800, 1, 0)),
    "composed": (Piecewise((log(sqrt(x) - 1), x > 1), (-x, True)), -3.0, (3, -1, 0)),
    "default branch singular": (Piecewise((x, x < 1), (1 / (x - 1) ** 2, True)), 1.0 - 2**-53, (1, 1, 0)),
    "nested": (Piecewise((Piecewise((log(x), x > 1), (sqrt(x), True)), x > 0), (5 * x, True)), -1.0, (-5, 5, 0)),
    "gamma pole": (Piecewise((gamma(x), x > 0), (x, True)), -1.0, (-1, 1, 0)),
    "e^(-1/x)": (Piecewise((exp(-1 / x), x > 0), (0, True)), 0.0, (0, 0, 0)),
    "tangent of log": (Piecewise((tan(log(x)), x > 0), (2, True)), 0.0, (2, 0, 0)),
}
STABLE_AT = [  # f, point, f′, f″
    (Abs(x), 0.0, 0.0, 0.0),
    (log(1 + exp(x)), -800.0, 0.0, 0.0),
    (log(1 + exp(x)), 800.0, 1.0, 0.0),
    (1 / (1 + exp(-x)), -800.0, 0.0, 0.0),
    (exp(x) / (1 + exp(x)), 800.0, 0.0, 0.0),
    (log(exp(x) + exp(2 - x)), 1.0, 0.0, 1.0),
    (log(exp(x) + exp(-x)), 500.0, 1.0, 0.0),
    (x**2 * log(x), 0.0, 0.0, float("-inf")),
    (x**3 * log(x), 0.0, 0.0, 0.0),
    (sinc(x), 0.0, 0.0, -1 / 3),
    (besselj(1, x), 0.0, 0.5, 0.0),
    (LambertW(x), 0.0, 1.0, -2.0),
    (exp(x**2) * erfc(x), 0.0, -2 / 3.141592653589793**0.5, 2.0),
    (Max(x, 0) ** 2, -1.0, 0.0, 0.0),
]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def orders(f, at: float) -> list[float]:
    """f, f′, f″ by nested torch.func.grad."""
    point, result = torch.tensor(at, dtype=torch.float64), []
    for _ in range(DERIVATIVES):
        result.append(float(f(point)))
        f = grad(f)
    return result


@pytest.mark.parametrize("name", MASKED)
def test_no_gradient_leaks_from_the_other_branch(name):
    expr, at, expected = MASKED[name]
    assert orders(kernel(expr, [x]), at) == pytest.approx([float(v) for v in expected], abs=1e-12)
    batch = torch.tensor([at, at], dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(kernel(expr + x, [x])(batch).sum(), batch)
    assert first.tolist() == pytest.approx([float(expected[1]) + 1] * 2, abs=1e-12)


def test_without_the_guards_gradients_do_leak(monkeypatch):
    """The mutant: plain where; most of the cases above must come out nan."""
    monkeypatch.setattr(branches_module, "_regular", lambda expr, condition: expr)
    leaked = [name for name, (expr, at, _) in MASKED.items() if any(v != v for v in orders(kernel(expr, [x]), at))]
    assert len(leaked) >= 8


@pytest.mark.parametrize(("expr", "at", "first", "second"), STABLE_AT, ids=str)
def test_derivatives_where_naive_code_gives_nan(expr, at, first, second):
    assert orders(kernel(expr, [x]), at)[1:] == pytest.approx([first, second], abs=1e-12)
    (symbolic,) = kernel(expr, [x], outputs="grad")(torch.tensor(at, dtype=torch.float64)).tolist()
    assert symbolic == pytest.approx(first, abs=1e-12)


def test_x_log_x_at_zero():
    assert orders(kernel(x * log(x), [x]), 0.0) == [0.0, float("-inf"), float("inf")]


COMPILED = exp(-x * y) * gamma(y) + log(1 + exp(x)) * Max(x, 1) + LambertW(x) + Piecewise((sqrt(x), x > y), (y, True))
EXPRESSION = exp(-x * y) * sin(x) + besselj(2, x) * Max(x, y) + log(1 + exp(y)) + erf(x) * gamma(y) + airyai(x - y)


def test_every_way_to_differentiate_agrees():
    k = kernel(EXPRESSION, [(x, y)], outputs=("value", "grad"))
    value, gradient = kernel(EXPRESSION, [(x, y)]), lambda p: k(p)[1]
    second = kernel(Matrix([EXPRESSION.diff(x), EXPRESSION.diff(y)]), [(x, y)], outputs="jac")
    points = torch.rand(6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) + 0.5
    expected = second(points)
    assert torch.allclose(vmap(grad(value))(points), gradient(points), rtol=1e-12)
    for method in (hessian(value), jacrev(jacrev(value)), jacfwd(jacfwd(value)), jacfwd(gradient), jacrev(gradient)):
        assert torch.allclose(vmap(method)(points), expected, rtol=1e-10, atol=1e-12)
    q = points.clone().requires_grad_()
    (first,) = torch.autograd.grad(value(q).sum(), q, create_graph=True)
    (row,) = torch.autograd.grad(first[:, 0].sum(), q)
    assert torch.allclose(row, expected[:, 0], rtol=1e-10)
    assert torch.autograd.gradcheck(value, (q,)) and torch.autograd.gradgradcheck(value, (q,))


def test_compiles_as_one_graph():
    torch.compiler.reset()
    k = kernel(COMPILED, [x, y], outputs=("value", "grad"))
    compiled = torch.compile(k, backend="aot_eager", fullgraph=True)
    a, b = torch.rand(2, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 0.5
    for got, expected in zip(compiled(a, b), k(a, b), strict=True):
        assert torch.allclose(got, expected, rtol=1e-13)
    a.requires_grad_()
    got, expected = (torch.autograd.grad(f(a, b)[0].sum(), a)[0] for f in (compiled, k))
    assert torch.allclose(got, expected, rtol=1e-12)


@pytest.mark.slow
def test_compiles_to_machine_code():
    torch.compiler.reset()
    k = kernel(COMPILED, [x, y], outputs=("value", "grad"))
    a, b = torch.rand(2, 100, generator=torch.Generator().manual_seed(2)) + 0.5
    for got, expected in zip(torch.compile(k, fullgraph=True)(a, b), k(a, b), strict=True):
        assert got.dtype == torch.float32
        assert torch.allclose(got, expected, rtol=1e-5)
