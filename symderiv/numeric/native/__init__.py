"""The same graph as loops that numba compiles."""
