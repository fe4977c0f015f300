"""Tests of database access and migrations."""
