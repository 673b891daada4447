"""Sealed reports: what a whistleblower writes is readable by nobody who only holds the disk.

Three keys stand between a stored report and its words. The *reporter's* follows from a receipt of
16 digits that is shown once; an *official's* is locked by a passphrase that is stored nowhere; the
report's own *content key* is sealed to both. The reporter's *identity* lies under a key of its own,
parted so that two officials must open it together. Destroying the sealed keys destroys the words.

Argon2id (RFC 9106) and NaCl (XChaCha20-Poly1305, sealed boxes over X25519) from libsodium through
PyNaCl. Encryption happens on the server: the promise is “unreadable at rest”, not end to end.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from nacl import pwhash
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

KEY = 32
NONCE = 24
SALT = pwhash.argon2id.SALTBYTES
PAD = 256  # texts are filled up to multiples of this, so that their length tells little
DIGITS = (16, 20)


class CannotOpen(ValueError):
    """The key is not the right one, or what was sealed has been changed."""

    def __init__(self) -> None:
        super().__init__("无法打开：密钥不对，或内容已被改动 / cannot be opened")


class TooFewOfficials(ValueError):
    """An identity that two must open needs two who can."""

    def __init__(self) -> None:
        super().__init__("至少要有两名负责人员 / at least two officials are needed")


@dataclass(frozen=True, slots=True)
class Cost:
    """How hard a guess is made: passes over memory (bytes)."""

    passes: int = 6
    memory: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Keys:
    """A pair of X25519 keys, 32 bytes each."""

    private: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a receipt leads to: `lookup` finds the report (64 hexadecimal), `keys` open it."""

    lookup: str
    keys: Keys


# --- receipts


def new_receipt(digits: int = DIGITS[0]) -> str:
    """A receipt of 16 or 20 digits, every one equally likely; raises ValueError for others."""
    if digits not in DIGITS:
        raise ValueError(f"16 or 20 digits, not {digits}")
    return str(secrets.randbelow(10**digits)).zfill(digits)


def written(receipt: str) -> str:
    """A receipt in groups of four, as it is shown."""
    return " ".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))


def typed(text: str) -> str:
    """The digits of what somebody typed: full-width ones too, blanks and dashes left out."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


def ticket(receipt: str, salt: bytes, cost: Cost = Cost()) -> Ticket:
    """Lookup and keys from a receipt; the same work for a right one and a wrong one.

    salt: (16,) bytes of the installation. It is one for all receipts, because a receipt is also
    what the report is found by; length and limits of tries make up for that.
    """
    stretched = stretch(typed(receipt), salt, 2 * KEY, cost)
    return Ticket(hashlib.sha256(stretched[:KEY]).hexdigest(), keys_from(stretched[KEY:]))


def stretch(secret: str, salt: bytes, size: int = KEY, cost: Cost = Cost()) -> bytes:
    """Argon2id of a secret: `size` bytes."""
    return bytes(
        pwhash.argon2id.kdf(size, secret.encode(), salt, opslimit=cost.passes, memlimit=cost.memory)
    )


# --- keys


def new_keys() -> Keys:
    """A new pair."""
    return keys_from(secrets.token_bytes(KEY))


def keys_from(private: bytes) -> Keys:
    """The pair of a private key (32,)."""
    return Keys(private, bytes(PrivateKey(private).public_key))


def new_salt() -> bytes:
    """A salt for one passphrase or one installation (16,)."""
    return secrets.token_bytes(SALT)


def lock(private: bytes, passphrase: str, salt: bytes, cost: Cost = Cost()) -> bytes:
    """An official's private key under his passphrase."""
    return encrypt(private, stretch(passphrase, salt, KEY, cost), b"official")


def unlock(locked: bytes, passphrase: str, salt: bytes, cost: Cost = Cost()) -> Keys:
    """The official's keys; raises CannotOpen for another passphrase."""
    return keys_from(decrypt(locked, stretch(passphrase, salt, KEY, cost), b"official"))


