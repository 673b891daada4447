"""The columns of each roster; the same rows make the template that can be downloaded."""

from __future__ import annotations

from zhian.directory.imports.table import Field
from zhian.law.words import Words

PLACE_HINT = Words(
    "12 位区划代码，已合并的按日期自动转到现行区划",
    "division code of 12 digits; a merged one leads to its successor by date",
)
DAY = Words("日期，如 2026-01-31", "a date such as 2026-01-31")
FREE = Words("", "")


def _field(
    key: str,
    zh: str,
    en: str,
    hint: Words = FREE,
    required: bool = False,
    also: tuple[str, ...] = (),
) -> Field:
    return Field(key, Words(zh, en), hint, required, also)


PLACES = (
    _field(
        "code",
        "代码",
        "Code",
        Words("12 位数字（网格 15 位）", "12 digits (grid cells 15)"),
        True,
        ("区划代码", "division code"),
    ),
    _field("name", "名称", "Name", required=True, also=("区划名称",)),
    _field("name_en", "英文名称", "Name in English"),
    _field(
        "level",
        "级别",
        "Level",
        Words(
            "省、市、县、乡镇、村、网格；不填按代码判断",
            "province, city, county, township, village, grid; from the code if empty",
        ),
    ),
    _field("valid_from", "启用日期", "Valid from", DAY),
    _field("valid_to", "停用日期", "Valid to", DAY, also=("撤销日期",)),
    _field(
        "merged_into",
        "并入代码",
        "Merged into",
        Words("停用后并入的区划代码", "code of the division it became part of"),
    ),
)

AGENCIES = (
    _field(
        "code",
        "代码",
        "Code",
        Words("本县内唯一，如 SYSJ", "unique, such as SYSJ"),
        True,
        ("部门代码",),
    ),
    _field("name", "名称", "Name", required=True, also=("部门名称",)),
    _field("name_en", "英文名称", "Name in English"),
    _field(
        "short_name",
        "文号代字",
        "Short name in document numbers",
        Words("如 松市监", "such as 松市监"),
    ),
    _field(
        "kind",
        "类别",
        "Kind",
        Words("如 市场监督管理部门", "such as market regulator"),
        True,
    ),
    _field("place", "区划代码", "Division", PLACE_HINT, True, ("地点代码", "place code")),
    _field(
        "superior",
        "上级代码",
        "Superior",
        Words("上级部门的代码", "code of the superior agency"),
    ),
    _field("phone", "公开电话", "Published telephone"),
    _field("mailbox", "公开信箱", "Published mailbox"),
    _field("address", "地址", "Address"),
)

OFFICES = (
    _field(
        "agency",
        "部门代码",
        "Agency",
        Words("部门的代码", "code of the agency"),
        True,
    ),
    _field("code", "科室代码", "Code", FREE, True, ("代码",)),
    _field("name", "名称", "Name", required=True, also=("科室名称",)),
    _field("name_en", "英文名称", "Name in English"),
    _field(
        "place",
        "辖区代码",
        "Division",
        Words(
            "监管所的辖区；科室不填",
            "what a station answers for; empty for an office",
        ),
        also=("区划代码",),
    ),
)

STAFF = (
    _field(
        "username",
        "登录名",
        "Login name",
        Words(
            "不填则用执法证号，再则用手机号",
            "if empty the card number, else the telephone number",
        ),
        also=("工号", "用户名", "username"),
    ),
    _field("name", "姓名", "Name", required=True),
    _field("name_en", "英文姓名", "Name in English"),
    _field("phone", "手机", "Telephone", also=("电话", "手机号")),
    _field("card_number", "执法证号", "Enforcement card", also=("执法证",)),
    _field("card_until", "执法证有效期至", "Card valid until", DAY),
    _field(
        "agency",
        "部门代码",
        "Agency",
        Words("部门的代码或者名称", "code or name of the agency"),
        True,
        ("部门",),
    ),
    _field(
        "office",
        "科室",
        "Office",
        Words("科室的代码或者名称", "code or name of the office"),
        also=("科室代码", "office code"),
    ),
    _field(
        "post",
        "岗位",
        "Post",
        Words("岗位清单中的名称", "a name of the list of posts"),
        True,
    ),
    _field("place", "辖区代码", "Division", PLACE_HINT),
    _field("title", "职务", "Title"),
    _field("title_en", "英文职务", "Title in English"),
    _field("since", "任职日期", "Since", DAY, True),
    _field("until", "离任日期", "Until", DAY),
)

COLUMNS = {
    "places": PLACES,
    "agencies": AGENCIES,
    "offices": OFFICES,
    "staff": STAFF,
}
TITLES = {
    "places": Words("区划", "Divisions"),
    "agencies": Words("部门", "Agencies"),
    "offices": Words("科室和所", "Offices and stations"),
    "staff": Words("人员", "Staff"),
}
