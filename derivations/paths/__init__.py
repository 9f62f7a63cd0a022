"""The article on path integrals, point by point."""
