"""Which symderiv this is."""

VERSION = "0.1.0"
