"""Paths: moments of every scheme and law against closed forms with Bonferroni bounds, ends, guards, streams."""

import math
import pickle
import shutil

import pytest
import sympy as sp
import torch

import numerics
from numerics.simulate import (
    GaussianStep,
    MapStep,
    SimulationError,
    SquaredBesselStep,
    controlled_mean,
    run,
    simulate,
    statistics,
    system,
)
from numerics.simulate.noise import Increments, draw
from numerics.simulate.schemes import SCHEMES, scheme
from numerics.simulate.steps import SchemeStep, factored, separated

x, y, z, t = sp.symbols("x y z t")
SEED, PATHS = 7, 8000


def within(found, expected, confidence=0.9999):
    low, high = found.interval(confidence)
    assert len(expected) == len(found.mean)
    return bool(((low <= torch.tensor(expected)) & (torch.tensor(expected) <= high)).all())


# Name, drift, diffusion, states, start, end, quantities with their expectations in closed form.
LAWS = {
    "Ornstein-Uhlenbeck": (-x, 0.5, x, 1, 1, {x: math.exp(-1), x**2: math.exp(-2) + 0.125 * (1 - math.exp(-2))}),
    "geometric": (0.3 * x, 0.2 * x, x, 1, 1, {x: math.exp(0.3), x**2: math.exp(0.64)}),
    "in time": (sp.cos(t), 1 + t, x, 0, 1, {x: math.sin(1), x**2: math.sin(1) ** 2 + 7 / 3}),
    "rotation": ([y, -x], [[0.1, 0], [0, 0.1]], (x, y), [1, 0], 1, {x: math.cos(1), y: -math.sin(1)}),
}


@pytest.mark.parametrize("method", SCHEMES)
@pytest.mark.parametrize("name", LAWS)
def test_moments_of_schemes(name, method):
    drift, diffusion, states, x0, end, expected = LAWS[name]
    if method == "srk" and name == "geometric":
        with pytest.raises(SimulationError, match="additive"):
            simulate(drift, diffusion, states, x0, end, 100, 10, method)
        return
    paths = simulate(drift, diffusion, states, x0, end, 100, PATHS, method, SEED)
    found = paths.statistics(*expected)
    # 0.4 % of scale for the bias of 100 steps, on top of the statistical bound
    low, high = found.interval(0.9999)
    values = torch.tensor(list(expected.values()), dtype=torch.float64)
    slack = 0.004 * (1 + values.abs())
    assert bool(((low - slack <= values) & (values <= high + slack)).all())


def test_a_wrong_expectation_is_noticed():
    paths = simulate(-x, 0.5, x, 1, 1, 100, PATHS, "euler", SEED)
    assert not within(paths.statistics(x), [math.exp(-1) + 0.05])
    assert within(paths.statistics(x), [0.99**100])


def test_correlated_noise():
    rho = [[1, 0.6], [0.6, 1]]
    paths = simulate([0, 0], [[1, 0], [0, 2]], (x, y), [0, 0], 1, 1, 20000, generator=SEED, correlation=rho)
    assert within(paths.statistics(x, y, x * y, x**2, y**2), [0, 0, 1.2, 1, 4])
    singular = simulate([0, 0], [[1, 0], [0, 1]], (x, y), [0, 0], 1, 3, 50, correlation=[[1, -1], [-1, 1]])
    assert torch.allclose(singular[x], -singular[y], atol=1e-12)
    with pytest.raises(SimulationError, match="negative"):
        simulate([0, 0], sp.eye(2), (x, y), [0, 0], 1, 1, 5, correlation=[[1, 2], [2, 1]])


