"""Evidence of test runs is kept apart from the user's, and for one run only: no test may pass on yesterday's answer."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("DERIVE_CACHE", str(tmp_path_factory.mktemp("evidence")))
    yield
    patch.undo()
