"""Primitives of products of logarithms and arcus tangents: found, and they differentiate back."""

import pytest
import sympy as sp

from derive.feynman.ode.primitive import _by_products, primitive

a = sp.Symbol("a", positive=True)
b = sp.Symbol("b", positive=True)

PRODUCTS = [
    sp.atan(a) * sp.log(1 + a**2) / 2,
    sp.log(a) * sp.log(1 + a) + sp.log(a) ** 2,
    sp.atan(a) ** 2 + a * sp.atan(a),
    sp.log(a) / (1 + a) + a**2 * sp.log(1 + a),
    sp.atan(a / b) * sp.log(a**2 + b**2),
]


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("whole", PRODUCTS, ids=str)
def test_found_and_differentiates_back(whole):
    f = sp.diff(whole, a)
    found = _by_products(f, a)
    at = {a: sp.Rational(7, 5), b: sp.Rational(3, 4)}
    assert abs(sp.N((sp.diff(found, a) - f).subs(at), 30)) < 1e-25
    assert primitive(f, a) is not None


@pytest.mark.parametrize("f", [sp.log(a) / (1 + a), sp.atan(a) / a, sp.log(a) ** 2, sp.exp(a) * sp.log(a)], ids=str)
def test_what_is_no_such_product_is_not_claimed(f):
    assert _by_products(f, a) is None
