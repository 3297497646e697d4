"""The wing that judges: it never imports the engine whose steps it checks."""