@pytest.mark.parametrize(
    "drift, diffusion",
    [
        (-x, 0.5),
        (0.3 * x, 0.2 * x),
        (1 - x, x - 3),
        (x - x**3 + 2, 0.3),
        (x - x**3, 0.3 * x),
        (x * (1 - x), 0.2 * x * (1 - x)),
        (x**4, (1 + x) ** 2),
        (sp.sin(x), x**2),
        (t * x, 1 + t),
        (0, sp.exp(x)),
        (sp.cos(t), 1),
        (x / (1 + x**2), sp.Rational(1, 3) * sp.sqrt(1 + x**2)),
        (0, 0),
        (-x, -0.5),
    ],
)
def test_the_separated_step_is_the_scheme(drift, diffusion):
    """Q̂ (R + v) + S against Φ as it stands, on the same normals."""
    found = scheme(system(drift, diffusion, x), "euler")
    fast, slow = separated(found, 0.1, torch.float64), SchemeStep(found, 0.1, torch.float64)
    assert fast is not None and separated(scheme(system(drift, x**2, x), "milstein"), 0.1, torch.float64) is None
    one, two = torch.linspace(-1, 1, 64)[None].double(), torch.linspace(-1, 1, 64)[None].double()
    for k in range(3):
        fast.advance(one, k * 0.1, torch.Generator().manual_seed(k))
        slow.advance(two, k * 0.1, torch.Generator().manual_seed(k))
    assert torch.allclose(one, two, rtol=1e-12, atol=1e-13)
    coarse = torch.float32
    fast, slow = separated(found, 0.1, torch.float64, False, coarse), SchemeStep(found, 0.1, torch.float64, coarse)
    for k in range(3):
        fast.advance(one, k * 0.1, torch.Generator().manual_seed(k))
        slow.advance(two, k * 0.1, torch.Generator().manual_seed(k))
    assert torch.allclose(one, two, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("method", ["euler", "milstein", "heun"])
def test_plain_symbols_are_real(method):
    """|x| has a derivative: dX = |X| dW from 1 is geometric as long as it is positive."""
    absolute, plain = (simulate(0, d, x, 1, 0.25, 32, 500, method, SEED) for d in (sp.Abs(x), x))
    assert torch.allclose(absolute[x], plain[x], rtol=1e-12) and absolute.states == (x,)


@pytest.mark.parametrize(
    "p, q",
    [
        (x**3 - 2 * x, x),
        (x**3, x - 0.5 * x**2),
        (x, sp.S(3)),
        (x, sp.S(-3)),
        (x + 1, 1e-6 * x + 1),
        (sp.sin(x), -2 * x),
        (t * x, -t),
    ],
)
def test_factoring_the_noise(p, q):
    """c Q̂ = q and Q̂ R + S = p, by expansion; no large coefficients where p has none."""
    scale, slope, ratio, rest = factored(p, q, x)
    assert scale >= 0
    assert all(abs(c) < 1e-14 for c in sp.Poly(sp.expand(scale * slope - q), x, t).coeffs())
    assert sp.expand(sp.nsimplify(slope * ratio + rest - p)) == 0
    assert all(abs(c) <= 30 for e in (ratio, rest) for c in e.atoms(sp.Number))


COMPILED = (sp.sin(x) + t, 0.5 * x, x, 1, 1, 8, 40)


@pytest.mark.slow
@pytest.mark.ci
def test_without_a_compiler_the_error_says_so(tmp_path):
    inductor = pytest.importorskip("torch._inductor.config")
    torch._dynamo.reset()
    with inductor.patch({"cpp.cxx": (str(tmp_path / "none"),)}), pytest.raises(SimulationError, match="needs a C"):
        simulate(*COMPILED, generator=SEED, compile=True)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.skipif(shutil.which("g++") is None, reason="no compiler here")
def test_compiled_updates(tmp_path, monkeypatch):
    torch._dynamo.reset()
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    fast, slow = (simulate(*COMPILED, generator=SEED, compile=each) for each in (True, False))
    assert torch.allclose(fast.last, slow.last, rtol=1e-13)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="no compiler here")
def test_compiled_updates_of_many_equations_and_calls():
    """More than torch's limit of variants of one function; a second call compiles nothing."""
    limit = torch._dynamo.config.recompile_limit
    for k in range(limit + 2):
        given = ((k + 1) * sp.sin(x), 0.5, x, 1, 1, 4, 40)
        for seed in (1, 2):
            fast, slow = (simulate(*given, generator=seed, compile=each) for each in (True, False))
            assert torch.allclose(fast.last, slow.last, rtol=1e-12)


def test_increments_over_two_steps_follow_chen():
    """Doubling keeps the laws: Var W = h, Var Z = h³/3, Cov(W, Z) = h²/2, Var A = h²/4, and A is centred given W."""
    g = torch.Generator().manual_seed(SEED)
    pairs = [(0, 1)]
    parts = [draw(0.5, torch.empty(2, 40000).double(), g, True, pairs, terms=3) for _ in range(2)]
    both = parts[0].then(parts[1], pairs)
    assert both.h == 1.0
    w, v, area = both.w[0], both.z[0], both.area[0]
    other = both.w[1]
    found = statistics(torch.stack([w**2, v**2, w * v, area, area**2, area * w * other], dim=-1))
    assert within(found, [1, 1 / 3, 1 / 2, 0, 1 / 4, 0])
    # given W the variance is h²/12 (1 + |W|²/h): E A² |W|² = 2/12 + 8/12
    assert within(statistics(area**2 * (w**2 + other**2)), [10 / 12])
    assert Increments(1.0, w).then(Increments(1.0, w)).area is None


