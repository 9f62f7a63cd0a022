"""Linear systems that are triangular in a hidden basis: the basis, the solution against a fine path, refusals."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, Unsolvable
from derive.stochastic.solutions.solution import ItoIntegral
from derive.stochastic.solutions.triangular import common_eigenvector, common_flag, constant_parts
from tests.derive.stochastic.solutions.one_path import distance

t = sp.Symbol("t", positive=True)
STATES = sp.symbols("x y z", real=True)


def hidden(n: int, seed: int) -> sp.Matrix:
    """A regular matrix of small whole numbers."""
    rng = random.Random(seed)
    while True:
        m = sp.Matrix(n, n, lambda i, j: rng.randint(-2, 2))
        if m.det() != 0 and not m.is_upper:
            return m


def unit(n: int, i: int, j: int) -> sp.Matrix:
    return sp.Matrix(n, n, lambda p, q: int((p, q) == (i, j)))


def system(drift: sp.Matrix, noises: list[sp.Matrix], seed: int, force: int = 0) -> SDE:
    """dX = P A P⁻¹ X dt + Σ (P B P⁻¹ X + f) dW."""
    n = drift.rows
    x, p = sp.Matrix(STATES[:n]), hidden(n, seed)
    columns = [p * m * p.inv() * x + force * sp.ones(n, 1) for m in noises]
    return SDE(tuple(x), list(p * drift * p.inv() * x), sp.Matrix.hstack(*columns), t)


@pytest.mark.parametrize("seed", range(6))
def test_a_hidden_flag_is_found(seed):
    rng, n = random.Random(seed), 2 + seed % 3
    p = hidden(n, seed)
    upper = [sp.Matrix(n, n, lambda i, j: rng.randint(-3, 3) if i <= j else 0) for _ in range(3)]
    matrices = [p * m * p.inv() for m in upper]
    basis = common_flag(matrices)
    assert basis is not None and basis.det() != 0
    assert all((basis.inv() * m * basis).applyfunc(sp.cancel).is_upper for m in matrices)


@pytest.mark.parametrize("seed", range(3))
def test_no_flag_where_there_is_none(seed):
    p = hidden(2, seed)
    turned = [p * m * p.inv() for m in (sp.Matrix([[0, 1], [0, 0]]), sp.Matrix([[0, 0], [1, 0]]))]
    assert common_flag(turned) is None and common_eigenvector(turned) is None
    assert common_flag([p * sp.Matrix([[0, 1], [-1, 0]]) * p.inv()]) is None


def test_parts_of_the_time():
    m = sp.Matrix([[t + 2, sp.sin(t)], [3 * t, 1 - sp.sin(t)]])
    parts = constant_parts(m, t)
    assert len(parts) == 3 and not any(e.has(t) for part in parts for e in part)


HEISENBERG = [unit(3, 0, 1), unit(3, 1, 2)]
SYSTEMS = {
    "Heisenberg": system(sp.zeros(3, 3), HEISENBERG, 1),
    "Heisenberg with growth": system(sp.diag(1, 0, -1), HEISENBERG, 2),
    "affine group": system(sp.Matrix([[1, 1], [0, -1]]), [sp.Matrix([[0, 1], [0, 2]])], 3),
    "drift in time": system(sp.Matrix([[1, t], [0, -t]]), [sp.Matrix([[0, 0], [0, sp.Rational(1, 2)]])], 4),
    "forced": system(sp.Matrix([[sp.cos(t), 1], [0, -1]]), [sp.zeros(2, 2)], 5, 1),
    "two noises": system(sp.Matrix([[-1, 1], [0, 0]]), [sp.Matrix([[1, 1], [0, 0]]), sp.Matrix([[0, 1], [0, 1]])], 6),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_solutions(name):
    sde = SYSTEMS[name]
    drift = sp.Matrix(sde.drift).jacobian(sde.states)
    noises = [sde.diffusion[:, k].jacobian(sde.states) for k in range(sde.m)]
    assert any(p * q != q * p for p, q in combinations([drift.subs(t, 1), drift.subs(t, 2), *noises], 2))
    start = tuple(sp.Rational(k + 2, 3) for k in range(sde.n))
    found = sde.solve(start)
    assert found.evidence.status is Status.EXACT and "triangular" in found.method
    assert distance(sde, found.values, start, {}) < 0.02
    spoilt = tuple(value + 4 * t for value in found.values)
    assert distance(sde, spoilt, start, {}) > 0.02


def test_levy_area():
    """Heisenberg's group: the commutator of the noises shows as ∫ W₂ dW₁."""
    found = SYSTEMS["Heisenberg"].solve()
    nodes: set[Any] = {node for value in found.values for node in value.atoms(ItoIntegral)}
    assert nodes and all(node.args[1].has(sp.Function("W2", real=True)) for node in nodes)


def test_refusal():
    x, y, _ = STATES
    with pytest.raises(Unsolvable, match="triangular"):
        SDE((x, y), [y, -x], sp.Matrix([[x, 0], [0, y]]), t).solve()
