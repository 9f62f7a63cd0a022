"""Random walks: limits, exact laws, walls, first visits."""
