"""The page of one matter: what it is, where it stands, what to do by when, and all that was."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhian.desk import timing, visibility
from zhian.desk.pages.base import me, the_matter
from zhian.desk.show import choosing
from zhian.desk.show.dossier import dossier
from zhian.desk.show.forms import new_key
from zhian.directory.access import access

SHORT = 12


@access(about="matter")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A matter, as whoever deals with it must see it."""
    matter, mine = the_matter(request, pk), me(request)
    found = dossier(matter, mine, timing.now(), whole="all" in request.GET)
    context = {
        "d": found,
        "m": matter,
        "key": new_key(),
        "people": choosing.people(mine) if found.may_act and matter.is_open else [],
    }
    return render(request, "desk/matter.html", context)


@access(about="matter")
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The short address of a message or a QR code leads to the matter."""
    first, last = UUID(code.ljust(32, "0")), UUID(code.ljust(32, "f"))
    found = visibility.visible_to(me(request)).filter(uid__gte=first, uid__lte=last)
    keys = list(found.values_list("pk", flat=True)[:2])
    if len(keys) != 1:
        raise Http404
    return redirect("matter", keys[0])
