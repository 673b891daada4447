"""还有多少没见到: how many no roster has, by township and trade; no figure without its interval."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhian.apps.registry.census import queries, rights
from zhian.apps.registry.census.blind import unseen_shown
from zhian.apps.registry.census.kinds import trade_words, trades
from zhian.desk.errors import speak
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.law.words import Words
from zhian.methods import estimates
from zhian.web.lists import chosen, paged

ASSUMES = Words(estimates.ASSUMES_ZH, estimates.ASSUMES_EN)


@access(posts=rights.READERS)
def unseen(request: HttpRequest) -> HttpResponse:
    """The estimates of the run whose register stands."""
    mine = me(request)
    run = queries.current_run(mine)
    rows = unseen_shown.narrowed(unseen_shown.estimates_of(mine, run), request.GET)
    columns = unseen_shown.COLUMNS
    if file_kind(request):
        wanted = chosen(columns, request.GET)
        return printed.as_file(request, _("未见户数估计"), wanted, rows[: printed.most(request)])
    page = paged(request.GET, rows, columns, "")
    county = rights.county(mine)
    whole = unseen_shown.whole(mine, run)
    context = {
        "list": page,
        "rows": page.rows,
        "records": True,
        "run": run,
        "county": county,
        "whole": whole,
        "scale": unseen_shown.drawn(page.rows),
        "townships": queries.townships(mine),
        "kinds": [(name, speak(trade_words(name))) for name in trades()],
        "assumes": ASSUMES,
    }
    return render(request, "registry/unseen_list.html", context)
