"""Signing in through the newsroom's identity provider: OpenID Connect's code flow with PKCE, by Authlib.

What is imported here only when somebody signs in that way costs no memory where nobody does.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.settings import Settings
from moderation.service.provider import Claimed

_SECONDS = 5
_SCOPE = "openid email profile"
# A clock a little off must not keep everybody out.
_LEEWAY = 60
# Signatures by a key that the provider publishes; never a shared secret and never none.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class ProviderError(Exception):
    """`kind` is `down` (it does not answer), `refused` (it said no) or `invalid` (its answer is not as it must be)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the browser must come back with, and what must not leave us: the nonce and PKCE's verifier."""

    address: str
    state: str
    nonce: str
    verifier: str


class OpenIdProvider:
    """`answered` takes the code that the provider gave to the browser, and gives who it says that is."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret

    def begin(self, *, redirect_uri: str) -> Begun:
        endpoint = self._metadata().get("authorization_endpoint")
        if not isinstance(endpoint, str):
            raise ProviderError("invalid")
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._session(redirect_uri) as session:
            address, state = session.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Begun(address=address, state=state, nonce=nonce, verifier=verifier)

    def answered(self, code: str, begun: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Claimed:
        metadata = self._metadata()
        token = self._token(metadata, code, begun["verifier"], redirect_uri)
        claims = self._claims(metadata, token, begun["nonce"], now)
        email = claims.get("email")
        return Claimed(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) else "",
            email_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
        )

    def _session(self, redirect_uri: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=_SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=_SECONDS,
        )

    def _metadata(self) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0; the document must name the issuer that we were told to trust."""
        found = self._fetched(f"{self._issuer}/.well-known/openid-configuration")
        if str(found.get("issuer")).rstrip("/") != self._issuer:
            raise ProviderError("invalid")
        return found

    def _fetched(self, address: str) -> Mapping[str, Any]:
        import requests

        try:
            answer = requests.get(address, timeout=_SECONDS, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
        except requests.JSONDecodeError as error:
            raise ProviderError("invalid") from error
        except requests.RequestException as error:
            raise ProviderError("down") from error
        if found is None:
            raise ProviderError("down")
        if not isinstance(found, dict):
            raise ProviderError("invalid")
        return found

    def _token(self, metadata: Mapping[str, Any], code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
        import requests
        from authlib.integrations.base_client import OAuthError

        try:
            with self._session(redirect_uri) as session:
                token: Mapping[str, Any] = session.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier, timeout=_SECONDS
                )
        except OAuthError as error:
            raise ProviderError("refused") from error
        except requests.JSONDecodeError as error:
            raise ProviderError("invalid") from error
        except requests.RequestException as error:
            raise ProviderError("down") from error
        except (KeyError, ValueError) as error:
            raise ProviderError("invalid") from error
        return token

    def _claims(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        """The ID token's, once its signature, issuer, audience, nonce and times are right (OpenID Connect 3.1.3.7)."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        issuer, audience = str(metadata["issuer"]), self._client_id
        options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": audience}}
        asked = {"nonce": nonce, "client_id": audience, "access_token": token.get("access_token")}
        try:
            keys = KeySet.import_key_set(self._fetched(str(metadata["jwks_uri"])))  # type: ignore[arg-type]
            decoded = jwt.decode(str(token["id_token"]), keys, algorithms=list(_ALGORITHMS))
            claims = CodeIDToken(decoded.claims, decoded.header, options, asked)
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise ProviderError("invalid") from error
        return decoded.claims
