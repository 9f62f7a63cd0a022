"""Laws of the calculus: products, conventions, adjoints, reversal, walks and equations there and back."""

from __future__ import annotations

import pickle

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.field import is_zero
from derive.stochastic import SDE, FokkerPlanck, RandomWalk, StochasticError, Unsolvable, word
from derive.stochastic.shown.polish import polish
from derive.stochastic.solutions.exponentials import ExpPoly, exponential
from derive.stochastic.wiener.iterated import lift

x, y, t = sp.symbols("x y t", real=True)
h = sp.Symbol("h", positive=True)
FEW = settings(max_examples=10, deadline=None, derandomize=True)
SMALL = st.integers(-3, 3)
cubics = st.lists(SMALL, min_size=4, max_size=4).map(lambda c: sum(sp.Integer(a) * x**k for k, a in enumerate(c)))
planes = st.lists(SMALL, min_size=4, max_size=4).map(lambda c: c[0] + c[1] * x + c[2] * y + c[3] * x * y)
words = st.lists(st.integers(0, 2), max_size=2).map(lambda letters: word(*letters))


def plane(a: list, b: list, rho: int = 0) -> SDE:
    correlation = sp.Matrix([[1, sp.Rational(rho, 4)], [sp.Rational(rho, 4), 1]])
    return SDE((x, y), a, b, t, correlation)


@FEW
@given(planes, planes, planes, planes, st.integers(-3, 3))
def test_products_obey_itos_rule(f, g, a, b, rho):
    process = plane([a, b], [[1, x], [y, 2]], rho)
    (up, across), (down, along), (both, noise) = (process.ito(e) for e in (f, g, f * g))
    assert is_zero(both - f * down - g * up - process.covariation(f, g)) is True
    assert all(is_zero(n - f * q - g * p) is True for n, p, q in zip(noise, across, along, strict=True))


@FEW
@given(cubics, cubics, st.sampled_from([sp.S.Zero, sp.S.Half, sp.S.One, sp.Rational(1, 3)]))
def test_conventions_go_there_and_back(a, b, alpha):
    process = SDE(x, a, b, t)
    back = process.to(alpha).to(0)
    assert is_zero(back.a - process.a) is True and back.diffusion == process.diffusion
    assert is_zero(process.to(alpha).generator(x**2) - process.generator(x**2)) is True


@FEW
@given(cubics, cubics, cubics)
def test_the_adjoint_is_adjoint(a, b, f):
    process, p = SDE(x, a, b, t), sp.exp(-(x**2))
    difference = f * process.adjoint(p) - p * process.generator(f)
    assert sp.integrate(sp.expand(difference), (x, -sp.oo, sp.oo)) == 0


def test_the_wrong_convention_is_not_adjoint():
    process, p, f = SDE(x, 0, x, t), sp.exp(-(x**2)), x**2
    wrong = sp.diff(process.covariance[0, 0] * sp.diff(p, x), x) / 2
    assert sp.integrate(sp.expand(f * wrong - p * process.generator(f)), (x, -sp.oo, sp.oo)) != 0


@FEW
@given(cubics, cubics)
def test_the_reversal_of_the_reversal_is_the_process(a, potential):
    process, p = SDE(x, a, sp.sqrt(1 + x**2), t), sp.exp(potential - x**4)
    there = process.reverse(p)
    rate = sp.diff(process.covariance[0, 0] * p, x) / p
    assert is_zero(there.a - (process.a - rate)) is True
    again = SDE(x, -there.a, there.b, t).reverse(p)
    assert is_zero(-again.a - process.a) is True


@FEW
@given(cubics, cubics)
def test_equations_are_read_back(a, b):
    p = sp.Function("p")(x, t)
    equation = SDE(x, a, 1 + b**2, t).fokker_planck(p)
    read = FokkerPlanck.from_equation(equation.equation, p, t)
    assert is_zero(read.drift[0] - a) is True and is_zero(read.potential) is True
    assert is_zero(read.diffusion[0, 0] - equation.diffusion[0, 0]) is True


@FEW
@given(cubics, cubics)
def test_a_walk_with_the_process_as_its_limit(a, b):
    process = SDE(x, a, 1 + b**2, t)
    limit = process.to_walk(h).walk.limit()
    assert is_zero(limit.drift[0] - a) is True
    assert is_zero(limit.covariance[0, 0] - process.covariance[0, 0]) is True


@FEW
@given(words, words, words)
def test_words_form_a_commutative_ring(p, q, r):
    assert p * q == q * p
    assert (p * q) * r == p * (q * r)
    assert p * (q + r) == p * q + p * r and lift(1) * p == p


def test_a_product_of_words_has_the_moments_of_the_normal_law():
    one = word(1)
    for n in range(1, 4):
        assert sp.expand((one ** (2 * n)).expectation(t) - sp.factorial2(2 * n - 1) * t**n) == 0


rates = st.tuples(SMALL, st.integers(0, 2), SMALL).map(lambda c: (sp.Integer(c[0]), c[1], sp.Integer(c[2])))


