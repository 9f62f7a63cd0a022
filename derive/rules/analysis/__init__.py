"""What rules have to know of functions: expansions and orders of growth at a point, limits, continuity, convergence."""
