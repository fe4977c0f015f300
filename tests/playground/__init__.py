"""The Microsoft 365 Agents Playground: a peer that plays Teams towards a bot, without tokens and without a browser."""
