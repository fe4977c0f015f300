"""People: who they are on every channel, their accounts and sessions on the web, and the roles they hold."""
