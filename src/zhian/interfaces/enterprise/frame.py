"""What every page of the operators' site has: whose site it is, and for whom one acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from zhian.directory.actions.representatives import Doer
from zhian.directory.models import Agency, Operator, Representative, User


def mine(request: HttpRequest) -> Operator:
    """The operator for whom the person acts; the door has made sure that there is one."""
    operator = person(request).operator
    assert operator is not None
    return operator


def person(request: HttpRequest) -> User:
    """Who is there."""
    user = request.user
    assert isinstance(user, User)
    return user


def account(request: HttpRequest) -> User:
    """The person's account as it is kept, not bent to the operator that was chosen."""
    return User.objects.get(pk=person(request).pk)


def binding(request: HttpRequest) -> Representative | None:
    """By which binding the person acts."""
    found: Representative | None = getattr(request, "representation", None)
    return found


def as_head(request: HttpRequest) -> Doer:
    """The person as the head of the operator; anybody else finds nothing here."""
    bound = binding(request)
    if bound is None or not bound.is_head:
        raise Http404
    return Doer(head=bound)


def regulator() -> Agency | None:
    """Whose site this is: the topmost regulator of this system."""
    found = Agency.objects.filter(kind="market_regulation", closed_on__isnull=True)
    return found.order_by("place__code", "pk").first()


def shown(
    request: HttpRequest, page: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page with the office, the operator and the other operators of the person; kept nowhere."""
    known = None if isinstance(request.user, AnonymousUser) else request.user.operator
    whole = {
        "office": regulator(),
        "operator": known,
        "bound": binding(request),
        "others": getattr(request, "representations", []),
        **context,
    }
    response = render(request, f"enterprise/{page}.html", whole, status=status)
    response["Cache-Control"] = "no-store"
    return response
