"""Tests of Markdown on its way to platforms."""
