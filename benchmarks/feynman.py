"""Definite integrals side by side: solved, wrong and CPU seconds of the engine, of SymPy, of Maxima and of Giac.

    python benchmarks/feynman.py [--system ours sympy maxima giac] [--limit 60] [--ids gauss log_0] [--results FILE]

Every case runs in a process of its own with a limit on CPU time. Results go to FILE line by line (JSON), and a case
that stands there is not run again. A system's answer counts as solved if its value agrees with the two reference values
of the case to 12 digits, as wrong if it is a number that does not, else as no answer. Maxima and Giac are
left out where they are not installed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import shutil
import statistics
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent.parent / "tests" / "cases" / "feynman.json"
SYSTEMS = ("ours", "sympy", "maxima", "giac")
DIGITS = 12


def problem(case: dict[str, Any]) -> tuple[Any, tuple[Any, Any, Any], list[Any]]:
    """(integrand, (x, lo, hi), given) with plain symbols, read by the grammar."""
    import sympy as sp

    from derive.text import parse, parse_relation

    names = [p["name"] for p in case.get("parameters", [])]
    symbols = {name: sp.Symbol(name) for name in [*names, case["variable"]]}

    def read(text: str) -> Any:
        return parse(_plain(text), symbols=symbols)

    given = [parse_relation(text, symbols=symbols) for text in case.get("assumptions") or []]
    return read(case["integrand"]), (symbols[case["variable"]], read(case["lower"]), read(case["upper"])), given


def _plain(text: str) -> str:
    """Rational(p,q) as (p/q): the case table is written in SymPy's words."""
    import re

    return re.sub(r"Rational\((-?\d+),\s*(\d+)\)", r"(\1/\2)", text)


def verdict(case: dict[str, Any], value: Any) -> str:
    """solved, wrong, or none where the value is no number at the reference points."""
    import mpmath
    import sympy as sp

    from numerics import NotEnclosed, enclose

    if isinstance(value, tuple):
        pairs = zip(value, (mpmath.mpf(reference["value"]) for reference in case["values"]), strict=True)
        right = all(abs(number - expected) <= 10.0**-DIGITS * max(1, abs(expected)) for number, expected in pairs)
        return "solved" if right else "wrong"
    found = []
    for reference in case["values"]:
        at = {symbol: sp.Rational(reference["at"][symbol.name]) for symbol in value.free_symbols}
        try:
            number = enclose(value, at, digits=20, timeout=10).mid
        except (NotEnclosed, ValueError, TypeError):
            try:
                number = mpmath.mpmathify(sp.N(value.subs(at), 20))
            except (ValueError, TypeError):
                return "none"
        expected = mpmath.mpf(reference["value"])
        found.append(abs(number - expected) <= 10.0**-DIGITS * max(1, abs(expected)))
    return "solved" if all(found) else "wrong"


def ours(case: dict[str, Any], limit: float) -> tuple[Any, str]:
    from derive.errors import DeriveError
    from derive.feynman import abel_integral
    from derive.feynman.integrate import search_here

    f, limits, given = problem(case)
    if case.get("regularised"):
        try:
            return abel_integral(f, limits, given, timeout=limit).value, "abel"
        except DeriveError as error:
            return None, f"{type(error).__name__}: {error}"
    try:
        result = search_here(f, limits, given, timeout=limit)
    except DeriveError as error:
        tried = getattr(getattr(error, "found", None), "tried", "")
        return None, f"{type(error).__name__}: {str(error)[:400]} | {tried}"
    return result.value, f"{result.route} [{result.evidence.status.value}]"


def sympy(case: dict[str, Any], _limit: float) -> tuple[Any, str]:
    import sympy as sp

    f, limits, given = problem(case)
    table = {}
    for symbol in f.free_symbols | limits[2].free_symbols | limits[1].free_symbols:
        positive = any(symbol in relation.free_symbols for relation in given)
        table[symbol] = sp.Symbol(symbol.name, positive=True) if positive else sp.Symbol(symbol.name, real=True)
    answer = sp.integrate(f.xreplace(table), tuple(part.xreplace(table) for part in limits))
    return (None, "unevaluated") if answer.has(sp.Integral) else (answer, "integrate")


