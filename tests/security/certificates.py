"""Makes a certificate authority of a test's own, and certificates by it, with openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.programs import needed_program


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.certificate = folder / "ca.crt"
        self._key = folder / "ca.key"
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", "/CN=a test's own authority"),
            *("-keyout", self._key, "-out", self.certificate),
        )

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for a host of that name or IPv4 address, and its key."""
        key, asked, certificate = (self._folder / f"{name}.{end}" for end in ("key", "csr", "crt"))
        names = self._folder / f"{name}.names"
        kind = "IP" if name.replace(".", "").isdigit() else "DNS"
        names.write_text(f"subjectAltName={kind}:{name}\n")
        _openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", f"/CN={name}", "-keyout", key, "-out", asked),
        )
        _openssl(
            *("x509", "-req", "-days", "2", "-in", asked, "-extfile", names, "-CAcreateserial"),
            *("-CA", self.certificate, "-CAkey", self._key, "-out", certificate),
        )
        return certificate, key


def _openssl(*words: str | Path) -> None:
    subprocess.run([needed_program("openssl"), *words], check=True, capture_output=True)
