"""Symbols beside simulations: exact steps, controlled estimates, grids."""
