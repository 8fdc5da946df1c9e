"""Throw-away certificates, made by openssl."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path


def make_certificate(folder: Path, name: str, names: str) -> tuple[Path, Path]:
    """Sign a certificate with its own key."""
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    command = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName={names}"]
    _openssl(*command, "-out", str(paths[0]), "-keyout", str(paths[1]))
    return paths


def make_expired_certificate(folder: Path) -> tuple[Path, Path]:
    """The same, valid on one day of the past; only a certificate authority of openssl can do that."""
    certificate, key = make_certificate(folder, "expired", "IP:127.0.0.1")
    request = folder / "expired.csr"
    _openssl("req", "-new", "-key", str(key), "-subj", "/CN=expired", "-out", str(request))
    (folder / "index.txt").touch()
    rules = folder / "authority.cnf"
    rules.write_text(
        f"[ca]\ndefault_ca = own\n[own]\ndir = {folder}\ndatabase = {folder}/index.txt\nnew_certs_dir = {folder}\n"
        "rand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = names\n"
        "[any]\ncommonName = supplied\n[names]\nsubjectAltName = IP:127.0.0.1\n"
    )
    command = ["ca", "-batch", "-selfsign", "-config", str(rules), "-keyfile", str(key), "-in", str(request)]
    _openssl(*command, "-startdate", "20200101000000Z", "-enddate", "20200102000000Z", "-out", str(certificate))
    return certificate, key


def _openssl(*arguments: str) -> None:
    subprocess.run([str(require("openssl")), *arguments], check=True, capture_output=True, timeout=30)
