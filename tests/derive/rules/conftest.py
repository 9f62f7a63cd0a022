"""What a step amounts to: the rule yields the written line by the exact zero test, and every obligation goes up the
ladder."""

from collections.abc import Callable
from typing import Any

import pytest

from derive.field import equal
from derive.ladder.decide import decide
from derive.rule import Context, Rule


def _status(claim: Any) -> Any:
    return decide(claim, 15, 0, 20.0, lambda _: None)


@pytest.fixture
def judged() -> Callable[..., str]:
    """judged(line, rule, written, *lemmas, given=()) is "follows", "other line", or the obligations that were not
    shown."""

    def judge(line: Any, rule: Rule, written: Any, *lemmas: Any, given: tuple[Any, ...] = ()) -> str:
        verdict = "other line"
        for consequence in list(rule.consequences(line, Context(tuple(given), lemmas)))[:8]:
            if consequence.after != written and equal(consequence.after, written, given) is not True:
                continue
            failed = [o for o in consequence.obligations if not _status(o.claim).passed]
            if not failed:
                return "follows"
            verdict = "not shown: " + "; ".join(f"{o.why} [{o.claim}]" for o in failed)
        return verdict

    return judge
