"""What the judges know of the authorization server."""

import os
from urllib.parse import urlsplit

import requests

AUDIENCE = "https://notes.example.com"
ENCODED_SECRET = "a+b %2B&c"
ISSUER = os.environ["INTEROP_ISSUER"]
TIMEOUT_S = 60


def read_json(url):
    response = requests.get(url, timeout=TIMEOUT_S)
    response.raise_for_status()
    return response.json()


def read_metadata():
    """From the address that is inserted before the path of the issuer (RFC 8414, section 3.1)."""
    parts = urlsplit(ISSUER)
    path = "/.well-known/oauth-authorization-server" + parts.path
    return read_json(parts._replace(path=path).geturl())


def log_in(client="web"):
    return read_json(f"{ISSUER}/login?client={client}")


def use_status(access_token):
    """The status with which a route behind our guard answers."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{ISSUER}/orders", headers=headers, timeout=TIMEOUT_S).status_code
