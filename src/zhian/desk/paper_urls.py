"""The addresses of papers: their pages and PDFs, the file of a matter, and where a code leads."""

from __future__ import annotations

from django.urls import path, re_path

from zhian.desk.pages import papers

urlpatterns = [
    path("d/<int:pk>.pdf", papers.pdf, name="document_pdf"),
    path("d/<int:pk>/", papers.page, name="document"),
    path("d/<int:pk>/print.pdf", papers.printed, name="document_print"),
    path("d/<int:pk>/seal/", papers.seal, name="document_seal"),
    path("d/<int:pk>/seal/program/", papers.seal_by_program, name="document_seal_program"),
    path("m/<int:pk>/file.pdf", papers.file, name="matter_file"),
    re_path(r"^verify/(?P<code>[0-9a-f]{12})/(?P<seq>[0-9]{1,6})/$", papers.verify, name="verify"),
]
