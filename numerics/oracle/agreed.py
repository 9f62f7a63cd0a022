"""Placeholder of the agreed routes."""
from numerics.oracle.enclosure import NotEnclosed
def agreed_integral(c, f, x, lo, hi, why):
    raise why
