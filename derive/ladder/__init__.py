"""The ladder: exact → enclosed → cas → agreed → unknown or refuted, one module for each relation that a claim can
state."""

from derive.ladder.budget import Budget
from derive.ladder.decide import decide, match

__all__ = ["Budget", "decide", "match"]
