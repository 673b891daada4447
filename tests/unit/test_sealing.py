"""A sealed report opens to its receipt, to the officials named, and to nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from zhian.methods import sealing
from zhian.methods.sealing import CannotOpen, Cost

CHEAP = Cost(1, 8 * 1024 * 1024)
SALT = b"0123456789abcdef"
PARTS = b"report 1/text"


def test_a_receipt_has_sixteen_digits_or_twenty_and_any_of_them() -> None:
    found = [sealing.new_receipt() for _ in range(300)]
    assert {len(one) for one in found} == {16} and len(set(found)) == 300
    assert {one[0] for one in found} == set("0123456789")
    assert len(sealing.new_receipt(20)) == 20
    with pytest.raises(ValueError, match="16 or 20"):
        sealing.new_receipt(12)


def test_a_receipt_is_read_however_it_is_typed() -> None:
    assert sealing.written("1234567890123456") == "1234 5678 9012 3456"
    for text in ("1234 5678 9012 3456", "1234-5678-9012-3456", "１２３４５６７８９０１２３４５６²"):
        assert sealing.typed(text) == "1234567890123456"


def test_the_same_receipt_leads_to_the_same_report_and_a_digit_off_to_none() -> None:
    one, again = (sealing.ticket(text, SALT, CHEAP) for text in ("1234 5678 9012 3456",) * 2)
    other = sealing.ticket("1234 5678 9012 3457", SALT, CHEAP)
    assert one == again
    assert one.lookup != other.lookup
    sealed = sealing.seal(b"key", one.keys.public)
    assert sealing.unseal(sealed, again.keys) == b"key"
    with pytest.raises(CannotOpen):
        sealing.unseal(sealed, other.keys)


def test_the_lookup_says_nothing_of_the_key() -> None:
    found = sealing.ticket("1234567890123456", SALT, CHEAP)
    assert found.keys.private.hex() not in found.lookup
    assert sealing.ticket("1234567890123456", SALT[::-1], CHEAP).lookup != found.lookup


@given(st.text(max_size=600))
def test_what_is_sealed_comes_back_and_its_length_tells_little(text: str) -> None:
    key = sealing.new_key()
    sealed = sealing.encrypt_text(text, key, PARTS)
    assert sealing.decrypt_text(sealed, key, PARTS) == text
    assert (len(sealed) - 24 - 16) % 256 == 0
    assert len(text) < 8 or text.encode() not in sealed


@given(st.data())
def test_a_changed_byte_another_key_or_another_place_opens_nothing(data: st.DataObject) -> None:
    key = sealing.new_key()
    sealed = sealing.encrypt(b"who did it", key, PARTS)
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[at] ^= data.draw(st.integers(1, 255))
    for content, by, where in (
        (bytes(changed), key, PARTS),
        (sealed, sealing.new_key(), PARTS),
        (sealed, key, b"report 2/text"),
        (sealed[:20], key, PARTS),
    ):
        with pytest.raises(CannotOpen):
            sealing.decrypt(content, by, where)


def test_an_officials_key_opens_to_his_passphrase_alone() -> None:
    keys, salt = sealing.new_keys(), sealing.new_salt()
    locked = sealing.lock(keys.private, "correct horse", salt, CHEAP)
    assert keys.private not in locked
    assert sealing.unlock(locked, "correct horse", salt, CHEAP) == keys
    with pytest.raises(CannotOpen):
        sealing.unlock(locked, "correct hose", salt, CHEAP)


def test_two_halves_of_a_recovery_key_say_nothing_alone() -> None:
    keys = sealing.new_keys()
    one, two = sealing.halves(keys.private)
    assert keys.private not in (one, two)
    assert sealing.keys_from(sealing.whole(one, two)) == keys
    again, _ = sealing.halves(keys.private)
    assert again != one


def test_a_successor_reads_what_was_handed_over_and_the_rest_not() -> None:
    old, new, key = sealing.new_keys(), sealing.new_keys(), sealing.new_key()
    sealed = sealing.seal_to_all(key, {"old": old.public})["old"]
    with pytest.raises(CannotOpen):
        sealing.unseal(sealed, new)
    assert sealing.unseal(sealing.hand_over(sealed, old, new.public), new) == key


def test_an_identity_opens_to_any_two_and_to_nobody_alone() -> None:
    people = {name: sealing.new_keys() for name in ("甲", "乙", "丙", "丁")}
    key = sealing.new_key()
    shares = sealing.part(key, {name: keys.public for name, keys in people.items()})
    for one in people:
        for two in people:
            if one != two:
                opened = sealing.together(shares, (one, people[one]), (two, people[two]))
                assert opened == key
    mine = [s for s in shares if s.official == "甲"]
    halves = {sealing.unseal(s.sealed, people["甲"]) for s in mine}
    assert len(halves) == 3 and key not in halves
    with pytest.raises(CannotOpen):
        sealing.together(shares, ("甲", people["甲"]), ("甲", people["甲"]))
    with pytest.raises(CannotOpen):
        sealing.together(shares, ("甲", people["甲"]), ("乙", people["丙"]))


def test_one_official_is_too_few_for_an_identity() -> None:
    with pytest.raises(sealing.TooFewOfficials):
        sealing.part(sealing.new_key(), {"甲": sealing.new_keys().public})


def test_the_words_are_gone_with_the_sealed_keys() -> None:
    """Crypto-shredding: everything but the sealed keys is left, and nobody opens anything."""
    official, receipt = sealing.new_keys(), sealing.ticket("1" * 16, SALT, CHEAP)
    key = sealing.new_key()
    words = sealing.encrypt_text("某厂掺假", key, PARTS)
    keys = sealing.seal_to_all(key, {"official": official.public, "reporter": receipt.keys.public})
    del key
    assert sealing.decrypt_text(words, sealing.unseal(keys["official"], official), PARTS)
    keys.clear()
    for guess in (official.private, receipt.keys.private, official.public, bytes(32)):
        with pytest.raises(CannotOpen):
            sealing.decrypt_text(words, guess, PARTS)
