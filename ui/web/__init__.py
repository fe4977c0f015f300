"""The web chat: Chainlit as a thin view over the hub's own ledger, mounted under /chat."""
