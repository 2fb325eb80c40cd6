"""What people configured, narrowed once: per organisation (`organisation`) and per process (`deployment`)."""

from reliability_studio.settings.deployment import Deployment
from reliability_studio.settings.organisation import Settings, decode
from reliability_studio.settings.sources import SourceSettings

__all__ = ["Deployment", "Settings", "SourceSettings", "decode"]
