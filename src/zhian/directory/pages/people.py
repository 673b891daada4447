"""人员: people, their posts, their logins, and who stands in for whom."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from zhian.directory import forms, queries, reach, rights
from zhian.directory.access import access
from zhian.directory.actions import appointments, structure
from zhian.directory.models import Agency, Deputyship, Post, User
from zhian.directory.pages.base import (
    asked,
    do_or_say,
    form_page,
    found,
    me,
    show,
    show_list,
    today,
)
from zhian.directory.words import change_words, named, post_words, say
from zhian.web.lists import Column

BOTH = ("directory", "accounts")
STATES = (
    ("serving", gettext_lazy("在任")),
    ("idle", gettext_lazy("无岗位")),
    ("shut", gettext_lazy("在任而未开通登录")),
    ("left", gettext_lazy("已离任")),
)
CHANGED = ("name", "name_en", "phone", "card_number", "card_until")


def _url(user: User) -> str:
    return reverse("directory:person", args=[user.pk])


def _post_text(post: Post) -> str:
    """Agency, office and title, as a list of people shows them."""
    return " ".join(filter(None, [named(post.agency), named(post.office), post.called]))


def _columns(held: dict[int, list[Any]]) -> tuple[Column, ...]:
    def posts(user: User) -> str:
        rows = held.get(user.pk, [])
        return _("；").join(_post_text(r.post) for r in rows)

    return (
        Column("name", gettext_lazy("姓名"), named, ("name",)),
        Column("username", gettext_lazy("登录名"), lambda r: r.username, ("username",)),
        Column("posts", pgettext_lazy("list", "岗位"), posts),
        Column("phone", gettext_lazy("手机"), lambda r: r.phone, shown=False),
        Column("card", gettext_lazy("执法证号"), lambda r: r.card_number, ("card_number",)),
        Column("card_until", gettext_lazy("执法证至"), lambda r: r.card_until, ("card_until",)),
        Column("login", gettext_lazy("登录状态"), _login),
        Column("left", gettext_lazy("离任日期"), lambda r: r.left_on, ("left_on",), shown=False),
    )


def _login(user: User) -> str:
    if user.left_on is not None:
        return _("已离任")
    if not user.has_usable_password():
        return _("未开通")
    return _("待改口令") if user.must_change_password else _("已开通")


@access(admin=BOTH)
def people(request: HttpRequest) -> HttpResponse:
    """People in reach, by name, login name or card."""
    mine = me(request)
    text = asked(request, "q", _("姓名、登录名或者证号"))
    state = asked(request, "state", _("状态"), STATES)
    held: dict[int, list[Any]] = {}
    return show_list(
        request,
        queries.found_people(mine, text.value, state.value, today()),
        _columns(held),
        title=_("人员"),
        fallback="name",
        link=_url,
        prepare=lambda found: held.update(queries.posts_in_words(found, today())),
        filters=[text, state],
        actions=_actions(mine),
        empty=_("没有这样的人员。"),
    )


def _actions(mine: Any) -> list[tuple[str, str]]:
    found = []
    if rights.may_administer(mine, "directory"):
        found += [
            (reverse("directory:person-new"), _("新增人员")),
            (reverse("directory:import", args=["staff"]), _("从表格导入")),
        ]
    if rights.may_administer(mine, "accounts"):
        found.append((reverse("directory:logins"), _("成批开通登录")))
    return found


@access("GET", "POST", admin="directory")
def person_new(request: HttpRequest) -> HttpResponse:
    """A new person; then a post, then the security administrator opens the login."""
    return form_page(
        request,
        forms.PersonForm,
        structure.add_person,
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
        "title": named(row),
        "person": row,
        "appointments": held.order_by("-since"),
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
    row = found(reach.people(me(request)), pk)
    return form_page(
        request,
        forms.PersonChangeForm,
        structure.change_person,
        about={"user": row},
        given={"initial": {n: getattr(row, n) for n in CHANGED}},
        title=_("修改：%(name)s") % {"name": named(row)},
        button=_("保存"),
        back=_url(row),
        done=_("已保存。"),
    )


COLUMNS = (
    Column("user", gettext_lazy("姓名"), lambda r: named(r.user), ("user__name",)),
    Column("post", gettext_lazy("岗位"), lambda r: say(post_words(r.post.kind)), ("post__kind",)),
    Column("agency", gettext_lazy("部门"), lambda r: named(r.post.agency), ("post__agency__name",)),
    Column("office", gettext_lazy("科室"), lambda r: named(r.post.office), ("post__office__name",)),
    Column("place", gettext_lazy("辖区"), lambda r: named(r.post.place), ("post__place__code",)),
    Column("since", gettext_lazy("任职日期"), lambda r: r.since, ("since",)),
    Column("until", gettext_lazy("离任日期"), lambda r: r.until, ("until",)),
)


@access(admin="directory")
def appointment_list(request: HttpRequest) -> HttpResponse:
    """Who holds which post, now or ever."""
    text = asked(request, "q", _("姓名、部门或者岗位"))
    when = asked(request, "when", _("时间"), [("now", _("现任")), ("all", _("全部"))], "now")
    day = None if when.value == "all" else today()
    return show_list(
        request,
        queries.found_appointments(me(request), text.value, day),
        COLUMNS,
        title=_("任职"),
        fallback="-since",
        link=lambda row: _url(row.user),
        filters=[text, when],
        actions=[
            (reverse("directory:people"), _("选人任命")),
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
        context = {
            "title": _("任命：选择部门"),
            "person": row,
            "agencies": units,
            "mine": mine.post.agency_id,
        }
        return show(request, "directory/appoint.html", context)
    return form_page(
        request,
        forms.AppointForm,
        appointments.appoint,
        about={"user": row},
        given={"agency": unit},
        title=_("任命 %(name)s 到 %(agency)s") % {"name": named(row), "agency": named(unit)},
        button=_("任命"),
        back=_url(row),
        done=_("已任命。"),
    )


@access("GET", "POST", admin="directory", about="appointment")
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment in which nothing waits; otherwise hand over."""
    row = found(reach.appointments(me(request)), pk)
    return form_page(
        request,
        forms.EndForm,
        appointments.end_appointment,
        about={"appointment": row},
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
    return form_page(
        request,
        forms.DeputyForm,
        appointments.set_deputy,
        given={"own": own},
        title=_("请假代理"),
        button=_("设代理人"),
        back=reverse("directory:deputies"),
        done=_("代理人已设定，期间由其以本人名义签批。"),
        template="directory/deputies.html",
        rows=rows.filter(absent=mine) if own else rows,
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
