"""Django OAuth Toolkit as a resource server that introspects our tokens."""

import django
from django.conf import settings
from django.core.management import call_command
from django.http import JsonResponse
from django.test import Client, override_settings
from django.urls import path

from report import check, differs
from server import AUDIENCE, ENCODED_SECRET, log_in

LIBRARY = "django-oauth-toolkit"
HOST = AUDIENCE.removeprefix("https://")
OTHER_HOST = "other.example.com"

urlpatterns = []


def judge_django(metadata, revoke):
    configure(metadata["introspection_endpoint"])
    judge_requests(revoke)
    judge_cache(metadata["introspection_endpoint"])
    judge_secret(metadata["introspection_endpoint"])


def options(url, secret="notes-secret", client="notes", **more):
    return {
        "RESOURCE_SERVER_INTROSPECTION_URL": url,
        "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS": (client, secret),
        **more,
    }


def configure(url):
    settings.configure(
        SECRET_KEY="interop",
        ALLOWED_HOSTS=[HOST, OTHER_HOST],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
        # It logs each refusal with a stack.
        LOGGING_CONFIG=None,
        OAUTH2_PROVIDER=options(url),
    )
    django.setup()
    call_command("migrate", verbosity=0)
    # It reads the settings when it is imported.
    from oauth2_provider.decorators import protected_resource_metadata

    metadata_url = f"{AUDIENCE}/.well-known/oauth-protected-resource"
    for scope in ("read", "admin"):
        guard = protected_resource_metadata([scope], resource_metadata_url=metadata_url)
        urlpatterns.append(path(scope, guard(show_user)))


def show_user(request):
    return JsonResponse({"user": str(request.resource_owner)})


def get(token, route="read", host=HOST):
    headers = {"authorization": f"Bearer {token}"}
    return Client().get(f"/{route}", headers=headers, secure=True, SERVER_NAME=host)


def forget():
    """Removes what it keeps of the introspected tokens."""
    from oauth2_provider.models import AccessToken

    AccessToken.objects.all().delete()


def judge_requests(revoke):
    issued = log_in()
    response = get(issued["access_token"])
    check(LIBRARY, "accepts an access token: 200", response.status_code == 200, response.content)
    differs(
        LIBRARY,
        "the request has no user: it reads username, and not sub. Both are right: "
        "both members are OPTIONAL (RFC 7662, 2.2). Issue tokens with a claim username",
        response.json()["user"] == "None",
    )
    status = get(issued["access_token"], "admin").status_code
    check(LIBRARY, "refuses a scope that was not granted: 403", status == 403, status)
    status = get(issued["access_token"], host=OTHER_HOST).status_code
    check(LIBRARY, "refuses it at a resource that aud does not name: 401", status == 401, status)
    status = get(issued["refresh_token"]).status_code
    check(LIBRARY, "refuses a refresh token as an access token: 401", status == 401, status)
    revoke(issued["refresh_token"])
    status = get(issued["access_token"]).status_code
    differs(
        LIBRARY,
        "accepts the revoked token from its cache, for 10 hours at most "
        "(RESOURCE_SERVER_TOKEN_CACHING_SECONDS). Both are right: a resource server may cache "
        "answers, at the price of late revocations (RFC 7662, 4)",
        status == 200,
        status,
    )
    forget()
    status = get(issued["access_token"]).status_code
    check(LIBRARY, "refuses it once it asks again: 401", status == 401, status)


def judge_cache(url):
    with override_settings(OAUTH2_PROVIDER=options(url, RESOURCE_SERVER_TOKEN_CACHING_SECONDS=0)):
        status = get(log_in()["access_token"]).status_code
    differs(
        LIBRARY,
        "with a cache of 0 s, it refuses each token as expired. We are right: the token is "
        "active. Set 1 s or more",
        status == 401,
        status,
    )


def judge_secret(url):
    forget()
    encoded = options(url, ENCODED_SECRET, "notes-encoded")
    with override_settings(OAUTH2_PROVIDER=encoded):
        status = get(log_in()["access_token"]).status_code
    differs(
        LIBRARY,
        "does not encode reserved characters in its secret. We are right: it is form-urlencoded "
        "(RFC 6749, 2.3.1). Use a secret of letters and digits",
        status == 401,
        status,
    )
