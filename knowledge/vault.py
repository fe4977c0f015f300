"""The vault: secrets of others, sealed so that the ledger alone gives none of them away.

AES-256-GCM with a key of its own for every secret, which is wrapped by one of the vault's keys. What a secret belongs
to (table, row, provider) is authenticated with it, so that a sealed text moved to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from knowledge.errors import HubError

KEY_SIZE = 32
_NONCE = 12
_VERSION = "v1"
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class VaultError(HubError):
    """A key is malformed, or a secret cannot be opened with the keys there are."""

    code = "vault"


class Vault:
    """Seals with the first of its keys and opens with any; `keys` are 32 bytes each, by their id."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != KEY_SIZE or not _ID.fullmatch(name) for name, key in keys.items()):
            raise VaultError("An encryption key has an id of letters and digits, and 32 bytes.")
        self._keys = dict(keys)
        self._current = next(iter(keys))

    def seal(self, secret: str, *belongs_to: str) -> str:
        """Give the sealed text of a secret."""
        key = AESGCM.generate_key(8 * KEY_SIZE)
        context = _context(belongs_to)
        wrapped = _encrypt(self._keys[self._current], key, context)
        return ".".join([_VERSION, self._current, _text(wrapped), _text(_encrypt(key, secret.encode(), context))])

    def open(self, sealed: str, *belongs_to: str) -> str:
        """Give the secret; raises `VaultError` where its key is missing, or it belongs to something else."""
        try:
            version, name, wrapped, text = sealed.split(".")
            if version != _VERSION or name not in self._keys:
                raise VaultError("The key that this secret was sealed with is not there.")
            context = _context(belongs_to)
            key = _decrypt(self._keys[name], _bytes(wrapped), context)
            return _decrypt(key, _bytes(text), context).decode()
        except (ValueError, InvalidTag) as error:
            raise VaultError("A sealed secret is damaged, or belongs to something else.") from error

    def derive(self, purpose: str) -> bytes:
        """Give a key for a purpose, the same in every process; it changes when the first of the vault's keys does."""
        return hmac.new(self._keys[self._current], b"derive" + _context((purpose,)), hashlib.sha256).digest()

    def is_current(self, sealed: str) -> bool:
        """Tell whether a secret is sealed with the first key; another one is sealed anew when it is next used."""
        return sealed.split(".")[1:2] == [self._current]


def to_keys(text: str) -> dict[str, bytes]:
    """Read keys written as `id:base64,id:base64`; raises `VaultError`."""
    keys: dict[str, bytes] = {}
    for entry in filter(None, (each.strip() for each in text.split(","))):
        name, _, value = entry.partition(":")
        try:
            keys[name] = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except (ValueError, binascii.Error) as error:
            raise VaultError("An encryption key is not base64.") from error
    Vault(keys)
    return keys


def new_key() -> str:
    """Make a key, in base64."""
    return _text(os.urandom(KEY_SIZE))


def _context(belongs_to: tuple[str, ...]) -> bytes:
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in belongs_to)


def _encrypt(key: bytes, text: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, context)


def _decrypt(key: bytes, text: bytes, context: bytes) -> bytes:
    return AESGCM(key).decrypt(text[:_NONCE], text[_NONCE:], context)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
