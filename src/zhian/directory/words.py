"""What posts, agencies, business types and changes are called, in the reader's language."""

from __future__ import annotations

from zhian.law import offices
from zhian.law.words import Words
from zhian.web.words import named, say

__all__ = ["named", "say"]

CHANGES = {
    "appoint": Words("任命", "Appointed"),
    "end": Words("免职", "Appointment ended"),
    "deputy": Words("设代理人", "Deputy named"),
    "end_deputy": Words("代理结束", "Deputyship ended"),
    "leave": Words("离任", "Left service"),
    "hand_over": Words("交接", "Handed over"),
    "password": Words("发一次性口令", "One-time password issued"),
    "close_login": Words("停用登录", "Login closed"),
    "return": Words("恢复", "Brought back"),
    "add": Words("新增", "Added"),
    "change": Words("修改", "Changed"),
    "close": Words("撤销", "Closed"),
    "remove": Words("删除", "Removed"),
    "merge": Words("合并", "Merged"),
    "import": Words("导入", "Imported"),
    "responsibility": Words("明确职责", "Responsibility given"),
    "end_responsibility": Words("职责终止", "Responsibility ended"),
    "sponsor": Words("包保", "Sponsor named"),
    "end_sponsor": Words("包保终止", "Sponsorship ended"),
    "steward": Words("明确责任人", "Local officer named"),
    "end_steward": Words("责任人终止", "Local officer ended"),
    "add_operator": Words("登入主体", "Operator entered"),
    "add_premises": Words("登入场所", "Premises entered"),
    "setting": Words("设置", "Setting"),
    "calendar": Words("公布日历", "Calendar published"),
    "day": Words("日历修改", "Calendar edited"),
    "bind_phone": Words("绑定经营者手机", "Operator's phone bound"),
    "unbind_phone": Words("解除经营者手机", "Operator's phone unbound"),
    "change_phone": Words("更换经营者手机", "Operator's phone changed"),
    "invite": Words("开具邀请单", "Slip to join made"),
    "take_back": Words("收回邀请单", "Slip taken back"),
    "wall_code": Words("制发墙码", "Wall code issued"),
    "wall_code_renewed": Words("更换墙码", "Wall code renewed"),
    "wall_code_withdrawn": Words("作废墙码", "Wall code withdrawn"),
}

TERRITORY = Words("监管所辖区（不分业态）", "Territory of a station (every type)")


# The holidays of the shipped table by the names that its package gives them.
HOLIDAYS = {
    "New Year's Day": Words("元旦", "New Year's Day"),
    "Spring Festival": Words("春节", "Spring Festival"),
    "Tomb-sweeping Day": Words("清明节", "Tomb-sweeping Day"),
    "Labour Day": Words("劳动节", "Labour Day"),
    "Dragon Boat Festival": Words("端午节", "Dragon Boat Festival"),
    "Mid-autumn Festival": Words("中秋节", "Mid-autumn Festival"),
    "National Day": Words("国庆节", "National Day"),
    "Anti-Fascist 70th Day": Words("抗战胜利70周年纪念日", "70th anniversary of victory"),
}
SHIPPED = Words(
    "国务院办公厅年度节假日安排通知（chinesecalendar）",
    "Yearly holiday notice of the General Office of the State Council (chinesecalendar)",
)


def _named(key: str, found: Words | None) -> Words:
    return found if found is not None else Words(key, key)


def post_words(kind: str) -> Words:
    """What a kind of post is called."""
    row = offices.posts().get(kind)
    return _named(kind, row.words if row else None)


def agency_words(kind: str) -> Words:
    """What a kind of agency is called."""
    row = offices.agency_kinds().get(kind)
    return _named(kind, row.words if row else None)


def business_words(key: str) -> Words:
    """What a business type is called; without one it is a station's territory."""
    if not key:
        return TERRITORY
    row = offices.business_types().get(key)
    return _named(key, row.words if row else None)


def holiday_words(name: str) -> Words:
    """What a holiday of the shipped table is called."""
    return _named(name, HOLIDAYS.get(name))


def change_words(what: str) -> Words:
    """What a line of the log is called."""
    return _named(what, CHANGES.get(what))
