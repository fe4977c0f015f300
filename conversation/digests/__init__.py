"""Digests: what is new for a person, at the minute they chose, in the chat where they asked for it."""
