"""The addresses of the operators' site."""

from __future__ import annotations

from django.urls import path, re_path

from zhian.interfaces.enterprise.pages import acting, coming_in, my, office, papers, people, wall

app_name = "enterprise"
urlpatterns = [
    path("accounts/login/phone/", coming_in.login, name="login"),
    path("accounts/login/phone/code/", coming_in.code, name="code"),
    path("accounts/login/phone/again/", coming_in.again, name="again"),
    path("e/join/<str:token>/", coming_in.join, name="join"),
    re_path(r"^e/(?P<code>[0-9a-zA-Z]{12})/$", wall.wall, name="wall"),
    path("my/", my.my, name="my"),
    path("my/choose/", my.choose, name="choose"),
    path("my/licences/", my.licences, name="licences"),
    path("my/papers/", papers.papers, name="papers"),
    path("my/papers/<int:pk>.pdf", papers.pdf, name="paper"),
    path("my/credit/", my.credit, name="credit"),
    path("my/matters/", my.matters, name="matters"),
    path("my/m/<int:pk>/", my.matter, name="matter"),
    re_path(r"^my/m/(?P<code>[0-9a-f]{12})$", my.short, name="short"),
    path("my/m/<int:pk>/<slug:verb>/", acting.act, name="act"),
    path("my/new/<slug:kind>/<slug:verb>/", acting.begin, name="begin"),
    path("my/phone/", coming_in.phone, name="phone"),
    path("my/people/", people.people, name="people"),
    path("my/people/invite/", people.invite, name="invite"),
    path("my/people/<int:pk>/end/", people.end, name="end"),
    path("my/slips/<int:pk>/take-back/", people.take_back, name="take_back"),
    path("my/premises/<int:pk>/poster/", people.poster, name="poster"),
    path("operators/<int:pk>/phones/", office.phones_of, name="office"),
    path("operators/<int:pk>/phones/bind/", office.bind, name="office_bind"),
    path("operators/<int:pk>/phones/invite/", office.invite, name="office_invite"),
    path("phones/<int:pk>/end/", office.end, name="office_end"),
    path("phones/<int:pk>/change/", office.change, name="office_change"),
    path("slips/<int:pk>/take-back/", office.take_back, name="office_take_back"),
    path("premises/<int:pk>/wall/", office.wall, name="office_wall"),
]
