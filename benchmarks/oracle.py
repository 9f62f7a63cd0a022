"""The oracle beside mpmath's quad, quadosc and SymPy's evalf, on the table of integrals: right digits and CPU time.

Run: python benchmarks/oracle.py [number of integrals]. The judge is the closed form in ball arithmetic.
"""

from __future__ import annotations

import json
import signal
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import sympy as sp
from sympy.parsing.sympy_parser import parse_expr

from numerics import NotEnclosed, enclose

TABLE = Path(__file__).parents[1] / "tests" / "cases" / "feynman.json"
DIGITS = 25
PATIENCE = 10


def posed(case: dict[str, Any]) -> tuple[sp.Expr, sp.Symbol, sp.Expr, sp.Expr, sp.Expr]:
    """Integrand, variable, limits and closed form at the first point of the table."""
    x = sp.Symbol(case["variable"], real=True)
    names = {p["name"]: sp.Symbol(p["name"], positive=True) for p in case.get("parameters", [])} | {case["variable"]: x}
    at = {names[k]: sp.Rational(v) for k, v in case["values"][0]["at"].items()}
    parts = [parse_expr(case[k], local_dict=names).subs(at) for k in ("integrand", "lower", "upper", "closed_form")]
    return parts[0], x, parts[1], parts[2], parts[3]


def by_oracle(f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> Any:
    return enclose(sp.Integral(f, (x, lo, hi)), digits=DIGITS, timeout=PATIENCE).mid


def by_evalf(f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> Any:
    return mpmath.mpmathify(sp.Integral(f, (x, lo, hi)).evalf(DIGITS))


def by_quad(f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> Any:
    with mpmath.workdps(DIGITS):
        ends = [mpmath.mpf(str(sp.N(end, 40))) if end.is_finite else mpmath.inf * int(sp.sign(end)) for end in (lo, hi)]
        return mpmath.quad(sp.lambdify(x, f, "mpmath"), ends)


def timed(method: Callable[..., Any], *args: Any) -> tuple[Any, float]:
    """(value or None, CPU seconds); a method that runs past PATIENCE is stopped."""

    def stop(*_: object) -> None:
        raise TimeoutError

    start = time.process_time()
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE + 5)
    try:
        value = method(*args)
    except (NotEnclosed, TimeoutError, ArithmeticError, ValueError, TypeError, AttributeError, NameError):
        value = None
    finally:
        signal.alarm(0)
    return value, time.process_time() - start


def main() -> None:
    cases = [c for c in json.loads(TABLE.read_text()) if not c.get("regularised")]
    cases = cases[: int(sys.argv[1])] if len(sys.argv) > 1 else cases
    print(f"{'method':8} {'answered':>8} {'20 digits':>9} {'wrong at 1e-6':>13} {'median CPU ms':>13} {'total s':>8}")
    for name, method in (("oracle", by_oracle), ("evalf", by_evalf), ("mp.quad", by_quad)):
        answered = right = wrong = 0
        spent: list[float] = []
        for case in cases:
            f, x, lo, hi, closed = posed(case)
            truth = enclose(closed, digits=40).mid
            value, seconds = timed(method, f, x, lo, hi)
            spent.append(seconds)
            if value is None:
                continue
            answered += 1
            with mpmath.workdps(50):
                error = abs(value - truth) / max(abs(truth), mpmath.mpf("1e-10"))
            right += bool(error < mpmath.mpf("1e-20"))
            wrong += not bool(error < mpmath.mpf("1e-6"))
        print(
            f"{name:8} {answered:8} {right:9} {wrong:13} {1000 * statistics.median(spent):13.1f} {sum(spent):8.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
