"""Functions of the time as a textbook sets them: one term for each exponential, cosh Ωt and sinh Ωt/Ω for a pair
e^{±Ωt}, angles added, one integral ∫ κ(t − s) dW(s) for each noise.

Law: every form is proven equal to what it replaces in the differential field (`same_form`); where that is not decided
the expression stands as it was. Roots: with Ω = c√D the coefficients of e^{αt ± Ωt} are A ± BΩ, A and B rational, so

    A (e^{Ωt} + e^{−Ωt}) + BΩ (e^{Ωt} − e^{−Ωt}) = 2A cosh Ωt + 2BΩ² sinh(Ωt)/Ω,

which is even in Ω and so real for D < 0 too. Reference for the oscillator: S. Chandrasekhar, Rev. Mod. Phys. 15 (1943)
1, eqs. (212)-(217).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.simplify.fu import TR8

from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.solutions.solution import ItoIntegral

LARGE, OFTEN = 1500, 6
SECONDS = 5.0
Terms = dict[tuple[Any, Any], Any]  # (rate λ, shape g) → c in Σ c g(t) e^{λt}


@dataclass(frozen=True)
class Root:
    """Ω = scale·√base, the rate at which pairs of exponentials differ; `symbol` stands for Ω."""

    symbol: Any
    base: Any
    scale: Any

    @property
    def value(self) -> Any:
        """Ω, with the scale inside or in front of the root, whichever is shorter."""
        inside = sp.expand(self.scale**2 * self.base)
        return min(sp.sqrt(inside), self.scale * sp.sqrt(self.base), sp.sqrt(sp.factor_terms(inside)), key=size)

    def into(self, e: Any) -> Any:
        """The expression with Ω for the root."""
        length = self.symbol / self.scale
        powers = {p: length ** (2 * p.exp) for p in e.atoms(sp.Pow) if p.base == self.base}
        turned = {p: (-1) ** p.exp * length ** (2 * p.exp) for p in e.atoms(sp.Pow) if p.base == -self.base}
        return e.xreplace(powers | {p: value for p, value in turned.items() if p.exp.is_Integer})

    def halves(self, c: Any) -> tuple[Any, Any] | None:
        """(A, B) with c = A + BΩ, both free of Ω; None if c is not rational in Ω."""
        above, below = sp.fraction(sp.together(c))
        if not (above.is_polynomial(self.symbol) and below.is_polynomial(self.symbol)):
            return None
        square, turned = self.scale**2 * self.base, below.subs(self.symbol, -self.symbol)
        even: list[Any] = []
        for part in (above * turned, below * turned):
            poly, pair = sp.Poly(part, self.symbol), [sp.S.Zero, sp.S.Zero]
            for (k,), coefficient in poly.terms():
                pair[k % 2] += coefficient * square ** (k // 2)
            even.append(pair)
        (a, b), (norm, odd) = even
        if sp.expand(odd) != 0 or sp.expand(norm) == 0:
            return None
        return sp.factor(a / norm), sp.factor(b / norm)


def laid_out(e: Any, t: Any, given: tuple[Any, ...] = (), root: Root | None = None) -> Any:
    """The shortest of the forms, proven equal; the expression itself where none is shorter or it is too large."""
    e = sp.sympify(e)
    if e.is_number or e.is_Symbol or e.count_ops() > LARGE or isinstance(e, (sp.Piecewise, sp.Sum)):
        return e
    joint = joined(e)
    if joint != e and not same_form(e, joint, given):
        joint = e
    shown = joint if root is None else root.into(joint)
    return _with_noise(shown, t, given, root) if shown.has(ItoIntegral) else _shortest(shown, t, given, root)


def size(e: Any) -> tuple[int, int]:
    """What counts as shorter: the line on paper, then operations."""
    return len(plain(e)), e.count_ops()


def _shortest(e: Any, t: Any, given: tuple[Any, ...], root: Root | None) -> Any:
    back = {} if root is None else {root.symbol: root.value}
    forms = [*_forms(e, t, root)]
    forms += [] if root is None else [named for form in forms if (named := root.into(form)) != form]
    for form in sorted(forms, key=size):
        if size(form) >= size(e):
            break
        if same_form(e.xreplace(back), form.xreplace(back), given):
            return form
    return e


def joined(e: Any) -> Any:
    """√a √b as √(ab), sums under the roots."""

    def once(product: Any) -> Any:
        roots = [f for f in product.args if f.is_Pow and abs(f.exp) == sp.S.Half and f.base.is_Add]
        if len(roots) < 2:
            return product
        rest = sp.Mul(*(f for f in product.args if f not in roots))
        return rest * sp.sqrt(sp.expand(sp.Mul(*(f**2 for f in roots)))) if all(f.exp > 0 for f in roots) else (
            rest / sp.sqrt(sp.expand(sp.Mul(*(1 / f**2 for f in roots)))) if all(f.exp < 0 for f in roots) else product
        )

    return e.replace(lambda node: node.is_Mul, once)


def same_form(a: Any, b: Any, given: Iterable[Any] = ()) -> bool:
    """Whether two forms are proven equal, functionals of the noise and unknown functions being letters."""
    letters: dict[Any, Any] = {}
    for node in [*a.atoms(AppliedUndef, ItoIntegral), *b.atoms(AppliedUndef, ItoIntegral)]:
        letters.setdefault(node, sp.Symbol(f"functional_{len(letters)}", real=True))
    return is_zero(a.xreplace(letters) - b.xreplace(letters), tuple(given), timeout=SECONDS) is True


def root_of(values: Iterable[Any], t: Any, symbol: Any) -> Root | None:
    """The one root in the rates and frequencies of the values; None if there is none, or several, or a number that does
    not stand there OFTEN."""
    values = [joined(value) for value in values]
    rates: list[Any] = []
    for value in values:
        for node in value.atoms(sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh):
            rates.append(sp.expand(node.args[0]))
    clocks = {t, *(s for value in values for node in value.atoms(ItoIntegral) for s in (node.args[2],))}
    found: dict[Any, list[Any]] = {}
    for rate in rates:
        for term in sp.Add.make_args(rate):
            for factor in sp.Mul.make_args(term):
                if factor.is_Pow and factor.exp == sp.S.Half and (not factor.base.is_Symbol):
                    scale = term / factor / next(iter(clocks & term.free_symbols), 1)
                    found.setdefault(factor.base, []).append(abs(scale) if scale.is_Rational else None)
    if len(found) != 1:
        return None
    ((base, scales),) = found.items()
    if None in scales or base.free_symbols & clocks:
        return None
    places = sum(node.is_Pow and node.base == base for value in values for node in sp.preorder_traversal(value))
    if base.is_number and places < OFTEN:
        return None
    unit = min(scales)
    return Root(symbol, base, unit) if all((scale / unit).is_Integer for scale in scales) else None


def terms_in_time(e: Any, t: Any) -> Terms | None:
    """Σ c g(t) e^{λt} by (λ, g), g a product of powers of t, sines, cosines and functionals; None if e is no such
    sum."""
    return _terms(sp.expand(e), t) or _terms(sp.Add(*_over_exponentials(e, t)), t)


def _over_exponentials(e: Any, t: Any) -> Iterator[Any]:
    """The terms of the numerator over the denominator, exponentials of the time in it turned up."""
    above, below = sp.fraction(sp.together(e))
    down = [(f, 1 / f) for f in sp.Mul.make_args(below) if f.has(t)]
    for term in sp.Add.make_args(sp.expand(above)):
        yield term * sp.Mul(*(up for _, up in down)) / sp.Mul(*(f for f in sp.Mul.make_args(below) if not f.has(t)))


def _terms(e: Any, t: Any) -> Terms | None:
    found: Terms = {}
    for term in sp.Add.make_args(e):
        rate, shape, c = sp.S.Zero, sp.S.One, sp.S.One
        for factor in sp.Mul.make_args(term):
            base, power = factor.as_base_exp()
            if isinstance(factor, sp.exp) or base == sp.E:
                rate += factor.exp
            elif isinstance(base, sp.exp):
                rate += base.exp * power
            elif not factor.has(t):
                c *= factor
            elif power.is_Integer and power > 0 and (base == t or isinstance(base, (sp.sin, sp.cos, AppliedUndef))):
                shape *= factor
            else:
                return None
        key = sp.expand(rate), shape
        found[key] = found.get(key, sp.S.Zero) + c
    return {key: c for key, c in found.items() if c != 0}


def _forms(e: Any, t: Any, root: Root | None) -> Iterator[Any]:
    """Forms of a function of the time: by terms, by hyperbolic pairs, with angles added; each with what is common in
    front."""
    yield from _arranged(e, t, root)
    if e.has(sp.sin, sp.cos) and e.count_ops() < LARGE // 4:
        yield from _arranged(TR8(sp.expand(e)), t, root)


def _arranged(e: Any, t: Any, root: Root | None) -> Iterator[Any]:
    found = terms_in_time(e, t)
    if found is None:
        return
    plain = {key: _short(c, root) for key, c in found.items()}
    yield from _in_front({shape * sp.exp(_factored(rate, t)): c for (rate, shape), c in plain.items()}, plain, t)
    if root is not None and any(rate.has(root.symbol) for rate, _ in found):
        for squares in (False, True):
            pairs = _hyperbolic(found, t, root, squares)
            if pairs is not None:
                yield from _in_front({g * sp.exp(_factored(rate, t)): c for (rate, g), c in pairs.items()}, pairs, t)


def _in_front(whole: dict[Any, Any], parts: Terms, t: Any) -> Iterator[Any]:
    """Σ c g as it stands, with common factors in front, and with each of its exponentials in front."""
    total = sp.Add(*(c * g for g, c in whole.items()))
    yield total
    yield sp.factor_terms(total)
    yield from _as_product(whole)
    by_rate: dict[Any, Any] = {}
    for (rate, g), c in parts.items():
        by_rate[rate] = by_rate.get(rate, sp.S.Zero) + c * g
    groups = {sp.exp(_factored(rate, t)): sp.factor_terms(inner) for rate, inner in by_rate.items()}
    yield sp.Add(*(decay * inner for decay, inner in groups.items()))
    products = [inner for inner in groups.values() if inner.is_Mul]
    for product in products:
        front = sp.Mul(*(abs(f) if f.is_number else f for f in product.args if not f.has(t)))
        yield front * sp.Add(*(decay * sp.factor_terms(sp.expand(inner / front)) for decay, inner in groups.items()))
    for lead in dict.fromkeys(rate for rate, _ in parts):
        if lead == 0:
            continue
        inner = sp.Add(*(c * g * sp.exp(_factored(sp.expand(rate - lead), t)) for (rate, g), c in parts.items()))
        for form in (inner, sp.factor_terms(inner), sp.factor(inner) if inner.count_ops() < 80 else inner):
            yield form * sp.exp(_factored(lead, t))


def _as_product(whole: dict[Any, Any]) -> Iterator[Any]:
    """Σ c g as a product over the coefficients and the functions g, x(1 − x)(1 − e^{−t}), where it is one; sums whose
    number is negative are turned round."""
    names = {g: sp.Dummy("g", positive=True) for g in whole if not g.is_number}
    total = sp.Add(*(c * names.get(g, g) for g, c in whole.items()))
    if not names or total.count_ops() > LARGE // 20:
        return
    above, below = sp.fraction(sp.together(total))
    try:
        number, factors = sp.factor_list(above)
    except sp.PolynomialError:
        return
    if sum(f.is_Add for f, _ in factors) < 2:
        return
    parts = []
    for f, k in factors:
        turned = f.is_Add and f.as_coeff_Add()[0].is_negative
        number *= (-1) ** k if turned else 1
        parts.append((-f if turned else f) ** k)
    value = sp.Mul(number, *parts) / below
    yield value.xreplace({name: g for g, name in names.items()})


def _factored(rate: Any, t: Any) -> Any:
    """−at − bt as −(a + b) t."""
    return min(rate, sp.factor_terms(rate), sp.collect(rate, t), key=size)


def _short(c: Any, root: Root | None) -> Any:
    """A coefficient in its shortest form; with a root as A + BΩ or A + C/Ω."""
    candidates = [c, sp.factor(c)]
    halves = root.halves(c) if root is not None and c.has(root.symbol) else None
    if root is not None and halves is not None:
        a, b = halves
        over = sp.factor(b * root.scale**2 * root.base) / root.symbol
        candidates += [a + b * root.symbol, a + over, sp.factor_terms(a + over)]
    parts = sp.Add.make_args(sp.expand(candidates[1]))
    if len(parts) <= 12:
        candidates.append(sp.Add(*parts))
        candidates += [sp.factor_terms(sp.collect(candidates[-1], s)) for s in sorted(c.free_symbols, key=str)]
    return min(candidates, key=size)


def _hyperbolic(found: Terms, t: Any, root: Root, squares: bool) -> Terms | None:
    """e^{αt ± kΩt} in pairs as cosh kΩt and sinh(kΩt)/Ω; with `squares` cosh 2kΩt = 1 + 2 sinh² kΩt. None where the
    sum is not even in Ω."""
    omega = root.symbol
    pairs: dict[tuple[Any, Any], dict[Any, Any]] = {}
    for (rate, shape), c in found.items():
        k = rate.coeff(t, 1).expand().coeff(omega, 1)
        rest = sp.expand(rate - k * omega * t)
        if rest.has(omega) or not k.is_Integer:
            return None
        pairs.setdefault((rest, shape), {})[k] = c
    result: Terms = {}

    def add(key: tuple[Any, Any], c: Any) -> None:
        total = sp.factor(result.get(key, sp.S.Zero) + c)
        result[key] = total

    for (rest, shape), by_k in pairs.items():
        for k in sorted({abs(k) for k in by_k}):
            up, down = (root.halves(by_k.get(sign * k, sp.S.Zero)) for sign in (1, -1))
            if up is None or down is None:
                return None
            if k == 0:
                if up[1] != 0:
                    return None
                add((rest, shape), up[0])
                continue
            if sp.expand(up[0] - down[0]) != 0 or sp.expand(up[1] + down[1]) != 0:
                return None
            even, odd = 2 * up[0], sp.factor(2 * up[1] * root.scale**2 * root.base)
            if squares and k % 2 == 0:
                half = k / 2 * omega * t
                add((rest, shape), even)
                square = sp.factor(2 * even * root.scale**2 * root.base)
                add((rest, shape * sp.sinh(half) ** 2 / omega**2), square)
            else:
                add((rest, shape * sp.cosh(k * omega * t)), even)
            add((rest, shape * sp.sinh(k * omega * t) / omega), odd)
    return {key: _short(c, None) for key, c in result.items() if c != 0}


def _with_noise(e: Any, t: Any, given: tuple[Any, ...], root: Root | None) -> Any:
    """What is sure, and one integral for each noise: Σ c_i(t) ∫ φ_i(s) dW(s) = ∫ κ(t − s) dW(s) where Σ c_i φ_i is a
    function of t − s; the expression itself where it is not linear in the integrals."""
    nodes = sorted(e.atoms(ItoIntegral), key=str)
    names = {node.args[0].name for node in nodes}
    nodes += sorted((w for w in e.atoms(AppliedUndef) if w.func.__name__ in names), key=str)
    letters = {node: sp.Dummy() for node in nodes}
    opened = sp.expand(e.xreplace(letters))
    parts = opened.as_poly(*letters.values())
    if e.has(sp.Integral) or parts is None or parts.total_degree() > 1:
        return _inside(e, t, given, root)
    total = _shortest(opened.xreplace(dict.fromkeys(letters.values(), sp.S.Zero)), t, given, root)
    by_noise: dict[Any, list[tuple[Any, Any]]] = {}
    for node, letter in letters.items():
        name = node.args[0] if isinstance(node, ItoIntegral) else sp.Symbol(node.func.__name__)
        by_noise.setdefault(name, []).append((opened.coeff(letter, 1), node))
    for name, terms in by_noise.items():
        merged = _merged(name, terms, t, given, root)
        if merged is None:
            return e
        total += merged
    return total


def _inside(e: Any, t: Any, given: tuple[Any, ...], root: Root | None) -> Any:
    """A function or a product with the exponents and arguments in it that have noise laid out."""
    if isinstance(e, (sp.exp, sp.log, sp.Pow, sp.Mul, sp.sin, sp.cos, sp.tan)):
        return e.func(*(_with_noise(arg, t, given, root) if arg.has(ItoIntegral) else arg for arg in e.args))
    return e


def _merged(
    name: Any, terms: list[tuple[Any, Any]], t: Any, given: tuple[Any, ...], root: Root | None
) -> Any | None:
    """Σ c_i(t) ∫ φ_i(s) dW(s) as c ∫ κ(t − s) dW(s), W(t) being ∫ dW; None if Σ c_i(t) φ_i(s) is no function of
    t − s."""
    integrals = [node for _, node in terms if isinstance(node, ItoIntegral)]
    s = integrals[0].args[2]
    if any(node.args[2:] != (s, sp.S.Zero, t) for node in integrals):
        return None
    kernel = sp.Add(*(c * (node.args[1] if isinstance(node, ItoIntegral) else 1) for c, node in terms))
    lag = sp.Dummy("u", real=True)
    moved = sp.expand(kernel.xreplace({s: t - lag}))
    found = terms_in_time(TR8(moved) if moved.has(sp.sin, sp.cos) else moved, lag)
    if found is None:
        return None
    inner = sp.expand(sp.powsimp(sp.Add(*(c * g * sp.exp(sp.expand(rate)) for (rate, g), c in found.items()))))
    if inner.has(t):
        return None
    back = {} if root is None else {root.symbol: root.value}
    shown = _shortest(inner, lag, given, root)
    if not same_form(kernel.xreplace(back), shown.xreplace(back).xreplace({lag: t - s}), given):
        return None
    front, rest = shown.as_independent(lag, as_Add=False)
    return front * ItoIntegral(name, rest.xreplace({lag: t - s}), s, sp.S.Zero, t)
