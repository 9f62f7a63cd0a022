"""Lines of exterior calculus by the textbook definitions in components: a check that shares no step with the engine.

(α∧β)_I = Σ sgn α_J β_K over the ways to split I;  (dω)_I = Σ (−1)^j ∂_{i_j} ω_{I∖i_j};  (ι_X ω)_I = Xʲ ω_{jI};
(L_X ω)_I = X(ω_I) + Σ_j ∂_{i_j} Xᵏ ω_{…k…};  (F*ω)_J = Σ_I ω_I∘F det ∂F^I/∂u^J;  (⋆ω)_J = √|g| ω^I ε_{IJ};
(δω)^J = −|g|^{−1/2} ∂_i(|g|^{1/2} ω^{iJ}).  All by SymPy's own derivatives and determinants; ω^a_b and Ω^a_b, and what
belongs to a metric, by Christoffel symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import sympy as sp

from derive.claim import Claim, Unspelled
from derive.exterior import frames, lines
from derive.exterior.errors import ExteriorError
from derive.exterior.metric import Metric
from derive.exterior.scalars import expression

Key = tuple[int, ...]
Components = dict[Key, Any]


def sign(indices: Iterable[int]) -> int:
    """The sign of the permutation that sorts the indices; 0 if one occurs twice."""
    places = tuple(indices)
    if len(set(places)) < len(places):
        return 0
    return -1 if sum(a > b for a, b in combinations(places, 2)) % 2 else 1


def at(form: Components, *indices: int) -> Any:
    """ω_{i j …}, antisymmetric."""
    parity = sign(indices)
    return parity * form.get(tuple(sorted(indices)), sp.S.Zero) if parity else sp.S.Zero


@lru_cache(maxsize=4096)
def _cached(node: Any) -> tuple[tuple[Key, Any], ...]:
    found = _DEFINITION[type(node)](node)
    return tuple((key, value) for key, value in found.items() if value != 0)


def components(node: lines.FormLine) -> Components:
    """Rising indices → coefficient, not simplified."""
    return dict(_cached(node))


def _keys(node: lines.FormLine) -> Iterable[Key]:
    return combinations(range(node.chart.dim), node.degree)


def _written(node: lines.Written) -> Components:
    return node.components


def _sum(node: lines.Sum) -> Components:
    total: Components = {}
    for term in node.args[1:]:
        for key, value in components(term).items():
            total[key] = total.get(key, 0) + value
    return total


def _wedge(node: lines.Wedge) -> Components:
    product: Components = {(): sp.S.One}
    for factor in node.args[1:]:
        right = components(factor)
        found: Components = {}
        for a, left in product.items():
            for b, value in right.items():
                if parity := sign((*a, *b)):
                    key = tuple(sorted((*a, *b)))
                    found[key] = found.get(key, 0) + parity * left * value
        product = found
    return product


def _d(node: lines.D) -> Components:
    inner, x = components(node.args[1]), tuple(node.chart)
    return {
        key: sp.Add(
            *(
                (-1) ** j * sp.diff(inner[rest], x[i])
                for j, i in enumerate(key)
                if (rest := key[:j] + key[j + 1 :]) in inner
            )
        )
        for key in _keys(node)
    }


def _hook(node: lines.Hook) -> Components:
    inner, X = components(node.args[3]), node.args[1]
    return {key: sp.Add(*(X[j] * at(inner, j, *key) for j in range(len(X)))) for key in _keys(node)}


def _lie(node: lines.Lie) -> Components:
    inner, X, x = components(node.args[3]), node.args[1], tuple(node.chart)
    n = len(x)

    def value(key: Key) -> Any:
        own = inner.get(key, sp.S.Zero)
        along = [X[k] * sp.diff(own, x[k]) for k in range(n)]
        turned = [
            sp.diff(X[k], x[i]) * at(inner, *key[:j], k, *key[j + 1 :]) for j, i in enumerate(key) for k in range(n)
        ]
        return sp.Add(*along, *turned)

    return {key: value(key) for key in _keys(node)}


def _pull(node: lines.Pull) -> Components:
    inner, u = components(node.args[3]), tuple(node.chart)
    return pulled(inner, tuple(node.args[3].chart), tuple(node.args[1]), u, node.degree)


def pulled(form: Components, x: Sequence[Any], values: Sequence[Any], u: Sequence[Any], degree: int) -> Components:
    """Σ_I ω_I∘F det ∂F^I/∂u^J."""
    table = dict(zip(x, values, strict=True))
    moved = {key: value.subs(table, simultaneous=True).doit() for key, value in form.items()}
    jacobian = sp.Matrix([[sp.diff(value, v) for v in u] for value in values])

    def minor(rows: Key, columns: Key) -> Any:
        return jacobian.extract(list(rows), list(columns)).det(method="berkowitz") if rows else sp.S.One

    return {
        key: sp.Add(*(value * minor(rows, key) for rows, value in moved.items()))
        for key in combinations(range(len(u)), degree)
    }


def _raised(inner: Components, inverse: sp.Matrix, degree: int, n: int) -> Components:
    """ω^I = Σ_J det g^{IJ} ω_J over rising J."""
    return {
        key: sp.Add(
            *(value * inverse.extract(list(key), list(low)).det(method="berkowitz") for low, value in inner.items())
        )
        if degree
        else inner.get((), sp.S.Zero)
        for key in combinations(range(n), degree)
    }


def _star(node: lines.Star) -> Components:
    geometry, form = node.args[1:]
    n = node.chart.dim
    up = _raised(components(form), geometry.args[1].inv(), form.degree, n)
    found: Components = {}
    for key, value in up.items():
        rest = tuple(i for i in range(n) if i not in key)
        found[rest] = geometry.args[3] * sign((*key, *rest)) * value
    return found


def _codifferential(node: lines.Codifferential) -> Components:
    geometry, form = node.args[1:]
    n, x, root = node.chart.dim, tuple(node.chart), geometry.args[3]
    up = _raised(components(form), geometry.args[1].inv(), form.degree, n)
    along = {
        key: -sp.Add(*(sp.diff(root * at(up, i, *key), x[i]) for i in range(n))) / root
        for key in combinations(range(n), node.degree)
    }
    return _raised(along, geometry.args[1], node.degree, n)


@lru_cache(maxsize=64)
def _metric(frame: frames.Frame) -> Metric:
    return frame.coframe.metric


def _legs(frame: frames.Frame) -> tuple[Any, Any]:
    """e^a_i and its inverse E_a^i."""
    n = len(frame.args[1])
    matrix = sp.Matrix(n, n, lambda a, i: components(frame.args[1][a]).get((i,), sp.S.Zero))
    return matrix, matrix.inv()


def _connection(node: frames.Connection) -> Components:
    """ω^a_b = e^a_i (∂_j E_b^i + Γ^i_jk E_b^k) dxʲ."""
    (legs, dual), (a, b) = _legs(node.args[1]), node.places
    x, n, gamma = tuple(node.chart), node.chart.dim, _metric(node.args[1]).christoffel()
    return {
        (j,): sp.Add(
            *(
                legs[a, i] * (sp.diff(dual[i, b], x[j]) + sp.Add(*(gamma[i, j, k] * dual[k, b] for k in range(n))))
                for i in range(n)
            )
        )
        for j in range(n)
    }


def _curvature(node: frames.Curvature2) -> Components:
    """Ω^a_b = e^a_i E_b^j R^i_jkl dxᵏ∧dxˡ over k < l, with R from Christoffel symbols."""
    (legs, dual), (a, b) = _legs(node.args[1]), node.places
    n, riemann = node.chart.dim, _metric(node.args[1]).riemann()
    return {
        (k, m): sp.Add(*(legs[a, i] * dual[j, b] * riemann[i, j, k, m] for i in range(n) for j in range(n)))
        for k, m in combinations(range(n), 2)
    }


_DEFINITION: dict[type, Callable[[Any], Components]] = {
    lines.Written: _written,
    lines.Named: lambda node: components(node.args[2]),
    lines.Sum: _sum,
    lines.Wedge: _wedge,
    lines.D: _d,
    lines.Hook: _hook,
    lines.Lie: _lie,
    lines.Pull: _pull,
    lines.Star: _star,
    lines.Codifferential: _codifferential,
    frames.Connection: _connection,
    frames.Curvature2: _curvature,
}


def integral(node: lines.Over) -> sp.Expr:
    """∫_S ω as iterated integrals of the pullback to the parameters of each cell, outermost parameter first."""
    form, region = node.args
    inner, x = components(form), tuple(form.chart)
    total = []
    for count, values, box in lines.parts(region)[3]:
        u = tuple(bound[0] for bound in box)
        density = pulled(inner, x, tuple(values), u, form.degree)[tuple(range(len(u)))]
        total.append(count * (sp.Integral(density, *reversed(box)) if u else density))
    return sp.Add(*total)


_SCALAR: dict[type, Callable[[Any], sp.Expr]] = {
    lines.Over: integral,
    frames.ScalarCurvature: lambda node: node.metric.scalar(),
    frames.Kretschmann: lambda node: node.metric.kretschmann(),
    frames.GaussCurvature: lambda node: node.metric.gauss(),
}
_TABLE: dict[type, Callable[[Any], Any]] = {
    frames.Ricci: lambda node: node.metric.ricci().matrix(),
    frames.Einstein: lambda node: node.metric.einstein().matrix(),
}


def spelled(side: Any) -> Any:
    """A side with every quantity of exterior calculus put in, by its definition; forms are left to `spelled_out`."""
    if type(side) in _TABLE:
        return _TABLE[type(side)](side)
    found = {node for node in sp.preorder_traversal(side) if type(node) in _SCALAR}
    return side.xreplace({node: expression(_SCALAR[type(node)](node)) for node in found}) if found else side


def spelled_out(claim: Claim) -> Claim:
    """The claim between forms as one between columns of components; a chart's assumptions join those of the claim."""
    charts = {n.chart: None for side in (claim.lhs, claim.rhs) for n in sp.preorder_traversal(side) if _has_chart(n)}
    given = (*claim.given, *(relation for chart in charts for relation in chart.given))
    if not any(isinstance(side, (lines.FormLine, lines.Rows)) for side in (claim.lhs, claim.rhs)):
        return Claim(spelled(claim.lhs), spelled(claim.rhs), given, claim.relation)
    sides = (claim.lhs, claim.rhs)
    functions = all(getattr(side, "degree", 0) == 0 for side in sides)
    left, right = ({(): side} if functions and isinstance(side, sp.Expr) else _column(side) for side in sides)
    keys = sorted({*left, *right}) or [()]
    rows = ([sp.sympify(table.get(key, 0), strict=True) for key in keys] for table in (left, right))
    columns = [sp.Matrix([spelled(row) for row in side]) for side in rows]
    return Claim(*(column[0] if len(keys) == 1 else column for column in columns), given, claim.relation)


def _column(side: Any) -> Components:
    """The components of a form, or of all forms of a matrix; zero has none."""
    if isinstance(side, lines.Rows):
        return {(*place, *key): value for place, entry in side.entries() for key, value in components(entry).items()}
    if isinstance(side, lines.FormLine):
        return components(side)
    if side == 0:
        return {}
    raise ExteriorError(f"a form is compared with {side}; the other side must be a form too, or 0")


def _has_chart(node: Any) -> bool:
    return isinstance(node, (Unspelled, lines.Region)) and hasattr(node, "chart")
