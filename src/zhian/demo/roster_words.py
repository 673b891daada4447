"""The words of three fictitious counties: places, families, brands and trades."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from zhian.methods.linkage.normalise import sound


@dataclass(frozen=True, slots=True)
class Kind:
    """How common a kind of shop is, its legal forms, and who has it on a list."""

    share: float
    forms: tuple[float, float, float]
    unregistered: float
    by_owner: float
    seen: dict[str, float]


_TOWN = {"taxelec": 0.8, "sweep": 0.78}
KINDS = {
    "grocery": Kind(24, (0.95, 0.05, 0), 0.05, 0.25, {**_TOWN, "health": 0.15}),
    "catering": Kind(19, (0.93, 0.07, 0), 0.06, 0.25, {**_TOWN, "health": 0.8}),
    "retail": Kind(15, (0.88, 0.12, 0), 0.06, 0.2, _TOWN),
    "vegmeat": Kind(8, (0.97, 0.03, 0), 0.14, 0.3, {**_TOWN, "agri": 0.2, "health": 0.3}),
    "coop": Kind(9, (0.2, 0.05, 0.75), 0.05, 0.05, {"taxelec": 0.5, "sweep": 0.5, "agri": 0.85}),
    "breed": Kind(7, (0.85, 0.1, 0.05), 0.28, 0.4, {"taxelec": 0.5, "sweep": 0.6, "agri": 0.8}),
    "mill": Kind(5, (0.5, 0.5, 0), 0.07, 0.1, {**_TOWN, "agri": 0.5}),
    "workshop": Kind(5, (0.97, 0.03, 0), 0.22, 0.35, {**_TOWN, "health": 0.3}),
    "product": Kind(4, (0.4, 0.6, 0), 0.03, 0.1, _TOWN),
    "drug": Kind(3, (0.7, 0.3, 0), 0.02, 0.1, {**_TOWN, "health": 0.6}),
    "inst": Kind(1, (0, 1, 0), 0.05, 0.0, {"taxelec": 0.6, "sweep": 0.7, "health": 0.9}),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How one part of the country names things."""

    code: str
    above: tuple[str, str]
    county: str
    towns: tuple[str, ...]
    villages: dict[str, tuple[str, ...]]
    hamlets: tuple[str, ...]
    roads: tuple[str, ...]
    landmarks: tuple[str, ...]
    trades: dict[str, tuple[str, ...]]
    surnames: tuple[str, ...]
    surname_weights: tuple[float, ...]
    given: tuple[str, ...]
    brands: tuple[str, ...]
    syllables: tuple[str, ...]
    homophones: dict[str, str]
    markets: tuple[str, ...] = ()
    old_roads: dict[str, str] = field(default_factory=dict)
    old_villages: dict[str, str] = field(default_factory=dict)


SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
)
GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国梅春文志海云林波玲辉鹏飞凤珍荣生"
    "福成德贵友良才富祥顺安康宁发清淑琴莲香菊萍燕翠雪冬秋月光宗耀仁义礼信根木水金土火山川河"
)
# names that half a village bears
COMMON_GIVEN = tuple(
    "建国 桂英 秀英 玉兰 建军 国强 志强 秀兰 桂兰 淑珍 "
    "海燕 丽娟 春梅 永强 国庆 卫东 红梅 金花 志明 小军".split()
)
BRANDS = tuple(
    "福满多 万家福 家家乐 喜洋洋 好又多 惠民 兴旺 永兴 顺发 鸿运 吉祥 如意 "
    "平安 幸福 富源 宏达 鑫源 金源 聚福 聚缘 民生 百姓 大众 阳光 "
    "东方 新世纪 友谊 团结 和谐 诚信 益民 便民 红火 天天 三元 五福 "
    "六合 八方 九州 十全 一品 双喜 四季 春风 秋实 绿源 绿野 田园 "
    "山水 清泉 龙泉 凤凰 ".split()
)
SYLLABLES = tuple(
    "福禄寿喜财鑫森淼焱旺盛兴隆昌达通顺利亨泰和平安康宁华美佳嘉丰裕富源源泉海江河湖山岳林森春夏"
    "秋冬东西南北中天地人日月星辰龙凤麒麟金银玉珠宝翠红绿青蓝紫"
)
TRADES = {
    "grocery": "食杂店 小卖部 便利店 超市 副食店 商店 商行 百货店 粮油店 烟酒店 日杂店",
    "catering": "饭店 餐馆 小吃店 面馆 早餐店 火锅店 烧烤店 快餐店 酒家 农家乐 饺子馆 奶茶店",
    "retail": "五金店 服装店 理发店 手机店 家电店 农资店 建材店 文具店 修理部 宾馆",
    "vegmeat": "水果店 蔬菜店 鲜肉店 水产店 熟食店 卤味店 果蔬店 豆腐店",
    "coop": "水稻种植 蔬菜种植 果树种植 茶叶种植 药材种植 家庭农场",
    "breed": "养猪场 养鸡场 养鸭场 养牛场 水产养殖场 养殖场",
    "mill": "粮油加工厂 米厂 饲料厂 农产品加工厂 茶叶加工厂 米业",
    "workshop": "豆腐坊 酒坊 油坊 米粉厂 糕点坊 食品加工坊 腊味坊",
    "product": "门窗厂 水泥制品厂 木器厂 包装厂 塑料厂 机械厂",
    "drug": "大药房 药店 卫生室 诊所 药房",
    "inst": "小学食堂 中学食堂 幼儿园 敬老院 养老院",
}
LOCAL = {
    "south": {"grocery": "士多店 南杂店 百货商行", "catering": "米粉店 粉馆 大排档 茶楼 糖水店",
              "vegmeat": "海鲜店 烧腊店 冻品店"},
    "central": {"grocery": "批发部 烟酒商行 供销社", "catering": "牛肉面馆 胡辣汤店 烩面馆 土菜馆",
                "vegmeat": "牛羊肉店 干果店"},
    "north": {"grocery": "仓买 综合商店 食杂", "catering": "铁锅炖 麻辣烫 烤肉店 饺子馆",
              "vegmeat": "肉食店 果蔬店"},
}  # fmt: skip
PLACES = {
    "south": ("450999", ("广南省", "临江市"), "榕江县",
              "榕城镇 石桥镇 白沙镇 龙潭镇 大岭乡 金坑乡 水口镇 "
              "云田瑶族乡 上塘镇 枫木乡 合浦镇 双塘乡",
              "村委会 社区 村", "上寨 下寨 老屋场 新屋 大塘边 樟树下 石板坡 坳背 河边 岭脚 茶山坳"),
    "central": ("420998", ("中原省", "汝阳市"), "临河县",
                "城关镇 石店镇 杨集镇 马桥镇 胡庄乡 大李庄乡 双河镇 "
              "槐店镇 沙河乡 红山镇 柳林乡 东岗镇",
                "村 社区 行政村", "张湾 李庄 后王庄 东岗 西坡 大槐树 桥头 南洼 小河沿 老庙"),
    "north": ("230999", ("北安省", "松原市"), "兴河县",
              "兴河镇 长发镇 永乐镇 东山乡 二龙乡 双泉镇 向阳乡 宝山镇 团结乡 西岗镇 良种场 朝阳乡",
              "村 社区", "前屯 后屯 腰屯 靠山屯 王家窝棚 四合屯 三马架 小榆树 东头屯 西荒"),
}  # fmt: skip
VILLAGE_STEMS = tuple(
    "新民 永胜 光明 红旗 东升 和平 幸福 团结 前进 胜利 建设 兴隆 "
    "太平 长安 福利 民主 双河 石门 龙泉 青山 白云 大坪 高桥 竹山 "
    "黄泥 板桥 水田 金星 新华 友爱 富民 文明 宝丰 长岭 西湾 三合 "
    "五星 七里 九龙 柳河 杏花 梨园 桃源 松林 枣庄 槐树 清水 河西 "
    "岭南 坡头 ".split()
)
ROADS = tuple(
    "人民路 中山路 解放路 建设路 文化路 胜利街 新华街 和平路 迎宾大道 工业路 环城路 府前街 学府路 "
    "朝阳街 滨江路 商贸街 东风路 育才路 车站路 兴盛街".split()
)
LANDMARKS = tuple(
    "学校对面 卫生院旁 村委会隔壁 加油站北 信用社西侧 老供销社院内 客运站旁 邮局对过 粮库西门 "
    "中学东侧 派出所后身 桥头 老戏台边 农贸市场口 幼儿园门口 水塔下 原食品站 镇政府斜对面".split()
)
MARKETS = {
    "south": "东门市场 城南农贸市场 河西综合市场 水果批发市场",
    "central": "东关市场 小商品市场 南环农贸市场 粮油批发市场",
    "north": "城东市场 站前早市 中心市场 蔬菜批发市场",
}
OLD_ROADS = {
    "人民路": "红旗路", "解放路": "反修路", "迎宾大道": "南环路", "学府路": "校前路",
    "滨江路": "河堤路", "商贸街": "老牛市街", "兴盛街": "二道街", "育才路": "东方红路",
}  # fmt: skip
TOWN_ENDS = "河桥岭店塘坪湾沟集岗泉溪堡坝滩铺口林坡"
COUNTY_STEMS = tuple(
    "安河 宁山 平川 永泉 兴岭 和丰 昌原 泰林 顺水 福岗 "
    "庆源 康宁 隆安 长宁 清河 明山 广川 东泉 南岭 西丰 "
    "北原 新林 嘉水 定岗 怀源 崇安 建宁 德平 善河 礼山".split()
)


