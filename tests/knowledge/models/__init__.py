"""Tests of the model port and its implementations."""
