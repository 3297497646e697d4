"""The array graph: nodes with numbered axes, built from stable terms."""
