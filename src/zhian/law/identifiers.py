"""One door to the numbers that name a body, a licence or a place.

Of nine real licence numbers five carry a division code that no longer exists: what is merely odd
is a remark on the parsed value, only what cannot be right is an error.
"""

from __future__ import annotations

from zhian.law.credit_codes import (
    Authority,
    RegistrationNumber,
    Uscc,
    authorities,
    is_uscc,
    organisation_code_fits,
    parse_registration_number,
    parse_uscc,
    same_body,
)
from zhian.law.divisions import PROVINCES, DivisionCode, parse_division
from zhian.law.licence_numbers import (
    LicenceNumber,
    UnknownLicenceKind,
    WrongPrefix,
    parse_licence,
)
from zhian.law.plain_numbers import (
    IdentifierError,
    WrongCharacter,
    WrongCheckDigit,
    WrongLength,
    normalised,
)

__all__ = [
    "PROVINCES",
    "Authority",
    "DivisionCode",
    "IdentifierError",
    "LicenceNumber",
    "RegistrationNumber",
    "UnknownLicenceKind",
    "Uscc",
    "WrongCharacter",
    "WrongCheckDigit",
    "WrongLength",
    "WrongPrefix",
    "authorities",
    "is_uscc",
    "normalised",
    "organisation_code_fits",
    "parse_division",
    "parse_licence",
    "parse_registration_number",
    "parse_uscc",
    "same_body",
]
