"""A root folder in which nothing of this machine can be reached: no C library, no Python, not even /proc."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts import build

PLUGIN = "plugins/reliability-studio-app"


@dataclass(frozen=True, slots=True)
class EmptyRoot:
    """The folder, and how to start a program with it as /."""

    path: Path

    @property
    def plugins(self) -> Path:
        """Where Grafana would have its plugins."""
        return self.path / "plugins"

    def furnish(self, busybox: Path) -> None:
        """A shell, a temporary folder, one name in a hosts file; no nsswitch.conf, as in many containers.

        And random bytes where every container has them: gRPC ends the process without. A plain file will do,
        because a device takes rights that a user namespace does not have.
        """
        assert b"/ld-linux" not in busybox.read_bytes(), (
            f"{busybox} is not static (Debian package busybox-static)"
        )
        for folder in ("bin", "dev", "etc", "tmp", "plugins"):
            (self.path / folder).mkdir()
        self.path.chmod(0o755)
        (self.path / "tmp").chmod(0o1777)
        shutil.copy2(busybox, self.path / "bin" / "busybox")
        (self.path / "bin" / "sh").symlink_to("busybox")
        (self.path / "dev" / "urandom").write_bytes(os.urandom(1 << 16))
        (self.path / "etc" / "hosts").write_text("127.0.0.1 prometheus.example.test\n")
        (self.path / "etc" / "resolv.conf").write_text("nameserver 127.0.0.1\n")

    def way_in(self) -> list[str] | None:
        """The command that leads in: chroot for root, a user namespace for others, None for neither."""
        if os.geteuid() == 0 and (chroot := shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")):
            return [chroot, str(self.path)]
        unshare = shutil.which("unshare")
        if (
            unshare is None
            or subprocess.run([unshare, "--map-root-user", "true"], check=False).returncode != 0
        ):
            return None
        return [unshare, "--map-root-user", f"--root={self.path}"]

    def command(self, role: str) -> list[str]:
        """What starts a role of the installed plugin in here."""
        enter = self.way_in()
        assert enter is not None
        folder = f"/{PLUGIN}" if role == "app" else f"/{PLUGIN}/datasource"
        return [*enter, f"{folder}/gpx_reliability_studio_{build.suffix()}"]
