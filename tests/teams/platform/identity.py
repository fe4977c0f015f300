"""Who is who: the keys and tokens with which the service proves itself to the bot, and the bot to the service.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: the service signs
with keys its OpenID document leads to, each endorsed for channels; the bot fetches its bearer with client credentials.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .errors import unauthorized

ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
Proof = Literal[
    "valid",
    "none",
    "scheme",
    "garbage",
    "expired",
    "endless",
    "not_yet",
    "audience",
    "issuer",
    "kid",
    "signature",
    "service_url",
    "no_service_url",
    "alg_none",
    "hs256",
    "unendorsed",
]
"""What an activity's Authorization header carries: one right kind, and every wrong one."""
PROOFS: tuple[Proof, ...] = get_args(Proof)


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """A key of this process; making one is slow, and a bot may keep what it read of it."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _kid(name: str) -> str:
    return _text(hashlib.sha256(_number(_key(name).public_key().public_numbers().n).encode()).digest())[:27]


def _jwk(name: str, endorsements: list[str]) -> dict[str, Any]:
    numbers = _key(name).public_key().public_numbers()
    known = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _kid(name), "x5t": _kid(name)}
    return known | {"n": _number(numbers.n), "e": _number(numbers.e), "endorsements": endorsements}


def _part(fields: dict[str, Any]) -> str:
    return _text(json.dumps(fields).encode())


def _signed(header: dict[str, Any], claims: dict[str, Any], key: str) -> str:
    body = f"{_part(header)}.{_part(claims)}"
    return f"{body}.{_text(_key(key).sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@dataclass(slots=True)
class Bearer:
    """A bearer handed to the bot."""

    expires: float


@dataclass(slots=True)
class Identity:
    """The keys, and the bearers that are good."""

    app_id: str
    app_password: str
    tenant_id: str
    now: Callable[[], float] = time.time
    lifetime: float = 3599.0
    """Seconds a bearer of the bot is good for."""
    url: str = ""
    handed_out: int = 0
    _bearers: dict[str, Bearer] = field(default_factory=dict[str, Bearer])

    def openid(self) -> dict[str, Any]:
        """The OpenID document of the service."""
        return {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{self.url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def keys(self) -> dict[str, Any]:
        """The keys the service signs with; only the first is endorsed for Teams."""
        return {"keys": [_jwk("service", ["msteams", "webchat", "directline"]), _jwk("elsewhere", ["skype"])]}

    def authorization(self, service_url: str, kind: Proof = "valid") -> str | None:
        """The Authorization header of an activity of this service URL, right or wrong in one way."""
        match kind:
            case "none":
                return None
            case "garbage":
                return "Bearer x.y.z"
            case "scheme":
                return f"Basic {self._token(service_url, kind)}"
            case _:
                return f"Bearer {self._token(service_url, kind)}"

    def _token(self, service_url: str, kind: Proof) -> str:
        now = int(self.now())
        claims: dict[str, Any] = {"iss": ISSUER, "aud": self.app_id, "serviceurl": service_url}
        claims |= {"nbf": now - 60, "exp": now + 3600}
        wrong: dict[str, dict[str, Any]] = {
            "expired": {"nbf": now - 7200, "exp": now - 3600},
            "not_yet": {"nbf": now + 3600, "exp": now + 7200},
            "audience": {"aud": str(uuid4())},
            "issuer": {"iss": "https://sts.example.com/"},
            "service_url": {"serviceurl": "https://elsewhere.example.com/"},
        }
        claims |= wrong.get(kind, {})
        if kind == "no_service_url":
            del claims["serviceurl"]
        if kind == "endless":
            del claims["exp"]
        return self._sealed(claims, kind)

    def _sealed(self, claims: dict[str, Any], kind: Proof) -> str:
        header = {"alg": "RS256", "typ": "JWT", "kid": _kid("service"), "x5t": _kid("service")}
        if kind == "alg_none":
            return f"{_part(header | {'alg': 'none'})}.{_part(claims)}."
        if kind == "hs256":
            return f"{_part(header | {'alg': 'HS256'})}.{_part(claims)}.{_text(hashlib.sha256(b'').digest())}"
        if kind == "kid":
            return _signed(header | {"kid": "unknown-key-id"}, claims, "service")
        if kind == "unendorsed":
            return _signed(header | {"kid": _kid("elsewhere")}, claims, "elsewhere")
        return _signed(header, claims, "stranger" if kind == "signature" else "service")

    # The bot's own bearer

    def grant(self, tenant: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the token endpoint answers to client credentials."""
        wrong = self._wrong_request(tenant, form)
        if wrong is not None:
            status, error, description = wrong
            return status, {"error": error, "error_description": description}
        now = int(self.now())
        claims = {"aud": ISSUER, "appid": self.app_id, "tid": self.tenant_id, "iat": now, "jti": str(uuid4())}
        token = _signed({"alg": "RS256", "typ": "JWT", "kid": _kid("service")}, claims, "service")
        self._bearers[token] = Bearer(self.now() + self.lifetime)
        self.handed_out += 1
        seconds = int(self.lifetime)
        return 200, {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token,
        }

    def _wrong_request(self, tenant: str, form: dict[str, str]) -> tuple[int, str, str] | None:
        if tenant not in {"botframework.com", self.tenant_id}:
            return 400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found."
        if form.get("grant_type") != "client_credentials":
            return 400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type."
        if form.get("client_id") != self.app_id:
            return 400, "unauthorized_client", "AADSTS700016: Application was not found in the directory."
        if form.get("client_secret") != self.app_password:
            return 401, "invalid_client", "AADSTS7000215: Invalid client secret provided."
        if form.get("scope") != SCOPE:
            return 400, "invalid_scope", f"AADSTS70011: The provided value for 'scope' is not valid, expected {SCOPE}."
        return None

    def check(self, header: str | None) -> None:
        """Refuse a call without a bearer that is good now."""
        scheme, _, token = (header or "").partition(" ")
        bearer = self._bearers.get(token)
        if scheme.lower() != "bearer" or bearer is None or bearer.expires <= self.now():
            raise unauthorized()

    def revoke(self) -> None:
        """Make every bearer worthless; the bot has to fetch another."""
        self._bearers.clear()
