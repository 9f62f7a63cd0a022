"""Discrete exterior calculus: complexes, cochains, de Rham's map, Whitney's forms, Hodge stars, homology.

mesh = meshes.box((8, 8)); a = de_rham(PointForm(1, {(0,): -y, (1,): x}, (x, y)), mesh); a.d().over()
"""

from numerics.cochains import meshes
from numerics.cochains.cells import Complex
from numerics.cochains.cochain import Cochain
from numerics.cochains.convergence import Convergence, fit, interpolation_error, star_error, study
from numerics.cochains.cubical import CubicalComplex
from numerics.cochains.de_rham import de_rham
from numerics.cochains.elimination import invariant_factors, rank
from numerics.cochains.errors import CochainError
from numerics.cochains.hodge import Hodge, diagonal_mass, dual_volumes, whitney_mass
from numerics.cochains.homology import Homology, betti, homology
from numerics.cochains.point_form import PointForm
from numerics.cochains.simplicial import SimplicialComplex
from numerics.cochains.sparse import SparseMatrix
from numerics.cochains.spectrum import Decomposition, decompose, eigenvalues

__all__ = [
    "Cochain",
    "CochainError",
    "Complex",
    "Convergence",
    "CubicalComplex",
    "Decomposition",
    "Hodge",
    "Homology",
    "PointForm",
    "SimplicialComplex",
    "SparseMatrix",
    "betti",
    "de_rham",
    "decompose",
    "diagonal_mass",
    "dual_volumes",
    "eigenvalues",
    "fit",
    "homology",
    "interpolation_error",
    "invariant_factors",
    "meshes",
    "rank",
    "star_error",
    "study",
    "whitney_mass",
]