def test_areas_by_fine_steps():
    """A of a fine path (sums alone, no series) has the same fourth moment as a drawn one: E A⁴ = 5 h⁴/16."""
    g = torch.Generator().manual_seed(SEED)
    total = Increments(0.0, torch.zeros(2, 20000).double(), None, torch.zeros(1, 20000).double())
    for _ in range(64):
        w = torch.empty(2, 20000).double().normal_(0, 1 / 8, generator=g)
        total = total.then(Increments(1 / 64, w, None, torch.zeros(1, 20000).double()), [(0, 1)])
    drawn = draw(1.0, torch.empty(2, 20000).double(), g, False, [(0, 1)], terms=8).area[0]
    for area in (total.area[0], drawn):
        found = statistics(area**4)
        assert abs(float(found.mean[0]) - 5 / 16) < 5 * float(found.standard_error[0]) + 0.01


def test_steps_by_given_laws():
    flow, shift, root = [[0.5, 1.0], [0.0, 0.25]], [1.0, -1.0], [[1.0, 0.0], [2.0, 3.0]]
    step = GaussianStep(flow, shift, root, 1.0, "given")
    paths = run(step, (x, y), [2, 4], (0.0, 1.0), 1, 20000, SEED)
    assert within(paths.statistics(x, y, x**2, x * y, y**2), [6, 0, 37, 2, 13])
    xi = sp.Symbol("xi")
    square = MapStep([x + xi**2], [x], [xi], [[2.0]], 1.0, "given")
    assert within(run(square, (x,), 1, (0.0, 1.0), 1, 20000, SEED).statistics(x), [5])
    bessel = SquaredBesselStep(3.0, 0.0, x, x**2, y, sp.sqrt(y), 0.5, "given")
    assert within(run(bessel, (x,), 2, (0.0, 1.0), 2, 20000, SEED).statistics(x**2), [7])
    torn = torch.tensor([[1.0, math.nan, -1.0, math.inf]]).double()
    SquaredBesselStep(3.0, 0.0, x, x, y, y, 0.5, "given").advance(torn, 0.0, torch.Generator().manual_seed(SEED))
    assert torn[0, 0] > 0 and bool(torn[0, 1:].isnan().all())
    with pytest.raises(SimulationError, match="dimension"):
        SquaredBesselStep(0.0, 0.0, x, x**2, y, sp.sqrt(y), 0.5, "given")


@pytest.mark.parametrize("delta", [0.5, 1.0, 3.0])
def test_squared_bessel_moments(delta):
    """E y = y0 e^{2βh} + δv; Var y = 2v (2 y0 e^{2βh} + δ v)."""
    beta, h, y0 = -0.3, 0.7, 0.4
    step = SquaredBesselStep(delta, beta, x, x, y, y, h, "given")
    v, moved = math.expm1(2 * beta * h) / (2 * beta), y0 * math.exp(2 * beta * h)
    mean = moved + delta * v
    paths = run(step, (x,), y0, (0.0, h), 1, 20000, SEED)
    assert bool((paths.last >= 0).all())
    assert within(paths.statistics(x, x**2), [mean, mean**2 + 2 * v * (2 * moved + delta * v)])


def test_reproducible_and_blockwise():
    one, two = (simulate(-x, 1, x, 0, 1, 10, 33000, generator=SEED).values for _ in range(2))
    assert torch.equal(one, two)
    g = torch.Generator().manual_seed(SEED)
    assert torch.equal(one, simulate(-x, 1, x, 0, 1, 10, 33000, generator=g).values)
    assert not torch.equal(one, simulate(-x, 1, x, 0, 1, 10, 33000, generator=SEED + 1).values)
    assert not torch.equal(one[..., :100, :], one[..., 32768:32868, :])


