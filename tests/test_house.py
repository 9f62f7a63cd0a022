"""The house: imports point one way, and `import derive` stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("numerics", "derive", "models", "derivations")
FILES = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(path):
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    assert not imported(path) & set(FLOORS[floor + 1 :])


def test_the_check_sees_imports_inside_functions(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from models.gan import G\n    return G\n")
    assert "models" in imported(wrong)


@pytest.mark.parametrize("module", ["derive", "numerics", "derivations.command"])
def test_import_loads_neither_torch_nor_matplotlib(module):
    code = f"import sys, {module}; print(sorted({{'torch', 'matplotlib'}} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "[]"


def test_outside_text_is_never_evaluated():
    forbidden = {"eval", "exec", "sympify", "parse_expr"}
    allowed = {("derive/claim.py", "sympify")}  # of Python numbers only
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in forbidden and isinstance(node.func, ast.Name | ast.Attribute):
                    owner = getattr(getattr(node.func, "value", None), "id", "")
                    if owner in ("", "sp", "sympy", "builtins"):
                        found.add((str(path.relative_to(ROOT)), name))
    assert found - allowed <= {("numerics/kernel/emit.py", "exec")}
