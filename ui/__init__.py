"""The roof: web chat, pages, HTTP, and the `evermynd` command that wires and starts everything."""
