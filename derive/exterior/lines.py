"""Lines of derivations in exterior calculus: what may stand in them, handed on from where it is made."""

from derive.exterior.operators import Along as Along
from derive.exterior.operators import Codifferential as Codifferential
from derive.exterior.operators import Geometry as Geometry
from derive.exterior.operators import Hook as Hook
from derive.exterior.operators import Lie as Lie
from derive.exterior.operators import Pull as Pull
from derive.exterior.operators import Star as Star
from derive.exterior.regions import Over as Over
from derive.exterior.regions import Region as Region
from derive.exterior.written import D as D
from derive.exterior.written import FormLine as FormLine
from derive.exterior.written import Named as Named
from derive.exterior.written import On as On
from derive.exterior.written import Rows as Rows
from derive.exterior.written import Sum as Sum
from derive.exterior.written import Wedge as Wedge
from derive.exterior.written import Written as Written
from derive.exterior.written import line as line
from derive.exterior.written import parts as parts
