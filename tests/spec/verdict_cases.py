"""Golden verdicts: food, item, result, what must come out, and the article that says so.

Each line is a case that was decided by hand from the standard. `+` is compliant, `-` non-compliant,
`?` cannot be judged. Days are days of production; none is 2026-10-01, when GB 2762-2025 judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from zhian.law.limits import ROUNDED
from zhian.law.limits.questions import CANNOT_JUDGE, COMPLIANT, NON_COMPLIANT, Question

DAY = date(2026, 10, 1)
BEFORE = date(2026, 9, 1)
OUTCOMES = {"+": COMPLIANT, "-": NON_COMPLIANT, "?": CANNOT_JUDGE}


@dataclass(frozen=True)
class Case:
    """A question, its outcome, and where the outcome is written."""

    asked: Question
    outcome: str
    article: str
    said: str = ""
    extra: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.asked.food} {self.asked.item} {self.asked.result} {self.outcome}"


# GB 2762-2025 and GB 2760-2024, one number against one number.
PLAIN = """
大米|镉|0.25mg/kg|-|GB 2762-2025 表2
大米|镉|0.20mg/kg|+|GB 2762-2025 表2
大米|镉|0.2mg/kg|+|GB 2762-2025 表2
大米|镉|0.201mg/kg|-|GB 2762-2025 表2
大米|镉（以Cd计）|201μg/kg|-|GB 2762-2025 表2
大米|7440-43-9|0.1mg/kg|+|GB 2762-2025 表2
糙米|镉|0.21mg/kg|-|GB 2762-2025 表2
小麦|镉|0.11mg/kg|-|GB 2762-2025 表2
小麦|镉|0.09mg/kg|+|GB 2762-2025 表2
玉米粉|镉|0.15mg/kg|-|GB 2762-2025 表2
小麦粉|铅|0.21mg/kg|-|GB 2762-2025 表1
燕麦片|铅|0.4mg/kg|+|GB 2762-2025 表1
燕麦片|铅|0.51mg/kg|-|GB 2762-2025 表1
面筋|铅|0.4mg/kg|+|GB 2762-2025 表1
馒头|铅|0.3mg/kg|-|GB 2762-2025 表1
包子|铅|0.3mg/kg|+|GB 2762-2025 表1
八宝粥|铅|0.5mg/kg|+|GB 2762-2025 表1
菠菜|铅|0.519mg/kg|-|GB 2762-2025 表1
菠菜|铅|0.29mg/kg|+|GB 2762-2025 表1
番茄|铅|0.15mg/kg|-|GB 2762-2025 表1
西兰花|铅|0.15mg/kg|+|GB 2762-2025 表1
鲜姜|铅|1.95mg/kg|-|GB 2762-2025 表1
鲜姜|铅|0.15mg/kg|+|GB 2762-2025 表1
马铃薯|铅|0.2mg/kg|+|GB 2762-2025 表1
胡萝卜|铅|0.15mg/kg|-|GB 2762-2025 表1
豇豆|铅|0.2mg/kg|+|GB 2762-2025 表1
榨菜|铅|0.51mg/kg|-|GB 2762-2025 表1
榨菜|铅|0.45mg/kg|+|GB 2762-2025 表1
脱水蔬菜|铅|0.8mg/kg|+|GB 2762-2025 表1
蔬菜罐头|铅|0.4mg/kg|-|GB 2762-2025 表1
辣椒|镉|0.076mg/kg|-|GB 2762-2025 表2
辣椒|镉|0.05mg/kg|+|GB 2762-2025 表2
芹菜|镉|0.15mg/kg|+|GB 2762-2025 表2
芹菜|镉|0.21mg/kg|-|GB 2762-2025 表2
莴笋|镉|0.15mg/kg|-|GB 2762-2025 表2
黄花菜|镉|0.2mg/kg|+|GB 2762-2025 表2
胡萝卜|镉|0.1mg/kg|+|GB 2762-2025 表2
生姜|镉|0.12mg/kg|-|GB 2762-2025 表2
苹果|铅|0.12mg/kg|-|GB 2762-2025 表1
蔓越莓|铅|0.12mg/kg|+|GB 2762-2025 表1
苹果|镉|0.06mg/kg|-|GB 2762-2025 表2
草莓酱|铅|0.4mg/kg|+|GB 2762-2025 表1
话梅|铅|0.81mg/kg|-|GB 2762-2025 表1
葡萄干|铅|0.51mg/kg|-|GB 2762-2025 表1
水果罐头|铅|0.21mg/kg|-|GB 2762-2025 表1
香菇|铅|0.31mg/kg|-|GB 2762-2025 表1
金针菇|铅|0.31mg/kg|+|GB 2762-2025 表1
牛肝菌|铅|0.9mg/kg|+|GB 2762-2025 表1
香菇|镉|0.5mg/kg|+|GB 2762-2025 表2
金针菇|镉|0.3mg/kg|-|GB 2762-2025 表2
松茸|镉|0.9mg/kg|+|GB 2762-2025 表2
姬松茸|镉|2.1mg/kg|-|GB 2762-2025 表2
木耳|铅|1.2mg/kg|-|GB 2762-2025 表1
黄豆|铅|0.2mg/kg|+|GB 2762-2025 表1
豆浆|铅|0.06mg/kg|-|GB 2762-2025 表1
豆腐|铅|0.3mg/kg|+|GB 2762-2025 表1
花生|镉|0.5mg/kg|+|GB 2762-2025 表2
花生|镉|0.6mg/kg|-|GB 2762-2025 表2
焙炒咖啡|铅|0.5mg/kg|+|GB 2762-2025 表1
开心果|铅|0.21mg/kg|-|GB 2762-2025 表1
猪肉|铅|0.21mg/kg|-|GB 2762-2025 表1
猪肝|铅|0.5mg/kg|+|GB 2762-2025 表1
猪肉|镉|0.11mg/kg|-|GB 2762-2025 表2
猪肝|镉|0.5mg/kg|+|GB 2762-2025 表2
猪腰|镉|1.0mg/kg|+|GB 2762-2025 表2
猪腰|镉|1.1mg/kg|-|GB 2762-2025 表2
火腿肠|铅|0.31mg/kg|-|GB 2762-2025 表1
草鱼|铅|0.5mg/kg|+|GB 2762-2025 表1
扇贝|铅|1.6mg/kg|-|GB 2762-2025 表1
鱿鱼|铅|0.9mg/kg|+|GB 2762-2025 表1
梭子蟹|镉|2.9mg/kg|+|GB 2762-2025 表2
皮皮虾（海水虾）|镉|4.02mg/kg|-|GB 2762-2025 表2
小龙虾|镉|0.6mg/kg|-|GB 2762-2025 表2
海蜇|铅|1.9mg/kg|+|GB 2762-2025 表1
鸡蛋|铅|0.21mg/kg|-|GB 2762-2025 表1
鸡蛋|镉|0.05mg/kg|+|GB 2762-2025 表2
生乳|铅|0.03mg/kg|-|GB 2762-2025 表1
酸奶|铅|0.03mg/kg|+|GB 2762-2025 表1
花生油|铅|0.09mg/kg|-|GB 2762-2025 表1
酱油|铅|1.0mg/kg|+|GB 2762-2025 表1
花椒|铅|2.9mg/kg|+|GB 2762-2025 表1
八角|铅|1.6mg/kg|-|GB 2762-2025 表1
食盐|镉|0.51mg/kg|-|GB 2762-2025 表2
白砂糖|铅|0.5mg/kg|+|GB 2762-2025 表1
红薯淀粉|铅|0.21mg/kg|-|GB 2762-2025 表1
粉条|铅|0.5mg/kg|+|GB 2762-2025 表1
饼干|铅|0.51mg/kg|-|GB 2762-2025 表1
饮用纯净水|铅|0.011mg/L|-|GB 2762-2025 表1
饮用天然矿泉水|镉|0.004mg/L|-|GB 2762-2025 表2
饮用纯净水|镉|0.004mg/L|+|GB 2762-2025 表2
葡萄汁|铅|0.05mg/kg|-|GB 2762-2025 表1
白酒|铅|0.4mg/kg|+|GB 2762-2025 表1
葡萄酒|铅|0.3mg/kg|-|GB 2762-2025 表1
巧克力|铅|0.5mg/kg|+|GB 2762-2025 表1
果冻|铅|0.41mg/kg|-|GB 2762-2025 表1
绿茶|铅|5.1mg/kg|-|GB 2762-2025 表1
苦丁茶|铅|2.1mg/kg|-|GB 2762-2025 表1
蜂蜜|铅|0.5mg/kg|+|GB 2762-2025 表1
松花粉|铅|1.4mg/kg|+|GB 2762-2025 表1
小麦粉|铬|1.1mg/kg|-|GB 2762-2025 表7
猪肉|铬|1.0mg/kg|+|GB 2762-2025 表7
乳粉|铬|2.1mg/kg|-|GB 2762-2025 表7
氢化植物油|镍|1.1mg/kg|-|GB 2762-2025 表6
榨菜|亚硝酸盐|21mg/kg|-|GB 2762-2025 表8
饮用天然矿泉水|硝酸盐|46mg/L|-|GB 2762-2025 表8
燕窝|亚硝酸盐|30mg/kg|+|GB 2762-2025 表8
大米|苯并[a]芘|2.1μg/kg|-|GB 2762-2025 表9
烤鸭|苯并(a)芘|5.0μg/kg|+|GB 2762-2025 表9
花生油|苯并[a]芘|0.011mg/kg|-|GB 2762-2025 表9
火腿肠|N-二甲基亚硝胺|3.1μg/kg|-|GB 2762-2025 表10
鱼干|N-二甲基亚硝胺|4.1μg/kg|-|GB 2762-2025 表10
草鱼|多氯联苯|21μg/kg|-|GB 2762-2025 表11
大米|总汞|0.03mg/kg|-|GB 2762-2025 表3
菠菜|总汞|0.01mg/kg|+|GB 2762-2025 表3
挂面|柠檬黄|0.0154g/kg|-|GB 2760-2024 表A.1
果冻|柠檬黄|0.04g/kg|+|GB 2760-2024 表A.1
馒头|甜蜜素|0.352g/kg|-|GB 2760-2024 表A.1
面包|甜蜜素|1.6g/kg|+|GB 2760-2024 表A.1
面包|脱氢乙酸及其钠盐(以脱氢乙酸计)|0.242g/kg|-|GB 2760-2024 表A.1
榨菜|脱氢乙酸|0.3g/kg|+|GB 2760-2024 表A.1
白酒|三氯蔗糖|0.0198g/kg|-|GB 2760-2024 表A.1
黄酒|三氯蔗糖|0.6g/kg|+|GB 2760-2024 表A.1
葡萄酒|三氯蔗糖|0.1g/kg|-|GB 2760-2024 表A.1
酱油|苯甲酸|1.0g/kg|+|GB 2760-2024 表A.1
酱油|苯甲酸|1.01g/kg|-|GB 2760-2024 表A.1
复合调味料|苯甲酸|0.7g/kg|?|GB 2760-2024 表A.1
卤牛肉|山梨酸|0.08g/kg|-|GB 2760-2024 表A.1
火腿肠|山梨酸|1.4g/kg|+|GB 2760-2024 表A.1
火腿肠|胭脂红|0.01g/kg|-|GB 2760-2024 表A.1
淀粉肉灌肠|诱惑红|0.0191g/kg|-|GB 2760-2024 表A.1
饼干|二氧化硫残留量|0.11g/kg|-|GB 2760-2024 表A.1
白芷|二氧化硫残留量|0.136g/kg|-|GB 2760-2024 表A.1
八角|二氧化硫残留量|0.14g/kg|+|GB 2760-2024 表A.1
皮皮虾|二氧化硫|0.497g/kg|-|GB 2760-2024 表A.1
草鱼|二氧化硫|0.05g/kg|-|GB 2760-2024 表A.1
龙眼|二氧化硫|0.0926g/kg|-|GB 2760-2024 表A.1
龙眼|二氧化硫|0.03g/kg|?|GB 2760-2024 表A.1
油条|铝的残留量（干样品，以Al计）|281mg/kg|-|GB 2760-2024 表A.1
粉条|铝的残留量(干样品,以Al计)|150mg/kg|+|GB 2760-2024 表A.1
海蜇丝|铝的残留量(以即食海蜇中Al计)|2.25×10³mg/kg|-|GB 2760-2024 表A.1
五香猪耳|亚硝酸盐(以亚硝酸钠计)|31mg/kg|-|GB 2760-2024 表A.1
烟熏火腿|亚硝酸盐(以亚硝酸钠计)|69mg/kg|+|GB 2760-2024 表A.1
月饼|纳他霉素|11mg/kg|-|GB 2760-2024 表A.1
餐桌甜味料|阿斯巴甜|500g/kg|?|GB 2760-2024 表A.1
月饼|防腐剂混合使用时各自用量占其最大使用量的比例之和|1.08|-|GB 2760-2024 附录 A.4
榨菜|防腐剂混合使用时各自用量占其最大使用量的比例之和|1.0|+|GB 2760-2024 附录 A.4
洋槐蜂蜜|氯霉素|0.460μg/kg|-|农业农村部公告第250号
牛蛙|呋喃西林代谢物|1.33μg/kg|-|农业农村部公告第250号
猪肉|克伦特罗|未检出|+|农业农村部公告第250号
鲫鱼|孔雀石绿|检出|-|农业农村部公告第250号
猪肉|氯霉素|<0.1μg/kg|?|农业农村部公告第250号
"""

# With more than a number: days, detection limits, species, sums, conditions, dried foods, choices.
FULLER: tuple[Case, ...] = (
    Case(Question("大米", "镉", "0.250mg/kg", DAY, rounding=ROUNDED), "+", "GB/T 8170 4.3.3"),
    Case(Question("大米", "镉", "0.250mg/kg", DAY), "-", "GB/T 8170 4.3.2"),
    Case(Question("大米", "镉", "0.251mg/kg", DAY, rounding=ROUNDED), "-", "GB/T 8170 4.3.3"),
    Case(Question("大米", "镉", "0.249mg/kg", DAY, rounding=ROUNDED), "+", "GB/T 8170 4.3.3"),
    Case(Question("某产品", "含量", "25.8g", limit="≥25g"), "+", "按所列标准值"),
    Case(Question("某产品", "含量", "25.8g", limit="≥26g"), "-", "按所列标准值"),
    Case(Question("某产品", "含量", "25.8g", limit="≥26g", rounding=ROUNDED), "+", "GB/T 8170"),
    Case(Question("某产品", "含量", "25.5g", limit="≥26g", rounding=ROUNDED), "+", "GB/T 8170 3.2"),
    Case(Question("某产品", "含量", "24.5g", limit="≥25g", rounding=ROUNDED), "-", "GB/T 8170 3.2"),
    Case(Question("大米", "镉", "0.25mg/kg", BEFORE), "-", "GB 2762-2022 表2", "2022"),
    Case(Question("饮用纯净水", "亚硝酸盐", "0.031mg/L", BEFORE), "-", "GB 2762-2022 表8"),
    Case(Question("饮用纯净水", "亚硝酸盐", "0.031mg/L", DAY), "+", "GB 2762-2025 表8"),
    Case(Question("燕窝", "亚硝酸盐", "31mg/kg", BEFORE), "?", "GB 2762-2025 前言"),
    Case(Question("牛肉干", "铅", "0.35mg/kg", BEFORE), "?", "GB 2762-2022", "另有规定"),
    Case(Question("牛肉干", "铅", "0.35mg/kg", DAY), "-", "GB 2762-2025 表1"),
    Case(Question("面包", "脱氢乙酸", "0.2g/kg", date(2025, 2, 7)), "?", "GB 2760-2024 实施日期"),
    Case(Question("面包", "脱氢乙酸", "0.2g/kg", date(2025, 2, 8)), "-", "GB 2760-2024 表A.1"),
    Case(Question("大米", "总砷", "0.18mg/kg", DAY), "+", "GB 2762-2025 表4 注a", "不必再测"),
    Case(Question("大米", "总砷", "0.30mg/kg", DAY), "?", "GB 2762-2025 表4 注a", "需测定无机砷"),
    Case(Question("大米", "无机砷", "0.21mg/kg", DAY), "-", "GB 2762-2025 表4"),
    Case(Question("糙米", "无机砷", "0.30mg/kg", DAY), "+", "GB 2762-2025 表4"),
    Case(Question("小麦", "总砷", "0.51mg/kg", DAY), "-", "GB 2762-2025 表4"),
    Case(Question("小麦", "无机砷", "0.51mg/kg", DAY), "-", "GB 2762-2025 表4", "总量必然超过"),
    Case(Question("小麦", "无机砷", "0.1mg/kg", DAY), "?", "GB 2762-2025 表4", "不能判定"),
    Case(Question("带鱼", "总汞", "0.4mg/kg", DAY), "+", "GB 2762-2025 表3 注a"),
    Case(Question("金枪鱼", "总汞", "1.3mg/kg", DAY), "?", "GB 2762-2025 表3 注a", "甲基汞"),
    Case(Question("金枪鱼", "甲基汞", "1.1mg/kg", DAY), "+", "GB 2762-2025 表3"),
    Case(Question("金枪鱼", "甲基汞", "1.21mg/kg", DAY), "-", "GB 2762-2025 表3"),
    Case(Question("草鱼", "甲基汞", "0.7mg/kg", DAY), "-", "GB 2762-2025 表3"),
    Case(Question("带鱼", "甲基汞", "0.7mg/kg", DAY), "?", "GB 2762-2025 表3", "几个类别"),
    Case(Question("带鱼", "甲基汞", "1.8mg/kg", DAY), "-", "GB 2762-2025 表3"),
    Case(Question("带鱼", "甲基汞", "0.7mg/kg", DAY, category="非肉食性鱼类"), "-", "表3"),
    Case(Question("带鱼", "甲基汞", "0.7mg/kg", DAY, category="其他肉食性鱼类"), "+", "表3"),
    Case(Question("大米", "镉", "未检出", DAY), "+", "GB 2762-2025 表2"),
    Case(Question("大米", "镉", "未检出", DAY, lod="0.002mg/kg"), "+", "GB 2762-2025 表2"),
    Case(Question("大米", "镉", "未检出", DAY, lod="0.5mg/kg"), "?", "GB 2762-2025 表2", "灵敏度"),
    Case(Question("大米", "镉", "未检出", DAY, loq="0.005mg/kg"), "+", "GB 2762-2025 表2"),
    Case(Question("大米", "镉", "<0.01mg/kg", DAY), "+", "GB 2762-2025 表2"),
    Case(Question("大米", "镉", "<0.5mg/kg", DAY), "?", "GB 2762-2025 表2"),
    Case(Question("大米", "镉", ">0.5mg/kg", DAY), "-", "GB 2762-2025 表2"),
    Case(Question("大米", "镉", "0.25mg/L", DAY), "?", "GB 2762-2025 表2", "不能换算"),
    Case(Question("大米", "镉", "-0.25mg/kg", DAY), "?", "", "小于零"),
    Case(Question("大米", "镉", "2000g/kg", DAY), "?", "", "超过样品本身"),
    Case(Question("大米", "镉", "0.25斤", DAY), "?", "", "无法识别"),
    Case(Question("大米", "镉", "合格", DAY), "?", "", "无法识别"),
    Case(Question("午餐肉罐头", "锡", "300mg/kg", DAY), "?", "GB 2762-2025 表5 注a", "镀锡"),
    Case(
        Question("午餐肉罐头", "锡", "300mg/kg", DAY, given=("镀锡薄钢板容器包装",)),
        "-", "GB 2762-2025 表5",
    ),
    Case(Question("午餐肉罐头", "锡", "200mg/kg", DAY), "+", "GB 2762-2025 表5"),
    Case(Question("碳酸饮料", "锡", "160mg/kg", DAY, given=("镀锡薄钢板容器包装",)), "-", "表5"),
    Case(Question("酱油", "3-氯-1,2-丙二醇", "0.5mg/kg", DAY), "?", "表12 注a", "酸水解植物蛋白"),
    Case(
        Question("酱油", "3-MCPD", "0.5mg/kg", DAY, given=("添加酸水解植物蛋白",)), "-", "表12"
    ),
    Case(Question("鸡精", "3-MCPD", "0.9mg/kg", DAY, given=("添加酸水解植物蛋白",)), "+", "表12"),
    Case(Question("虾皮", "铅", "1.5mg/kg", DAY), "?", "GB 2762 3.5", "折算"),
    Case(Question("虾皮", "铅", "0.9mg/kg", DAY), "+", "GB 2762 3.5"),
    Case(Question("干香菇", "镉", "2.0mg/kg", DAY), "?", "GB 2762 3.5", "折算"),
    Case(Question("干香菇", "镉", "2.0mg/kg", DAY, factor=Decimal(8)), "+", "GB 2762 3.5"),
    Case(Question("干香菇", "镉", "4.1mg/kg", DAY, factor=Decimal(8)), "-", "GB 2762 3.5"),
    Case(Question("固体饮料", "安赛蜜", "0.25g/kg", DAY), "+", "GB 2760-2024 表A.1"),
    Case(Question("固体饮料", "安赛蜜", "2.4g/kg", DAY), "?", "GB 2760-2024 表A.1", "稀释倍数"),
    Case(Question("固体饮料", "安赛蜜", "2.4g/kg", DAY, factor=Decimal(10)), "+", "表A.1"),
    Case(Question("固体饮料", "安赛蜜", "3.1g/kg", DAY, factor=Decimal(10)), "-", "表A.1"),
    Case(Question("草鱼", "多氯联苯", "5+6+10.5μg/kg", DAY), "-", "GB 2762-2025 表11 注a"),
    Case(Question("草鱼", "多氯联苯", "5+6+<1μg/kg", DAY), "+", "GB 2762-2025 表11 注a"),
    Case(Question("草鱼", "多氯联苯", "9+9+<3μg/kg", DAY), "?", "GB 2762-2025 表11 注a"),
    Case(Question("某某珍品", "铅", "0.6mg/kg", DAY), "?", "", "人工选定类别"),
    Case(Question("某某珍品", "铅", "0.6mg/kg", DAY, category="蜂蜜"), "-", "GB 2762-2025 表1"),
    Case(Question("某某珍品", "山梨酸", "0.6g/kg", DAY, category="07.02"), "+", "表A.1"),
    Case(Question("某某珍品", "山梨酸", "0.6g/kg", DAY, kind="糕点-糕点"), "+", "表A.1"),
    Case(Question("薯片味小麦球", "山梨酸", "0.6g/kg", DAY), "?", "", "人工选定类别"),
    Case(Question("大米", "没有这个项目", "1mg/kg", DAY), "?", "", "没有项目"),
    Case(Question("水果罐头", "镉", "0.1mg/kg", DAY), "?", "GB 2762-2025 表2", "没有登记限量"),
    Case(Question("蛋糕", "菌落总数", "10⁴;10⁴;2×10⁴;2×10⁴;10³CFU/g",
                  limit="n=5,c=2,m=10⁴,M=10⁵CFU/g"), "+", "GB 4789.1"),
    Case(Question("蛋糕", "菌落总数", "10⁴;3×10⁴;2×10⁴;2×10⁴;10³CFU/g",
                  limit="n=5,c=2,m=10⁴,M=10⁵CFU/g"), "-", "GB 4789.1"),
    Case(Question("蛋糕", "菌落总数", "10³;10³;10³;10³;2×10⁵CFU/g",
                  limit="n=5,c=2,m=10⁴,M=10⁵CFU/g"), "-", "GB 4789.1"),
    Case(Question("蛋糕", "菌落总数", "10³;10³;10³CFU/g",
                  limit="n=5,c=2,m=10⁴,M=10⁵CFU/g"), "?", "GB 4789.1", "要求 5 个结果"),
    Case(Question("纯净水", "铜绿假单胞菌", "未检出；20；未检出；未检出；未检出CFU/250mL",
                  limit="n=5,c=0,m=0CFU/250mL"), "-", "GB 19298"),
    Case(Question("大米", "镉", "0.25mg/kg", DAY, limit="≤0.3mg/kg"), "+", "按所列标准值"),
    Case(Question("白酒", "酒精度", "50.2%vol", DAY, limit="51.0~53.0%vol"), "-", "按所列标准值"),
    Case(Question("酱油", "氨基酸态氮", "0.36g/100mL", DAY, limit="≥0.4g/100mL"), "-", "最低限量"),
    Case(Question("酱油", "氨基酸态氮", "0.40g/100mL", DAY, limit="≥0.4g/100mL"), "+", "最低限量"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every case, the plain lines first."""
    for line in PLAIN.strip().splitlines():
        food, item, result, outcome, article = line.split("|")
        yield Case(Question(food, item, result, DAY), outcome, article)
    yield from FULLER
