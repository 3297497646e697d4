"""Stand-alone modules: a value with its proved gradient in NumPy, PyTorch or JAX, and the test they bring along."""
