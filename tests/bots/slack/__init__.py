"""Tests of the Slack app: reading and writing without a platform, everything else against the strict fake."""
