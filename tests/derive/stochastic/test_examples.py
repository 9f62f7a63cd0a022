"""The examples in the docstrings of the room run as they are written, and what is public says what it is."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import derive.stochastic
from derive.stochastic import SDE, FokkerPlanck, PathIntegral, RandomWalk

MODULES = sorted(module.name for module in pkgutil.iter_modules(derive.stochastic.__path__))


def test_examples_run():
    tried = 0
    for name in MODULES:
        found = doctest.testmod(importlib.import_module(f"derive.stochastic.{name}"))
        assert found.failed == 0, name
        tried += found.attempted
    assert tried > 20


@pytest.mark.parametrize("kind", [SDE, FokkerPlanck, PathIntegral, RandomWalk])
def test_public_methods_say_what_they_are(kind):
    members = inspect.getmembers(kind, lambda m: inspect.isfunction(m) or isinstance(m, property))
    silent = [name for name, member in members if not name.startswith("_") and not inspect.getdoc(member)]
    assert not silent
