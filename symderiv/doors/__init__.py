"""The doors: the only places where expressions of SymPy or text become terms, and terms become SymPy."""
