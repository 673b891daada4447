"""An empty system: the assistant, the first logins, and the first matter."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser

from tests.browser.visitor import PHONE, WIDE, Visitor, code_of, context_of
from zhian.desk.models import Act, Matter
from zhian.directory import setup
from zhian.directory.models import Place, User

OWN = "laizi-hekou-2026-"
TOWNS = "代码,名称\n239900100000,河口镇\n239900200000,柳林镇\n"
STAFF = (
    "登录名,姓名,手机,执法证号,执法证有效期至,部门代码,岗位,任职日期\n"
    "zhouju,周明,13900000001,,,SYSJ,局长,2024-03-01\n"
    "zhengyp,郑一平,13900000002,HB100002,2029-12-31,SYSJ,执法人员,2024-03-01\n"
)
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])


@pytest.fixture
def made(transactional_db: None, data_folder: Path, settings: Any) -> dict[str, str]:
    """The three administrators as `zhian setup` prints them: login name and one-time password."""
    settings.DATA = data_folder
    cache.clear()
    return {one.username: one.password for one in setup.first_administrators()}


def soon() -> str:
    """A week from now, as the browser's field takes it."""
    return f"{timezone.localtime() + timedelta(days=7):%Y-%m-%dT%H:%M}"


def comes_first(visitor: Visitor, password: str) -> None:
    """A first login: the one-time password, one's own, and the second factor."""
    page = visitor.page
    visitor.open("/")
    page.fill("#id_login", visitor.user.username)
    page.fill("#id_password", password)
    visitor.press("登录")
    assert visitor.path == "/accounts/password/change/"
    page.fill("#id_oldpassword", password)
    page.fill("#id_password1", OWN + visitor.user.username)
    page.fill("#id_password2", OWN + visitor.user.username)
    visitor.press("更改密码")
    assert visitor.path == "/accounts/2fa/totp/activate/", visitor.text
    page.fill("#id_code", code_of(page.input_value("#authenticator_secret")))
    visitor.press("启用")
    assert visitor.path == "/accounts/2fa/recovery-codes/", visitor.text
    visitor.press("已存好，继续")
    assert visitor.path in ("/desk/", "/directory/"), visitor.text


def visitor_of(browser: Browser, address: str, name: str, size: tuple[int, int]) -> Visitor:
    """The person in a window of his own, not logged in."""
    return Visitor(context_of(browser, size), address, User.objects.get(username=name))


def slip_of(visitor: Visitor, name: str) -> str:
    """The one-time password on the slip of a person."""
    slip = visitor.page.locator(".slips section", has_text=name)
    return slip.locator(".password").inner_text()


def set_up(admin: Visitor) -> None:
    """The five steps, each with one mistake first where one is easily made."""
    assert admin.path == "/directory/", "an empty system is set up first"
    admin.press("开始设置")
    admin.fill(code="2399", county="松原县", agency_code="SYSJ", name="松原县市场监督管理局")
    with admin.refused(422):
        admin.press("保存，下一步")
        admin.sees("代码须为 12 位数字。")
    admin.fill(code="239900000000")
    admin.press("保存，下一步")
    admin.fill(text="代码,名称\n2399001,河口镇\n")
    with admin.refused(422):
        admin.press("保存，下一步")
        admin.sees("有 1 格不能导入", "下载错误清单")
    admin.fill(text=TOWNS)
    admin.press("保存，下一步")
    admin.fill(text=STAFF)
    admin.press("保存，下一步")
    admin.fill(short_name="松市监", rectification="56")
    admin.press("保存，下一步")
    admin.fill(phone="0455-1234567", address="松原县人民路1号")
    admin.press("保存，下一步")
    admin.sees("可以开始工作了")


@SIZES
def test_from_an_empty_database_to_the_first_matter(
    made: dict[str, str], chromium: Browser, live_server: Any, size: tuple[int, int]
) -> None:
    def enters(name: str, password: str) -> Visitor:
        visitor = visitor_of(chromium, live_server.url, name, size)
        comes_first(visitor, password)
        return visitor

    admin = enters("system_admin", made["system_admin"])
    set_up(admin)
    admin.open("/directory/people/?state=shut")
    admin.sees("周明", "郑一平", "未开通")

    security = enters("security_admin", made["security_admin"])
    security.open("/directory/")
    security.press("2 人在任而未开通登录")
    security.page.get_by_label("郑一平").check()
    security.press("给勾选的人发一次性口令")
    security.sees("口令只显示这一次")
    password = slip_of(security, "郑一平")

    inspector = enters("zhengyp", password)
    assert inspector.path == "/desk/"
    inspector.open("/new/task/direct/")
    inspector.fill(text="查清校园周边小摊贩底数", deadline=soon(), handler="周明")
    inspector.confirm()
    task = Matter.objects.get(kind="task")
    assert task.number.startswith("SYSJ-")
    assert Act.objects.filter(matter=task).count() >= 1
    for visitor in (admin, security, inspector):
        visitor.context.close()


def test_a_mistake_of_the_roster_comes_back_as_a_file(
    made: dict[str, str], chromium: Browser, live_server: Any
) -> None:
    admin = visitor_of(chromium, live_server.url, "system_admin", WIDE)
    comes_first(admin, made["system_admin"])
    admin.open("/directory/setup/townships/")
    admin.fill(text="代码,名称\n2399001,河口镇\n2399002,柳林镇\n")
    with admin.refused(422):
        admin.press("保存，下一步")
        text = admin.download("下载错误清单").read_text("utf-8-sig")
    assert text.splitlines()[0] == "行,列,内容,原因"
    assert "2399002" in text
    assert Place.objects.count() == 1
    admin.context.close()
