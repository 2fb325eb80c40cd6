"""Stored settings: sealed, opened with the same key only, one key for both processes."""

import threading

import pytest

from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument, Vault

DOCUMENT = SettingsDocument(json_data="{}", secure={"prometheusToken": "tok"}, grafana={}, updated_ms=7)


def test_what_is_sealed_opens_again_and_shows_nothing():
    """The sealed bytes hold no readable secret."""
    vault = Vault.from_secret("operator's secret")
    sealed = vault.seal(DOCUMENT)
    assert b"tok" not in sealed
    assert Vault.from_secret("operator's secret").open(sealed) == DOCUMENT


def test_another_key_does_not_open_it():
    """The error tells the operator what to do and names no secret."""
    sealed = Vault.from_secret("one").seal(DOCUMENT)
    with pytest.raises(StoreError, match="save the app's settings once more"):
        Vault.from_secret("two").open(sealed)


def test_damaged_bytes_are_a_typed_error():
    """A truncated row is refused, not half read."""
    vault = Vault.from_secret("one")
    with pytest.raises(StoreError):
        vault.open(vault.seal(DOCUMENT)[:-4])


def test_the_key_file_is_private_and_kept(tmp_path):
    """Mode 0600, and the same key on the next start."""
    path = tmp_path / "secret.key"
    sealed = Vault.from_file(path).seal(DOCUMENT)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Vault.from_file(path).open(sealed) == DOCUMENT
    assert [p.name for p in tmp_path.iterdir()] == ["secret.key"]


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    """Sixteen racing first starts end with one key."""
    path, vaults = tmp_path / "secret.key", []
    barrier = threading.Barrier(16)

    def start():
        barrier.wait()
        vaults.append(Vault.from_file(path))

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = vaults[0].seal(DOCUMENT)
    assert len(vaults) == 16
    assert all(vault.open(sealed) == DOCUMENT for vault in vaults)


def test_a_spoilt_key_file_is_an_error_that_names_it(tmp_path):
    """Nothing is overwritten: the operator may still restore the right key."""
    path = tmp_path / "secret.key"
    path.write_text("not a key")
    with pytest.raises(StoreError, match="key file"):
        Vault.from_file(path)
    assert path.read_text() == "not a key"
