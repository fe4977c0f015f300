"""Digests: their slots, their wording, what they tell, and to whom."""
