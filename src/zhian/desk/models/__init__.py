"""The tables of the desk."""

from __future__ import annotations

from zhian.desk.models.act import Act, Erasable
from zhian.desk.models.approval import Proposal, Signature
from zhian.desk.models.clock import Clock, Reminder
from zhian.desk.models.matter import Matter, MatterShare
from zhian.desk.models.outbox import (
    LedgerRoot,
    Notice,
    OutboxItem,
    WaitingAct,
)
from zhian.desk.models.paper import Document, DocumentSeries, Evidence, Service
from zhian.desk.models.publication import Publication
from zhian.desk.models.takeover import TakeOver
from zhian.desk.models.task import Task

__all__ = [
    "Act",
    "Clock",
    "Document",
    "DocumentSeries",
    "Erasable",
    "Evidence",
    "LedgerRoot",
    "Matter",
    "MatterShare",
    "Notice",
    "OutboxItem",
    "Proposal",
    "Publication",
    "Reminder",
    "Service",
    "Signature",
    "TakeOver",
    "Task",
    "WaitingAct",
]
