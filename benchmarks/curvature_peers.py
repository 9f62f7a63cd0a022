"""One task by one peer, timed: python curvature_peers.py PEER TASK → JSON {seconds, version, what} or {missing}.

Runs under any Python with SymPy and the peer; derive is not imported. Started by `curvature.py`, which sets the limit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from itertools import combinations
from typing import Any

import sympy as sp
from curvature_metrics import METRICS

FORM = "d of a 2-form, 8-D"
FORM_TWICE = "d∘d of it"


def coordinates(task: str) -> tuple[Any, list[list[Any]]]:
    names, rows = METRICS[task]
    x = sp.symbols(names, real=True)
    return x, rows(*x)


def diffgeom(task: str) -> str:
    """sympy.diffgeom: Ricci components; for forms the components of d on the coordinate fields."""
    from sympy.diffgeom import CoordSystem, Differential, Manifold, Patch, TensorProduct, WedgeProduct
    from sympy.diffgeom import metric_to_Ricci_components as ricci

    if task in METRICS:
        names, rows = METRICS[task]
        size = len(names.split())
        system = CoordSystem("C", Patch("P", Manifold("M", size)), sp.symbols(names, real=True))
        table, forms = rows(*system.base_scalars()), system.base_oneforms()
        pairs = [(i, j) for i in range(size) for j in range(size)]
        ricci(sum(table[i][j] * TensorProduct(forms[i], forms[j]) for i, j in pairs))
        return "Ricci, not simplified"
    system = CoordSystem("C", Patch("P", Manifold("M", 8)), sp.symbols("x0:8", real=True))
    x, forms, fields = system.base_scalars(), system.base_oneforms(), system.base_vectors()
    w = sum(sp.Function(f"w{i}{j}")(*x) * WedgeProduct(forms[i], forms[j]) for i, j in combinations(range(8), 2))
    if task == FORM:
        slope = Differential(w)
        for chosen in combinations(fields, 3):
            slope(*chosen)
    else:
        # its own rule: Differential of a Differential is zero by definition, so the components are differentiated again
        for chosen in combinations(fields, 4):
            total = 0
            for j, X in enumerate(chosen):
                rest = chosen[:j] + chosen[j + 1 :]
                total += (-1) ** j * X(Differential(w)(*rest))
            assert sp.expand(total) == 0
    return "components of d on fields"


def einsteinpy(task: str) -> str:
    """EinsteinPy: Christoffel, Riemann, Ricci and scalar, as it simplifies them."""
    from einsteinpy.symbolic import ChristoffelSymbols, MetricTensor, RicciScalar, RicciTensor, RiemannCurvatureTensor

    x, rows = coordinates(task)
    g = MetricTensor(rows, x)
    riemann = RiemannCurvatureTensor.from_christoffels(ChristoffelSymbols.from_metric(g))
    scalar = RicciScalar.from_riccitensor(RicciTensor.from_riemann(riemann))
    assert scalar.expr is not None
    return "Γ, Riemann, Ricci, R"


def gravipy(task: str) -> str:
    """GraviPy: all components of Christoffel, Riemann, Ricci."""
    from gravipy.tensorial import All, Christoffel, Coordinates, MetricTensor, Ricci, Riemann

    names, rows = METRICS[task]
    symbols = sp.symbols(names, real=True)
    x = Coordinates(r"\chi", list(symbols))
    g = MetricTensor("g", x, sp.Matrix(rows(*symbols)))
    Christoffel("Ga", g)(All, All, All)
    Riemann("Rm", g)(All, All, All, All)
    Ricci("Ri", g)(All, All)
    return "Γ, Riemann, Ricci"


def galgebra(task: str) -> str:
    """GAlgebra: Christoffel symbols (it has no Riemann tensor); for forms ∇∧F of a bivector field."""
    from galgebra.ga import Ga

    if task in METRICS:
        x, rows = coordinates(task)
        ga = Ga(" ".join(f"e_{s}" for s in x), g=sp.Matrix(rows), coords=x)
        ga.Christoffel_symbols(mode=1)
        ga.Christoffel_symbols(mode=2)
        return "Γ only"
    x = sp.symbols("x0:8", real=True)
    ga = Ga("e", g=[1] * 8, coords=x)
    field = ga.mv("w", "bivector", f=True)
    once = ga.grad ^ field
    if task == FORM_TWICE:
        assert (ga.grad ^ once).simplify() == 0
    return "∇∧F"


def maxima(task: str) -> str:
    """Maxima's ctensor: Christoffel, Riemann, Ricci, Kretschmann, with ratfac; its own run time."""
    names, rows = METRICS[task]
    x = sp.symbols(names, real=True)
    matrix = ", ".join("[" + ", ".join(str(entry) for entry in row) + "]" for row in rows(*x))
    text = (
        f"load(ctensor)$ dim:{len(x)}$ ct_coords:[{', '.join(map(str, x))}]$ lg:matrix({matrix})$ ratfac:true$ "
        "start:elapsed_run_time()$ cmetric(false)$ christof(false)$ lriemann(false)$ uriemann(false)$ ricci(false)$ "
        'value:rinvariant()$ value:factor(value)$ print("seconds", float(elapsed_run_time()-start))$ quit();'
    )
    shown = subprocess.run(
        ["maxima", "--very-quiet", "--batch-string", text], capture_output=True, text=True, check=True
    )
    line = next(row for row in shown.stdout.splitlines() if row.startswith("seconds "))
    return "Γ, Riemann, Ricci, Kretschmann|" + line.split()[1]


# name → (distribution, module that is imported before the clock starts, task); Maxima reports its own run time
PEERS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "diffgeom": ("sympy", "sympy.diffgeom", diffgeom),
    "EinsteinPy": ("einsteinpy", "einsteinpy.symbolic", einsteinpy),
    "GraviPy": ("GraviPy", "gravipy.tensorial", gravipy),
    "GAlgebra": ("galgebra", "galgebra.ga", galgebra),
    "Maxima": ("", "subprocess", maxima),
}
FORMS_BY = ("diffgeom", "GAlgebra")


def main() -> None:
    peer, task = sys.argv[1:3]
    package, module, action = PEERS[peer]
    import_module(module)
    if package:
        known = f"{package} {version(package)}" + ("" if package == "sympy" else f" (sympy {version('sympy')})")
    else:
        shown = subprocess.run(["maxima", "--version"], capture_output=True, text=True, check=True).stdout
        known = shown.strip()
    if task == "version":
        print(json.dumps({"version": known}))
        return
    start = time.process_time()
    what, _, own = action(task).partition("|")
    print(json.dumps({"seconds": float(own) if own else time.process_time() - start, "version": known, "what": what}))


if __name__ == "__main__":
    try:
        main()
    except (ImportError, FileNotFoundError) as error:
        print(json.dumps({"missing": str(error)}))
