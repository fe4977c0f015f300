"""Tests of the retrieval."""
