"""Exact solutions as functionals of the noise: linear equations, and those that a change of the state makes linear."""
