"""What the notes tell beside the derivation: each element a function from a derivation to its record."""
