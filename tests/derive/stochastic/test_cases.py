"""Problems with known answers, each kind through the public method that solves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, FokkerPlanck, RandomWalk, limit_of_slices, semigroup, solves
from derive.stochastic.solutions.solution import ItoIntegral
from derive.text import parse
from tests.derive.stochastic.comparison import same

TABLE = json.loads((Path(__file__).parents[2] / "cases" / "stochastic.json").read_text("utf-8"))
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED, Status.CAS}


def kinds(*names: str) -> Any:
    chosen = [case for case in TABLE if case["kind"] in names]
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


class Reader:
    """The texts of a case as expressions: states real (positive on a half-line), other names positive."""

    def __init__(self, case: dict[str, Any], positive: bool = False) -> None:
        states = case.get("x", ["x"])
        self.states = [states] if isinstance(states, str) else states
        kind = {"positive": True} if positive else {"real": True}
        self.names = {name: sp.Symbol(name, **kind) for name in self.states}
        self.names |= {"t": sp.Symbol("t", positive=True), "e": sp.Symbol("e", positive=True)}
        self.t, self.x = self.names["t"], tuple(self.names[name] for name in self.states)
        self.case = case

    def __call__(self, text: str) -> Any:
        return parse(text, symbols=self.names, default="positive")

    def rows(self, matrix: Any) -> sp.Matrix:
        return sp.Matrix([[self(entry) for entry in row] for row in matrix])

    def sde(self, **options: Any) -> SDE:
        case = self.case
        drift = [self(a) for a in case["a"]] if isinstance(case["a"], list) else [self(case["a"])]
        noise = self.rows(case["B"]) if "B" in case else sp.Matrix([[self(case.get("b", case.get("g")))]])
        rho = self.rows(case["R"]) if "R" in case else None
        return SDE(self.x, drift, noise, self.t, rho, **options)


def half_line(case: dict[str, Any]) -> bool:
    """Whether the coefficients need x > 0."""
    return "GBM" in case["group"] or any(root in str(case) for root in ("sqrt(x)", "x**(1/3)", "log(x", "1/x"))


@kinds("ito")
def test_ito(case):
    read = Reader(case)
    drift, noise = read.sde().ito(read(case["f"]))
    assert same(drift, read(case["expect_drift"]))
    assert all(same(got, read(want)) for got, want in zip(noise, case["expect_diff"], strict=True))


@kinds("conv")
def test_conventions(case):
    read = Reader(case)
    ito = read.sde()
    other = ito.to(read(case["alpha"]))
    assert all(same(got, read(want)) for got, want in zip(other.drift, case["expect"], strict=True))
    assert all(same(got, want) for got, want in zip(other.to(0).drift, ito.drift, strict=True))


def functionals(read: Reader, case: dict[str, Any], values: Any) -> dict[Any, Any]:
    """{auxiliary symbol: functional of the solution}, matched by integrands up to a constant."""
    t = read.t
    found: dict[Any, Any] = {}
    ours = {node for value in values for node in value.atoms(ItoIntegral, sp.Integral)}
    for name, (drift, noise) in case["aux"].items():
        row = [read(n) for n in (noise if isinstance(noise, list) else [noise])]
        symbol = read(name)
        if (read(drift) == 0 and set(row) == {sp.S.Zero, sp.S.One}) or row == [sp.S.One]:
            suffix = str(row.index(1) + 1) if len(row) > 1 else ""
            found[symbol] = sp.Function("W" + suffix, real=True)(t)
    for name, (drift, noise) in case["aux"].items():
        row = [read(n) for n in (noise if isinstance(noise, list) else [noise])]
        symbol = read(name)
        if symbol in found:
            continue
        for node in ours:
            want = next(e for e in (*row, read(drift)) if e != 0).xreplace(found)
            if isinstance(node, ItoIntegral):
                inside = node.args[1].xreplace({node.args[2]: t})
            else:
                inside = node.function.xreplace({node.limits[0][0]: t})
            ratio = sp.simplify(want / inside)
            if not ratio.has(t):
                found[symbol] = ratio * node
    return found


@kinds("solution", "solution_nd")
def test_solution(case):
    read = Reader(case, half_line(case))
    many = case["kind"] == "solution_nd"
    start = [sp.S.Zero] * 2 if many else None
    if case["group"] == "circle":
        start = [sp.S.One, sp.S.Zero]
    solution = read.sde().solve(start)
    assert solution.evidence.status in SOUND
    table = functionals(read, case, solution.values)
    wanted = case["X"] if many else [case["X"]]
    if not many:
        read.names["x0"] = solution.x0[0]
    for got, want in zip(solution.values, wanted, strict=True):
        want = read(want).xreplace(table)
        slots = {node: sp.Symbol(f"F{k}") for k, node in enumerate(sorted(nodes(got, want), key=str))}
        ranges = dict(case.get("range_", {}))
        ranges |= {slots[table[read("W")]].name: ranges["W"]} if "W" in ranges else {}
        assert same(got.xreplace(slots), want.xreplace(slots), (), ranges)


def nodes(*expressions: Any) -> set[Any]:
    paths = {n for e in expressions for n in e.atoms(sp.core.function.AppliedUndef)}
    outer = {n for e in expressions for n in e.atoms(ItoIntegral, sp.Integral)}
    return paths | outer


@kinds("density", "density2")
def test_density(case):
    ends = [tuple(case["domain"])] if "domain" in case else [("-oo", "oo")] * len(case["x"])
    read = Reader(case, ends[0] == ("0", "oo"))
    domain = [(read(low), read(high)) for low, high in ends]
    wall = {"density-063": "reflecting", "density-064": "absorbing"}.get(case["id"])
    for name in ("x0", "v0", "mu"):
        read.names[name] = (
            sp.Symbol(name, positive=True) if ends[0] == ("0", "oo") and name != "mu" else sp.Symbol(name, real=True)
        )
    start = [read(f"{name}0") for name in read.states]
    density = read.sde(domain=domain).transition(start, wall=wall)
    assert density.evidence.status in SOUND
    point = {name: (value, value) for name, value in case["params"].items()}
    assert same(density.value, read(case["p"]), (), point | {"x": (0.2, 0.8), "v": (-0.5, 0.5)})
    if "mass" in case:
        assert same(density.mass, read(case["mass"]), (), point)


@kinds("moments")
def test_moments(case):
    read = Reader(case)
    start = [read(case["initial"][name]) for name in read.states]
    moments = read.sde().moments(2, start)
    for monomial, want in case["moments"].items():
        assert same(moments[read(monomial)], read(want))


@kinds("lincov")
def test_covariance_of_a_linear_system(case):
    read = Reader(case | {"x": ["x", "v"]})
    drift = list(read.rows(case["A"]) * sp.Matrix(read.x))
    given = [read("w") ** 2 > read("g") ** 2 / 4]
    process = SDE(read.x, drift, read.rows(case["B"]), read.t, given=given)
    covariance = process.moments(2).covariance
    assert all(
        same(covariance[i, j], read(case["cov"][i][j]), given, case["range_"]) for i in range(2) for j in range(2)
    )


@kinds("stationary")
def test_stationary(case):
    read = Reader(case, case["domain"][0] == ["0", "oo"])
    density = read.sde().stationary([(read(low), read(high)) for low, high in case["domain"]])
    assert density.evidence.status in SOUND
    point = {name: (value, value) for name, value in case["params"].items()}
    assert same(density.value, read(case["p"]), (), point)


@kinds("fpe")
def test_fokker_planck_equation(case):
    read = Reader(case)
    p = sp.Function("p")(*read.x, read.t)
    read.names["p"] = p
    equation = read.sde().fokker_planck(p)
    assert same(equation.rhs, read(case["rhs"]))
    back = FokkerPlanck.from_equation(sp.Eq(sp.Derivative(p, read.t), read(case["rhs"])), p, read.t)
    assert all(same(a, b) for a, b in zip(back.drift, equation.drift, strict=True))


@kinds("fk")
def test_feynman_kac(case):
    read = Reader(case, half_line(case))
    process, potential = read.sde(), read(case["V"])
    data = sp.Max(read("x") - read("K"), 0) if case["phi"] is None else read(case["phi"])
    found = process.feynman_kac(data, potential)
    assert found.evidence.status in SOUND
    assert same(found.value, read(case["u"]))


@kinds("rw")
def test_random_walk(case):
    read = Reader(case)
    jumps = [(read(jump), read(chance)) for jump, chance in case["steps"]]
    found = RandomWalk(jumps, read("e"), read(case["tau"]), read.x, read.t).limit()
    assert same(found.drift[0], read(case["expect_drift"]))
    assert same(found.covariance[0, 0], read(case["expect_D"]))


@kinds("pde")
def test_kernel_of_an_equation(case):
    read = Reader({"x": ["x", "y"]})
    kernel = read(case["K"])
    unknown = sp.Function("K")(read("x"), read.t)
    read.names["K"] = unknown
    assert solves(read(case["residual"]), unknown, kernel).status is Status.EXACT
    if case.get("compose"):
        assert semigroup(kernel, read("x"), read("y"), read.t).status is Status.EXACT


@kinds("bvp")
def test_boundary_values(case):
    read = Reader(case, "GBM" in case["group"])
    (first, low), *rest = [(read(end), read(value)) for end, value in case["bc"]]
    a, b = (first, rest[0][0]) if rest else (sp.S.Zero, first)
    given = [] if not a.free_symbols else [a < b]
    if not rest:
        given = [1 - 2 * read("mu") / read("s") ** 2 > 0]
    found = read.sde(given=given).exit_probability(a, b)
    assert low in (0, 1) and found.evidence.status in SOUND
    ranges = {"A": (0.1, 0.2), "B": (0.8, 0.9), "mu": (0.1, 0.2), "s": (0.7, 0.9)}
    assert same(found.value, read(case["u"]), (), ranges)


@kinds("fpt")
def test_first_passage(case):
    read = Reader(case)
    process = Reader(case | {"a": case["a"].replace("x0", "x")}).sde()
    found = process.first_passage(0, read("x0"))
    assert found.evidence.status in SOUND
    assert same(found.value, read(case["f"]))
    assert same(found.probability, read(case["mass"]))


@kinds("reverse")
def test_reversal(case):
    read = Reader(case)
    process, p = read.sde(), read(case["p"])
    assert same(process.reverse(p).drift[0], -read(case["expect_reverse"])) or same(
        process.reverse(p).drift[0], read(case["expect_reverse"])
    )
    assert same(process.probability_flow(p)[0], read(case["expect_pf"]))


@kinds("girsanov")
def test_girsanov(case):
    read = Reader(case)
    changed = read.sde().girsanov([read(u) for u in case["u"]])
    assert all(same(got, read(want)) for got, want in zip(changed.drift, case["expect"], strict=True))
    assert changed.density_equation[0] == 0


@kinds("doob")
def test_doob(case):
    read = Reader(case)
    h = read(case["h"])
    conditioned = read.sde().doob(h)
    assert same(conditioned.drift[0], read(case["expect"]), (), case.get("range_"))


@kinds("eigen")
def test_eigenfunctions(case):
    read = Reader(case, half_line(case))
    interval = {"OU": (-sp.oo, sp.oo), "CIR": (0, sp.oo), "Jacobi": (0, 1)}[case["group"]]
    spectrum = read.sde(domain=interval).fokker_planck().spectrum()
    for n in case["n"]:
        read.names["n"] = sp.Integer(n)
        assert same(spectrum.eigenvalue(n), read(case["lam"]))
        want = read(case["phi"])
        ratio = spectrum.function(n) / want
        assert same(sp.diff(spectrum.function(n), read("x")) * want, spectrum.function(n) * sp.diff(want, read("x")))
        assert ratio != 0


@kinds("discrete")
def test_limit_of_slices(case):
    read = Reader(case)
    read.names["N"] = sp.Symbol("N", integer=True, positive=True)
    found = limit_of_slices(read(case["seq"]), read("N"))
    assert found.evidence.status in SOUND
    assert same(found.value, read(case["limit"]))


def test_every_kind_has_its_method():
    asked = {
        mark.args[1][0]["kind"]
        for name, f in globals().items()
        if name.startswith("test_") and callable(f)
        for mark in getattr(f, "pytestmark", [])
        if mark.name == "parametrize"
    }
    assert {case["kind"] for case in TABLE} - asked <= {"solution_nd", "density2"}
