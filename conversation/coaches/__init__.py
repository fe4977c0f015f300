"""Coaches: AI personas that creators make, and everyone talks with."""

from conversation.coaches.store import Coach, change, create, find, latest, named, switch, visible

__all__ = ["Coach", "change", "create", "find", "latest", "named", "switch", "visible"]
