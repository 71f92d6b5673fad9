"""Signing in through the newsroom's identity provider: OpenID Connect's code flow with PKCE, by Authlib.

What is imported here only when somebody signs in that way costs no memory where nobody does.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from dashboard.settings import Settings
from moderation.service.provider import Claimed

_SECONDS = 5
_SCOPE = "openid email profile"
# A clock a little off must not keep everybody out.
_LEEWAY = 60
# Signatures by a key that the provider publishes; never a shared secret and never none.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


# Errors of OAuth 2.0 (RFC 6749, 4.1.2.1 and 5.2) that nobody who signs in can help: the client is set up wrong.
_OURS = (
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
)
_OUT_OF_ORDER = ("server_error", "temporarily_unavailable")
_CODE = re.compile("[a-z_]{1,40}")


class ProviderError(Exception):
    """`kind` is `down` (it does not answer), `refused` (it said no to this person), `client` (it said no to this desk)
    or `invalid` (its answer is not as it must be). `cause` is for who runs the desk, and none of the provider's words.
    """

    def __init__(self, kind: str, cause: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.cause = cause


def said_no(code: str) -> ProviderError:
    """By the code of an error that the provider gave; it comes by way of the browser and may be anything."""
    kind = "client" if code in _OURS else "down" if code in _OUT_OF_ORDER else "refused"
    return ProviderError(kind, code if _CODE.fullmatch(code) else "no code")


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
        self._trusts_email = settings.oidc_trust_email

    def begin(self, *, redirect_uri: str) -> Begun:
        endpoint = self._metadata().get("authorization_endpoint")
        if not isinstance(endpoint, str):
            raise ProviderError("invalid", "no authorization_endpoint")
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._session(redirect_uri) as session:
            address, state = session.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Begun(address=address, state=state, nonce=nonce, verifier=verifier)

    def answered(self, code: str, begun: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Claimed:
        metadata = self._metadata()
        token = self._token(metadata, code, begun["verifier"], redirect_uri)
        claims = self._claims(metadata, token, begun["nonce"], now)
        told = self._told(metadata, token, claims)
        email = told.get("email")
        return Claimed(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) else "",
            email_verified=told.get("email_verified", self._trusts_email) is True,
            name=str(told.get("name") or claims.get("name") or ""),
        )

    def _told(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The e-mail and name: of the ID token, or of the UserInfo endpoint, where the standard puts them (5.4)."""
        address, access = metadata.get("userinfo_endpoint"), token.get("access_token")
        whole = "email" in claims and "email_verified" in claims
        if whole or not isinstance(address, str) or not access:
            return claims
        found = self._fetched(address, bearer=str(access))
        # An answer about somebody else is to be thrown away (5.3.2).
        if found.get("sub") != claims["sub"]:
            raise ProviderError("invalid", "the UserInfo endpoint speaks of somebody else")
        return found

    def _session(self, redirect_uri: str, *, methods: object = None) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=self._way_of_the_secret(methods),
            scope=_SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=_SECONDS,
        )

    def _way_of_the_secret(self, methods: object) -> str | None:
        """As the provider's document has it: some take the secret in the form alone. None leaves it to the library."""
        known = methods if isinstance(methods, list) else []
        only_in_the_form = "client_secret_post" in known and "client_secret_basic" not in known
        return "client_secret_post" if self._client_secret and only_in_the_form else None

    def _metadata(self) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0; the document must name the issuer that we were told to trust."""
        found = self._fetched(f"{self._issuer}/.well-known/openid-configuration")
        if str(found.get("issuer")).rstrip("/") != self._issuer:
            raise ProviderError("invalid", "its document names another issuer than TALIQ_OIDC_ISSUER")
        return found

    def _fetched(self, address: str, *, bearer: str = "") -> Mapping[str, Any]:
        import requests

        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        where = urlsplit(address).path
        try:
            answer = requests.get(address, headers=headers, timeout=_SECONDS, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
        except requests.JSONDecodeError as error:
            raise ProviderError("invalid", f"no JSON at {where}") from error
        except requests.RequestException as error:
            raise ProviderError("down", f"{type(error).__name__} at {where}") from error
        if found is None:
            raise ProviderError("down", f"{answer.status_code} at {where}")
        if not isinstance(found, dict):
            raise ProviderError("invalid", f"no object at {where}")
        return found

    def _token(self, metadata: Mapping[str, Any], code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
        import requests
        from authlib.integrations.base_client import OAuthError

        methods = metadata.get("token_endpoint_auth_methods_supported")
        try:
            with self._session(redirect_uri, methods=methods) as session:
                token: Mapping[str, Any] = session.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier, timeout=_SECONDS
                )
        except OAuthError as error:
            raise said_no(str(error.error)) from error
        except requests.JSONDecodeError as error:
            raise ProviderError("invalid", "no JSON of the token endpoint") from error
        except requests.RequestException as error:
            raise ProviderError("down", f"{type(error).__name__} at the token endpoint") from error
        except (KeyError, ValueError) as error:
            raise ProviderError("invalid", "no token endpoint, or no token of it") from error
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
            # Which claim it is, the library says by our names for them.
            cause = f"{type(error).__name__} {getattr(error, 'claim', '')}".strip()
            raise ProviderError("invalid", f"the ID token: {cause}") from error
        return decoded.claims