def _homophones() -> dict[str, str]:
    """Characters of these words that are read alike."""
    texts = (*BRANDS, *SYLLABLES, *GIVEN, *SURNAMES, *VILLAGE_STEMS, *TRADES.values())
    groups: dict[str, set[str]] = defaultdict(set)
    for character in set("".join(texts)) - {" "}:
        groups[sound(character)].add(character)
    return {c: "".join(sorted(group - {c})) for group in groups.values() if len(group) > 1
            for c in group}  # fmt: skip


def _style(name: str) -> Style:
    code, above, county, towns, kinds, hamlets = PLACES[name]
    names = tuple(towns.split())
    endings = kinds.split()
    villages = {
        town: tuple(
            VILLAGE_STEMS[(n * 7 + m * 3) % len(VILLAGE_STEMS)] + endings[(n + m) % len(endings)]
            for m in range(9)
        )
        for n, town in enumerate(names)
    }
    trades = {
        kind: tuple(words.split()) + tuple(LOCAL[name].get(kind, "").split())
        for kind, words in TRADES.items()
    }
    weights = tuple(1 / (n + 3) for n in range(len(SURNAMES)))
    return Style(
        code, above, county, names, villages, tuple(hamlets.split()), ROADS, LANDMARKS, trades,
        SURNAMES, weights, GIVEN, BRANDS, SYLLABLES, _homophones(), tuple(MARKETS[name].split()),
        OLD_ROADS, _merged(villages),
    )  # fmt: skip


def _merged(villages: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Village → the one that was merged into it, for every third of them."""
    found = {}
    for number, (town, names) in enumerate(villages.items()):
        for place, name in enumerate(names):
            if (number + place) % 3 == 0:
                stem = VILLAGE_STEMS[(number * 5 + place * 11 + 17) % len(VILLAGE_STEMS)]
                found[town + name] = stem + name[-1]
    return found


STYLES = {name: _style(name) for name in PLACES}


def _town(number: int, place: int) -> str:
    """A town of a county; two in eleven have a name that others bear as well."""
    ending = "镇乡"[place % 3 == 2]
    if place < 2:
        return VILLAGE_STEMS[(number * 11 + place * 5) % len(VILLAGE_STEMS)] + ending
    first, second = number * 7 + place * 3, number * 5 + place * 11
    return SYLLABLES[first % 40] + TOWN_ENDS[second % len(TOWN_ENDS)] + ending


def neighbour(style: Style, number: int) -> Style:
    """Another county of the same parts: its own name and division code, its own towns in other
    order, some with names that occur next door as well."""
    county = COUNTY_STEMS[number % len(COUNTY_STEMS)] + "县"
    stems, endings = VILLAGE_STEMS, sorted({v[-1] for vs in style.villages.values() for v in vs})
    towns = (county[:-1] + "镇", *(_town(number, n) for n in range(11)))
    villages = {
        town: tuple(
            stems[(number * 3 + n * 7 + m * 4) % len(stems)]
            + {"会": "村委会", "区": "社区", "村": "村"}[endings[(n + m) % len(endings)]]
            for m in range(9)
        )
        for n, town in enumerate(towns)
    }
    code = f"{style.code[:3]}{number % 90 + 10:03d}"
    return replace(
        style, code=code, county=county, towns=towns, villages=villages,
        old_villages=_merged(villages),
    )  # fmt: skip
