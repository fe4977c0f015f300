"""Sources: where documents come from besides a file that a person sends."""
