"""Spectra of scalar diffusions, and transition densities by eigenfunctions."""
