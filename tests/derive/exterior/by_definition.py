"""Exterior calculus by its definitions, in numbers at one point: the second source that the engine is compared with.

A form is a function point → {rising indices: value}; derivatives are central differences at 50 digits, pullbacks minors
of difference quotients, a Lie derivative the slope of the pullback along the flow. Nothing of derive.exterior is used.
"""

from __future__ import annotations

from itertools import combinations, permutations, product
from math import factorial

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

DIGITS = 50
FINE, COARSE = mpf(10) ** -18, mpf(10) ** -10


def number(expr, names, at):
    """A SymPy expression at a point."""
    return mpmath.mpmathify(sp.lambdify(list(names), expr, "mpmath")(*at))


def function(expr, names):
    """A SymPy expression as a function of points."""
    rule = sp.lambdify(list(names), expr, "mpmath")
    return lambda at: mpmath.mpmathify(rule(*at))


def determinant(matrix):
    """By the sum over permutations, which no pivot can spoil."""
    n = matrix.rows
    return sum(
        sign_of(turn) * mpmath.fprod(matrix[i, j] for i, j in enumerate(turn)) for turn in permutations(range(n))
    )


def form(table, names):
    """A form from a table {rising indices: expression}."""
    rules = {index: function(sp.sympify(value), names) for index, value in table.items()}
    return lambda at: {index: rule(at) for index, rule in rules.items()}


def moved(at, axis, by):
    out = list(at)
    out[axis] += by
    return out


def slope(f, at, axis, step=FINE):
    """∂f/∂x by a central difference; f may be a number, a matrix or a form."""
    up, down = f(moved(at, axis, step)), f(moved(at, axis, -step))
    if isinstance(up, dict):
        return {index: (up[index] - down[index]) / (2 * step) for index in up}
    return (up - down) / (2 * step)


def sign_of(indices):
    """The sign of the permutation that sorts; 0 for a repeated index."""
    if len(set(indices)) < len(indices):
        return 0
    return (-1) ** sum(a > b for i, a in enumerate(indices) for b in indices[i + 1 :])


def value(w, indices):
    """The component with any indices."""
    return sign_of(indices) * w.get(tuple(sorted(indices)), mpf(0)) if sign_of(indices) else mpf(0)


def d(w, dim, step=FINE):
    """(dw)_{i₀…i_k} = Σ (−1)^j ∂_{i_j} w without i_j."""

    def at_point(at):
        slopes = [slope(w, at, i, step) for i in range(dim)]
        degree = len(next(iter(w(at))))
        return {
            index: sum((-1) ** j * value(slopes[i], index[:j] + index[j + 1 :]) for j, i in enumerate(index))
            for index in combinations(range(dim), degree + 1)
        }

    return at_point


def wedge(a, b, dim):
    """(a∧b)(e_I) = 1/(p! q!) Σ over all permutations of I of sgn · a · b: the alternation, by brute force."""
    p, q = len(next(iter(a))), len(next(iter(b)))
    out = {}
    for index in combinations(range(dim), p + q):
        total = sum(sign_of(turn) * value(a, turn[:p]) * value(b, turn[p:]) for turn in permutations(index))
        out[index] = total / (factorial(p) * factorial(q))
    return out


def hook(w, X):
    """(ι_X w)_I = Xʲ w_{jI}."""

    def at_point(at):
        here, vector = w(at), X(at)
        degree = len(next(iter(here)))
        return {
            index: sum(vector[j] * value(here, (j, *index)) for j in range(len(at)))
            for index in combinations(range(len(at)), degree - 1)
        }

    return at_point


def pull(w, F, step=FINE):
    """(F*w)_J = Σ_I w_I(F) · minor of the Jacobian."""

    def at_point(at):
        there = w(F(at))
        columns = [slope(lambda u: mpmath.matrix(F(u)), at, j, step) for j in range(len(at))]
        degree = len(next(iter(there)))
        out = {}
        for index in combinations(range(len(at)), degree):
            total = mpf(0)
            for rows, entry in there.items():
                minor = mpmath.matrix(degree, degree)
                for i, j in product(range(degree), repeat=2):
                    minor[i, j] = columns[index[j]][rows[i]]
                total += entry * determinant(minor)
            out[index] = total
        return out

    return at_point


def lie(w, X, step=COARSE):
    """d/dt of the pullback along x ↦ x + tX(x), whose slope at t = 0 is that of the flow's."""

    def along(t):
        return pull(w, lambda u: [a + t * b for a, b in zip(u, X(u), strict=True)])

    def at_point(at):
        up, down = along(step)(at), along(-step)(at)
        return {index: (up[index] - down[index]) / (2 * step) for index in up}

    return at_point


