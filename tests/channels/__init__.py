"""The contract every channel passes, and the in-memory channel that other tests talk through."""
