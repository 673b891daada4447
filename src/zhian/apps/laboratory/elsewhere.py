"""Whether the producer on the label sits where another regulator must be told of the failure."""

from __future__ import annotations

PROVINCE, COUNTY = "province", "county"


def elsewhere(home: str, sampled: str, made: str) -> str:
    """Whom the regulator of `home` must tell (SAMPLE 27): `province`, `county`, or nobody.

    All three are division codes, `home` without the zeros behind; an empty one is not known. The
    duty is that of the place of sampling: for a sample taken elsewhere it is not ours.
    """
    taken, origin = _significant(sampled), _significant(made)
    if not origin or (taken and not _overlap(home, taken)):
        return ""
    if origin[:2] != home[:2]:
        return PROVINCE
    return "" if _overlap(home, origin) else COUNTY


def _overlap(one: str, other: str) -> bool:
    """Whether one of two divisions holds the other."""
    return one.startswith(other) or other.startswith(one)


def _significant(code: str) -> str:
    """Two digits per province and city, six for a county, nine for a township, else all."""
    for width in (2, 4, 6, 9):
        if not code[width:].strip("0"):
            return code[:width]
    return code
