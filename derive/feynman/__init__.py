"""Definite integrals with parameters: closed forms by many methods, each judged by an independent numeric route."""

from derive.feynman.abel import abel_integral as abel_integral
from derive.feynman.errors import Divergent as Divergent
from derive.feynman.integrate import integrate as integrate
from derive.feynman.problem import Problem as Problem
from derive.feynman.result import Found as Found
from derive.feynman.result import Integrated as Integrated
from derive.feynman.telescope import NotTelescoped as NotTelescoped
from derive.feynman.telescope import Telescoper as Telescoper
from derive.feynman.telescope import telescope as telescope
