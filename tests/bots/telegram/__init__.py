"""Tests of the Telegram bot: reading and writing without a platform, everything else against the strict fake."""