def test_stored_times_and_shapes():
    every = simulate([-x, -y], [1, 1], (x, y), [0, 1], (1, 2), 10, 30, store="all", generator=1)
    assert every.values.shape == (11, 30, 2)
    assert every.times.tolist() == pytest.approx([1 + k / 10 for k in range(11)])
    third = simulate([-x, -y], [1, 1], (x, y), [0, 1], (1, 2), 10, 30, store=3, generator=1)
    assert third.times.tolist() == pytest.approx([1, 1.3, 1.6, 1.9, 2])
    assert torch.equal(third.values, every.values[[0, 3, 6, 9, 10]])
    assert torch.equal(every[y], every.values[..., 1])
    last = simulate([-x, -y], [1, 1], (x, y), [0, 1], (1, 2), 10, 30, generator=1)
    assert torch.equal(last.last, every.last)
    assert torch.equal(pickle.loads(pickle.dumps(last)).values, last.values)


def test_random_starts_and_dtypes():
    begin = torch.linspace(0, 1, 50)
    paths = simulate(0, 0.0 * x, x, begin, 1, 3, 50, dtype="float32", store="all")
    assert paths.values.dtype == torch.float32
    assert torch.allclose(paths.last[:, 0], begin)
    cheap = simulate(-x, 1, x, 0, 1, 20, PATHS, noise_dtype="float32", generator=SEED)
    assert cheap.values.dtype == torch.float64
    assert within(cheap.statistics(x, x**2), [0, (1 - 0.95**40) / (1 - 0.95**2) / 20])


def test_reflection_keeps_the_law_of_the_folded_path():
    """Brownian motion reflected at 0 is |W|: E = √(2t/π), up to the O(√h) of looking at the grid only."""
    paths = simulate(0, 1, x, 0.0, 1, 1, 20000, generator=SEED, domain=(0, sp.oo), boundary="reflect")
    assert within(paths.statistics(x, x**2), [math.sqrt(2 / math.pi), 1])
    between = simulate(0, 3, x, 0.5, 1, 40, 500, generator=SEED, domain=(0, 1), boundary="reflect", store="all")
    assert float(between.values.min()) >= 0 and float(between.values.max()) <= 1


def test_absorption_stops_paths_and_dates_them():
    paths = simulate(0, 1, x, 0.5, 1, 200, 4000, generator=SEED, domain=(0, 1), boundary="absorb", store="all")
    gone = torch.isfinite(paths.exit_times)
    assert bool(((paths.last == 0) | (paths.last == 1))[gone].all())
    assert bool(((paths.last > 0) & (paths.last < 1))[~gone].all())
    for k in (20, 120):
        stopped = paths.exit_times <= float(paths.times[k]) + 1e-12
        assert torch.equal(paths.values[k][stopped], paths.last[stopped])
    edge = simulate(0, 1, x, torch.tensor([0.0, 0.5, 1.0]), 1e-4, 2, 3, domain=(0, 1), boundary="absorb")
    assert edge.exit_times.tolist() == [0, math.inf, 0] and edge.last[:, 0].tolist()[::2] == [0, 1]
    survive = sum(4 / math.pi / k * math.sin(k * math.pi / 2) * math.exp(-((k * math.pi) ** 2) / 2) for k in (1, 3, 5))
    # the grid misses exits: by the continuity correction as if the interval were wider by 0.5826 √h at both ends
    wide = 1 + 2 * 0.5826 * math.sqrt(1 / 200)
    corrected = 4 / math.pi * math.exp(-((math.pi / wide) ** 2) / 2)
    assert abs(float((~gone).double().mean()) - corrected) < 0.003 and survive < corrected


def test_the_guard_names_step_and_path():
    with pytest.raises(SimulationError, match=r"path \d+ at step \d+ \(t = .*smaller steps"):
        simulate(x**3, 1, x, 3, 1, 50, 200, generator=1)
    with pytest.raises(SimulationError, match="leaves the domain"):
        simulate(0, 1, x, 0.1, 1, 50, 200, generator=1, domain=(0, sp.oo))
    # the path and the step that are named are the first: replayed here by storing everything up to it
    with pytest.raises(SimulationError) as caught:
        simulate(0, 1, x, 1.5, 1, 64, 300, generator=5, domain=(0, sp.oo))
    words = str(caught.value).split()
    path, step = int(words[1]), int(words[4])
    free = simulate(0, 1, x, 1.5, 1, 64, 300, generator=5, store="all")
    below = (free[x] < 0).any(dim=1)
    assert int(below.nonzero()[0]) == step and bool(free[x][step, path] < 0)


