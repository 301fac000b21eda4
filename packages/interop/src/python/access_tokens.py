"""Validate access tokens by the published keys with Authlib."""

import requests
from authlib.oauth2.rfc6750 import InvalidTokenError
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet

from report import check
from server import AUDIENCE, ISSUER, TIMEOUT_S, log_in, read_json

LIBRARY = "Authlib"


class AccessTokens(JWTBearerTokenValidator):
    """Its own validation of RFC 9068, with the keys that we publish."""

    def __init__(self, jwks_uri):
        super().__init__(issuer=ISSUER, resource_server=AUDIENCE)
        self.jwks_uri = jwks_uri

    def get_jwks(self):
        return KeySet.import_key_set(read_json(self.jwks_uri))

    def accepts(self, token, scopes=None):
        try:
            self.validate_token(self.authenticate_token(token), scopes, None)
            return True
        except InvalidTokenError:
            return False


def judge_keys(metadata):
    validator = AccessTokens(metadata["jwks_uri"])
    issued = log_in()
    access_token = issued["access_token"]
    check(
        LIBRARY,
        "validates an access token by our keys, as at+jwt (RFC 9068)",
        validator.accepts(access_token, ["read write"]),
    )
    check(
        LIBRARY,
        "refuses a refresh token as an access token",
        not validator.accepts(issued["refresh_token"]),
    )
    response = requests.post(
        metadata["introspection_endpoint"],
        data={"token": access_token},
        auth=("notes", "notes-secret"),
        headers={"Accept": "application/token-introspection+jwt"},
        timeout=TIMEOUT_S,
    )
    check(
        LIBRARY,
        "refuses a signed introspection as an access token (RFC 9701, 8.1)",
        not validator.accepts(response.text),
    )
