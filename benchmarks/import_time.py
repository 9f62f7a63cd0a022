"""What `import derive` costs beside `import sympy`: CPU seconds of fresh interpreters, medians, taken in turn.

python benchmarks/import_time.py [REPEATS]
"""

import platform
import resource
import statistics
import subprocess
import sys
from importlib.metadata import version

STATEMENTS = (
    "pass",
    "import sympy",
    "import derive",
    "from derive import verify, Claim; from derive.rules import Leibniz",
)


def cpu_seconds(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(repeats: int) -> None:
    print(
        f"Python {platform.python_version()}, sympy {version('sympy')}, {platform.machine()}, {repeats} runs each, "
        "interleaved"
    )
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(repeats):
        for statement in STATEMENTS:
            times[statement].append(cpu_seconds(statement))
    median = {statement: statistics.median(values) for statement, values in times.items()}
    for statement in STATEMENTS:
        ratio = median[statement] / median["import sympy"]
        print(f"{median[statement]:7.3f} s  {ratio:5.2f} × import sympy   {statement}")
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, derive; print(sorted({'torch', 'matplotlib'} & set(sys.modules)))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    print("torch or matplotlib loaded by import derive:", loaded.stdout.strip())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
