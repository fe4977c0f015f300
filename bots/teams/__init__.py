"""Microsoft Teams through the Bot Framework; the only room that knows botbuilder, which is archived."""
