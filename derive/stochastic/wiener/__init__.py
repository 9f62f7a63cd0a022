"""Functionals of Brownian motion: Gaussian expectations, time integrals, iterated integrals."""
