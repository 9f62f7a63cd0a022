"""Exterior calculus: charts, forms and d; maps, metrics, moving frames, chains; every equality exact or undecided.

M = Chart("r theta phi"); r, th, ph = M
w = r**2 * sin(th) * d(th) * d(ph)
"""

from derive.exterior.chain import Chain
from derive.exterior.chart import Chart, Coordinate
from derive.exterior.coframe import Coframe
from derive.exterior.errors import (
    Degenerate,
    DifferentCharts,
    ExteriorError,
    MixedDegrees,
    NotClosed,
    NotStarShaped,
    SingularMetric,
    UnknownChart,
    WrongCount,
)
from derive.exterior.form import Form, d, wedge
from derive.exterior.maps import Map
from derive.exterior.metric import Metric
from derive.exterior.tensor import Tensor
from derive.exterior.vectors import VectorField

__all__ = [
    "Chain",
    "Chart",
    "Coframe",
    "Coordinate",
    "Degenerate",
    "DifferentCharts",
    "ExteriorError",
    "Form",
    "Map",
    "Metric",
    "MixedDegrees",
    "NotClosed",
    "NotStarShaped",
    "SingularMetric",
    "Tensor",
    "UnknownChart",
    "VectorField",
    "WrongCount",
    "d",
    "wedge",
]
