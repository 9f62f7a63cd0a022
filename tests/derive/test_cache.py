"""Evidence on disk: the same claim finds it, another never does; damage is noticed; failure to write costs a warning
only."""

import io
import json
import os
from pathlib import Path

import pytest
import sympy as sp
from sympy.abc import x, y

from derive import AT_MOST, Claim, Counterexample, Evidence, Status, UpTo, cache

EVIDENCE = Evidence(
    Status.REFUTED,
    "balls",
    "detail",
    Counterexample((("x", "1/2"),), "1 ± 0", "2 ± 0"),
    (Evidence(Status.AGREED, "two routes"),),
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DERIVE_CACHE", str(tmp_path))
    return tmp_path


def test_round_trip(folder):
    name = cache.key(Claim(x, y), "q")
    assert cache.load(name) is None
    cache.store(name, EVIDENCE)
    assert cache.load(name) == EVIDENCE
    assert [p.suffix for p in folder.rglob("*") if p.is_file()] == [".json"]


def test_different_questions_have_different_keys():
    p = sp.Symbol("x", positive=True)
    claims = [
        Claim(x, y),
        Claim(y, x),
        Claim(p, y),
        Claim(x, y, [x > 0]),
        Claim(x, y, relation=AT_MOST),
        Claim(x, y, relation=UpTo(x**2, x)),
        Claim(x, y, relation=UpTo(x**3, x)),
    ]
    assert len({cache.key(claim, q) for claim in claims for q in ("a", "b")}) == 2 * len(claims)


def test_dummies_do_not_change_the_key():
    def claim():
        u = sp.Dummy("u", positive=True)
        return Claim(sp.Integral(sp.exp(-u), (u, 0, sp.oo)), 1)

    assert cache.key(claim(), "q") == cache.key(claim(), "q")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("refuted", "exact"),
        lambda text: text.replace("1/2", "1/3"),
        lambda text: json.dumps({"key": "other"}),
        lambda text: "[]",
        lambda text: "\x00" * 50,
    ],
)
def test_a_damaged_entry_is_ignored_with_a_warning(folder, damage):
    name = cache.key(Claim(x, y), "q")
    cache.store(name, EVIDENCE)
    (path,) = (p for p in folder.rglob("*.json"))
    path.write_text(damage(path.read_text()))
    with pytest.warns(cache.CacheWarning, match="damaged"):
        assert cache.load(name) is None


def test_unknown_is_never_kept(folder):
    cache.store(cache.key(Claim(x, y), "q"), Evidence(Status.UNKNOWN, "time ran out"))
    assert not list(folder.rglob("*.json"))


def test_an_unwritable_place_costs_a_warning(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("DERIVE_CACHE", str(blocked))
    with pytest.warns(cache.CacheWarning, match="cannot be written"):
        cache.store(cache.key(Claim(x, y), "q"), EVIDENCE)


def test_an_empty_setting_switches_it_off(monkeypatch):
    monkeypatch.setenv("DERIVE_CACHE", "")
    name = cache.key(Claim(x, y), "q")
    cache.store(name, EVIDENCE)
    assert cache.load(name) is None


@pytest.mark.parametrize("moment", ["open", "write", "replace"])
def test_write_whole_leaves_nothing_behind_when_interrupted(tmp_path, monkeypatch, moment):
    target = tmp_path / "page.html"
    true_open = Path.open

    class Interrupted(io.StringIO):
        def write(self, _):
            raise KeyboardInterrupt

    def opened(path, *arguments, **options):
        true_open(path, *arguments, **options).close()
        if moment == "open":
            raise KeyboardInterrupt
        return Interrupted()

    if moment == "replace":
        monkeypatch.setattr(cache.os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    else:
        monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(KeyboardInterrupt):
        cache.write_whole(target, "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_write_whole_makes_files_by_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        cache.write_whole(tmp_path / "page.html", "new")
    finally:
        os.umask(before)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o666 & ~mask


def test_write_whole_leaves_the_old_file_when_it_fails(tmp_path, monkeypatch):
    target = tmp_path / "page.html"
    target.write_text("old")
    monkeypatch.setattr(cache.os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        cache.write_whole(target, "new")
    assert target.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_dummies_and_functions_of_one_name_are_told_apart():
    one, other = sp.Dummy("d"), sp.Dummy("d")
    f, g = sp.Function("f"), sp.Function("f", real=True)
    pairs = [
        (Claim(one, one), Claim(one, other)),
        (Claim(one, 1), Claim(sp.Dummy("d", positive=True), 1)),
        (Claim(one, other, [one > 0]), Claim(one, other, [other > 0])),
        (Claim(f(x), 1), Claim(g(x), 1)),
    ]
    assert all(cache.key(p, "q") != cache.key(q, "q") for p, q in pairs)


def test_weak_evidence_answers_no_one_who_grants_more_time(folder):
    name = cache.key(Claim(x, y), "q")
    cache.store(name, Evidence(Status.AGREED, "two routes"), timeout=2.0)
    assert cache.load(name, 1.0) is not None and cache.load(name, 5.0) is None
    cache.store(name, Evidence(Status.EXACT, "normal form"), timeout=2.0)
    assert cache.load(name, 5.0) is not None
