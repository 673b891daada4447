"""A system administrator takes over the old system's open matters; the handler goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.browser.conftest import ComeIn
from tests.browser.visitor import PHONE, WIDE, Visitor
from tests.builders import County, person
from tests.web.takeover_files import CLOCK_HEAD, order, orders, saved, term
from zhian.desk.models import TakeOver

CLOCKS = [CLOCK_HEAD, *(term(f"ZG-{n}") for n in (1, 2, 3))]


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"


def upload(admin: Visitor, path: Path) -> None:
    admin.open("/directory/takeover/")
    admin.page.set_input_files("input[type=file]", str(path))
    admin.page.get_by_role("button", name="上传并检查").click()


def work() -> None:
    call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_wrong_file_is_mended_confirmed_and_worked_on(
    here: County, come_in: ComeIn, tmp_path: Path, size: tuple[int, int]
) -> None:
    admin = come_in(person(here.bureau, "system_admin", name="管理员"), size)
    lines = [order(f"ZG-{n}", 标题=f"责令改正：第 {n} 户") for n in (1, 2, 3)]
    broken = [order("ZG-1", 承办人="无此人"), order("ZG-2", 阶段="飞行中"), *lines[2:]]
    upload(admin, saved(tmp_path, orders(*broken, clocks=CLOCKS), "有误.xlsx"))
    admin.sees("有 2 格不能接管", "没有在岗人员“无此人”", "下载标出错误的工作簿")
    admin.looks()
    upload(admin, saved(tmp_path, orders(*lines, clocks=CLOCKS)))
    admin.sees("责令改正 · 整改中", "第 1 户")
    admin.looks()
    admin.page.get_by_role("button", name="接管 3 件").click()
    admin.sees("排队中")
    work()
    admin.sees("撤回这次接管")  # the page asks by itself how far it is
    admin.looks()
    assert TakeOver.objects.get(state="done").counts["added"] == 3
    officer = come_in(here.inspector, size)
    officer.open("/desk/")
    officer.sees("责令改正：第 1 户", "责令改正：第 3 户")
