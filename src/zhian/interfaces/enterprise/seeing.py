"""What an operator's person may see: what the operator asked for, was told of, or was served.

Nothing else of what the office does about an operator is shown: a matter that is only prepared
(a draft order, a clue, a colleague's task) does not exist here until it has reached the operator.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.desk.errors import speak
from zhian.desk.models import Act, Document, Matter, Notice, Service
from zhian.directory.models import Operator
from zhian.interfaces.enterprise import acts
from zhian.law.words import Words


def matters(operator: Operator) -> QuerySet[Matter]:
    """The operator's own matters; what is sealed stays closed."""
    own = Matter.objects.filter(operator=operator, sealed=False)
    return own.filter(
        _asked() | Exists(_told(operator)) | Exists(_served(operator)) | _addressed(operator)
    )


def _asked() -> Q:
    """Begun by an act that is an operator's to begin with, or acted on by its people."""
    found = Q(Exists(Act.objects.filter(matter=OuterRef("pk"), actor_kind="operator")))
    for kind, verbs in acts.opening_verbs().items():
        first = Act.objects.filter(matter=OuterRef("pk"), verb__in=verbs)
        found |= Q(kind=kind) & Q(Exists(first))
    return found


def _told(operator: Operator) -> QuerySet[Notice]:
    return Notice.objects.filter(matter=OuterRef("pk"), operator=operator, act__isnull=False)


def _served(operator: Operator) -> QuerySet[Service]:
    """A paper of the matter reached the operator."""
    return Service.objects.filter(
        matter__parent=OuterRef("pk"), served_at__isnull=False, recipient=operator.name
    )


def _addressed(operator: Operator) -> Q:
    """The service of a paper to the operator."""
    return Q(kind="service", service__recipient=operator.name)


def papers(operator: Operator) -> QuerySet[Document]:
    """Papers in force that were served on the operator or issued with a word to it."""
    served = Service.objects.filter(
        document=OuterRef("pk"), served_at__isnull=False, recipient=operator.name
    )
    told = Notice.objects.filter(act=OuterRef("issued_by"), operator=operator)
    waiting = Service.objects.filter(
        document=OuterRef("pk"), served_at__isnull=True, matter__closed_at__isnull=True
    )
    rows = Document.objects.filter(
        matter__operator=operator, matter__sealed=False, state="issued"
    ).exclude(Exists(waiting))
    return rows.filter(Exists(served) | Exists(told)).select_related("matter__agency", "scan")


def to_sign_for(operator: Operator) -> QuerySet[Service]:
    """Papers that wait until the operator signs for them."""
    rows = Service.objects.filter(
        recipient=operator.name,
        served_at__isnull=True,
        matter__operator=operator,
        matter__sealed=False,
        matter__closed_at__isnull=True,
        matter__phase="open",
    )
    return rows.select_related("document", "matter__agency").order_by("matter__opened_at")


def notices(operator: Operator) -> QuerySet[Notice]:
    """What the operator was told, the latest first."""
    rows = Notice.objects.filter(operator=operator).select_related("matter")
    return rows.order_by("-id")


def told(notice: Notice) -> str:
    """What a notice says, without the link that stands beside it here."""
    text = speak(Words(notice.text, notice.text_en or notice.text))
    return " ".join(word for word in text.split() if not word.startswith("http"))


def course(matter: Matter, operator: Operator) -> QuerySet[Act]:
    """Of what was done: what the operator did, what it was told, how it began, what it was
    served; the latest first."""
    told = Notice.objects.filter(act=OuterRef("pk"), operator=operator)
    own = Q(actor_kind="operator") | Q(Exists(told))
    if matter.kind in acts.opening_verbs():
        own |= Q(seq=1)
    brought = Q(matter__parent=matter, matter__kind="service", verb__in=("served", "announced"))
    brought &= Q(matter__service__recipient=operator.name)
    rows = Act.objects.filter(Q(own, matter=matter) | brought, stage="done")
    return rows.select_related("matter").order_by("-happened_at", "-id")
