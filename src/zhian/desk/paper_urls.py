"""The addresses of papers: the PDF, and the page that a printed code leads to."""

from __future__ import annotations

from django.urls import path, re_path

from zhian.desk.pages import papers

urlpatterns = [
    path("d/<int:pk>.pdf", papers.pdf, name="document_pdf"),
    re_path(r"^verify/(?P<code>[0-9a-f]{12})/(?P<seq>[0-9]{1,6})/$", papers.verify, name="verify"),
]
