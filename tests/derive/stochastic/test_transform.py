"""A change of variables takes the one real inverse of the map: g(f(x)) = x on the whole domain, or it asks."""

import random

import pytest
import sympy as sp

from derive.stochastic import SDE
from derive.stochastic.errors import StochasticError
from derive.stochastic.inverses import goes_astray, real_inverse, real_roots, without_signs

x, y, t = sp.symbols("x y t", real=True)
a = sp.Symbol("a", positive=True)
oo = sp.oo
LINE, HALF, LEFT = (-oo, oo), (sp.S.Zero, oo), (-oo, sp.S.Zero)

ONE_TO_ONE = [
    (x**3, LINE), (x**5, LINE), (a * x**3 + 1, LINE), ((x - 1) ** 3, LINE), (sp.exp(x**3), LINE), (sp.sinh(x), LINE),
    (sp.tanh(x), LINE), (sp.atan(x), LINE), (x**2, HALF), (x**2, LEFT), (x**4, HALF), (sp.sqrt(x), HALF),
    (sp.cosh(x), HALF), (sp.cbrt(x), HALF),
]  # fmt: skip
NOT_SHOWN = [(x**2, LINE), (sp.sin(x), LINE), (sp.cosh(x), LINE), (x**4, LINE), (sp.sqrt(x), LINE), (sp.Abs(x), LINE)]


@pytest.mark.parametrize(("f", "domain"), ONE_TO_ONE, ids=str)
def test_the_inverse_gives_back_every_point(f, domain):
    g = real_inverse(f, x, y, domain)
    assert g is not None
    rng = random.Random(1)
    for k in range(12):
        size = sp.Rational(rng.randint(1, 30), 10)
        at = {x: size if domain == HALF or (domain == LINE and k % 2) else -size, a: sp.Rational(7, 5)}
        assert abs(sp.N(g.subs(y, f).subs(at) - at[x])) < 1e-9


@pytest.mark.parametrize(("f", "domain"), NOT_SHOWN, ids=str)
def test_no_branch_is_taken_where_the_map_has_no_inverse(f, domain):
    assert real_inverse(f, x, y, domain) is None


@pytest.mark.parametrize("f", [x**3, sp.sinh(x), x**5 + 2, sp.atan(x)], ids=str)
def test_the_process_of_the_map_has_the_moments_of_ito(f):
    """Itô's lemma in x and the transformed equation at y = f(x) are the same numbers, on both sides of 0."""
    sde = SDE(x, 1 - x, 2, t)
    mapped = sde.transform(y, f)
    drift, noise = sde.ito(f)
    for place in (sp.Rational(7, 5), -sp.Rational(7, 5)):
        at = f.subs(x, place)
        assert abs(sp.N(mapped.drift[0].subs(y, at) - drift.subs(x, place))) < 1e-9
        assert abs(sp.N(mapped.diffusion[0, 0].subs(y, at) - noise[0].subs(x, place))) < 1e-9
    with pytest.raises(AssertionError):  # the branch for y > 0 alone is another process below 0
        assert abs(sp.N((3 * y ** sp.Rational(2, 3)).subs(y, -8)) - 12) < 1e-9


@pytest.mark.parametrize("f", [x**2, sp.cosh(x), x * sp.exp(x)], ids=str)
def test_a_map_that_takes_values_twice_asks(f):
    with pytest.raises(StochasticError, match="`inverse`"):
        SDE(x, -x, 1, t).transform(y, f)


def test_one_branch_of_a_map_that_folds_is_seen():
    back = sp.LambertW(y)
    assert goes_astray(back, x * sp.exp(x), x, y, LINE, ())
    assert not goes_astray(back, x * sp.exp(x), x, y, HALF, ())
    assert not goes_astray(sp.log(y / a), a * sp.exp(x), x, y, LINE, ())


def test_signs_and_odd_roots():
    root = real_roots(y ** sp.Rational(2, 3) + y ** sp.Rational(1, 3))
    assert [sp.simplify(root.subs(y, v)) for v in (8, -8)] == [6, 2]
    s, size = sp.sign(y), sp.Abs(y)
    for e in (s**3 * size, s**2 * size**2, s * size ** sp.Rational(4, 3), s**2 * size + s, 3 * s**4):
        assert all(without_signs(e).subs(y, v) == e.subs(y, v) for v in (-8, 27))
    assert without_signs(s**3 * size) == y