def halves(key: bytes) -> tuple[bytes, bytes]:
    """A key in two parts that say nothing alone: for a recovery key that two people keep."""
    one = secrets.token_bytes(len(key))
    return one, whole(key, one)


def whole(one: bytes, two: bytes) -> bytes:
    """Two halves put together."""
    return bytes(a ^ b for a, b in zip(one, two, strict=True))


# --- sealing to people


def seal(secret: bytes, public: bytes) -> bytes:
    """Seal a few bytes to whoever holds the private key."""
    return bytes(SealedBox(PublicKey(public)).encrypt(secret))


def unseal(sealed: bytes, keys: Keys) -> bytes:
    """Open what was sealed to these keys; raises CannotOpen."""
    try:
        return bytes(SealedBox(PrivateKey(keys.private)).decrypt(sealed))
    except (CryptoError, ValueError) as why:
        raise CannotOpen from why


def new_key() -> bytes:
    """A key for one report's content, one file or one identity (32,)."""
    return secrets.token_bytes(KEY)


def seal_to_all(key: bytes, readers: Mapping[str, bytes]) -> dict[str, bytes]:
    """A key sealed to every reader: name → public key gives name → sealed key."""
    return {name: seal(key, public) for name, public in readers.items()}


def hand_over(sealed: bytes, keys: Keys, successor: bytes) -> bytes:
    """A sealed key opened by its holder and sealed to his successor."""
    return seal(unseal(sealed, keys), successor)


# --- what two must open together


@dataclass(frozen=True, slots=True)
class Share:
    """One half of a key, sealed to `official`; the other half is sealed to `other`."""

    official: str
    other: str
    sealed: bytes


def part(key: bytes, officials: Mapping[str, bytes]) -> tuple[Share, ...]:
    """Part a key among officials so that any two open it and none alone.

    officials: name → public key. For every two of them the key is halved anew. Raises
    TooFewOfficials.
    """
    if len(officials) < 2:
        raise TooFewOfficials
    found = []
    for one, two in combinations(sorted(officials), 2):
        first, second = halves(key)
        found.append(Share(one, two, seal(first, officials[one])))
        found.append(Share(two, one, seal(second, officials[two])))
    return tuple(found)


def together(shares: Sequence[Share], one: tuple[str, Keys], two: tuple[str, Keys]) -> bytes:
    """The key from the halves of two officials; raises CannotOpen where they are no pair."""
    (name, keys), (other, others) = one, two
    return whole(
        unseal(_share(shares, name, other), keys), unseal(_share(shares, other, name), others)
    )


def _share(shares: Iterable[Share], official: str, other: str) -> bytes:
    for share in shares:
        if (share.official, share.other) == (official, other):
            return share.sealed
    raise CannotOpen


# --- words and files


def encrypt(content: bytes, key: bytes, context: bytes) -> bytes:
    """Content under a key, bound to its context (whose part of which report it is)."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + bytes(crypto_aead_xchacha20poly1305_ietf_encrypt(content, context, nonce, key))


def decrypt(sealed: bytes, key: bytes, context: bytes) -> bytes:
    """The content again; raises CannotOpen for another key, another context or a changed byte."""
    try:
        return bytes(
            crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[NONCE:], context, sealed[:NONCE], key)
        )
    except (CryptoError, ValueError) as why:
        raise CannotOpen from why


def encrypt_text(text: str, key: bytes, context: bytes) -> bytes:
    """A text, filled up so that its length tells little."""
    content = text.encode()
    size = len(content).to_bytes(4, "big")
    filled = size + content + bytes(-(len(content) + 4) % PAD)
    return encrypt(filled, key, context)


def decrypt_text(sealed: bytes, key: bytes, context: bytes) -> str:
    """The text again; raises CannotOpen."""
    filled = decrypt(sealed, key, context)
    return filled[4 : 4 + int.from_bytes(filled[:4], "big")].decode()
