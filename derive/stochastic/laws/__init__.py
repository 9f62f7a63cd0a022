"""Laws of diffusions at a time and at rest: moments, stationary and transition densities, their normalisers."""
