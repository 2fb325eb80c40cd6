"""Keeps the catalogue as the operator's file says: read again each minute, taken over when it changed.

A file with a mistake changes nothing: what was taken over last stays, and health says what is wrong.
"""

import asyncio
from datetime import datetime
from pathlib import Path

from reliability_studio.errors import SettingsError
from reliability_studio.flows.catalog import Catalog, Provisioned
from reliability_studio.sources import catalog_file


class Provisioning:
    """One organisation's part of the file; without a file it has nothing to do."""

    def __init__(self, catalog: Catalog, org_id: int, path: Path | None) -> None:
        self._catalog = catalog
        self._org_id = org_id
        self._path = path
        self.problem = ""
        """What is wrong with the file, for health; empty when nothing is."""

    async def run(self, now: datetime) -> Provisioned:
        """Take the file over.

        Raises:
            SettingsError: it cannot be read or holds a mistake; nothing was changed.
        """
        if self._path is None:
            return await self._catalog.provision(self._org_id, (), now)
        try:
            declared = await asyncio.to_thread(catalog_file.read, self._path, self._org_id)
        except SettingsError as error:
            self.problem = f"catalogue file {error}"
            raise
        self.problem = ""
        return await self._catalog.provision(self._org_id, declared, now)
