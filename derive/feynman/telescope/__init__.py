"""Creative telescoping of integrands with a parameter, and the differential equation it gives for their integrals."""

from derive.feynman.telescope.errors import NotTelescoped as NotTelescoped
from derive.feynman.telescope.telescoper import Telescoper as Telescoper
from derive.feynman.telescope.telescoper import telescope as telescope
