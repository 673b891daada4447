"""The rights matrix: every address × method × role × own or other place.

Addresses come from the resolver, roles from posts.toml, what each may do from rights.toml (read
here by itself) and from what the page declares with `@access`. An address without a declaration,
or without sample arguments below, fails the suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typst
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.backends.django import Template
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from tests.web.rights_world import (
    KIND,
    NO_POST,
    OPERATOR,
    STRANGER,
    TABLE,
    World,
    make_world,
)
from zhian.desk import uploads
from zhian.desk.models import Act, Matter
from zhian.desk.papers import binding, printing
from zhian.directory.access import FOREIGN, Rule, rule_of
from zhian.directory.models import User
from zhian.directory.rights_doc import Address, addresses
from zhian.law import offices
from zhian.law.procedure import book

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
METHODS = ("GET", "POST", "PUT")
ROLES = (STRANGER, OPERATOR, NO_POST, *offices.posts())


def twins() -> set[str]:
    """Posts with the same row in rights.toml as one before them: asked by `make test` alone."""
    seen: list[Any] = []
    found = set()
    for role in offices.posts():
        row = TABLE.get(role, {}), [role in act.posts for act in _openings()]
        if row in seen:
            found.add(role)
        seen.append(row)
    return found


def _openings() -> list[Any]:
    return [act for p in book().all() for act in p.acts.values() if act.opening]


TWINS = twins()
SPARING = [pytest.param(r, marks=[pytest.mark.slow] * (r in TWINS)) for r in ROLES]

# What an address needs besides the thing it is about.
PLAIN: dict[str, dict[str, Any]] = {
    "pick": {"what": "operator"},
    "account_confirm_email": {"key": "abc"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc-def"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
    "act": {"verb": "order"},
    "enterprise:act": {"verb": "report"},
    "portal:csv": {"what": "disposal_result"},
}
# What a form needs before it answers at all.
POSTED: dict[str, dict[str, str]] = {
    "directory:holidays-clear": {"day": "2027-01-01"},
    "set_language": {"language": "en"},
}
REFUSED = {403, 409, 422}
ANSWERED = {200, 302, 409, 422}


# ---- what must be answered ----------------------------------------------------------------------


def admitted(world: World, rule: Rule) -> bool:
    if rule.public or rule.login:
        return True
    if rule.operator:
        return world.role == OPERATOR
    if world.role not in TABLE:
        return False
    if rule.admin:
        return bool(set(rule.admin) & set(world.row.get("admin", ())))
    return not rule.posts or world.role in rule.posts


def within_see(world: World, variant: str) -> bool:
    """Whether a matter of this variant lies within the role's scope of seeing."""
    assert world.mine is not None
    if variant == "own":
        return True
    scope = world.scope("see", KIND)
    wide = {
        "none": set(),
        "own": set(),
        "office": {"office"},
        "agency": {"office", "agency"},
        "place": {"office", "place"},
        "all": {"office", "agency", "place", "other"},
    }[scope]
    county_wide = scope == "place" and world.mine.post.territory.level == "county"
    return variant in wide | ({"agency"} if county_wide else set())


ON_MATTER = {
    "matter",
    "act",
    "proposal",
    "waiting_act",
    "notice",
    "file",
    "document",
    "publication",
}


def within(world: World, rule: Rule, variant: str) -> bool:
    if rule.about in ON_MATTER:
        return within_see(world, variant)
    if rule.about == "opening":
        posts = next(p for p in book().all() if p.kind == "task").acts["direct"].posts
        return variant == "own" and world.role in posts
    return variant == "own"


def may_act(world: World) -> bool:
    """Own matters may be acted on by every post that acts at all on the kind."""
    return world.scope("act", KIND) != "none"


def expected(world: World, rule: Rule, method: str, variant: str) -> set[int]:
    if world.user is None and not rule.public:
        return {302}
    if not admitted(world, rule):
        return {403}
    if method not in rule.methods:
        return {405}
    if rule.about and not within(world, rule, variant):
        return {404}
    if rule.acts and method == "POST" and not may_act(world):
        return REFUSED
    return ANSWERED


SPECIAL = {
    "matter_short": "short",
    "verify": "paper",
    "portal:entry": "public",
    "enterprise:join": "joinable",
    "enterprise:wall": "wall",
    "directory:person-return": "left",
}


def variants(address: Address, rule: Rule) -> tuple[str, ...]:
    if address.name == "matter":
        return ("own", "office", "agency", "place", "other")
    if not rule.about:
        return ("own",)
    return ("own",) if rule.about == "year" else ("own", "other")


def url_of(world: World, address: Address, rule: Rule, variant: str) -> str:
    sort = SPECIAL.get(address.name, rule.about)
    values = PLAIN.get(address.name, {}) | world.things.get(sort, {}).get(variant, {})
    missing = [name for name in address.takes if name not in values]
    assert not missing, f"{address.pattern}: no sample for {missing}; add it to this test"
    return reverse(address.name, kwargs={name: values[name] for name in address.takes})


def requests(world: World) -> Iterator[tuple[str, str, Rule, str, str]]:
    for address in addresses():
        if address.name in FOREIGN:
            continue
        rule = rule_of(address.view, address.name)
        assert rule is not None, f"{address.pattern} declares no access"
        for variant in variants(address, rule):
            url = url_of(world, address, rule, variant)
            for method in METHODS if variant == "own" else METHODS[:2]:
                yield address.name, url, rule, method, variant


