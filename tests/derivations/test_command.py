"""The command from outside: exit codes, messages, JSON, files written whole, and the start without SymPy."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from derivations.command import entry, main, names
from derivations.command.check import SCHEMA, document
from derive.report import to_dict
from derive.view.paper import length
from tests import specimen

ROOT = Path(__file__).resolve().parents[2]
RUN = "import sys; sys.argv[0] = 'derive'; from derivations.command import main; sys.exit(main())"

GOOD = """
from sympy import symbols
from derive import Claim
x = symbols("x", real=True)
result = Claim((x + 1)**2, x**2 + 2*x + 1)
"""
FALSE = GOOD.replace("2*x + 1", "2*x + 2")
TAKEN = """
from sympy import symbols
from derive import Derivation
from derive.rules import Assumed
x = symbols("x", real=True)
result = Derivation((x + 1)**2, name="taken").to(x**2 + 2*x + 1, Assumed("it suits us")).qed()
"""
SLOW = """
import time
from pathlib import Path
from sympy import symbols
from derive import Claim
Path("started").write_text("")
time.sleep(60)
x = symbols("x")
result = Claim(x, x)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DERIVE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    kept = list(sys.path)
    for name, text in {"good": GOOD, "false": FALSE, "taken": TAKEN}.items():
        (tmp_path / f"{name}.py").write_text(text)
    yield tmp_path
    sys.path[:] = kept
    for name in ("good", "false", "taken", "mine", "broken"):
        sys.modules.pop(name, None)


def shell(*arguments: str, **options) -> subprocess.CompletedProcess:
    environment = dict(os.environ, PYTHONPATH=str(ROOT), **options.pop("env", {}))
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
        **options,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list"], 0),
        (["check", "good.py"], 0),
        (["check", "./good.py", "--strict", "exact"], 0),
        (["check", "false.py"], 1),
        (["check", "good.py", "false.py"], 1),
        (["check", "taken.py"], 1),
        (["check", "taken.py", "--strict", "assumed"], 0),
        (["run", "good.py", "--no-page"], 0),
        (["run", "false.py", "--no-page"], 1),
        (["report", "good.py", "-o", "out"], 0),
        (["report", "false.py", "-o", "out"], 1),
        ([], 2),
        (["--version"], 0),
        (["--help"], 0),
        (["chekc"], 2),
        (["check", "no_such_name"], 2),
        (["check", "missing.py"], 2),
        (["check", "good.py", "--strict", "unknown"], 2),
        (["check", "good.py", "--timeout", "0"], 2),
        (["check", "good.py", "--digits", "many"], 2),
        (["run"], 2),
    ],
)
def test_exit_codes(folder, capsys, arguments, code):
    assert main(arguments) == code
    output = capsys.readouterr()
    assert all(length(line) <= 80 for line in output.out.splitlines())
    assert code != 2 or output.err or output.out.startswith("usage")


def test_every_verb_has_help_of_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for verb in entry.VERBS:
        assert main([verb.name, "--help"]) == 0
        text = capsys.readouterr().out
        assert verb.name in text and all(length(line) <= 80 for line in text.splitlines())


def test_a_counterexample_is_printed_by_check(folder, capsys):
    assert main(["check", "false.py", "good.py"]) == 1
    text = capsys.readouterr().out
    assert re.search(r"^false  refuted", text, re.M) and re.search(r"^good   exact", text, re.M)
    assert "left" in text and "right" in text
    assert text.rstrip().endswith("1 of 2 at or above agreed; below: false")


def test_run_writes_the_page_and_says_where(folder, capsys):
    assert main(["run", "good.py"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("page: pages/good.html")
    assert "Reproduce with <code>derive run good.py</code>" in (folder / "pages" / "good.html").read_text("utf-8")
    assert main(["run", "good.py", "-o", "elsewhere", "--seed", "7"]) == 0
    assert "derive run good.py --seed 7" in (folder / "elsewhere" / "good.html").read_text("utf-8")


def test_report_writes_pages_and_index(folder, capsys):
    assert main(["report", "good.py", "taken.py", "-o", "out", "--strict", "assumed"]) == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["good.html", "index.html", "taken.html"]


BAD_SCRIPTS = {
    "1/0": "broken.py, line 1: ZeroDivisionError",
    "x = (": "broken.py, line 1: ",
    "import sys; sys.exit(3)": "ended the program (3)",
    "x = 1": "has no `result`",
    "result = 5": "`result` in broken.py is of type int",
    "import no_such_package": "broken.py, line 1: ModuleNotFoundError",
    "from derive import Claim\nresult = Claim('x', 1)": "broken.py, line 2: DeriveError",
}


@pytest.mark.parametrize(("text", "message"), BAD_SCRIPTS.items())
def test_a_script_that_cannot_be_used(folder, capsys, text, message):
    (folder / "broken.py").write_text(text)
    assert main(["run", "broken.py"]) == 2
    error = capsys.readouterr().err
    assert message in error and error.startswith("derive run: ") and "Traceback" not in error


def test_a_script_is_loaded_without_running_its_last_lines(folder):
    (folder / "mine.py").write_text(GOOD + "\nassert __name__ != '__main__'\n")
    assert names.subject("mine.py").name == "mine"


def test_a_script_called_like_a_library_does_not_replace_it(folder):
    (folder / "json.py").write_text(GOOD)
    assert names.subject("json.py").name == "json"
    assert sys.modules["json"] is json


def test_suggestions(folder, capsys):
    assert main(["rnu"]) == 2
    assert "did you mean 'run'?" in capsys.readouterr().err
    assert main(["run", "good"]) == 2
    assert "write good.py" in " ".join(capsys.readouterr().err.split())


def test_a_near_name_is_suggested(folder, capsys, monkeypatch):
    monkeypatch.setattr(names, "entries", lambda: [names.Entry("feynman_integrals", "Feynman's integrals")])
    assert main(["run", "feynmann-integrals"]) == 2
    assert "did you mean 'feynman_integrals'?" in " ".join(capsys.readouterr().err.split())


def test_entries_are_read_without_running(tmp_path, monkeypatch):
    (tmp_path / "b.py").write_text('"""Title of b.\n\nMore."""\nresult = None\nraise SystemExit\n')
    (tmp_path / "a.py").write_text("result: int = 1\n")
    (tmp_path / "other.py").write_text('"""No result."""\n')
    (tmp_path / "_private.py").write_text("result = 1\n")
    (tmp_path / "damaged.py").write_text("result = (\n")
    monkeypatch.setattr(names, "_PACKAGE", tmp_path)
    assert names.entries() == [names.Entry("a", ""), names.Entry("b", "Title of b")]


def test_all_of_ours_have_a_title():
    assert all(entry.title for entry in names.entries())


def test_list_starts_without_sympy():
    code = "import sys; from derivations.command import main; main(['list']); assert 'sympy' not in sys.modules"
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False).returncode == 0
    )


