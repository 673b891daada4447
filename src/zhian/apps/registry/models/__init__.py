"""The tables of this app."""

from __future__ import annotations

from zhian.apps.registry.models.census import (
    BlindSpot,
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    ColumnMap,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
    SourceRecord,
    UnseenEstimate,
)
from zhian.apps.registry.models.licences import (
    EXPIRED,
    GROUNDS,
    IN_FORCE,
    STRUCK_OFF,
    WAYS,
    Licence,
    LicenceApplication,
    LicenceChange,
    LicenceExit,
    LicenceQuerySet,
)

__all__ = [
    "EXPIRED",
    "GROUNDS",
    "IN_FORCE",
    "STRUCK_OFF",
    "WAYS",
    "BlindSpot",
    "CensusConflict",
    "CensusDecision",
    "CensusQuestion",
    "ColumnMap",
    "Establishment",
    "Licence",
    "LicenceApplication",
    "LicenceChange",
    "LicenceExit",
    "LicenceQuerySet",
    "LinkRun",
    "RecordLink",
    "RosterImport",
    "SourceRecord",
    "UnseenEstimate",
]
