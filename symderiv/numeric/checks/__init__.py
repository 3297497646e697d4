"""Checks of gradients: random points, differences, other libraries, many digits."""
