"""Orders of convergence: theory's inside the measured interval widened by the drift of the slope."""

import math

import pytest
import sympy as sp
import torch

from numerics.confidence import normal, student
from numerics.simulate import SimulationError, simulate, strong_order, system, weak_order
from numerics.simulate.schemes import scheme

x, y, t = sp.symbols("x y t")
DRIFT = 0.25


def geometric(w):
    return torch.exp((0.3 - 0.125) + 0.5 * w)


CASES = {
    "euler, multiplicative": (0.3 * x, 0.5 * x, x, 1, "euler", 0.5, geometric),
    "milstein": (0.3 * x, 0.5 * x, x, 1, "milstein", 1.0, geometric),
    "heun": (0.3 * x, 0.5 * x, x, 1, "heun", 1.0, geometric),
    "euler, additive": (sp.sin(x) - x, 0.8, x, 1, "euler", 1.0, None),
    "srk": (sp.sin(x) - x, 0.8, x, 1, "srk", 1.5, None),
    "srk in time": (sp.sin(x) + sp.cos(t), 1 + t / 2, x, 1, "srk", 1.5, None),
    "milstein, areas": (
        [-x + y, -y],
        [[sp.sin(y), x / 2], [0.4 * x, sp.cos(x) / 2]],
        (x, y),
        [1, 0.5],
        "milstein",
        1.0,
        None,
    ),
    "euler, areas left out": (
        [-x + y, -y],
        [[sp.sin(y), x / 2], [0.4 * x, sp.cos(x) / 2]],
        (x, y),
        [1, 0.5],
        "euler",
        0.5,
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_strong_orders(name):
    drift, diffusion, states, x0, method, order, exact = CASES[name]
    reference = "milstein" if name == "euler, areas left out" else None
    found = strong_order(
        drift, diffusion, states, x0, 1.0, method, (8, 16, 32), 600, 3, exact=exact, reference=reference, refinement=4
    )
    assert found.halfwidth < 0.15
    assert abs(found.order - order) < found.halfwidth + DRIFT, str(found)


def test_weak_order_of_euler_is_one():
    found = weak_order(x**2, 0.3 * x, 0.5 * x, x, 1, 1.0, "euler", (4, 8, 16), 20000, 3, exact=geometric)
    assert abs(found.order - 1) < found.halfwidth + 0.15
    # E X_h² in closed form: the coupled errors are the true ones
    for h, error, deviation in zip(found.sizes, found.errors, found.standard_errors, strict=True):
        true = math.exp(0.85) - ((1 + 0.3 * h) ** 2 + 0.25 * h) ** round(1 / h)
        assert abs(error - true) < 4.5 * deviation


EXPANDED = {
    "two noises": ((x,), (x**2 - x,), [[1 + x, x**2 / 2]]),
    "in time": ((x,), (t * x,), [[t**2 + x**2]]),
    "plane, commuting": ((x, y), (y, -x + x * y), [[x, 0], [0, 1 + y**2]]),
    "plane, areas": ((x, y), (x * y, t * x), [[1, y], [x, 1 + x]]),
}
POINT = {"x": sp.Rational(1, 3), "y": -sp.Rational(2, 5), "t": sp.Rational(3, 7)}


def expectation(e, found):
    """E over W ~ N(0, h) and the areas, E[A | W] = 0 and E[A²] = h²/4; higher powers are of higher order in h."""
    h = found.h
    moments = [{2 * k: h**k * sp.factorial2(2 * k - 1) for k in range(9)} for _ in found.w]
    moments += [{0: sp.S.One, 2: h**2 / 4} for _ in found.area]
    poly = sp.Poly(sp.expand(e), *found.w, *found.area)
    means = (sp.Mul(c, *(m.get(k, 0) for m, k in zip(moments, powers, strict=True))) for powers, c in poly.terms())
    return sp.expand(sp.Add(*means))


def defect(method, name, f, change=0):
    """The coefficients of 1, h and h² in E f(Φ(x) + change h²) − (f + h Lf + ½ h² L²f) at a point: 0 for order 2."""
    states, drift, diffusion = EXPANDED[name]
    s = system(drift, diffusion, states, t)
    found = scheme(s, method)
    at = {e: POINT[e.name.strip("_")] for e in (*s.states, s.time)}
    f = sp.sympify(f).xreplace(dict(zip(s.names, s.states, strict=True)))
    steps = [e.subs(at) + change * found.h**2 for e in found.map]
    after = expectation(f.subs(dict(zip(s.states, steps, strict=True)), simultaneous=True), found)
    exact = f + found.h * s.generator(f) + found.h**2 / 2 * s.generator(s.generator(f))
    difference = sp.expand(after - exact.subs(at))
    return [difference.coeff(found.h, k) for k in range(3)]


@pytest.mark.parametrize("name", EXPANDED)
def test_weak_order_two_in_symbols(name):
    """By the expansion of the semigroup; Milstein's scheme, and a wrong term, are found to be of order 1."""
    for f in (x, x * y, x**2, x**2 * y) if name.startswith("plane") else (x, x**2, x**3):
        assert defect("taylor2", name, f) == [0, 0, 0]
        assert defect("taylor2", name, f, sp.Rational(1, 9))[2] != 0
    assert defect("milstein", name, x)[:2] == [0, 0] and defect("milstein", name, x**2)[2] != 0


def test_weak_orders_measured():
    """Twice the order of Euler's, on the same noise, where the answer is known."""
    found = weak_order(x**2, 0.3 * x, 0.5 * x, x, 1, 1.0, "taylor2", (1, 2, 4), 40000, 3, exact=geometric)
    assert abs(found.order - 2) < found.halfwidth + 0.35, str(found)


def test_second_derivatives_must_be_there():
    with pytest.raises(SimulationError, match="not smooth"):
        simulate(-sp.Abs(x), 1, x, 1, 1.0, 4, 10, "taylor2")


def test_a_scheme_with_a_wrong_term_loses_its_order():
    """Milstein without its correction is Euler: the tool must tell 1/2 from 1."""
    right = strong_order(0.3 * x, 0.5 * x, x, 1, 1.0, "milstein", (8, 16, 32), 600, 3, exact=geometric)
    wrong = strong_order(
        0.3 * x, 0.5 * x, x, 1, 1.0, "milstein", (8, 16, 32), 600, 3, exact=lambda w: geometric(w) * 1.01
    )
    assert right.order > 0.85 and not wrong.contains(right.order)


def test_errors_of_the_tool():
    with pytest.raises(SimulationError, match="divides the largest"):
        strong_order(-x, 1, x, 1, 1.0, steps=(8, 12, 16))
    with pytest.raises(SimulationError, match="exactly"):
        strong_order(0, 1, x, 0, 1.0, steps=(4, 8, 16), paths=100)
    with pytest.raises(SimulationError, match="drowns"):
        weak_order(x, 0, x, x, 1, 1.0, steps=(4, 8, 16), paths=200)
    with pytest.raises(SimulationError, match="paths=10"):
        strong_order(-x, x, x, 1, 1.0, steps=(4, 8, 16), paths=10)


def test_the_interval_covers():
    """The jackknife interval of repeated runs covers their common mean about as often as it says."""
    runs = [strong_order(0.3 * x, 0.5 * x, x, 1, 1.0, "euler", (2, 4, 8), 200, k, exact=geometric) for k in range(25)]
    centre = sum(r.order for r in runs) / len(runs)
    assert sum(r.contains(centre) for r in runs) >= 19


@pytest.mark.parametrize("freedom, t95", [(1, 12.706204736), (5, 2.570581836), (19, 2.093024054)])
def test_quantiles(freedom, t95):
    assert student(0.95, freedom) == pytest.approx(t95, rel=1e-8)
    assert normal(0.95) == pytest.approx(1.959963985, rel=1e-8)
