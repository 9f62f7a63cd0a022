"""Integrals whose values are theorems: residues, Euler's integrals, kernels as series, Parseval's formula, Bessel
functions, elliptic integrals, dilogarithms. Each rule names the conditions of its theorem as obligations."""
