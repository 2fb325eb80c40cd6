"""What both roles build first, in order: deployment, databases, vault, and the holder's name."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reliability_studio.app.databases import Databases
from reliability_studio.app.keeping import StoredSettings, open_vault
from reliability_studio.clock import Clock
from reliability_studio.errors import StoreUnavailable
from reliability_studio.flows.vault import SettingsDocument
from reliability_studio.settings.deployment import Deployment
from reliability_studio.settings.organisation import Settings, decode


@dataclass(frozen=True, slots=True)
class Deployed:
    """The ground that a process stands on."""

    deployment: Deployment
    databases: Databases
    settings: StoredSettings
    holder: str
    """Names this process in leases: host, process, and a part that no other start has."""

    def decode(self, document: SettingsDocument) -> Settings:
        """An organisation's settings, over the defaults of the ini."""
        return decode(document.json_data.encode(), document.secure, self.deployment.environ, document.grafana)


async def deploy(environ: Mapping[str, str], program: Path, clock: Clock) -> Deployed:
    """Find the data folder, open the deployment's database and the vault.

    Raises:
        StoreError: no folder can be written, the database cannot be opened, or the key file is damaged.
    """
    try:
        deployment = await asyncio.to_thread(Deployment.find, environ, program)
    except OSError as error:
        raise StoreUnavailable(f"no data folder can be used: {error}") from error
    vault = await asyncio.to_thread(open_vault, deployment)
    databases = Databases(deployment, clock)
    settings = StoredSettings(await databases.default(), vault, clock)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    return Deployed(deployment, databases, settings, holder)
