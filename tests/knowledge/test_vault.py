"""The vault gives a secret back to who has the key and knows what it belongs to, and to nobody else."""

from __future__ import annotations

import pytest

from knowledge.vault import KEY_SIZE, Vault, VaultError, new_key, to_keys

OLD, NEW = b"o" * KEY_SIZE, b"n" * KEY_SIZE
SECRET = "xoxb-1 – geheim 🔑"
KEY = "bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4"


def vault(**keys: bytes) -> Vault:
    return Vault(keys or {"k1": OLD})


def test_a_secret_comes_back_as_it_was():
    sealed = vault().seal(SECRET, "installations", "slack", "T1")
    assert vault().open(sealed, "installations", "slack", "T1") == SECRET


def test_a_sealed_secret_shows_nothing_and_never_looks_the_same():
    first, second = (vault().seal(SECRET, "a") for _ in range(2))
    assert first != second and "xoxb" not in first


@pytest.mark.parametrize(
    "elsewhere", [("installations", "slack", "T2"), ("installations", "slackT", "1"), ("installations", "slack"), ()]
)
def test_moved_to_another_row_it_does_not_open(elsewhere: tuple[str, ...]):
    sealed = vault().seal(SECRET, "installations", "slack", "T1")
    with pytest.raises(VaultError, match="belongs to something else"):
        vault().open(sealed, *elsewhere)


@pytest.mark.parametrize("part", [2, 3])
def test_one_changed_letter_is_noticed(part: int):
    parts = vault().seal(SECRET, "a").split(".")
    parts[part] = ("A" if parts[part][5] != "A" else "B").join((parts[part][:5], parts[part][6:]))
    with pytest.raises(VaultError):
        vault().open(".".join(parts), "a")


@pytest.mark.parametrize("damaged", ["", "v1.k1", "v1.k1.é.é", "v1.k1..", "v2.k1.AAAA.AAAA", "v1.k1.AAAA.AAAA.AAAA"])
def test_what_was_never_sealed_is_refused_with_a_sentence(damaged: str):
    with pytest.raises(VaultError):
        vault().open(damaged, "a")


def test_after_a_change_of_keys_the_old_secret_opens_and_counts_as_old():
    sealed = vault(k1=OLD).seal(SECRET, "a")
    changed = vault(k2=NEW, k1=OLD)
    assert changed.open(sealed, "a") == SECRET
    assert not changed.is_current(sealed) and changed.is_current(changed.seal(SECRET, "a"))


def test_without_its_key_it_stays_shut():
    sealed = vault(k1=OLD).seal(SECRET, "a")
    with pytest.raises(VaultError, match="is not there"):
        vault(k2=NEW).open(sealed, "a")
    with pytest.raises(VaultError):
        vault(k1=NEW).open(sealed, "a")


def test_keys_are_read_as_they_are_written():
    first, second = new_key(), new_key()
    keys = to_keys(f" k2:{first} , k1:{second}=,")
    assert list(keys) == ["k2", "k1"] and all(len(key) == KEY_SIZE for key in keys.values())


@pytest.mark.parametrize("text", ["", "k1", "k1:short", f"k 1:{KEY}", f":{KEY}", "k1:é", f"k1:{KEY}AAAA"])
def test_a_malformed_key_is_refused(text: str):
    with pytest.raises(VaultError):
        to_keys(text)


def test_a_derived_key_is_the_same_everywhere_and_another_for_each_purpose_and_first_key():
    derived = vault(k1=OLD).derive("webhooks")
    assert derived == vault(k1=OLD, k2=NEW).derive("webhooks") and len(derived) == KEY_SIZE
    assert len({derived, vault(k1=OLD).derive("other"), vault(k2=NEW, k1=OLD).derive("webhooks")}) == 3
