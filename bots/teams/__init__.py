"""Microsoft Teams through the Bot Framework; only `proof` knows botbuilder, which is archived.

settings → opening → running       parse and render are pure; api, bearer and faults speak to the Connector
webhook → proof, keys, hosts       how activities arrive, and who may bring them
streams, files, consents           answers that grow, and files on their way
"""

from bots.teams.opening import open_teams
from bots.teams.settings import MESSAGES_PATH, TeamsSettings

__all__ = ["MESSAGES_PATH", "TeamsSettings", "open_teams"]
