"""The house: imports point one way, and `import derive` stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("numerics", "derive", "models", "derivations")
FILES = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


def names(node: ast.stmt) -> set[str]:
    """The top-level packages that one import statement names; none for any other statement."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return {node.module.split(".")[0]}
    return set()


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports anywhere in it."""
    return set().union(*(names(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(path):
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    assert not imported(path) & set(FLOORS[floor + 1 :])


def test_the_check_sees_imports_inside_functions(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from models.gan import G\n    return G\n")
    assert "models" in imported(wrong)


def test_import_of_derive_loads_no_rule_and_no_number():
    below = ("derive.rules", "derive.exact", "derive.field", "numerics")
    code = f"import sys, derive; print([m for m in sys.modules if m.startswith({below})])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "[]"


def test_no_module_of_derive_imports_torch_or_matplotlib():
    """matplotlib nowhere, torch only inside the function that was asked for it (`method="torch"`)."""
    rooms = [path for path in FILES if path.relative_to(ROOT).parts[0] == "derive"]
    assert rooms and not [path for path in rooms if "matplotlib" in imported(path)]
    top = {path: ast.parse(path.read_text("utf-8")).body for path in rooms}
    assert not [path for path, body in top.items() if any("torch" in names(node) for node in body)]


@pytest.mark.parametrize("module", ["derive", "numerics", "derivations.command"])
def test_import_loads_neither_torch_nor_matplotlib(module):
    code = f"import sys, {module}; print(sorted({{'torch', 'matplotlib'}} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "[]"


EVALUATING = {"eval", "exec", "parse_expr", "__import__"}
# The code that a kernel runs is made by numerics.kernel.emit out of SymPy trees, never out of text from outside.
GENERATED = {
    "numerics/kernel/torch_ops.py": {"exec"},
    "numerics/kernel/numpy_ops.py": {"exec"},
    "numerics/kernel/ball_ops.py": {"exec"},
}
FROM_OUTSIDE = ("derive/text/", "derivations/command/")


def calls(source: str) -> list[tuple[str, ast.Call]]:
    """The calls of plain names and of names of sympy and builtins, under any alias, with what is called."""
    tree = ast.parse(source)
    named: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named |= {alias.asname or alias.name: alias.name for alias in node.names}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name):
            found.append((named.get(called.id, called.id), node))
        elif isinstance(called, ast.Attribute):
            owner = ast.unparse(called.value)
            if named.get(owner.split(".")[0], owner).split(".")[0] in ("sympy", "builtins"):
                found.append((called.attr, node))
    return found


def written(argument: ast.expr) -> bool:
    """True of a string that stands in the source."""
    return isinstance(argument, ast.JoinedStr) or (
        isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def evaluating(source: str) -> set[str]:
    """What of Python's evaluation a source calls; a string that is written out and sympified counts too."""
    return {
        name
        for name, call in calls(source)
        if name in EVALUATING or (name in ("sympify", "S") and any(map(written, call.args)))
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_is_never_evaluated(path):
    name, source = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    assert evaluating(source) == GENERATED.get(name, set())
    if name.startswith(FROM_OUTSIDE):
        assert not {"sympify", "S", "lambdify"} & {called for called, _ in calls(source)}


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "import builtins as b\nb.exec('x')",
        "from sympy.parsing.sympy_parser import parse_expr as read\nread('x')",
        "import sympy.parsing.sympy_parser\nsympy.parsing.sympy_parser.parse_expr('x')",
        "import sympy as sp\nsp.sympify('x')",
        "from sympy import S\nS(f'{1}/2')",
    ],
)
def test_the_check_sees_evaluation_under_any_name(source):
    assert evaluating(source)


def test_the_check_lets_numbers_and_methods_pass():
    assert not evaluating("import sympy as sp\nsp.sympify(2)\nsp.S(1)\nx.eval('a')\nsp.sympify(y)")
