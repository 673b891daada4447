"""What a division is called for short; the official name stays beside it, unchanged."""

from __future__ import annotations

# The list of the statistics bureau names the committee, people name the village.
TAILS = (
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("村民委员会", "村"),
    ("村委会", "村"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("虚拟社区", "社区"),
    ("虚拟生活区", ""),
    ("街道办事处", "街道"),
)
ENDS = ("村", "社区", "屯", "镇", "乡", "街道", "区", "场")
LEAST = 2


def short_name(name: str) -> str:
    """The short name of a division; empty where the official name is short already."""
    for tail, instead in TAILS:
        rest = name.removesuffix(tail)
        if rest != name and len(rest) >= LEAST:
            return rest if rest.endswith(ENDS) else rest + instead
    return ""
