"""The last settings of each organisation, kept encrypted, so that jobs run after a restart that nobody saw.

Grafana hands settings over only inside requests; at 3 a.m. after a restart there are none. The key comes
from the ini (`secret_key`) or from a key file with mode 0600 in the data folder.
"""

import base64
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from reliability_studio.errors import StoreError


class SettingsDocument(msgspec.Struct, frozen=True, rename="camel"):
    """Settings of one organisation as Grafana sent them."""

    json_data: str
    secure: dict[str, str]
    grafana: dict[str, str]
    updated_ms: int


class Vault:
    """Seals and opens settings documents."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    @classmethod
    def from_secret(cls, secret: str) -> "Vault":
        """A vault whose key is derived from the operator's secret, of any length."""
        return cls(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """A vault whose key lives in a file, made on first use.

        The two processes of the plugin may start at the same moment: the key is written whole under
        another name and linked into place, so that nobody ever reads half a key and only one wins.
        """
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(Fernet.generate_key())
                    file.flush()
                    os.fsync(file.fileno())
                with contextlib.suppress(FileExistsError):
                    os.link(fresh, path)
            finally:
                fresh.unlink()
        try:
            return cls(path.read_bytes().strip())
        except ValueError as error:
            raise StoreError(f"the key file {path.name} holds no key; restore it or delete it") from error

    def seal(self, document: SettingsDocument) -> bytes:
        """The document, encrypted and authenticated."""
        return self._fernet.encrypt(msgspec.json.encode(document))

    def open(self, sealed: bytes) -> SettingsDocument:
        """The document back.

        Raises:
            StoreError: the key is another one than at sealing, or the bytes are damaged.
        """
        try:
            return msgspec.json.decode(self._fernet.decrypt(sealed), type=SettingsDocument)
        except (InvalidToken, msgspec.DecodeError) as error:
            raise StoreError(
                "stored settings cannot be decrypted: the key changed; save the app's settings once more"
            ) from error
