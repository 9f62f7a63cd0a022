"""The names of the ground floor: `kernel` is the function, in whatever order package and subpackage are imported."""

import subprocess
import sys

import pytest

FIRST = (
    "import numerics",
    "import numerics.kernel",
    "import numerics.kernel.emit",
    "from numerics.kernel import Kernel",
    "import numerics.kernel as anything",
    "from numerics import kernel",
    "from numerics import *",
    "import importlib; importlib.import_module('numerics.kernel')",
)
CHECK = """
import inspect, pickle, numerics, numerics.kernel
from numerics import kernel
from numerics.kernel import Kernel, kernel as same
from sympy.abc import x
assert inspect.isfunction(kernel) and kernel is same and numerics.kernel is kernel
assert list(inspect.signature(kernel).parameters)[:2] == ["expr", "args"]
k = pickle.loads(pickle.dumps(kernel(x**2, [x], backend="numpy")))
assert isinstance(k, Kernel) and k(3.0) == 9.0 and pickle.loads(pickle.dumps(kernel)) is kernel
"""


@pytest.mark.parametrize("first", FIRST)
def test_kernel_is_the_function_in_every_order_of_imports(first):
    found = subprocess.run([sys.executable, "-c", first + CHECK], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_public_names():
    import numerics

    assert {name for name in numerics.__all__ if getattr(numerics, name) is None} == set()
    with pytest.raises(AttributeError, match="no attribute 'kernal'"):
        _ = numerics.kernal
