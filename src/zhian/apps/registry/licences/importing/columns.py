"""The columns of a roster of licences, and what offices call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhian.directory.imports.table import Field
from zhian.law.words import Words

FREE = Words("", "")
DAY = Words("日期，如 2026-01-31", "a date such as 2026-01-31")


def _field(
    key: str, zh: str, en: str, hint: Words = FREE, required: bool = False, also: str = ""
) -> Field:
    return Field(key, Words(zh, en), hint, required, tuple(also.split()))


FIELDS = (
    _field(
        *("number", "编号", "Number"),
        Words("许可证、登记证、备案编号", "of the licence, registration or filing"),
        True,
        "许可证编号 许可证号 证号 证书编号 备案编号 登记证编号 许可编号 licence_number",
    ),
    _field(
        *("kind", "证件种类", "Kind"),
        Words("不填的按编号的开头认", "if empty, seen from how the number begins"),
        also="种类 证照类型 证书类型 许可证类型 许可类别 证照种类",
    ),
    _field(
        *("operator", "主体名称", "Operator"),
        Words("没有的自动新增", "one that is not known is added"),
        True,
        "持证人 持证人名称 经营者名称 单位名称 企业名称 生产者名称 名称 字号名称 养殖场名称",
    ),
    _field(
        *("uscc", "统一社会信用代码", "Credit code"),
        Words("按它对应名录；没有的按名称", "the operator is found by it, else by the name"),
        also="社会信用代码 信用代码 统一代码 身份证号码/统一社会信用代码",
    ),
    _field("head", "负责人", "Head", also="法定代表人 法定代表人(负责人) 经营者 业主 法人"),
    _field("phone", "联系电话", "Telephone", also="电话 手机 手机号 联系方式"),
    _field("premises", "场所名称", "Premises", also="门店名称 店铺名称 招牌名称"),
    _field(
        *("address", "经营场所", "Address"),
        Words("生产、经营场所的地址", "of the place of business"),
        also="地址 生产地址 经营地址 场所地址 住所 养殖地址 生产经营地址 经营场所地址",
    ),
    _field(
        *("place", "区划", "Division"),
        Words("12 位代码，或者乡镇、村名", "12 digits, or the name of the township or village"),
        also="区划代码 乡镇 所属乡镇 所在乡镇 街道 辖区",
    ),
    _field("business_type", "业态", "Business type", also="业态类型"),
    _field(
        *("what", "类别", "What it is for"),
        Words(
            "食品类别、主体业态、品种等，按证件种类",
            "category, form or product, as the kind has it",
        ),
        also="食品类别 主体业态 许可品种 品种 经营方式 养殖类型 许可类别明细",
    ),
    _field("scope", "许可范围", "Scope", also="经营项目 经营范围 许可明细 品种明细"),
    _field("issued_on", "发证日期", "Issued on", DAY, True, "发证时间 签发日期 备案日期 登记日期"),
    _field("first_issued_on", "首次发证日期", "First issued on", DAY, also="初次发证日期"),
    _field(
        "expires_on", "有效期至", "Valid until", DAY, also="有效期 有效期截止 有效截止日期 届满日期"
    ),
    _field(
        *("state", "状态", "State"),
        Words(
            "有效、已注销、已撤销、已撤回、已吊销；不填为有效",
            "valid, struck off, annulled, withdrawn or revoked; valid if empty",
        ),
        also="证照状态 许可证状态 证件状态",
    ),
    _field("ended_on", "终止日期", "Ended on", DAY, also="注销日期 吊销日期 撤销日期"),
)
BY_KEY = {field.key: field for field in FIELDS}
REQUIRED = tuple(field.key for field in FIELDS if field.required)
HEADS_WITHIN = 10  # titles and notes may stand above the headings

STATES = {
    "valid": "有效 正常 在有效期内 有效期内 在用 存续 valid active",
    "cancelled": "已注销 注销 cancelled 已失效",
    "annulled": "已撤销 撤销 annulled",
    "withdrawn": "已撤回 撤回 withdrawn",
    "revoked": "已吊销 吊销 revoked",
}
STATE_OF = {word: key for key, words in STATES.items() for word in (key, *words.split())}


def located(cells: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    """Field → position among the headings: what people chose first, then what the names say."""
    texts = [cell.strip() for cell in cells]
    found = {key: texts.index(name) for key, name in chosen.items() if name in texts}
    for place, text in enumerate(texts):
        field = next((f for f in FIELDS if text and f.named(text)), None)
        if field is not None and field.key not in found and place not in found.values():
            found[field.key] = place
    return found


def complete(found: Mapping[str, int]) -> bool:
    """Whether every column is there that cannot be done without."""
    return all(key in found for key in REQUIRED)
