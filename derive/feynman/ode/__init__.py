"""Linear differential equations in a parameter: general solutions, checked, and the constants in them."""

from derive.feynman.ode.linear import LinearODE as LinearODE
from derive.feynman.ode.solve import GeneralSolution as GeneralSolution
from derive.feynman.ode.solve import solve_ode as solve_ode