# How Maxima spells what the case table writes in SymPy's words.
MAXIMA = {
    "oo": "inf", "pi": "%pi", "E": "%e", "EulerGamma": "%gamma", "loggamma": "log_gamma", "besselj": "bessel_j",
    "besseli": "bessel_i", "besselk": "bessel_k", "elliptic_k": "elliptic_kc", "elliptic_e": "elliptic_ec",
}  # fmt: skip


def maxima(case: dict[str, Any], limit: float) -> tuple[Any, str]:
    """Maxima's integrate under the assumptions of the case; the answer is its numbers at the reference points."""
    import re

    import mpmath

    def spelled(text: str) -> str:
        return re.sub(r"[A-Za-z_]\w*", lambda word: MAXIMA.get(word[0], word[0]), _plain(text))

    facts = [part for text in case.get("assumptions") or [] for part in _single(text)]
    lines = ["display2d: false$", "fpprec: 30$", f"assume({', '.join(map(spelled, facts))})$" if facts else ""]
    parts = (case["integrand"], case["variable"], case["lower"], case["upper"])
    lines.append(f"answer: integrate({', '.join(map(spelled, parts))})$")
    for reference in case["values"]:
        at = ", ".join(f"{name} = {value}" for name, value in reference["at"].items())
        lines.append(f'print("VALUE", bfloat(rectform(subst([{at}], answer))))$')
    done = subprocess.run(
        ["maxima", "--very-quiet"], input="\n".join(lines), capture_output=True, text=True, timeout=limit, check=False
    )
    numbers = re.findall(r"VALUE ([-+]?[\d.]+)b([-+]?\d+)\s*$", done.stdout, re.MULTILINE)
    if len(numbers) != len(case["values"]):
        return None, done.stdout.strip()[-80:]
    return tuple(mpmath.mpf(f"{mantissa}e{exponent}") for mantissa, exponent in numbers), "integrate"


# How Giac spells them.
GIAC = {
    "oo": "inf", "E": "e", "log": "ln", "EulerGamma": "euler_gamma", "gamma": "Gamma", "zeta": "Zeta",
    "besselj": "BesselJ", "bessely": "BesselY", "besseli": "BesselI", "besselk": "BesselK", "Abs": "abs",
}  # fmt: skip


def giac(case: dict[str, Any], limit: float) -> tuple[Any, str]:
    """Giac's integrate under the assumptions of the case; the answer is its numbers at the reference points."""
    import re
    import tempfile

    import mpmath

    def spelled(text: str) -> str:
        return re.sub(r"[A-Za-z_]\w*", lambda word: GIAC.get(word[0], word[0]), _plain(text))

    lines, known = [], set()
    for fact in (part for text in case.get("assumptions") or [] for part in _single(text)):
        letter = min(set(re.findall(r"[A-Za-z_]\w*", fact)), default="")
        lines.append(f"{'additionally' if letter in known else 'assume'}({spelled(fact)});")
        known.add(letter)
    parts = (case["integrand"], case["variable"], case["lower"], case["upper"])
    lines += [f"answer:=integrate({','.join(map(spelled, parts))});", 'print("ANSWER",answer);']
    for reference in case["values"]:
        at = ",".join(f"{name}={spelled(str(value))}" for name, value in reference["at"].items())
        lines.append(f'print("VALUE",evalf(subst(answer,[{at}]),25));')
    with tempfile.TemporaryDirectory() as place:  # Giac leaves a session file where it runs
        script = Path(place) / "case.giac"
        script.write_text("\n".join(lines) + "\n")
        command = ["giac", str(script)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False, cwd=place
        )
    answer = re.search(r"^ANSWER,(.*)$", done.stderr, re.MULTILINE)
    numbers = re.findall(r"^VALUE,([-+]?[\d.]+(?:e[-+]?\d+)?)$", done.stderr, re.MULTILINE)
    if answer is None or "integrate(" in answer[1] or len(numbers) != len(case["values"]):
        return None, (answer[1] if answer else done.stdout.strip())[-80:]
    return tuple(mpmath.mpf(number) for number in numbers), "integrate"


