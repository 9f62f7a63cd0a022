"""What goes in and comes out: structures, shapes, dtypes, errors, balls, and that nothing loads torch unasked."""

from __future__ import annotations

import pickle
import subprocess
import sys
from fractions import Fraction

import flint
import numpy as np
import pytest
import torch
from sympy import (
    Array,
    Derivative,
    DiracDelta,
    Function,
    I,
    Integral,
    Limit,
    Matrix,
    MatrixSymbol,
    Max,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    exp,
    floor,
    hyper,
    log,
    meijerg,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from numerics.errors import NumericsError
from numerics.kernel import Kernel, KernelError, kernel

x, y, z, n = symbols("x y z n")
f = Function("f")


def double(v):
    return 2 * v


def test_matrices_stack_on_the_last_dimensions_and_constants_broadcast():
    m = Matrix([[x, 1, 0], [pi * y, x * y, Rational(1, 3)]])
    got = kernel(m, [x, y])(torch.ones(4, 1), torch.full((3,), 2.0))
    assert got.shape == (4, 3, 2, 3) and got.dtype == torch.float32
    assert got[2, 1].tolist() == [[1, 1, 0], [pytest.approx(6.2831855), 2, pytest.approx(1 / 3)]]
    assert kernel(Matrix([x, 1]), [x])(torch.ones(5)).shape == (5, 2)
    assert kernel(m.as_immutable(), [x, y], backend="numpy")(np.ones((4, 1)), np.ones(3)).shape == (4, 3, 2, 3)
    assert kernel(Array([[x, 1], [y, 2], [0, x]]), [x, y])(torch.ones(7), 1.0).shape == (7, 3, 2)


def test_a_constant_without_arguments():
    assert kernel(pi, [])().item() == 3.141592653589793
    assert kernel(pi, [], backend="numpy")() == 3.141592653589793
    assert kernel(pi, [], backend="arb")(prec=300).rel_accuracy_bits() > 290


@pytest.mark.parametrize("backend", ["torch", "numpy", "arb"])
def test_structures_come_back_as_given(backend):
    k = kernel({"a": (x, [y, x > 0]), "b": Matrix([[x, y]])}, [x, y], backend=backend)
    got = k(1.0, 2.0)
    assert set(got) == {"a", "b"} and isinstance(got["a"], tuple) and isinstance(got["a"][1], list)
    assert float(got["a"][1][0]) == 2 and bool(got["a"][1][1]) is True and got["b"].shape == (1, 2)


def test_vector_arguments_have_components_on_the_last_dimension():
    v, w = MatrixSymbol("v", 3, 1), MatrixSymbol("W", 2, 3)
    k = kernel(w * v, [w, v])
    a, b = (torch.rand(s, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) for s in ((5, 2, 3), (5, 3)))
    assert torch.allclose(k(a, b), torch.einsum("bij,bj->bi", a, b))
    assert kernel(x * y + z, [(x, y), z])(torch.tensor([[2.0, 3.0]]), 1.0).tolist() == [7.0]
    assert kernel(x * y, [Matrix([x, y])])([torch.tensor(2.0), torch.tensor(5.0)]).item() == 10
    with pytest.raises(KernelError, match="last dimensions"):
        k(a, torch.ones(5, 2))


@pytest.mark.parametrize("backend", ["torch", "numpy"])
def test_a_result_has_the_batch_shape_of_all_arguments(backend):
    ones = torch.ones if backend == "torch" else np.ones
    for expr in (x, x + y, 3, x > 0, pi):
        assert tuple(kernel(expr, [x, y], backend=backend)(ones((4, 1)), ones(3)).shape) == (4, 3)
    for shape in ((), (0,), (2, 0)):
        assert tuple(kernel(Matrix([x, 1]), [x], backend=backend)(ones(shape)).shape) == (*shape, 2)


def test_outputs():
    value, gradient = kernel(x**2 * y, [(x, y)], outputs=("value", "grad"))(torch.tensor([3.0, 2.0]))
    assert value == 18 and gradient.tolist() == [12, 9]
    jacobian = kernel(Matrix([x * y, sin(x), 1]), [x, y], outputs="jac")(torch.ones(5), torch.ones(5))
    assert jacobian.shape == (5, 3, 2)
    assert kernel(Matrix([x * y, x]), [x, y], backend="arb", outputs="jac")(2, 3).shape == (2, 2)
    assert kernel(floor(x) * x, [x], outputs="grad")(torch.tensor(2.5)).tolist() == [2]
    for expr, outputs in (((x, y), "grad"), (Matrix([x]), "grad"), (x, "jac"), (x > 0, "grad"), (x, "hess"), (x, ())):
        with pytest.raises(KernelError):
            kernel(expr, [x, y], outputs=outputs)


def test_dtypes():
    k = kernel(sqrt(2) * x + pi / 3 + Max(x, 1) * 10**20, [x])
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        assert k(torch.ones(2, dtype=dtype)).dtype == dtype
    assert k(torch.ones(2, dtype=torch.int64)).dtype == torch.float64 == k(1).dtype
    assert kernel(x + y, [x, y])(torch.ones(2), torch.tensor(1.0, dtype=torch.float64)).dtype == torch.float64
    assert kernel(x, [x], dtype="float32")(torch.ones(2, dtype=torch.float64)).dtype == torch.float32
    assert kernel(Piecewise((1, x > 0), (0, True)), [x])(torch.ones(2)).dtype == torch.float32
    assert kernel(Rational(1, 3), [x])(torch.ones(2)).dtype == torch.float32
    assert kernel(sin(x), [x], backend="numpy")(np.float32(1)).dtype == np.float32
    with pytest.raises(KernelError, match="float7"):
        kernel(x, [x], dtype="float7")


def test_single_precision_constants_are_rounded_once():
    """1 + 2⁻²⁴ + 2⁻⁶⁰ rounds up to 1 + 2⁻²³; through float64 it would be a tie and go to 1."""
    c = 1 + Rational(1, 2**24) + Rational(1, 2**60)
    assert kernel(c * x, [x])(torch.ones(1)).item() == 1 + 2**-23
    assert kernel(c * x, [x], backend="numpy")(np.ones(1, np.float32)).item() == 1 + 2**-23


def test_complex_numbers():
    wave = kernel(exp(I * x) * y, [x, y])
    assert wave(torch.ones(2), 2.0).dtype == torch.complex64
    assert kernel(exp(I * x), [x], backend="numpy")(1.0) == pytest.approx(np.exp(1j))
    root = kernel(sqrt(x), [x], dtype="complex128")
    assert root(torch.tensor(-4.0)).item() == pytest.approx(2j)
    assert kernel(sqrt(x), [x], backend="arb", dtype="complex")(-4).imag == 2
    assert kernel(sqrt(x), [x])(torch.tensor(-4.0)).isnan() and kernel(log(x), [x], backend="arb")(-1).is_nan()
    with pytest.raises(KernelError, match="holomorphic"):
        kernel(abs(x), [x], dtype="complex128", outputs="grad")
    with pytest.raises(KernelError, match="complex"):
        kernel(x, [x], dtype="float64")(torch.tensor(1j))


def test_real_arguments_are_simplified_as_real():
    assert "Abs" in kernel(sqrt(x**2), [x]).source
    assert kernel(x, [Symbol("x")]).args == (Symbol("x"),)


def test_balls():
    k = kernel(exp(x) - pi, [x], backend="arb")
    assert k(1, prec=200).rel_accuracy_bits() > 180 and k(1).rel_accuracy_bits() < 60
    for value in (Fraction(1, 3), "0.1", 0.1, Rational(1, 3), flint.arb(2), np.float64(0.5)):
        assert isinstance(k(value), flint.arb)
    with flint.ctx.workprec(200):
        assert k("0.1", prec=100).contains(flint.arb("0.1").exp() - flint.arb.pi())
    assert k([[1, 2], [3, 4]]).shape == (2, 2)
    undecided = kernel(Piecewise((1, x > 0), (-1, True)), [x], backend="arb")(flint.arb(0, 1e-9))
    assert undecided.contains(1) and undecided.contains(-1)
    assert kernel(x > 0, [x], backend="arb")(flint.arb(0, 1)) is None
    assert kernel(x * log(x), [x], backend="arb")(flint.arb("0.1", 0.1)).contains(0)
    third = hyper([1, Rational(1, 2)], [Rational(3, 2)], x)
    assert kernel(third, [x], backend="arb")(Fraction(1, 4)).contains(flint.arb(0.5).atanh() * 2)
    assert kernel(third, [x], backend="numpy")(0.25) == pytest.approx(np.arctanh(0.5) * 2, rel=1e-15)
    before = flint.ctx.prec
    with pytest.raises(KernelError):
        k(object())
    assert flint.ctx.prec == before


def test_functions_of_the_user():
    assert kernel(f(x) + 1, [x], functions={"f": double})(torch.ones(2)).tolist() == [3, 3]
    assert kernel(f(x), [x], backend="numpy", functions={"f": np.cbrt})(8.0) == 2
    k = pickle.loads(pickle.dumps(kernel(f(x), [x], functions={"f": double})))
    assert k(torch.ones(())).item() == 2
    with pytest.raises(KernelError, match="no derivative"):
        kernel(f(x), [x], functions={"f": double}, outputs="grad")


REFUSED = [
    (f(x), "no function 'f'.*functions="),
    (meijerg([[1], [2]], [[3], [4]], x), "meijerg"),
    (hyper([x], [1], x), "hyper"),
    (x + y + z, "y, z .*not among the arguments"),
    (Integral(exp(-x * y**2), (y, 0, oo)), "Integral.*integrate"),
    (Limit(sin(x * y) / y, y, 0), "Limit"),
    (Sum(x**n, (n, 0, oo)), "integers"),
    (Sum(x**n, (n, 0, y)), "integers"),
    (Sum(x**n, (n, 0, 10**6)), "not unrolled"),
    (DiracDelta(x), "distribution"),
    (Derivative(f(x), x), "unknown function f"),
]


@pytest.mark.parametrize(("expr", "message"), REFUSED, ids=[str(e) for e, _ in REFUSED])
def test_what_cannot_be_built_is_named(expr, message):
    with pytest.raises(KernelError, match=message) as error:
        kernel(expr, [x])
    assert isinstance(error.value, NumericsError)


def test_arguments_are_checked():
    for args in ([x, x], [x + 1], [(x, (y, z))]):
        with pytest.raises(KernelError):
            kernel(x, args)
    with pytest.raises(KernelError, match="takes 2 arguments"):
        kernel(x * y, [x, y])(1.0)
    with pytest.raises(KernelError, match="backend"):
        kernel(x, [x], backend="jax")


def test_names_that_python_or_the_backend_has_taken():
    names = symbols("lambda gamma x_{1} t0 sin batch 2a run")
    k = kernel(sum((i + 1) * s for i, s in enumerate(names)) + sin(names[0]), names)
    assert k(*[0.0] * 7, 1.0).item() == 8
    twins = (Symbol("a"), Symbol("a", positive=True))
    assert kernel(twins[0] - twins[1], twins)(3, 1).item() == 2


def test_kernel_is_a_frozen_object_with_source_and_latex():
    k = kernel(sin(x) ** 2 + sin(x), [x])
    assert isinstance(k, Kernel) and k.source.splitlines()[2] == "    t0 = sin(x)"
    assert (
        k._repr_latex_() == r"$\displaystyle \left(x\right) \mapsto \sin^{2}{\left(x \right)} + \sin{\left(x \right)}$"
    )
    with pytest.raises(AttributeError):
        k.expr = x


def test_torch_is_loaded_only_when_asked_for():
    code = "import sys; from sympy.abc import x; from numerics import kernel; "
    code += "kernel(x, [x], 'numpy')(1); kernel(x, [x], 'arb')(1); "
    subprocess.run([sys.executable, "-c", code + "assert 'torch' not in sys.modules"], check=True)
