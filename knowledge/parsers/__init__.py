"""Parsers: one file a format, all turning a file into the same `Parsed` value, run in a limited child process."""