@pytest.mark.parametrize("method", ["euler", "milstein", "heun"])
@pytest.mark.parametrize(
    "drift, diffusion",
    [
        (sp.sin(x), sp.sqrt(1 + x**2)),
        (-sp.tanh(x) - sp.atan(x), 1 / sp.cosh(x)),
        (1 - x, sp.sqrt(sp.Abs(x))),
        (sp.exp(-x) - 1, 1 + sp.log(1 + x**2) / 9),
        (sp.cos(t * x), sp.asinh(x) / 3),
        (x * (1 - x), x / 3),
    ],
)
def test_float32_follows_float64_on_the_same_noise(drift, diffusion, method):
    """Whatever does the functions: roundings of 6e-8 in 20 steps."""
    given = (drift, diffusion, x, 0.7, 1, 20, 500, method, 3)
    single = simulate(*given, dtype="float32", time=t)[x].double()
    double = simulate(*given, noise_dtype="float32", time=t)[x]
    assert bool((abs(single - double) < 5e-6 * (1 + abs(double))).all())


@pytest.mark.parametrize(
    "change, words",
    [
        ({"method": "rk"}, "none of euler"),
        ({"steps": 0}, "steps must be"),
        ({"steps": 2.5}, "steps must be a whole number"),
        ({"paths": 0}, "paths must be"),
        ({"paths": 1e3}, "paths must be a whole number"),
        ({"terms": 0}, "terms must be"),
        ({"dtype": "complex64"}, "float32 or float64"),
        ({"dtype": "bfloat16"}, "float32 or float64"),
        ({"noise_dtype": "float16"}, "float32 or float64"),
        ({"device": "abacus"}, "no device 'abacus'"),
        ({"device": "meta"}, "no device 'meta'"),
        ({"generator": "a"}, "seed"),
        ({"generator": 2**70}, "64 bits"),
        ({"t": "soon"}, "pair"),
        ({"x0": sp.Symbol("k")}, "made of numbers"),
        ({"x0": sp.nan}, "not finite"),
        ({"drift": "-x"}, "is text"),
        ({"drift": sp.oo}, "coefficient oo is not finite"),
        ({"t": -1}, "forward"),
        ({"x0": [1, 2]}, "give 1 number"),
        ({"drift": sp.Symbol("k") * x}, "no value for k"),
        ({"drift": [x, x]}, "1 states need"),
        ({"diffusion": [[1, 2], [1, 2]]}, "1 states need"),
        ({"store": 0}, "store=0"),
        ({"boundary": "bounce"}, "none of reflect"),
        ({"domain": (1, 1)}, "empty"),
        ({"domain": (0, 0.5)}, "outside the domain"),
    ],
)
def test_errors_name_what_and_the_remedy(change, words):
    data = {"drift": -x, "diffusion": 1, "states": x, "x0": 1, "t": 1, "steps": 2, "paths": 3} | change
    with pytest.raises(SimulationError, match=words):
        simulate(**data)


def test_parameters_and_progress():
    k = sp.Symbol("k")
    told = []
    paths = simulate(k * x, 0, x, 1, 1, 64, 5, at={k: 2}, progress=lambda done, total: told.append((done, total)))
    assert float(paths.last[0, 0]) == pytest.approx((1 + 2 / 64) ** 64)
    assert told[-1] == (64, 64) and told == sorted(told)


def test_control_variates():
    g = torch.Generator().manual_seed(SEED)
    c = torch.randn(4000, generator=g).double()
    v = 3 * c + 0.1 * torch.randn(4000, generator=g).double() + 1
    plain, better = controlled_mean(v), controlled_mean(v, c, [0.0])
    assert better.reduction > 500 and better.standard_error < plain.standard_error / 20
    low, high = better.interval(0.9999)
    assert low < 1 < high
    with pytest.raises(SimulationError, match="as many expectations"):
        controlled_mean(v, c, [0.0, 1.0])


def test_merging_statistics_is_the_statistics_of_all():
    from numerics.simulate.statistics import _merged

    values = torch.randn(100, 3, generator=torch.Generator().manual_seed(1)).double() ** 3
    parts = []
    for part in (values[:10], values[10:35], values[35:]):
        off = part - part.mean(dim=0)
        parts.append((float(len(part)), part.mean(dim=0), off.T @ off))
    count, mean, scatter = _merged(_merged(parts[0], parts[1]), parts[2])
    whole = statistics(values)
    assert count == 100 and torch.allclose(mean, whole.mean) and torch.allclose(scatter / 99, whole.covariance)
    assert torch.allclose(whole.covariance, torch.cov(values.T))


def test_public_names():
    assert numerics.simulate is simulate and numerics.SimulationError is SimulationError
