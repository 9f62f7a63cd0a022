"""Torch modules and training, fed by kernels from `numerics` and derivations from `derive`."""
