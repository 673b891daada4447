"""Files of a matter: only as an attachment, only to whoever may see the matter."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from zhian.desk import uploads
from zhian.desk.models import Evidence
from zhian.desk.pages.base import the_matter
from zhian.directory.access import access


@access(about="file")
def download(request: HttpRequest, stored: str) -> HttpResponse:
    """One file."""
    found = Evidence.objects.filter(stored=stored).first()
    if found is None or found.matter_id is None:
        raise Http404
    the_matter(request, found.matter_id)
    response: HttpResponse = uploads.download(found)
    return response
