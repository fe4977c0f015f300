"""Reading what Telegram sent, as any platform's JSON is read."""

from bots.fields import Fields, fields_of, items_of, part, parts, text, true, whole

__all__ = ["Fields", "fields_of", "items_of", "part", "parts", "text", "true", "whole"]