@FEW
@given(st.lists(rates, max_size=2), st.lists(rates, max_size=2))
def test_exponential_polynomials_integrate_and_convolve(first, second):
    f, g = (sum((ExpPoly((term,)) for term in terms if term[2]), ExpPoly()) for terms in (first, second))
    assert sp.expand(sp.diff(f.integral().expr(t), t) - f.expr(t)) == 0
    assert sp.expand(f.convolved(g).expr(t) - g.convolved(f).expr(t)) == 0


@FEW
@given(st.lists(SMALL, min_size=4, max_size=4))
def test_the_exponential_of_a_matrix_solves_its_equation(entries):
    a = sp.Matrix(2, 2, entries)
    flow = sp.Matrix([[e.expr(t) for e in row] for row in exponential(a)])
    assert all(is_zero(e) is True for e in flow.diff(t) - a * flow)
    assert flow.subs(t, 0).applyfunc(sp.simplify) == sp.eye(2)


theta, sigma = sp.symbols("theta sigma", positive=True)
OU = SDE(x, -theta * x, sigma, t)
RESULTS = {
    "solution": OU.solve,
    "density": OU.transition,
    "stationary": OU.stationary,
    "moments": lambda: OU.moments(2),
    "equation": OU.fokker_planck,
    "spectrum": lambda: OU.fokker_planck().spectrum(),
    "prices": lambda: OU.feynman_kac(x**2),
    "passage": lambda: SDE(x, theta, sigma, t).exit_probability(-1, 1),
    "action": OU.path_integral,
    "words": lambda: word(1) * word(2),
    "process": lambda: OU,
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_pickle_and_print(name):
    result = RESULTS[name]()
    assert pickle.loads(pickle.dumps(result)) == result
    assert result._repr_latex_().startswith("$")
    assert str(result)


REFUSALS = {
    "rows": (lambda: SDE((x, y), (0, 0), [[1]], t), "rows"),
    "no matrix": (lambda: SDE((x, y), (0, 0), 1, t), "diffusion matrix with 2 rows"),
    "drifts": (lambda: SDE((x, y), (0,), [[1], [1]], t), "as many drifts"),
    "correlation": (lambda: SDE(x, 0, 1, t, [[2]]), "ones on its diagonal"),
    "symmetry": (lambda: SDE((x, y), (0, 0), sp.eye(2), t, [[1, 0], [1, 1]]), "not symmetric"),
    "empty domain": (lambda: SDE(x, 0, 1, t, domain=(1, 0)), "lower end"),
    "start": (lambda: OU.solve((1, 2)), "initial values"),
    "wall": (lambda: SDE(x, 0, 1, t, domain=(0, 1)).transition(wall="sticky"), "absorbing"),
    "no wall": (lambda: SDE(x, 0, 1, t, domain=(0, 1)).transition(), "wall="),
    "harmonic": (lambda: OU.doob(x), "not harmonic"),
    "probability": (lambda: RandomWalk([(h, 2)], h, h**2), "between 0 and 1"),
    "scaling": (lambda: RandomWalk([(h, sp.Rational(2, 3)), (-h, sp.Rational(1, 3))], h, h**2).limit(), "ballistic"),
    "order": (lambda: OU.moments(1)[x**2], "up to order 1"),
    "unstable": (lambda: SDE((x, y), (x, y), sp.eye(2), t).stationary(), "not stable"),
    "ends": (lambda: OU.exit_probability(1, -1), "empty"),
    "spectrum index": (lambda: OU.fokker_planck().spectrum().function(-1), "counts from 0"),
    "kind": (lambda: SDE(x, theta * (1 - x), sp.sqrt(x), t, domain=(0, sp.oo)).boundary(0).kind, "depends"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_name_the_remedy(name):
    make, said = REFUSALS[name]
    with pytest.raises(StochasticError, match=said):
        make()


def test_an_open_problem_is_told_as_such():
    with pytest.raises(Unsolvable):
        SDE(x, x - x**3, 1, t).transition()


a, b = sp.symbols("a b", positive=True)
SHORT = {
    "bracket": (sp.tan(a * (x + sp.atan(b) / a)), sp.tan(a * x + sp.atan(b))),
    "artanh": (sp.tanh(sp.log(1 + b / 9) / 2 - sp.log(1 - b / 9) / 2 + a), None),
    "arsinh": (sp.log(x + sp.sqrt(x**2 + 1)), sp.asinh(x)),
    "half angle": (2 * sp.atan((sp.sqrt(a**2 * x**2 + 1) - 1) / (a * x)), sp.atan(a * x)),
    "square": (sp.exp(-((x / a - t * (b / a - a / 2)) ** 2) / 2), None),
}


@pytest.mark.parametrize("name", SHORT)
def test_short_forms_are_equal_and_shorter(name):
    long, wanted = SHORT[name]
    short = polish(long)
    assert short.count_ops() <= long.count_ops()
    assert wanted is None or short == wanted
    point = {x: sp.Rational(2, 7), t: sp.Rational(3, 5), a: sp.Rational(5, 4), b: sp.Rational(2, 3)}
    assert abs(sp.N((short - long).xreplace(point), 30)) < 1e-25
