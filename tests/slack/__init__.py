"""A strict fake of Slack, payloads as Slack writes them, and tests that hold the fake to its word."""