def _single(text: str) -> list[str]:
    """0<a<1 as 0<a and a<1."""
    ends = text.split("<")
    return [f"{p}<{q}" for p, q in pairwise(ends)] if len(ends) > 2 else [text]


RUN = {"ours": ours, "sympy": sympy, "maxima": maxima, "giac": giac}


def _child(system: str, case: dict[str, Any], limit: float, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit * 1.5) + 10, int(limit * 1.5) + 15))
    import derive.feynman  # noqa: F401  (its import is not part of the time)

    began = time.process_time()
    try:
        value, note = RUN[system](case, limit)
    except Exception as error:  # noqa: BLE001 - whatever a system raises is its answer
        value, note = None, f"{type(error).__name__}: {error}"[:300]
    seconds = time.process_time() - began + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    word = "none" if value is None else verdict(case, value)
    pipe.send({"verdict": word, "seconds": round(seconds, 2), "value": str(value), "note": note[:900]})


def one(system: str, case: dict[str, Any], limit: float) -> dict[str, Any]:
    """The outcome of one case in a process of its own."""
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    here, there = context.Pipe()
    process = context.Process(target=_child, args=(system, case, limit, there))
    process.start()
    there.close()
    try:
        outcome = here.recv() if here.poll(limit * 4 + 60) else {"verdict": "none", "seconds": limit, "note": "killed"}
    except EOFError:
        outcome = {"verdict": "none", "seconds": limit, "note": "the process ended without an answer"}
    if process.is_alive():
        process.kill()
    process.join()
    return {"id": case["id"], "system": system, **outcome}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--system", nargs="*", default=["ours", "sympy"], choices=SYSTEMS)
    parser.add_argument("--limit", type=float, default=60.0, help="CPU seconds for a case (60)")
    parser.add_argument("--ids", nargs="*", default=[""], help="only cases whose id begins so")
    parser.add_argument("--results", type=Path, default=Path("feynman-results.jsonl"))
    parser.add_argument("--cases", type=Path, default=CASES)
    options = parser.parse_args()
    cases = [c for c in json.loads(options.cases.read_text()) if c["id"].startswith(tuple(options.ids))]
    import derive.feynman.search

    derive.feynman.search.methods()  # imported before the processes are split off
    known = {}
    if options.results.exists():
        rows = map(json.loads, options.results.read_text().splitlines())
        known = {(row["system"], row["id"]): row for row in rows}
    for system in options.system:
        if system in ("maxima", "giac") and shutil.which(system) is None:
            print(f"{system} is not installed: left out")
            continue
        for case in cases:
            if (system, case["id"]) in known:
                continue
            row = one(system, case, options.limit)
            known[system, case["id"]] = row
            with options.results.open("a") as lines:
                lines.write(json.dumps(row) + "\n")
            print(f"{system:6} {case['id']:9} {row['verdict']:6} {row['seconds']:6.2f}  {row['note'][:90]}", flush=True)
    table(cases, known, options.system)


def table(cases: list[dict[str, Any]], known: dict[Any, Any], systems: list[str]) -> None:
    """Solved, wrong and seconds per class and in all, with the versions."""
    import sympy as sp

    print(f"\nPython {platform.python_version()}, SymPy {sp.__version__}, {os.cpu_count()} cores")
    classes = sorted({case["class"] for case in cases})
    for system in systems:
        rows = {case["id"]: known[system, case["id"]] for case in cases if (system, case["id"]) in known}
        if not rows:
            continue
        print(f"\n{system:34} solved  wrong  of   median s")
        for name in [*classes, "without a parameter", "all"]:
            inside = [
                rows[c["id"]]
                for c in cases
                if c["id"] in rows
                and (name in ("all", c["class"]) or (name == "without a parameter" and c.get("no_parameter_given")))
            ]
            if inside:
                good = sum(r["verdict"] == "solved" for r in inside)
                bad = sum(r["verdict"] == "wrong" for r in inside)
                median = statistics.median(r["seconds"] for r in inside)
                print(f"  {name:32} {good:5} {bad:6} {len(inside):4} {median:9.2f}")


if __name__ == "__main__":
    main()
