"""Inference rules of exterior calculus, for derivations whose lines are forms (`derive.exterior.lines`)."""

from derive.exterior.laws import Antiderivation as Antiderivation
from derive.exterior.laws import CartanFormula as CartanFormula
from derive.exterior.laws import CodifferentialByStar as CodifferentialByStar
from derive.exterior.laws import Insert as Insert
from derive.exterior.laws import LeibnizWithSign as LeibnizWithSign
from derive.exterior.laws import Linear as Linear
from derive.exterior.laws import Natural as Natural
from derive.exterior.laws import Nilpotent as Nilpotent
from derive.exterior.operations import Definition as Definition
from derive.exterior.operations import ExteriorDerivative as ExteriorDerivative
from derive.exterior.operations import HodgeStar as HodgeStar
from derive.exterior.operations import InteriorProduct as InteriorProduct
from derive.exterior.operations import LieDerivative as LieDerivative
from derive.exterior.operations import Pullback as Pullback
from derive.exterior.operations import WedgeProduct as WedgeProduct
from derive.exterior.structure import CurvatureForms as CurvatureForms
from derive.exterior.structure import FirstStructure as FirstStructure
from derive.exterior.structure import MovingFrame as MovingFrame
from derive.exterior.structure import SecondStructure as SecondStructure
from derive.exterior.theorems import Homotopy as Homotopy
from derive.exterior.theorems import Iterated as Iterated
from derive.exterior.theorems import Parametrise as Parametrise
from derive.exterior.theorems import Stokes as Stokes
