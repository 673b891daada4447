"""Who acts: an official in a post, an operator's person, a job, a child matter."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from zhian.directory.models import Agency, Appointment, Operator, User

KINDS = (
    "official",
    "operator",
    "complainant",
    "reporter",
    "party",
    "recipient",
    "superior",
    "police",
    "court",
    "public",
    "partner",
    "system",
    "child",
    "import",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or job behind an act; `officers` are the second persons present."""

    kind: str
    name: str
    user: User | None = None
    appointment: Appointment | None = None
    operator: Operator | None = None
    officers: tuple[Appointment, ...] = ()

    @classmethod
    def official(cls, appointment: Appointment, *officers: Appointment) -> Actor:
        """A person in a post, with the colleagues who were there."""
        return cls(
            "official",
            str(appointment.user),
            appointment.user,
            appointment,
            None,
            officers,
        )

    @classmethod
    def of_operator(cls, user: User) -> Actor:
        """A person who answers for an operator."""
        return cls("operator", str(user), user, None, user.operator)

    @classmethod
    def system(cls, job: str) -> Actor:
        """A job of this program, with the version that ran it."""
        return cls("system", f"{job} {version('zhian')}")

    @classmethod
    def importer(cls, source: str, appointment: Appointment | None = None) -> Actor:
        """A file that is taken over, and the person who did it."""
        user = appointment.user if appointment else None
        return cls("import", source[:150], user, appointment)

    @classmethod
    def child(cls, number: str) -> Actor:
        """A child matter that tells its parent."""
        return cls("child", number)

    @property
    def agency(self) -> Agency | None:
        """The agency in whose name an official acts."""
        return self.appointment.post.agency if self.appointment else None

    def signed(self) -> dict[str, object]:
        """The actor as the ledger keeps it: posts and cards, never phones or addresses."""
        return {
            "kind": self.kind,
            "name": self.name,
            "user": self.user.username if self.user else None,
            "post": self.appointment.post.kind if self.appointment else None,
            "agency": self.agency.code if self.agency else None,
            "officers": [row.user.username for row in self.officers],
        }
