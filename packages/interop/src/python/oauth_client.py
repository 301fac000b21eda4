"""Refresh, introspect and revoke by Authlib."""

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from report import check, differs
from server import ENCODED_SECRET, log_in, use_status

LIBRARY = "Authlib"


def session(client, secret, method="client_secret_basic"):
    return OAuth2Session(client, secret, token_endpoint_auth_method=method)


def judge_authlib(metadata):
    judge_metadata(metadata)
    judge_refresh(metadata)
    judge_encoded_secret(metadata)
    judge_revocation(metadata)


def judge_metadata(metadata):
    refusal = metadata_refusal(metadata)
    differs(
        LIBRARY,
        "AuthorizationServerMetadata refuses response_types_supported: []. RFC 8414 contradicts "
        "itself for a server without an authorization endpoint: the member is REQUIRED (2), and "
        "empty ones are omitted (3.2)",
        "response_types_supported" in refusal,
        refusal,
    )
    refusal = metadata_refusal({**metadata, "response_types_supported": ["none"]})
    check(LIBRARY, "AuthorizationServerMetadata accepts all other members", refusal == "", refusal)


def metadata_refusal(metadata):
    try:
        AuthorizationServerMetadata(metadata).validate()
        return ""
    except ValueError as error:
        return str(error)


def judge_refresh(metadata):
    url = metadata["token_endpoint"]
    client = session("web", "web-secret")
    first = log_in()
    second = dict(client.refresh_token(url, first["refresh_token"]))
    is_rotated = second["refresh_token"] != first["refresh_token"]
    check(LIBRARY, "refreshes, and gets the next refresh token", is_rotated, second)
    status = use_status(second["access_token"])
    check(LIBRARY, "the new access token is accepted by our guard", status == 200, status)
    third = dict(client.refresh_token(url, second["refresh_token"], scope="read"))
    check(LIBRARY, "refreshes with less scope", third["scope"] == "read", third)
    error = refusal(lambda: client.refresh_token(url, first["refresh_token"]))
    check(
        LIBRARY,
        "reads invalid_grant of a refresh token whose successor was used",
        error == "invalid_grant",
        error,
    )
    error = refusal(lambda: session("web", "wrong").refresh_token(url, third["refresh_token"]))
    check(LIBRARY, "reads invalid_client of a wrong secret", error == "invalid_client", error)


def refusal(call):
    try:
        return f"accepted: {call()}"
    except OAuthError as error:
        return error.error


def judge_encoded_secret(metadata):
    url = metadata["token_endpoint"]
    issued = log_in("web-encoded")
    client = session("web-encoded", ENCODED_SECRET)
    error = refusal(lambda: client.refresh_token(url, issued["refresh_token"]))
    differs(
        LIBRARY,
        "client_secret_basic does not encode reserved characters in a secret. We are right: it is "
        "form-urlencoded (RFC 6749, 2.3.1). Use client_secret_post, or a secret of letters and "
        "digits",
        error == "invalid_client",
        error,
    )
    client = session("web-encoded", ENCODED_SECRET, "client_secret_post")
    next_tokens = client.refresh_token(url, issued["refresh_token"])
    check(LIBRARY, "refreshes with it by client_secret_post", "access_token" in next_tokens)


def judge_revocation(metadata):
    client, resource = session("web", "web-secret"), session("notes", "notes-secret")
    issued = log_in()

    def introspect(token):
        return resource.introspect_token(metadata["introspection_endpoint"], token).json()

    found = introspect(issued["access_token"])
    is_right = found["active"] is True and found["sub"] == "ada" and found["token_type"] == "Bearer"
    check(LIBRARY, "introspect_token: active", is_right, found)
    found = introspect(issued["refresh_token"])
    check(
        LIBRARY,
        "introspect_token of a refresh token, which is not for resources: inactive",
        found == {"active": False},
        found,
    )
    response = client.revoke_token(
        metadata["revocation_endpoint"], issued["refresh_token"], "refresh_token"
    )
    check(LIBRARY, "revoke_token: 200", response.status_code == 200, response.status_code)
    found = introspect(issued["access_token"])
    check(
        LIBRARY,
        "introspect_token after it: inactive, nothing else",
        found == {"active": False},
        found,
    )
    status = use_status(issued["access_token"])
    check(LIBRARY, "our guard refuses it: 401", status == 401, status)
    error = refusal(
        lambda: client.refresh_token(metadata["token_endpoint"], issued["refresh_token"])
    )
    check(
        LIBRARY, "reads invalid_grant of the revoked refresh token", error == "invalid_grant", error
    )
    response = client.revoke_token(metadata["revocation_endpoint"], "rubbish")
    check(
        LIBRARY,
        "may revoke rubbish (RFC 7009, 2.2)",
        response.status_code == 200,
        response.status_code,
    )
