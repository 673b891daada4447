"""Plain functions for tests of the officials' pages: log in, read a form, send it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from zhian.directory.models import Appointment


def logged_in(who: Appointment) -> Client:
    """A browser of this person, with the second factor enrolled."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(
        user=who.user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "A" * 16}}
    )
    client = Client()
    client.force_login(who.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def hidden(response: HttpResponse) -> dict[str, str]:
    """The hidden fields head and key of the form of an act."""
    text = response.content.decode()
    found = re.findall(r'<input type="hidden" name="(head|key)" value="([^"]*)"', text)
    return dict(found)


def send(client: Client, path: str, **fields: Any) -> HttpResponse:
    """Open a form, fill it in and send it, as a person does."""
    form = client.get(path)
    assert form.status_code == 200, form.content.decode()[:2000]
    return client.post(path, {**hidden(form), **fields})


def text_of(response: HttpResponse) -> str:
    """What stands on the page, without tags."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)
