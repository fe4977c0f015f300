"""A scripted OpenAI-compatible server for the tests of models."""
