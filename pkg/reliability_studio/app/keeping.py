"""The vault over the store: sealed settings as rows of the deployment's database."""

import reliability_studio.store.settings as rows
from reliability_studio.clock import Clock
from reliability_studio.flows.vault import SettingsDocument, Vault
from reliability_studio.settings.deployment import Deployment
from reliability_studio.store.engine import Database


def open_vault(deployment: Deployment) -> Vault:
    """The vault with the operator's secret, or with the key file of the data folder.

    Raises:
        StoreError: the key file holds no key.
    """
    if deployment.secret_key:
        return Vault.from_secret(deployment.secret_key)
    return Vault.from_file(deployment.key_path)


class StoredSettings:
    """Keeps the newest settings of each organisation, encrypted."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def load(self, org_id: int) -> SettingsDocument | None:
        """The stored settings, None when the organisation never saved any.

        Raises:
            StoreError: the database or the key is not the right one.
        """
        async with self._database.reading() as connection:
            sealed = await rows.load(connection, org_id)
        return None if sealed is None else self._vault.open(sealed)

    async def save(self, org_id: int, document: SettingsDocument) -> None:
        """Keep these settings; older ones never replace newer ones."""
        sealed = self._vault.seal(document)
        async with self._database.writing() as connection:
            await rows.save(connection, org_id, sealed, document.updated_ms, self._clock.now())

    async def organisations(self) -> tuple[int, ...]:
        """Every organisation whose settings are kept."""
        async with self._database.reading() as connection:
            return await rows.organisations(connection)