# ---- asking -------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, data_folder: Path, settings: Any) -> None:
    """Drawing, printing and disk are another matter: rights are decided before them, and eleven
    thousand answers are asked for."""
    settings.DATA, settings.SECOND_FACTOR_REQUIRED = data_folder, False
    cache.clear()
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    monkeypatch.setattr(printing, "render", lambda document: b"%PDF")
    monkeypatch.setattr(typst, "compile", lambda *given, **more: b"%PDF")
    monkeypatch.setattr(binding, "bind", lambda file, out, **more: 0)
    monkeypatch.setattr(uploads, "download", lambda found: HttpResponse(b""))


class Desk:
    """Asks pages as the handler does once the middleware has said who is there, in which post."""

    def __init__(self, world: World) -> None:
        self.world, self.factory = world, RequestFactory()

    def ask(self, name: str, method: str, url: str) -> HttpResponse:
        data = POSTED.get(name, {})
        request: Any = (
            self.factory.post(url, data) if method == "POST" else self.factory.generic(method, url)
        )
        request.user = self.world.user or AnonymousUser()
        request.appointment = self.world.mine
        request.appointments = [self.world.mine] if self.world.mine else []
        request.representation = self.world.bound
        request.representations = [self.world.bound] if self.world.bound else []
        request.htmx = False
        request.session = SessionStore()
        request._messages = FallbackStorage(request)
        request.resolver_match = match = resolve(url)
        try:
            return match.func(request, *match.args, **match.kwargs)
        except PermissionDenied:
            return HttpResponse(status=403)
        except Http404:
            return HttpResponse(status=404)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def ask(client: Client, name: str, method: str, url: str) -> HttpResponse:
    if method == "POST":
        return client.post(url, POSTED.get(name, {}))
    return client.generic(method, url)


@pytest.mark.parametrize("role", SPARING)
def test_every_address_answers_every_role_as_the_tables_say(role: str) -> None:
    world = make_world(role)
    desk = Desk(world)
    wrong = [
        complaint
        for name, url, rule, method, variant in requests(world)
        if (complaint := against(desk.ask(name, method, url), world, rule, method, variant, url))
    ]
    assert not wrong, "\n".join(wrong)


def against(
    answer: HttpResponse, world: World, rule: Rule, method: str, variant: str, url: str
) -> str | None:
    """What is wrong with an answer, None where it is as the tables say."""
    wanted, asked = expected(world, rule, method, variant), f"{method} {url} [{variant}]"
    if answer.status_code not in wanted:
        return f"{asked}: {answer.status_code}, not {sorted(wanted)}"
    leads = answer.get("Location", "").startswith("/accounts/login/")
    if world.user is None and not rule.public and not leads:
        return f"{asked}: a stranger is not led to the login"
    return None


@pytest.mark.parametrize("role", [STRANGER, OPERATOR, NO_POST, "inspector", "system_admin"])
def test_through_the_middleware_the_answers_are_the_same(role: str) -> None:
    """The whole way in, for one role of each sort: sessions, posts in use, error pages."""
    world = make_world(role)
    client = client_of(world.user)
    wrong = []
    for name, url, rule, method, variant in requests(world):
        if method == "GET":
            answer = ask(client, name, method, url)
            complaint = against(answer, world, rule, method, variant, url)
            wrong += [complaint] if complaint else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [r for r in offices.posts() if not TABLE[r].get("act")])
def test_whoever_only_reads_leaves_no_act_that_moves_a_matter(role: str) -> None:
    world = make_world(role)
    before = dict(Matter.objects.values_list("pk", "head"))
    desk = Desk(world)
    for name, url, rule, _method, _variant in requests(world):
        if rule.about in ON_MATTER and "POST" in rule.methods:
            desk.ask(name, "POST", url)
    assert dict(Matter.objects.values_list("pk", "head")) == before
    moved = Act.objects.exclude(verb__in=["note", "call"])
    assert not moved.filter(user=world.user).exists()


@pytest.mark.parametrize("role", [STRANGER, OPERATOR, NO_POST, "inspector"])
def test_addresses_of_packages_keep_strangers_out_where_they_should(role: str) -> None:
    world = make_world(role)
    wrong = []
    for address in addresses():
        rule = FOREIGN.get(address.name)
        if rule is None:
            continue
        for method in rule.methods:
            url = url_of(world, address, rule, "own")
            answer = ask(client_of(world.user), address.name, method, url)
            inside = answer.status_code in {200, 302, 404, 405, 409}
            to_login = "/accounts/login/" in answer.get("Location", "")
            if (world.user is None and not rule.public and not to_login) or not inside:
                wrong.append(f"{method} {url} {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_every_address_has_a_name_and_a_declared_rule() -> None:
    undeclared = [a.pattern for a in addresses() if rule_of(a.view, a.name) is None]
    assert undeclared == []
    assert [a.pattern for a in addresses() if not a.name] == []


def test_no_foreign_rule_is_left_over() -> None:
    assert set(FOREIGN) == {a.name for a in addresses()} & set(FOREIGN)


@pytest.mark.parametrize("role", ["inspector", "office_head"])
def test_confidential_and_sealed_come_before_the_scope(role: str) -> None:
    world = make_world(role)
    client, rows = client_of(world.user), Matter.objects.filter(number="office")
    url = reverse("matter", kwargs=world.things["matter"]["office"])
    rows.update(confidential=True)
    assert (client.get(url).status_code == 200) == bool(TABLE[role].get("confidential"))
    rows.update(sealed=True)
    assert client.get(url).status_code == 404
