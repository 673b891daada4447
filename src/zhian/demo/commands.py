"""`zhian demo`: build the demonstration county if there is none, print the logins, serve."""

from __future__ import annotations

import argparse
import os
import sys
import time

from zhian.config import env

ROLES = (
    "bureau_head",
    "office_head",
    "inspector",
    "licence_officer",
    "intake_clerk",
    "publisher",
    "legal_reviewer",
    "township_head",
    "township_officer",
    "village_officer",
    "county_leader",
    "department_head",
    "police_liaison",
    "supervision_officer",
    "lab_head",
    "system_admin",
    "security_admin",
    "audit_admin",
)


def main(argv: list[str]) -> int:
    """Build once, serve always; Ctrl-C ends it."""
    parser = argparse.ArgumentParser("zhian demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="端口 / port (8000)")
    parser.add_argument("--size", choices=("small", "large"), default="small", help="规模 / size")
    parser.add_argument("--build-only", action="store_true", help="只建立不启动 / do not serve")
    options = parser.parse_args(argv)
    os.environ.setdefault("ZHIAN_SECOND_FACTOR", "optional")
    os.environ.setdefault("ZHIAN_BASE_URL", f"http://localhost:{options.port}")
    began = time.monotonic()
    _build(options.size, began)
    _print_logins(options.port)
    if options.build_only:
        return 0
    from zhian.config import serve

    return serve.main(["--port", str(options.port)])


def _build(size: str, began: float) -> None:
    from zhian.config import migrate

    migrate.main(["--quiet"])
    from django.db import transaction

    from zhian.demo import build
    from zhian.demo.marker import Marker

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:5.0f} s] {text}", flush=True)

    marker = Marker(env.data_folder())
    if marker.finished():
        say(f"演示县已在 {env.data_folder()}")
        return
    if build.exists():
        print(
            f"{env.data_folder()} 中已有数据，不是演示县，未作改动。"
            "请用 ZHIAN_DATA 指定另一个文件夹。 / This folder holds other data.",
            file=sys.stderr,
        )
        raise SystemExit(2)
    with transaction.atomic():
        built = build.build(size, say)
    marker.write(size)
    say(f"主体 {built.operators} 户，事项 {built.matters} 件，行为 {built.acts} 条")


def _print_logins(port: int) -> None:
    from zhian.demo.county import PASSWORD
    from zhian.law.references import posts

    print(f"\n登录 / log in: http://localhost:{port}    密码 / password: {PASSWORD}")
    for role in ROLES:
        print(f"  {role + '1':22} {posts()[role].words.zh}")
    print(f"  {'operator1':22} 经营者 / operator")
    _print_telephones(port)


def _print_telephones(port: int) -> None:
    """Operators' people log in by a code; without a gateway it stands in the outbox."""
    from django.conf import settings

    from zhian.directory.models import User

    print(f"\n经营者用手机登录 / by telephone: http://localhost:{port}/accounts/login/phone/")
    people = User.objects.filter(operator__isnull=False).exclude(phone="")
    for user in people.select_related("operator").order_by("pk"):
        print(f"  {user.phone:22} {user.operator}")
    print(f"  验证码 / the code: {settings.OUTBOX / 'sms'}\n", flush=True)
