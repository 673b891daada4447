"""The same complaint told twice is found, and the answer says by which words."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, strategies as st

from zhian.methods.similar import Index, Synonyms, Text, Weights, pieces

GROUPS = [
    ("过期", "超过保质期", "过了保质期", "保质期已过"),
    ("腹泻", "拉肚子", "闹肚子", "跑肚"),
    ("发霉", "霉变", "长毛", "长霉"),
    ("异物", "脏东西", "杂物"),
    ("头发", "毛发", "发丝"),
    ("不卫生", "很脏", "脏乱差", "卫生差"),
    ("没有许可证", "无证", "没证", "没有执照", "无照"),
    ("短斤少两", "缺斤短两", "称不准", "少秤"),
    ("饭店", "餐馆", "饭馆", "酒楼", "餐厅"),
    ("超市", "食杂店", "商店", "便利店", "小卖部"),
    ("购买", "买了", "买的", "买到"),
    ("发现", "看到", "看见"),
    ("孩子", "小孩", "儿童", "娃"),
]
WHO = ("我", "本人", "我家", "我们", "家里人", "邻居")
WHERE = "河口 柳林 松北 向阳 红旗 永安 兴隆 新华 平安 胜利 东风 前进 长青 双河 石桥".split()
NAMES = "福来 惠民 王记 李家 老张 鑫源 万佳 好又多 百姓 聚贤 天天 金穗 德兴 万顺 玉林".split()
PLACES = ("饭店", "超市", "烧烤店", "面馆", "烘焙坊", "豆腐坊", "熟食店", "水果店", "药店")
FOODS = "牛奶 面包 香肠 豆腐 月饼 白酒 鸡蛋 海鲜 凉皮 火锅 饺子 蛋糕 酸奶 花生油 大米 粉条".split()
FAULTS = ("过期", "发霉", "里面有头发", "里面有异物", "短斤少两", "变味", "颜色不对")
RESULTS = ("吃了腹泻", "孩子吃了呕吐", "要求退款", "店家不承认", "希望查处", "没有人管", "")
OPENINGS = ("{who}在{place}购买{food}，{fault}。", "{place}卖的{food}{fault}，{who}刚购买。",
            "反映{place}：{food}{fault}。", "{fault}的{food}，是在{place}购买的。")  # fmt: skip
TAILS = ("{result}", "{result}，请尽快处理", "，{result}", "{result}。电话里说过一次了")


def _fact(rng: random.Random) -> dict[str, str]:
    return {
        "place": f"{rng.choice(WHERE)}{rng.choice(NAMES)}{rng.choice(PLACES)}",
        "food": rng.choice(FOODS),
        "fault": rng.choice(FAULTS),
        "result": rng.choice(RESULTS),
    }


def told(fact: dict[str, str], rng: random.Random) -> str:
    """One telling: another order, other words for the same, something left out, a slip."""
    text = rng.choice(OPENINGS).format(who=rng.choice(WHO), **fact)
    if rng.random() < 0.7:
        text += rng.choice(TAILS).format(**fact)
    for group in GROUPS:
        for word in group:
            if word in text and rng.random() < 0.7:
                text = text.replace(word, rng.choice(group), 1)
                break
    if rng.random() < 0.3 and len(text) > 10:
        at = rng.randrange(len(text))
        text = text[:at] + text[at + 1 :]
    return text


@pytest.fixture(scope="module")
def county() -> tuple[Index, list[tuple[Text, str]]]:
    """5,000 complaints of which 400 are told once more; the index knows half of the synonyms."""
    rng = random.Random(7)
    facts = [_fact(rng) for _ in range(5000)]
    index = Index(
        (Text(f"C{n}", told(fact, rng)) for n, fact in enumerate(facts)),
        synonyms=Synonyms(GROUPS[::2]),
    )
    again = [(Text(f"new {n}", told(facts[n], rng)), f"C{n}") for n in rng.sample(range(5000), 400)]
    return index, again


def test_nine_of_ten_paraphrases_are_among_the_first_three(
    county: tuple[Index, list[tuple[Text, str]]],
) -> None:
    index, again = county
    found = sum(right in {like.key for like in index.find(text)} for text, right in again)
    assert found / len(again) >= 0.9


def test_a_query_takes_less_than_fifty_milliseconds_also_while_texts_come_in(
    county: tuple[Index, list[tuple[Text, str]]],
) -> None:
    index, again = county
    index.find(again[0][0])
    took = []
    for text, _right in again[:60]:
        began = time.process_time()
        index.find(text)
        index.add(text)
        took.append(time.process_time() - began)
    assert sorted(took)[int(len(took) * 0.95)] < 0.05


def test_a_text_that_came_in_just_now_is_found() -> None:
    index = Index([Text("a", "某超市牛奶过期"), Text("b", "某饭店有蟑螂")])
    index.find(Text("?", "牛奶"))
    index.add(Text("c", "河口镇粉条里有石子"))
    best = index.find(Text("?", "粉条有石子"))[0]
    assert best.key == "c" and "石子" in "".join(best.pieces)


def test_other_words_for_the_same_count_as_the_same() -> None:
    words = Synonyms([("过期", "超过保质期")])
    plain = Index([Text("a", "牛奶超过保质期")])
    rich = Index([Text("a", "牛奶超过保质期")], synonyms=words)
    asked = Text("?", "牛奶过期")
    assert rich.find(asked)[0].score > plain.find(asked)[0].score
    assert rich.find(asked)[0].score == pytest.approx(1)


def test_facts_in_common_and_near_days_speak_for_it_and_are_named() -> None:
    texts = [
        Text("old", "吃坏了", {"premises": "1"}, 10),
        Text("new", "吃坏了", {"premises": "2"}, 99),
    ]
    index = Index(texts, weights=Weights({"premises": 0.3}))
    found = index.find(Text("?", "吃坏了", {"premises": "1"}, 99))
    assert [like.key for like in found] == ["old", "new"]
    assert found[0].facts == ("premises",) and found[1].facts == ()
    without = index.find(Text("?", "吃坏了", {}, 99))
    assert [like.key for like in without] == ["new", "old"]


def test_the_text_itself_is_not_its_own_twin_and_strangers_are_left_out() -> None:
    index = Index([Text("a", "牛奶过期"), Text("b", "饭店噪音")])
    assert [like.key for like in index.find(Text("a", "牛奶过期"), least=0.2)] == []
    assert index.find(Text("?", "完全无关的话"), least=0.2) == []
    assert Index().find(Text("?", "牛奶")) == []


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    index = Index([Text("a", "牛奶过期"), Text("b", text)])
    found = index.find(Text("?", text))
    assert all(0 <= like.score <= 1 + 1e-9 for like in found)
    assert sum(pieces(Synonyms().plain(text)).values()) >= 0


def test_figures_count_whole() -> None:
    assert pieces("买3.5斤") == {"#3.5": 1, "买": 1, "斤": 1, "买斤": 1}
