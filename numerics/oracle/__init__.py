"""Values with bounds: `enclose(expr, at=...)` gives a ball that contains the value, or says why it cannot.

Ball arithmetic for closed expressions; for integrals, sums, limits and derivatives a method per class, each with its
proof;
where no bound is proven, two independent numeric methods that must agree, marked as such.
"""

from numerics.oracle.enclosure import Enclosure, NotEnclosed
from numerics.oracle.front import enclose

__all__ = ["Enclosure", "NotEnclosed", "enclose"]
