"""Where the code on the wall leads: the public face, what is owed, or the operator's file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from zhian.apps.registry.archive import queries as archive
from zhian.apps.registry.licences import shown as licence_rows
from zhian.apps.registry.models import Licence
from zhian.desk import timing
from zhian.desk.errors import speak
from zhian.desk.publishing import queries
from zhian.directory.access import access
from zhian.directory.middleware import CHOSEN_OPERATOR
from zhian.directory.models import Premises, WallCode
from zhian.interfaces.enterprise.frame import shown
from zhian.law.publications import publications

MOST = 10


@access(public=True)
def wall(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever scans: an operator's person to what is owed, an official to the file, anybody else
    to what is public about these premises."""
    rows = WallCode.objects.filter(code=code.lower(), withdrawn_at=None)
    found = rows.select_related("premises__operator", "premises__place").first()
    if found is None:
        return shown(request, "wall_over", {}, 404)
    premises = found.premises
    if getattr(request, "appointment", None) is not None:
        return redirect(file_of(premises))
    bound = {r.operator_id for r in getattr(request, "representations", [])}
    if premises.operator_id in bound:
        request.session[CHOSEN_OPERATOR] = premises.operator_id
        return redirect(f"{reverse('enterprise:my')}?{urlencode({'premises': premises.pk})}")
    return shown(request, "wall", _face(premises))


def file_of(premises: Premises) -> str:
    """The operator's file."""
    return reverse("operator", args=[premises.operator_id])


def _face(premises: Premises) -> dict[str, object]:
    """What is public anyway: name, address, licences and their state, what was published."""
    operator = premises.operator
    at = Licence.objects.filter(operator=operator).exclude(state="void")
    here = [row for row in at if row.premises_id in (premises.pk, None)]
    entries = queries.in_public(timing.now()).filter(
        matter__operator=operator, what__in=publications()
    )
    kinds = publications()
    return {
        "premises": premises,
        "holder": operator,
        "rows": licence_rows.rows(here, timing.today()),
        "entries": [
            (entry, speak(kinds[entry.what].words)) for entry in entries.order_by("-since")[:MOST]
        ],
        "credit": archive.credit(operator, timing.today(), public=True).standing[:MOST],
        "next": f"{reverse('enterprise:my')}?{urlencode({'premises': premises.pk})}",
    }
