"""Slack: workspaces, channels and people there, through slack-bolt."""
