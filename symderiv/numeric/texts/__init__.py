"""From a graph to readable source in the spellings of a library."""
