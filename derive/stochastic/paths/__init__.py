"""Path integrals: actions in any discretisation, slices, propagators."""
