"""What `derive run feynman_cosine` costs: CPU seconds of the command and its workers, cold (nothing kept) and warm.

python benchmarks/article.py [REPEATS]

Cold: a fresh cache directory each time. Warm: that directory again. `import sympy` is measured beside them in the same
rounds, as a yardstick for how fast the machine is at the time.
"""

import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

RUN = """import sys
from derivations.command.entry import main
sys.exit(main(["run", "feynman_cosine", "-o", *sys.argv[1:]]))"""


def cpu_seconds(code: str, folder: str) -> tuple[float, str]:
    """User and system time of a fresh interpreter and all that it started and waited for, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = dict(os.environ, DERIVE_CACHE=str(Path(folder) / "evidence"))
    done = subprocess.run(
        [sys.executable, "-c", code, folder], check=True, capture_output=True, text=True, env=environment
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main(repeats: int) -> None:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("sympy", "mpmath", "python-flint", "matplotlib"))
    print(f"Python {platform.python_version()}, {libraries}; {platform.machine()}, {os.cpu_count()} cores")
    times: dict[str, list[float]] = {"import sympy": [], "cold": [], "warm": []}
    printed = ""
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            times["import sympy"].append(cpu_seconds("import sympy", folder)[0])
            seconds, printed = cpu_seconds(RUN, folder)
            times["cold"].append(seconds)
            times["warm"] += [cpu_seconds(RUN, folder)[0] for _ in range(2)]
    yardstick = statistics.median(times["import sympy"])
    for name, found in times.items():
        median = statistics.median(found)
        print(
            f"{name:14} {median:7.2f} s of CPU, median of {len(found)} "
            f"({min(found):.2f} to {max(found):.2f}), {median / yardstick:5.1f} × import sympy"
        )
    summary = re.search(r"\d+ checks: .*?weakest: \w+", printed, re.S)
    print(" ".join(summary[0].split()) if summary else "no summary was printed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
