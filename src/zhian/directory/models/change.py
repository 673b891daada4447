"""The directory's own log: who changed what in the names, posts and settings, and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from zhian.directory.models.people import Appointment


class ChangeKept(RuntimeError):
    """A line of the log was to be changed or deleted."""

    def __init__(self) -> None:
        super().__init__("变更记录只增不改 / lines of the log are never changed")


class DirectoryChange(models.Model):
    """One change of the directory; written beside it in the same transaction, never changed."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    by_name = models.CharField("经办人", max_length=150)
    what = models.CharField("变更", max_length=40)
    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.CharField("对象标识", max_length=64)
    subject = models.CharField("对象", max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directory_changes",
    )
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="change_subject"),
            models.Index(fields=["-at"], name="change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Write the line once."""
        if self.pk is not None:
            raise ChangeKept
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """A line of the log stays."""
        raise ChangeKept
