"""What hangs on the wall, what is handed over, and the record of an electronic service: as PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from zhian.desk.models import Service
from zhian.desk.papers import fonts
from zhian.directory.models import Agency, Invitation, Premises, User, WallCode

LAYOUTS = Path(__file__).parent / "layouts"
SIZES = ("a4", "a5")


def address(name: str, *values: object) -> str:
    """An address of this site as it stands in a code."""
    return f"{settings.BASE_URL}{reverse(name, args=values)}"


def qr(url: str) -> str:
    """A code as a drawing, still read when a quarter of it is dirty (level Q)."""
    picture = io.BytesIO()
    segno.make(url, error="q", micro=False).save(picture, kind="svg", border=0, nl=False)
    return picture.getvalue().decode()


def poster(code: WallCode, premises: Premises, office: Agency | None, size: str) -> bytes:
    """The sheet for the wall: the name, the code, what it is for; in Chinese and English."""
    url = address("enterprise:wall", code.code)
    return _set(
        "poster",
        {
            "size": size if size in SIZES else SIZES[0],
            "name": premises.name,
            "address": premises.address or premises.place.name,
            "url": url,
            "qr": qr(url),
            "office": office.name if office else "",
            "phone": office.phone if office else "",
            "issued": timezone.localtime(code.issued_at).date().isoformat(),
        },
        code.issued_at,
    )


def slip(invitation: Invitation, token: str, office: Agency | None) -> bytes:
    """The slip by which one person joins: handed over, not hung up."""
    url = address("enterprise:join", token)
    with override("zh-hans"):
        role = str(invitation.get_role_display())
    return _set(
        "slip",
        {
            "operator": invitation.operator.name,
            "role": role,
            "url": url,
            "qr": qr(url),
            "until": timezone.localtime(invitation.expires_at).strftime("%Y-%m-%d %H:%M"),
            "office": office.name if office else "",
            "phone": office.phone if office else "",
        },
        invitation.made_at,
    )


def confirmation(service: Service, user: User, at: datetime) -> bytes:
    """The record of an electronic service: what, to whom, by which account, when (PUNISH 82(3))."""
    paper = service.document
    rows = [
        ("送达文书", f"《{paper.title}》{paper.number}" if paper else service.matter.title),
        ("送达机关", service.matter.agency.name),
        ("受送达人", service.recipient),
        ("签收人", str(user)),
        ("签收账号", user.username),
        ("到达系统时间", timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")),
        ("送达事项编号", service.matter.number),
        ("确认内容", "本人同意以电子方式送达，并确认以本系统为送达地址"),
    ]
    return _set("confirmation", {"rows": rows}, at)


def _set(layout: str, data: Mapping[str, Any], at: datetime) -> bytes:
    known = fonts.book()
    chains = {role: known.chain(role) for role in fonts.ROLES}
    drawn = {name: value for name, value in data.items() if name == "qr"}
    words = fonts.marked({k: _plain(v) for k, v in data.items() if k != "qr"})
    pdf: bytes = typst.compile(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=known.fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**words, **drawn, "fonts": chains})},
        timestamp=int(at.timestamp()),
    )
    return pdf


def _plain(value: Any) -> Any:
    return [list(row) for row in value] if isinstance(value, list) else value
