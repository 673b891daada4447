"""The tables of the directory."""

from __future__ import annotations

from zhian.directory.models.agencies import Agency, Office, Post
from zhian.directory.models.calendar import CalendarDay, CalendarYear
from zhian.directory.models.change import DirectoryChange
from zhian.directory.models.operators import Operator, Premises, Standing
from zhian.directory.models.people import Appointment, Deputyship, User
from zhian.directory.models.places import Outline, Place
from zhian.directory.models.representatives import (
    Invitation,
    PhoneCode,
    Representative,
    WallCode,
)
from zhian.directory.models.responsibility import Responsibility, Sponsorship, Stewardship
from zhian.directory.models.settings import Setting, SignatureRule

__all__ = [
    "Agency",
    "Appointment",
    "CalendarDay",
    "CalendarYear",
    "Deputyship",
    "DirectoryChange",
    "Invitation",
    "Office",
    "Operator",
    "Outline",
    "PhoneCode",
    "Place",
    "Post",
    "Premises",
    "Representative",
    "Responsibility",
    "Setting",
    "SignatureRule",
    "Sponsorship",
    "Standing",
    "Stewardship",
    "User",
    "WallCode",
]
