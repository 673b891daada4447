"""Every setting of an installation: one row each, read from ZHIAN_* variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable that an administrator may set."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("ZHIAN_DATA", "var", "folder of the database, uploads, documents and keys"),
    Variable(
        "ZHIAN_DATABASE_URL",
        "",
        "postgresql://user:password@host:port/name; SQLite if empty",
    ),
    Variable(
        "ZHIAN_DATABASE_OWNER_URL",
        "",
        "PostgreSQL only: the role that owns the tables and migrates; the running role then owns "
        "nothing",
    ),
    Variable("ZHIAN_SECRET_KEY", "", "signing key; made and kept in ZHIAN_DATA if empty"),
    Variable("ZHIAN_HOSTS", "localhost,127.0.0.1", "host names that may be asked, by comma"),
    Variable(
        "ZHIAN_BASE_URL",
        "http://localhost:8000",
        "address printed in QR codes and notices",
    ),
    Variable("ZHIAN_HTTPS", "", "1 where a proxy terminates TLS: secure cookies, HSTS"),
    Variable("ZHIAN_DEBUG", "", "1 for development only"),
    Variable("ZHIAN_LANGUAGE", "zh-hans", "language when the browser asks for none we have"),
    Variable(
        "ZHIAN_SECOND_FACTOR",
        "required",
        "required: officials must enrol TOTP or WebAuthn at first login; optional: demo only",
    ),
    Variable(
        "ZHIAN_FONTS",
        "",
        "folder with the office's own fonts (仿宋, 小标宋) for documents",
    ),
    Variable(
        "ZHIAN_SEAL_COMMAND",
        "",
        "program that seals papers: PDF on standard input, sealed PDF on standard output; papers "
        "are stamped by hand if empty",
    ),
    Variable(
        "ZHIAN_SMS_URL",
        "",
        "HTTP template for SMS with {phone} and {text}; file if empty",
    ),
    Variable("ZHIAN_EMAIL_URL", "", "smtp://user:password@host:port; file if empty"),
    Variable("ZHIAN_EMAIL_FROM", "", "sender of e-mail; the user of ZHIAN_EMAIL_URL if empty"),
    Variable("ZHIAN_UPLOAD_LIMIT_MB", "20", "largest upload in megabytes"),
    Variable("ZHIAN_WORKERS", "2", "gunicorn worker processes"),
    Variable(
        "ZHIAN_ROOTS_DIR",
        "",
        "folder outside this machine that gets the daily ledger roots",
    ),
    Variable("ZHIAN_ROOTS_URL", "", "address that the daily ledger roots are posted to"),
)
_DEFAULTS = {row.name: row.default for row in VARIABLES}


def value(name: str) -> str:
    """The value of one setting, or its default; an unlisted name is a KeyError."""
    return os.environ.get(name, "") or _DEFAULTS[name]


def flag(name: str) -> bool:
    """A setting that is on or off."""
    return value(name).lower() in {"1", "true", "yes", "on"}


def data_folder() -> Path:
    """The folder of everything that an installation keeps."""
    return Path(value("ZHIAN_DATA")).resolve()