def star(w, metric):
    """(⋆w)_J = √|g| Σ_I w^I ε_{IJ}, indices raised by the inverse matrix."""

    def at_point(at):
        here, g = w(at), metric(at)
        n, up = g.rows, g**-1
        degree = len(next(iter(here)))
        root = mpmath.sqrt(abs(determinant(g)))
        out = {}
        for rest in combinations(range(n), n - degree):
            upper = tuple(i for i in range(n) if i not in rest)
            total = mpf(0)
            for lower in product(range(n), repeat=degree):
                factor = mpf(1)
                for i, j in zip(upper, lower, strict=True):
                    factor *= up[i, j]
                total += factor * value(here, lower)
            out[rest] = root * sign_of((*upper, *rest)) * total
        return out

    return at_point


def metric_of(rows, names):
    """A metric from a SymPy matrix."""
    entries = [[function(rows[i, j], names) for j in range(rows.cols)] for i in range(rows.rows)]
    return lambda at: mpmath.matrix([[entry(at) for entry in row] for row in entries])


def gradient_squared(f, metric):
    """div grad f = 1/√|g| ∂_i(√|g| g^{ij} ∂_j f)."""

    def flux(at):
        g = metric(at)
        n, up, root = g.rows, g**-1, mpmath.sqrt(abs(determinant(g)))
        slopes = [slope(f, at, j) for j in range(n)]
        return mpmath.matrix([root * sum(up[i, j] * slopes[j] for j in range(n)) for i in range(n)])

    def at_point(at):
        root = mpmath.sqrt(abs(determinant(metric(at))))
        return sum(slope(flux, at, i, COARSE)[i] for i in range(len(at))) / root

    return at_point


def christoffel(metric, at):
    """Γ^c_ab = ½ g^{ce}(∂_a g_eb + ∂_b g_ea − ∂_e g_ab) as a matrix with rows c and columns n a + b."""
    n, up = len(at), metric(at) ** -1
    slopes = [slope(metric, at, c) for c in range(n)]
    out = mpmath.matrix(n, n * n)
    for c, a, b in product(range(n), repeat=3):
        out[c, n * a + b] = sum(up[c, e] * (slopes[a][e, b] + slopes[b][e, a] - slopes[e][a, b]) / 2 for e in range(n))
    return out


class Curved:
    """R_abcd and what is made of it at one point, from Γ = ½g⁻¹∂g and differences."""

    def __init__(self, metric, at):
        self.n, self.g, self.up = len(at), metric(at), metric(at) ** -1
        n, self.gamma = self.n, christoffel(metric, at)
        slopes = [slope(lambda u: christoffel(metric, u), at, c, COARSE) for c in range(n)]
        G = self.gamma

        def raised(p, b, c, e):
            out = slopes[c][p, n * b + e] - slopes[e][p, n * b + c]
            return out + sum(G[p, n * c + q] * G[q, n * b + e] - G[p, n * e + q] * G[q, n * b + c] for q in range(n))

        self.mixed = {index: raised(*index) for index in product(range(n), repeat=4)}

    def riemann(self, a, b, c, e):
        """R_abcd."""
        return sum(self.g[a, p] * self.mixed[p, b, c, e] for p in range(self.n))

    def ricci(self, b, e):
        """R_bd = R^a_bad."""
        return sum(self.mixed[a, b, a, e] for a in range(self.n))

    @property
    def scalar(self):
        """R."""
        return sum(self.up[a, b] * self.ricci(a, b) for a, b in product(range(self.n), repeat=2))

    def einstein(self, a, b):
        """R_ab − ½ R g_ab."""
        return self.ricci(a, b) - self.scalar * self.g[a, b] / 2

    @property
    def kretschmann(self):
        """R_abcd R^abcd = R^{ab}_{cd} R^{cd}_{ab}."""
        n = self.n
        pairs = list(combinations(range(n), 2))
        half = {
            (a, b, *p): sum(self.up[b, q] * self.mixed[a, q, *p] for q in range(n)) for a, b in pairs for p in pairs
        }
        return 4 * sum(half[*p, *q] * half[*q, *p] for p in pairs for q in pairs)


def integral(w, F, box):
    """∫ of a form over a parametrised box: the density of the pullback, by Gauss's rule (nodes to 16 digits)."""
    density, top = pull(w, F), tuple(range(len(box)))
    points, weights = np.polynomial.legendre.leggauss(60 if len(box) == 1 else 14)
    total = mpf(0)
    for chosen in product(zip(points, weights, strict=True), repeat=len(box)):
        place = [lo + (hi - lo) * (1 + mpf(s)) / 2 for (s, _), (lo, hi) in zip(chosen, box, strict=True)]
        mass = mpmath.fprod((hi - lo) * mpf(m) / 2 for (_, m), (lo, hi) in zip(chosen, box, strict=True))
        total += mass * density(place)[top]
    return total
