"""The catalogues: what the hub says, by language, in gettext's format. `make messages` brings them up to the code."""
