"""The spools of this machine: where they are, and the keys of their records; neither needs a server."""

from pathlib import Path

from knowledge.vault import KEY_SIZE, Vault, VaultError, to_keys
from ui.embedded import secret
from ui.errors import SettingsError
from ui.settings import Settings

KEY = "encryption.key"
"""The file of the key that a hub without configured keys makes for itself."""


def folder_in(settings: Settings) -> Path:
    """Give the folder that has one for each channel."""
    return settings.data_dir.resolve() / "spool"


def vault_of(settings: Settings) -> Vault:
    """Give what seals records: the configured keys, and the hub's own, by which those of earlier runs are opened too.

    Raises SettingsError if nothing is configured and the file of the hub's own key is damaged.
    """
    configured = to_keys(settings.encryption_keys) if settings.encryption_keys else {}
    path = settings.data_dir.resolve() / KEY
    if configured and not path.exists():
        return Vault(configured)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        own = to_keys(f"own:{secret.kept(path, KEY_SIZE)}")
    except VaultError as error:
        if configured:
            return Vault(configured)
        raise SettingsError(
            f"{path} cannot be used: {error} Put the file back, or take it away for a new key."
        ) from error
    return Vault(configured | {name: key for name, key in own.items() if name not in configured})
