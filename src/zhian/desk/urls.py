"""The addresses of the desk."""

from __future__ import annotations

from django.urls import include, path, re_path

from zhian.desk.pages import act, approval, common, desk, files, handover, lists, matter

urlpatterns = [
    path("", include("zhian.desk.paper_urls")),
    path("desk/", desk.my_desk, name="desk"),
    path("desk/sign/", desk.sign_many, name="sign_many"),
    path("desk/hand-over/", desk.hand_over_many, name="hand_over_many"),
    path("m/<int:pk>/", matter.page, name="matter"),
    re_path(r"^m/(?P<code>[0-9a-f]{12})$", matter.short, name="matter_short"),
    path("m/<int:pk>/desk/note/", common.note, name="note"),
    path("m/<int:pk>/desk/share/", common.share, name="share"),
    path("m/<int:pk>/desk/hand-over/", common.hand_over, name="hand_over"),
    path("m/<int:pk>/<slug:verb>/", act.act, name="act"),
    path("new/", act.begin_choice, name="begin"),
    path("new/<slug:kind>/<slug:verb>/", act.begin_form, name="begin_form"),
    path("pick/<slug:what>/", act.pick, name="pick"),
    path("proposals/<int:pk>/", approval.page, name="proposal"),
    path("proposals/<int:pk>/sign/", approval.sign, name="proposal_sign"),
    path("proposals/<int:pk>/return/", approval.send_back, name="proposal_return"),
    path("proposals/<int:pk>/withdraw/", approval.withdraw, name="proposal_withdraw"),
    path("acts/<int:pk>/undo/", common.undo, name="undo"),
    path("late/<int:pk>/take/", common.take_late, name="late_take"),
    path("late/<int:pk>/set-aside/", common.set_late_aside, name="late_set_aside"),
    path("tasks/", lists.tasks, name="tasks"),
    path("notices/", lists.notices, name="notices"),
    path("notices/read/", lists.read_notices, name="notices_read"),
    path("notices/<int:pk>/call/", common.call, name="notice_call"),
    path("calendar/", lists.calendar, name="calendar"),
    re_path(r"^files/(?P<stored>[0-9a-f]{32}\.[a-z]{3,4})$", files.download, name="file"),
    path("directory/people/<int:pk>/leave/", handover.leave, name="leave"),
    path("directory/appointments/<int:pk>/hand-on/", handover.hand_on, name="hand_on"),
]
