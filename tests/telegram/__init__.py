"""Telegram in tests: a strict fake of its Bot API, and updates as that API sends them."""
