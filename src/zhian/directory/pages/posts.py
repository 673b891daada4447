"""岗位: the posts of an agency."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.directory import forms, reach
from zhian.directory.access import access
from zhian.directory.actions import structure
from zhian.directory.models import Post
from zhian.directory.pages.base import do_or_say, form_page, found, me
from zhian.directory.words import named


def _back(post: Post) -> str:
    return reverse("directory:agency", args=[post.agency_id])


@access("GET", "POST", admin="directory", about="agency")
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new post; only those that such an agency has are offered."""
    row = found(reach.agencies(me(request)), pk)
    return form_page(
        request,
        forms.PostForm,
        structure.add_post,
        about={"agency": row},
        given={"agency": row},
        title=_("%(name)s：新增岗位") % {"name": named(row)},
        button=_("新增"),
        back=reverse("directory:agency", args=[row.pk]),
        done=_("岗位已新增。"),
    )


@access("GET", "POST", admin="directory", about="post")
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post: what it is called, who holds or held it; one that nobody ever held can go."""
    row = found(reach.posts(me(request)), pk)
    held = row.appointments.select_related("user").order_by("-since")
    return form_page(
        request,
        forms.PostChangeForm,
        structure.change_post,
        about={"post": row},
        given={"initial": {"title": row.title, "title_en": row.title_en}},
        title=row.called,
        button=_("保存"),
        back=_back(row),
        done=_("已保存。"),
        template="directory/post.html",
        post=row,
        held=held,
    )


@access("POST", admin="directory", about="post")
def post_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A post entered by mistake goes again."""
    mine = me(request)
    row = found(reach.posts(mine), pk)
    back = _back(row)
    gone = do_or_say(request, lambda: structure.remove_post(post=row, by=mine), _("岗位已删除。"))
    return redirect(back if gone else reverse("directory:post", args=[pk]))
