"""Notes made from a derivation: plain data, templates, files."""
