"""人员: people, their posts, their logins, and who stands in for whom."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from zhian.directory import forms, queries, reach, rights
from zhian.directory.access import access
from zhian.directory.actions import accounts, appointments, structure
from zhian.directory.models import Agency, Deputyship, Post, User
from zhian.directory.pages.base import (
    Filter,
    attempt,
    bound,
    do_or_say,
    form_page,
    found,
    me,
    show,
    show_list,
    today,
)
from zhian.directory.words import change_words, post_words, say
from zhian.web.lists import Column

BOTH = ("directory", "accounts")
STATES = (
    ("serving", gettext_lazy("在任")),
    ("idle", gettext_lazy("无岗位")),
    ("left", gettext_lazy("已离任")),
)


def _url(user: User) -> str:
    return reverse("directory:person", args=[user.pk])


def _post_text(post: Post) -> str:
    """Agency, office and title, as a list of people shows them."""
    return " ".join(filter(None, [str(post.agency), str(post.office or ""), post.called]))


def _columns(held: dict[int, list[Any]]) -> tuple[Column, ...]:
    def posts(user: User) -> str:
        rows = held.get(user.pk, [])
        return _("；").join(_post_text(r.post) for r in rows)

    return (
        Column("name", gettext_lazy("姓名"), lambda r: r.name, ("name",)),
        Column("username", gettext_lazy("登录名"), lambda r: r.username, ("username",)),
        Column("posts", pgettext_lazy("list", "岗位"), posts),
        Column("phone", gettext_lazy("手机"), lambda r: r.phone, shown=False),
        Column("card", gettext_lazy("执法证号"), lambda r: r.card_number, ("card_number",)),
        Column("card_until", gettext_lazy("有效期至"), lambda r: r.card_until, ("card_until",)),
        Column("left", gettext_lazy("离任日期"), lambda r: r.left_on, ("left_on",)),
    )


@access(admin=BOTH)
def people(request: HttpRequest) -> HttpResponse:
    """People in reach, by name, login name or card."""
    mine, text = me(request), request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    rows = queries.found_people(mine, text, state, today())
    held: dict[int, list[Any]] = {}
    actions = []
    if rights.may_administer(mine, "directory"):
        actions = [
            (reverse("directory:person-new"), _("新增人员")),
            (reverse("directory:import", args=["staff"]), _("从表格导入")),
        ]
    return show_list(
        request,
        rows,
        _columns(held),
        title=_("人员"),
        fallback="name",
        link=_url,
        prepare=lambda found: held.update(queries.posts_in_words(found, today())),
        filters=[
            Filter("q", _("姓名、登录名或者证号"), text),
            Filter("state", _("状态"), state, STATES),
        ],
        actions=actions,
        empty=_("没有这样的人员。"),
    )


@access("GET", "POST", admin="directory")
def person_new(request: HttpRequest) -> HttpResponse:
    """A new person; then a post, then the security administrator opens the login."""
    mine = me(request)
    return form_page(
        request,
        bound(forms.PersonForm, request),
        lambda given: structure.add_person(by=mine, **given),
        title=_("新增人员"),
        button=_("新增"),
        back=reverse("directory:people"),
        done=_("人员已新增。下一步：任命到岗位；登录由安全管理员开通。"),
        onward=_url,
    )


@access(admin=BOTH, about="person")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts past and present, login, what was changed."""
    mine = me(request)
    row = found(reach.people(mine), pk)
    held = row.appointments.select_related("post__agency", "post__office", "post__place")
    changes = row.directory_changes.all()[:20]
    context = {
        "title": row.name,
        "person": row,
        "appointments": [(a, post_words(a.post.kind)) for a in held],
        "changes": [(c, change_words(c.what)) for c in changes],
        "open_login": row.has_usable_password(),
        "may": mine_may(mine),
    }
    return show(request, "directory/person.html", context)


def mine_may(mine: Any) -> dict[str, bool]:
    """Which buttons of a person's page this post has."""
    return {part: rights.may_administer(mine, part) for part in BOTH}


@access("GET", "POST", admin="directory", about="person")
def person_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, telephone and enforcement card."""
    mine = me(request)
    row = found(reach.people(mine), pk)
    names = ("name", "name_en", "phone", "card_number", "card_until")
    return form_page(
        request,
        bound(forms.PersonChangeForm, request, initial={n: getattr(row, n) for n in names}),
        lambda given: structure.change_person(user=row, by=mine, **given),
        title=_("修改：%(name)s") % {"name": row.name},
        button=_("保存"),
        back=_url(row),
        done=_("已保存。"),
    )


@access("GET", "POST", admin="accounts", about="person")
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time password, shown once on this page and nowhere else."""
    mine = me(request)
    row = found(reach.people(mine), pk)
    form = bound(forms.ReasonForm, request)
    password, status = None, 200
    if request.method == "POST":
        password = attempt(
            form,
            lambda given: accounts.issue_password(user=row, by=mine, reason=given["reason"]),
        )
        status = 422 if form.errors else 200
    context = {
        "title": _("开通登录：%(name)s") % {"name": row.name},
        "person": row,
        "form": form,
        "password": password,
        "button": _("发一次性口令"),
        "back": _url(row),
    }
    response = show(request, "directory/password.html", context, status)
    response["Cache-Control"] = "no-store"
    return response


