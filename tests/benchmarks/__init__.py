"""Figures, printed by `make bench`."""
