"""区划: the division tree."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from zhian.directory import forms, queries, reach
from zhian.directory.access import access
from zhian.directory.actions import structure
from zhian.directory.models import Place
from zhian.directory.pages.base import asked, form_page, found, me, show_list
from zhian.directory.words import named
from zhian.web.lists import Column

COLUMNS = (
    Column("name", gettext_lazy("名称"), named, ("name",)),
    Column("code", gettext_lazy("代码"), lambda r: r.code, ("code",)),
    Column("short", gettext_lazy("简称"), lambda r: r.short_name, ("short_name",), shown=False),
    Column("level", gettext_lazy("级别"), lambda r: r.get_level_display(), ("level",)),
    Column("parent", gettext_lazy("上级"), lambda r: named(r.parent), ("parent__code",)),
    Column("source", gettext_lazy("来源"), lambda r: r.source, ("source",), shown=False),
    Column("until", gettext_lazy("停用日期"), lambda r: r.valid_to, ("valid_to",)),
    Column("merged", gettext_lazy("并入"), lambda r: named(r.merged_into), ("merged_into__code",)),
)


def _url(place: Place) -> str:
    return reverse("directory:place", args=[place.pk])


@access(admin="directory")
def places(request: HttpRequest) -> HttpResponse:
    """The divisions in reach, by name, code and level."""
    text = asked(request, "q", _("名称或者代码"))
    level = asked(request, "level", _("级别"), Place.LEVELS)
    return show_list(
        request,
        queries.found_places(me(request), text.value, level.value),
        COLUMNS,
        title=pgettext("list", "区划"),
        fallback="code",
        link=_url,
        filters=[text, level],
        actions=[
            (reverse("directory:place-new"), _("新增区划")),
            (reverse("directory:place-load"), _("载入区划名单")),
            (reverse("directory:import", args=["places"]), _("从表格导入")),
            (reverse("directory:outlines"), _("边界")),
        ],
        empty=_("没有这样的区划。可以载入全国区划名单中的本县，或者从表格导入整棵树。"),
    )


@access("GET", "POST", admin="directory")
def place_new(request: HttpRequest) -> HttpResponse:
    """A new division."""
    return form_page(
        request,
        forms.PlaceForm,
        structure.add_place,
        title=_("新增区划"),
        button=_("新增"),
        back=reverse("directory:places"),
        done=_("区划已新增。"),
        onward=_url,
    )


@access("GET", "POST", admin="directory", about="place")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One division: its name, what lies below it, where its code leads."""
    row = found(reach.places(me(request)).select_related("parent", "merged_into"), pk)
    return form_page(
        request,
        forms.PlaceNameForm,
        structure.rename_place,
        about={"place": row},
        given={"initial": {"name": row.name, "name_en": row.name_en}},
        title=named(row),
        button=_("保存名称"),
        back=_url(row),
        done=_("名称已修改。"),
        template="directory/place.html",
        place=row,
        below=row.children.order_by("code"),
        merged_from=row.merged_from.order_by("code"),
    )


@access("GET", "POST", admin="directory", about="place")
def place_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A division is closed or merged into another; its code keeps leading there."""
    row = found(reach.places(me(request)), pk)
    return form_page(
        request,
        forms.PlaceEndForm,
        structure.close_place,
        about={"place": row},
        title=_("停用或者合并：%(name)s") % {"name": named(row)},
        button=_("停用"),
        back=_url(row),
        done=_("区划已停用，旧代码按日期转到并入的区划。"),
    )
