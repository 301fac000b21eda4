"""Judges an authorization server of Tokenward by libraries of others."""

import logging
import platform
from importlib.metadata import version

from access_tokens import judge_keys
from oauth_client import judge_authlib, session
from resource_server import judge_django
from server import read_metadata


def main():
    # Libraries log refusals, which are expected here.
    logging.disable(logging.CRITICAL)
    print("version Python", platform.python_version())
    for library in ("Authlib", "django-oauth-toolkit", "Django"):
        print("version", library, version(library))
    metadata = read_metadata()
    judge_authlib(metadata)
    judge_keys(metadata)
    client = session("web", "web-secret")
    judge_django(
        metadata, lambda token: client.revoke_token(metadata["revocation_endpoint"], token)
    )


main()
