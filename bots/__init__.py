"""Chat channels: how a platform's events become messages and replies become its posts."""
