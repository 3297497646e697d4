"""Figures of the notes: what is drawn, from which numbers, and when."""
