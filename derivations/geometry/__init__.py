"""The eight points of the article on exterior calculus, a module each; `derivations/exterior_geometry.py` puts them in order."""
