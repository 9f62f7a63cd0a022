"""Programs in place: the values of kernels, whatever lies where; fused operations; what they refuse."""

from __future__ import annotations

import pytest
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.kernel_cases import CASES
from numerics.kernel import KernelError, kernel
from numerics.kernel.in_place import Program
from tests.numerics.kernel_reference import reference, ulps

x, y, z, t = sp.symbols("x y z t", real=True)
REAL = [c for c in CASES if not isinstance(reference(c)[0][0], bool)]


@pytest.mark.parametrize("case", REAL, ids=[c.name for c in REAL])
def test_values_in_float64(case):
    values = [torch.tensor(c, dtype=torch.float64) for c in case.columns]
    out = torch.empty_like(values[0])
    Program([case.expr], case.variables, "float64")(values, [out])
    assert ulps(case, out.tolist(), 2.0**-52) <= 8


LEAVES = st.sampled_from([x, y, z, sp.Integer(2), sp.Rational(-1, 3), sp.Integer(1)])


def _larger(inner):
    return st.one_of(
        st.builds(sp.Add, inner, inner),
        st.builds(sp.Add, inner, inner, inner),
        st.builds(sp.Mul, inner, inner),
        st.builds(lambda e: sp.sin(e) + sp.cos(e) ** 3, inner),
        st.builds(lambda a, b: a / (2 + b**2), inner, inner),
        st.builds(lambda e: sp.Piecewise((e, e > 0), (e**2 / 2, True)), inner),
    )


EXPRESSIONS = st.recursive(LEAVES, _larger, max_leaves=9)


@settings(max_examples=60, deadline=None)
@given(st.lists(EXPRESSIONS, min_size=3, max_size=3))
def test_a_program_is_the_kernel_though_it_overwrites_its_arguments(exprs):
    values = [torch.linspace(-1, 1.5, 17).double() * k + 0.1 for k in (1, -1, 0.5)]
    expected = kernel(tuple(exprs), (x, y, z), dtype="float64")(*values)
    apart = [torch.empty_like(v) for v in values]
    program = Program(exprs, (x, y, z), "float64")
    program(values, apart)
    for found, known in zip(apart, expected, strict=True):
        assert torch.allclose(found, known, rtol=1e-11, atol=1e-11 * (1 + float(known.abs().max())))
    program(values, values)
    assert all(torch.equal(found, known) for found, known in zip(values, apart, strict=True))


def test_rotations_of_the_arguments():
    """Outputs that are arguments of other places, twice the same, and nothing but numbers."""
    for exprs in ([y, z, x], [y, x, z], [y, y, x], [x, z, y], [x + y, x, x], [sp.Integer(2), x, sp.Integer(2)]):
        values = [torch.full((4,), v).double() for v in (1.0, 3.0, 5.0)]
        expected = [float(sp.sympify(e).subs({x: 1, y: 3, z: 5})) for e in exprs]
        Program(exprs, (x, y, z), "float64")(values, values)
        assert [float(v[0]) for v in values] == expected


@pytest.mark.parametrize(
    "expr, operations",
    [
        (x + 2 * y, 1),
        (3 - 2 * y, 1),
        (x + 2 * y * z, 1),
        (x + y / z, 1),
        (x * (1 - x**2 / 100) + y, 2),
        (x + sp.sin(x) / 100 + y, 3),
        (x * y, 1),
    ],
)
def test_fused_operations(expr, operations):
    assert len(Program([expr], (x, y, z), "float32")) == operations


def test_numbers_beside_tensors():
    """A point is one number for all; it may stand alone, in front, and inside a function."""
    program = Program([sp.cos(t) * x + t, t, x * y / (1 + t)], (x, y, z, t), "float64", points=[t])
    values = [torch.arange(1.0, 5.0).double() for _ in range(3)]
    bound = program.bind([*values, clock := torch.zeros(()).double()], values)
    clock.fill_(0.5)
    bound()
    first = torch.arange(1.0, 5.0).double()
    assert torch.allclose(values[0], torch.cos(clock) * first + 0.5)
    assert torch.equal(values[1], torch.full((4,), 0.5).double())
    assert torch.allclose(values[2], first**2 / 1.5)


def test_what_is_not_taken():
    with pytest.raises(KernelError, match="not among the arguments"):
        Program([x * y], (x,), "float64")
    with pytest.raises(KernelError, match="not real"):
        Program([sp.I * x], (x,), "float64")
    with pytest.raises(KernelError, match="no function"):
        Program([sp.Function("f")(x)], (x,), "float64")