def test_new_runs_and_is_exact(folder, capsys):
    assert main(["new", "mine"]) == 0
    assert main(["check", "mine.py", "--strict", "exact"]) == 0
    before = (folder / "mine.py").read_bytes()
    assert main(["new", "mine"]) == 2
    assert main(["new", "mine.py"]) == 2
    assert "was left as it is" in capsys.readouterr().err
    assert (folder / "mine.py").read_bytes() == before
    assert main(["new", "no-identifier"]) == 2
    done = subprocess.run(
        [sys.executable, "mine.py", "--strict", "exact"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )
    assert done.returncode == 0, done.stderr
    assert "page: pages/mine.html" in done.stdout
    assert "python mine.py" in (folder / "pages" / "mine.html").read_text("utf-8")


@pytest.mark.parametrize("verb", ["run", "report"])
def test_a_place_that_cannot_be_written(folder, capsys, verb):
    (folder / "taken").write_text("a file")
    assert main([verb, "good.py", "-o", "taken/pages"]) == 2
    error = capsys.readouterr().err
    assert f"derive {verb}: cannot write taken/pages" in error and "-o" in error


def conforms(value, schema, definitions, path="$"):
    """Faults of a value against the part of JSON Schema that our schema uses."""
    if "$ref" in schema:
        return conforms(value, definitions[schema["$ref"].rsplit("/", 1)[1]], definitions, path)
    if "anyOf" in schema:
        every = [conforms(value, option, definitions, path) for option in schema["anyOf"]]
        return [] if any(not faults for faults in every) else min(every, key=len)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{path} is {value!r}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{path} is {value!r}"]
    kind = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}[schema["type"]]
    if not isinstance(value, kind):
        return [f"{path} is no {schema['type']}"]
    faults = []
    if kind is list:
        for index, item in enumerate(value):
            faults += conforms(item, schema["items"], definitions, f"{path}[{index}]")
    if kind is dict:
        known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        faults += [f"{path} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            inner = known.get(name, rest)
            if inner is False:
                faults.append(f"{path}.{name} is not in the schema")
            elif inner is not True:
                faults += conforms(item, inner, definitions, f"{path}.{name}")
    return faults


def test_json_follows_its_schema(folder, capsys):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert main(["check", "good.py", "false.py", "taken.py", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert [result["passed"] for result in printed["results"]] == [True, False, False]
    assert not printed["passed"]
    assert not conforms(printed, schema, schema["$defs"])
    result = {"name": "specimen", "status": "refuted", "passed": False, "report": to_dict(specimen.article_report)}
    whole = json.loads(json.dumps(document([result], "agreed")))
    assert not conforms(whole, schema, schema["$defs"])
    whole["results"][0]["report"]["parts"][0]["steps"][0]["surprise"] = 1
    assert conforms(whole, schema, schema["$defs"])


def test_a_closed_pipe_is_quiet(folder):
    done = subprocess.run(
        f"'{sys.executable}' -c \"{RUN}\" check --help | head -1",
        shell=True, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )  # fmt: skip
    assert done.stderr == "" and done.stdout.startswith("usage")
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-c", RUN, "list"],
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )
    os.close(write)
    assert process.stderr == b"" and process.returncode == 0


@pytest.mark.parametrize("verb", ["check", "report"])
def test_ctrl_c_leaves_whole_files(folder, verb):
    (folder / "slow.py").write_text(SLOW)
    (folder / "out").mkdir()
    (folder / "out" / "good.html").write_text("an older page")
    options = ["-o", "out"] if verb == "report" else []
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, verb, "good.py", "slow.py", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )  # fmt: skip
    deadline = time.monotonic() + 40
    while not (folder / "started").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert error.strip() == "interrupted; what was finished is kept in the cache"
    assert [path.name for path in (folder / "out").iterdir()] == ["good.html"]
    assert (folder / "out" / "good.html").read_text() == "an older page"
    for path in (folder / "cache").rglob("*"):
        assert path.is_dir() or (path.suffix == ".json" and json.loads(path.read_text("utf-8")))


def test_without_a_cache_nothing_is_kept(folder):
    assert shell("check", "good.py", "--no-cache").returncode == 0
    assert not (folder / "cache").exists()


def test_ascii_output_where_the_encoding_is_ascii(folder):
    done = shell("run", "good.py", "--no-page", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and done.stdout.isascii() and "UnicodeEncodeError" not in done.stderr
    assert shell("list", env={"PYTHONIOENCODING": "ascii"}).returncode == 0
