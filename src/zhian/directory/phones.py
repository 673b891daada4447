"""Telephone numbers as people write them, and as they are kept and shown."""

from __future__ import annotations

import re
import unicodedata

from django.utils.crypto import salted_hmac

BETWEEN = re.compile(r"[\s()\-.·]")
HOME = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")


def normal(text: str) -> str:
    """A mobile number in the one way it is kept: eleven figures, or + and the country's code
    (ITU-T E.164); empty where it can be none."""
    plain = BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    plain = HOME.sub("", plain)
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    known = MOBILE.fullmatch(plain) or ABROAD.fullmatch(plain)
    return plain if known else ""


def masked(phone: str) -> str:
    """A number that its owner recognises and nobody else can call."""
    return f"{phone[:-8]}****{phone[-4:]}" if len(phone) > 8 else f"****{phone[-4:]}"


def key(what: str, text: str) -> str:
    """A number or an address as it is counted: keyed, so that no list of numbers gives it away."""
    return salted_hmac(f"zhian.phones.{what}", text, algorithm="sha256").hexdigest()
