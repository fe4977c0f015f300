"""Slack: payloads become messages, replies become blocks. Bolt and Slack's SDK are imported only where the app runs.

settings → opening → running        parse and render are pure; api, faults and posting speak to the Web API
webhook or sockets → bolt → intake  how payloads arrive; installing is how workspaces add the app, manifest what is
                                    registered with Slack
"""

from bots.slack.manifest import manifest
from bots.slack.opening import open_slack
from bots.slack.settings import CALLBACK_PATH, INSTALL_PATH, WEBHOOK_PATH, SlackSettings

__all__ = ["CALLBACK_PATH", "INSTALL_PATH", "WEBHOOK_PATH", "SlackSettings", "manifest", "open_slack"]
