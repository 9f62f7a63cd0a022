"""Laws of a kernel, for each case of the table: value, dtype, enclosure, gradient, batches, pickles."""

from __future__ import annotations

import pickle

import flint
import mpmath
import numpy as np
import pytest
import torch
from sympy import Piecewise, Rational, exp, log, sin, sqrt

from benchmarks.kernel_cases import CASES, FRACTION, POSITIVE, Case, x, y
from numerics.kernel import KernelError, kernel
from tests.numerics.kernel_reference import reference, ulps

EACH = pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
TOLERANCE = 4
SMOOTH = [c for c in CASES if c.expr.is_Boolean is not True and not isinstance(reference(c)[0][0], bool)]
NO_SYMBOLIC_GRADIENT = {
    "zeta(x)",
    "zeta(x, y)",
    "lowergamma(2*y, x)",
}  # no closed form in SymPy for the derivative in the order
NO_GRADIENT = {"zeta(x, y)", "lowergamma(2*y, x)"}  # nor in torch


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tensors(case: Case, dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    return [torch.tensor(c, dtype=dtype) for c in case.columns]


def torch_ulps(case: Case, expr) -> float:
    return ulps(case, kernel(expr, case.variables)(*tensors(case)).tolist(), 2.0**-52)


@EACH
def test_torch_value_in_float64(case):
    assert torch_ulps(case, case.expr) <= (8 if case.name == "harmonic(x)" else TOLERANCE)


@EACH
def test_torch_value_in_float32(case):
    got = kernel(case.expr, case.variables)(*tensors(case, torch.float32))
    assert got.dtype in (torch.float32, torch.bool)
    assert ulps(case, got.tolist(), 2.0**-23) <= TOLERANCE


@EACH
def test_numpy_value(case):
    k = kernel(case.expr, case.variables, backend="numpy")
    assert ulps(case, k(*map(np.array, case.columns)).tolist(), 2.0**-52) <= TOLERANCE
    single = k(*(np.array(c, dtype=np.float32) for c in case.columns))
    assert single.dtype in (np.float32, np.bool_)
    assert ulps(case, single.tolist(), 2.0**-23) <= TOLERANCE


@EACH
def test_balls_enclose(case):
    got = kernel(case.expr, case.variables, backend="arb")(*map(list, case.columns), prec=100)
    for ball, value, partial in zip(got, *reference(case), strict=True):
        if isinstance(value, bool):
            assert ball is value
            continue
        with mpmath.workdps(40), flint.ctx.workprec(200):
            assert ball.overlaps(flint.arb(mpmath.nstr(value, 38)) * flint.arb(1, 1e-35))
            assert float(ball.rad()) <= 2.0**-75 * (1 + abs(float(value)) + sum(abs(float(p)) for p in partial))


@pytest.mark.parametrize("case", SMOOTH, ids=[c.name for c in SMOOTH])
def test_autograd_is_the_derivative_and_the_symbolic_gradient(case):
    if case.name in NO_GRADIENT:
        pytest.skip("not differentiable in the order")
    values = [t.requires_grad_() for t in tensors(case)]
    out = kernel(case.expr, case.variables)(*values)
    expected = torch.tensor([[float(p) for p in row] for row in reference(case)[1]], dtype=torch.float64)
    scale = 1e-9 * (1 + expected.abs())
    if out.requires_grad:
        got = torch.autograd.grad(out.sum(), values, allow_unused=True, materialize_grads=True)
        assert ((torch.stack(got, -1) - expected).abs() <= scale).all()
    else:
        assert (expected.abs() < 1e-12).all()
    if case.name not in NO_SYMBOLIC_GRADIENT:
        for backend in ("torch", "numpy"):
            symbolic = kernel(case.expr, case.variables, backend=backend, outputs="grad")(
                *(t.detach().numpy() for t in values)
            )
            assert symbolic.shape == expected.shape
            assert (np.abs(np.asarray(symbolic) - expected.numpy()) <= scale.numpy()).all()


@EACH
def test_a_batch_is_its_points(case):
    k = kernel(case.expr, case.variables)
    values = tensors(case)
    whole = k(*values)
    assert torch.allclose(torch.func.vmap(k)(*values), whole, rtol=1e-15, atol=0)
    assert torch.allclose(torch.stack([k(*p) for p in zip(*values, strict=True)]), whole, rtol=1e-14, atol=1e-300)
    outer = k(*(v.reshape([-1 if i == j else 1 for j in range(len(values) + 1)]) for i, v in enumerate(values)))
    assert outer.shape == (*[len(v) for v in values], 1)


@EACH
def test_pickle_returns_the_same_kernel(case):
    k = kernel(case.expr, case.variables, backend="numpy")
    again = pickle.loads(pickle.dumps(k))
    assert again.source == k.source and again.expr == k.expr
    assert np.array_equal(again(*map(np.array, case.columns)), k(*map(np.array, case.columns)), equal_nan=True)


MUTANTS = [
    (Case("sign flipped", sin(x) - y), sin(x) + y),
    (Case("factor dropped", exp(-(x**2) / 2)), exp(-(x**2))),
    (Case("constant in single precision", sqrt(2) * x), x * Rational(float(np.float32(2**0.5)))),
    (Case("constant cut at 14 digits", x / 3), x * Rational("0.33333333333333")),
    (Case("wrong branch", Piecewise((x, x > 0), (x**2, True))), Piecewise((x, x > 1), (x**2, True))),
    (Case("exponent", x**3, POSITIVE), x ** Rational(3001, 1000)),
    (Case("order", log(x), FRACTION), log(x) + Rational(1, 10**14)),
    (Case("condition", (x < y)), (x > y)),
]


@pytest.mark.parametrize(("case", "mutant"), MUTANTS, ids=[c.name for c, _ in MUTANTS])
def test_the_measure_sees_mutants(case, mutant):
    assert torch_ulps(case, case.expr) <= TOLERANCE
    assert torch_ulps(case, mutant) > TOLERANCE


def test_the_table_is_large():
    assert len(CASES) >= 129
    assert len({c.name for c in CASES}) == len(CASES)
    with pytest.raises(KernelError, match="not among the arguments"):
        kernel(x + y, [x])
