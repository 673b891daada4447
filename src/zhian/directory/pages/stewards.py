"""属地责任 by hand: one person for premises at one level, and its end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.directory import forms as shared, reach, stewards
from zhian.directory.access import access
from zhian.directory.actions import stewards as actions
from zhian.directory.models import Premises, Stewardship
from zhian.directory.pages.base import form_page, found, me, today
from zhian.directory.places import forms
from zhian.directory.words import named

ANSWER = ("responsibility", "directory")


def _place_url(premises: Premises) -> str:
    return reverse("answering-place", args=[premises.place_id])


@access("GET", "POST", admin=ANSWER, about="premises")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who answers for premises at a level; whoever did so before ends the day before."""
    row = found(reach.premises(me(request)), pk)
    who = request.GET.get("official", "").strip()
    now = stewards.of_premises([row], today())[row.pk]
    return form_page(
        request,
        forms.StewardForm,
        actions.appoint_steward,
        about={"premises": row},
        given={"who": who, "initial": {"level": request.GET.get("level", "")}},
        title=_("责任人：%(name)s") % {"name": named(row)},
        button=_("明确责任人"),
        back=_place_url(row),
        done=_("责任人已明确。"),
        template="directory/steward.html",
        premises=row,
        who=who,
        now=[bond for rows in now.values() for bond in rows],
    )


@access("GET", "POST", admin=ANSWER, about="stewardship")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody answers no longer."""
    first, after = me(request).post.territory.code_range
    rows = Stewardship.objects.filter(
        premises__place__code__gte=first, premises__place__code__lt=after
    )
    row = found(rows.select_related("premises__place", "appointment__user"), pk)
    about = f"{named(row.premises)} · {named(row.appointment.user)}"
    return form_page(
        request,
        shared.EndForm,
        actions.end_steward,
        about={"row": row},
        title=_("终止责任：%(row)s") % {"row": about},
        button=_("终止"),
        back=_place_url(row.premises),
        done=_("责任已终止。"),
    )