@access("GET", "POST", admin="accounts", about="person")
def person_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a login at once: a lost phone, a suspicion."""
    mine = me(request)
    row = found(reach.people(mine), pk)
    return form_page(
        request,
        bound(forms.ReasonForm, request),
        lambda given: accounts.close_login(user=row, by=mine, reason=given["reason"]),
        title=_("停用登录：%(name)s") % {"name": row.name},
        button=_("停用登录"),
        back=_url(row),
        done=_("登录已停用，会话已结束。"),
    )


@access("GET", "POST", admin="accounts", about="person")
def person_return(request: HttpRequest, pk: int) -> HttpResponse:
    """A leaver returns to service."""
    mine = me(request)
    row = found(reach.people(mine).filter(left_on__isnull=False), pk)
    return form_page(
        request,
        bound(forms.ReasonForm, request),
        lambda given: accounts.bring_back(user=row, by=mine, reason=given["reason"]),
        title=_("恢复：%(name)s") % {"name": row.name},
        button=_("恢复"),
        back=_url(row),
        done=_("已恢复，可以重新任命并开通登录。"),
    )


COLUMNS = (
    Column("user", gettext_lazy("姓名"), lambda r: str(r.user), ("user__name",)),
    Column("post", gettext_lazy("岗位"), lambda r: say(post_words(r.post.kind)), ("post__kind",)),
    Column("agency", gettext_lazy("部门"), lambda r: str(r.post.agency), ("post__agency__name",)),
    Column(
        "office",
        gettext_lazy("科室"),
        lambda r: str(r.post.office or ""),
        ("post__office__name",),
    ),
    Column(
        "place", gettext_lazy("辖区"), lambda r: str(r.post.place or ""), ("post__place__code",)
    ),
    Column("since", gettext_lazy("任职日期"), lambda r: r.since, ("since",)),
    Column("until", gettext_lazy("离任日期"), lambda r: r.until, ("until",)),
)


@access(admin="directory")
def appointment_list(request: HttpRequest) -> HttpResponse:
    """Who holds which post, now or ever."""
    text, when = request.GET.get("q", "").strip(), request.GET.get("when", "now")
    day = None if when == "all" else today()
    return show_list(
        request,
        queries.found_appointments(me(request), text, day),
        COLUMNS,
        title=_("任职"),
        fallback="-since",
        link=lambda row: _url(row.user),
        filters=[
            Filter("q", _("姓名、部门或者岗位"), text),
            Filter("when", _("时间"), when, [("now", _("现任")), ("all", _("全部"))]),
        ],
        actions=[
            (reverse("directory:deputies"), _("代理")),
            (reverse("directory:import", args=["staff"]), _("从表格导入")),
        ],
        empty=_("没有这样的任职。"),
    )


@access("GET", "POST", admin="directory", about="person")
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a person into a post: first the agency, then the post in it."""
    mine = me(request)
    row = found(reach.people(mine), pk)
    units = reach.agencies(mine).filter(closed_on__isnull=True)
    wanted = request.GET.get("agency", "")
    unit: Agency | None = units.filter(pk=int(wanted)).first() if wanted.isdigit() else None
    if unit is None:
        context = {"title": _("任命：选择部门"), "person": row, "agencies": units}
        return show(request, "directory/appoint.html", context)
    return form_page(
        request,
        bound(forms.AppointForm, request, agency=unit),
        lambda given: appointments.appoint(user=row, by=mine, **given),
        title=_("任命 %(name)s 到 %(agency)s") % {"name": row.name, "agency": unit.name},
        button=_("任命"),
        back=_url(row),
        done=_("已任命。"),
    )


@access("GET", "POST", admin="directory", about="appointment")
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment in which nothing waits; otherwise hand over."""
    mine = me(request)
    row = found(reach.appointments(mine), pk)
    return form_page(
        request,
        bound(forms.EndForm, request),
        lambda given: appointments.end_appointment(appointment=row, by=mine, **given),
        title=_("免职：%(name)s") % {"name": row},
        button=_("免职"),
        back=_url(row.user),
        done=_("任职已结束。"),
        warning=_("承办的事项不会移动。有未办结工作的，请办理交接。"),
    )


@access("GET", "POST")
def deputies(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom: one's own leave, or everybody's for the administrator."""
    mine = me(request)
    own = not rights.may_administer(mine, "directory")
    rows = queries.found_deputies(mine, today())
    if own:
        rows = rows.filter(absent=mine)
    return form_page(
        request,
        bound(forms.DeputyForm, request, own=own),
        lambda given: appointments.set_deputy(by=mine, **given),
        title=_("请假代理"),
        button=_("设代理人"),
        back=reverse("directory:deputies"),
        done=_("代理人已设定，期间由其以本人名义签批。"),
        template="directory/deputies.html",
        rows=rows,
    )


@access("POST", about="deputyship")
def deputy_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The absent official is back."""
    mine = me(request)
    row = Deputyship.objects.filter(pk=pk).select_related("absent__post").first()
    within = row is not None and (
        row.absent_id == mine.pk
        or (
            rights.may_administer(mine, "directory")
            and reach.covers(mine, row.absent.post.agency.place)
        )
    )
    if row is None or not within:
        raise Http404
    reason = request.POST.get("reason", "") or _("销假")
    do_or_say(
        request,
        lambda: appointments.end_deputy(deputyship=row, on=today(), by=mine, reason=reason),
        _("代理已结束。"),
    )
    return redirect("directory:deputies")
