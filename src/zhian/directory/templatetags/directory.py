"""Words of the directory for its templates."""

from __future__ import annotations

from django import template

from zhian.directory.words import business_words, say

register = template.Library()


@register.filter
def business(key: str) -> str:
    """What a business type is called, in the reader's language."""
    return say(business_words(key))
