"""Truth-preserving rewrites: each returns a term equal to the given one wherever both have a value, or None."""
