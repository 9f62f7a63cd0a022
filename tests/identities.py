"""True identities out of the case tables, as claims: closed forms of integrals, noise and smoothing formulas,
diffusion identities."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sympy as sp

from derive import Claim
from derive.text import parse, parse_relation

CASES = Path(__file__).parent / "cases"


def _read(name: str) -> list[dict]:
    return json.loads((CASES / f"{name}.json").read_text("utf-8"))


def _ranged(ranges: dict[str, list[float]], names: set[str]) -> tuple[dict[str, sp.Symbol], list]:
    symbols = {
        name: sp.Symbol(name, real=True, positive=True if ranges.get(name, [-1])[0] > 0 else None)
        for name in names | set(ranges)
    }
    given = []
    for name, (low, high) in ranges.items():
        given += [symbols[name] > sp.Rational(str(low)), symbols[name] < sp.Rational(str(high))]
    return symbols, [relation for relation in given if relation is not sp.true]


@cache
def integrals() -> tuple[tuple[str, Claim], ...]:
    """∫ f = closed form, from the table of parameter integrals; the regularised ones have no value without a
    regulator."""
    found = []
    for case in _read("feynman"):
        if case.get("regularised"):
            continue
        names = {case["variable"], *(p["name"] for p in case.get("parameters", []))}
        ranges = {p["name"]: p["sample_range"] for p in case.get("parameters", [])}
        symbols, given = _ranged(ranges, names)
        given += [
            parse_relation(text, symbols=symbols) for text in case.get("assumptions", []) if _relates_two(text, symbols)
        ]
        x = symbols[case["variable"]]
        f, low, high, closed = (
            parse(case[key], symbols=symbols) for key in ("integrand", "lower", "upper", "closed_form")
        )
        found.append((case["id"], Claim(sp.Integral(f, (x, low, high)), closed, given)))
    return tuple(found)


def _relates_two(text: str, symbols: dict[str, sp.Symbol]) -> bool:
    try:
        return len(parse_relation(text, symbols=symbols).free_symbols) > 1
    except ValueError:
        return False


@cache
def noise_and_smoothing() -> tuple[tuple[str, Claim], ...]:
    """Moments of laws, penalties, smooth approximations; entries which hold only to a tolerance are left out."""
    found = []
    for case in _read("noise_smoothing"):
        if case["kind"] == "identity" and "tol" not in case:
            symbols, given = _ranged(case["vars"], set(case.get("dummies", [])))
            lhs, rhs = (parse(case[key], symbols=symbols) for key in ("lhs", "rhs"))
            found.append((case["id"], Claim(lhs, rhs, given)))
    return tuple(found)


@cache
def diffusion() -> tuple[tuple[str, Claim], ...]:
    """Schedules, marginals, sampler coefficients: closed forms in up to seven symbols."""
    found = []
    for case in _read("diffusion"):
        if "lhs" not in case:
            continue
        ranges = {name: case["domain"].get(name, [0.1, 0.9]) for name in case["symbols"]}
        symbols, given = _ranged(ranges, set())
        found.append(
            (case["id"], Claim(parse(case["lhs"], symbols=symbols), parse(case["rhs"], symbols=symbols), given))
        )
    return tuple(found)


def closed_forms() -> Iterator[tuple[str, Claim]]:
    """Identities without an integral, sum or limit on either side."""
    for name, claim in (*noise_and_smoothing(), *diffusion()):
        if not any(side.has(sp.Integral, sp.Sum, sp.Limit) for side in (claim.lhs, claim.rhs)):
            yield name, claim
