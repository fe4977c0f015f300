"""The nodes of the graph: each takes the state, does one thing, and returns what it found."""
