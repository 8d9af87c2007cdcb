"""Fetching one file that the user asked for. It goes on where it was cut, and counts only once its hash fits.

Nothing else in the program opens a connection. The file grows as NAME.part beside its place; what is hashed is what
lies on the disk, and only then does it get its name.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from fewshot_gui.images.errors import printable

TIMEOUT = 20.0
"""Seconds that a server may stay silent."""

SLACK = 0.01
"""Sizes are published rounded; a file that differs by a larger share is another file."""

_CHUNK = 1 << 16


class DownloadError(Exception):
    """The file can't be had; the message says why and what to do."""


def download(
    url: str,
    target: Path,
    sha256_prefix: str,
    size: int,
    progress: Callable[[int, int], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Bring the file at ``url`` (https; http from this very machine only) to ``target``.

    sha256_prefix: the first hexadecimal digits of its hash, as many as are published. size: bytes, to about 1 %.
    ``progress`` gets (bytes so far, bytes in all). A download that was cut, or stopped by ``cancelled``, goes on the
    next time; one of a wrong hash is deleted. Raises DownloadError for all that keeps the file from being there whole.
    """
    if not _is_safe(url):
        raise DownloadError(_NOT_SAFE.format(url))
    part = part_file(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not has_hash(part, sha256_prefix):  # it may have ended between the last byte and the new name
            _fetch(url, part, size, progress, cancelled)
            if not has_hash(part, sha256_prefix):
                part.unlink()
                raise DownloadError(
                    f"What came from {url} is not the file it should be: its hash is wrong, and it was deleted. "
                    "Try again; if it stays so, something on the way changes it."
                )
        part.replace(target)
    except OSError as error:
        raise DownloadError(f'"{printable(target)}" can\'t be written: {error.strerror or error}.') from error


def take(file: Path, target: Path, sha256_prefix: str) -> None:
    """Copy a file that the user has to ``target``, if its hash fits. Raises DownloadError otherwise."""
    scratch = target.with_name(f"{target.name}.copy")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, scratch)
        if not has_hash(scratch, sha256_prefix):
            raise DownloadError(
                f'"{printable(file)}" is not {target.name}: its hash does not begin with {sha256_prefix}. '
                "It may be damaged, or another version."
            )
        scratch.replace(target)
    except OSError as error:
        raise DownloadError(
            f'"{printable(file)}" can\'t be copied to "{printable(target.parent)}": {error.strerror or error}.'
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


def part_file(target: Path) -> Path:
    """Where an unfinished download of ``target`` lies."""
    return target.with_name(f"{target.name}.part")


def has_hash(path: Path, sha256_prefix: str) -> bool:
    """Whether there is such a file, and its SHA-256 begins with these digits. Raises OSError where it can't be read."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(sha256_prefix)


def _fetch(
    url: str, part: Path, size: int, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> None:
    with part.open("ab") as file:
        free = shutil.disk_usage(part.parent).free
        if free < size - file.tell():
            raise DownloadError(
                f'There is no room for it in "{printable(part.parent)}": '
                f"{size / 1e6:.1f} MB are needed, {free / 1e6:.1f} MB are free."
            )
        response, done, total = _ask(url, file.tell(), size)
        with response:
            file.truncate(done)
            while done < total:
                progress(done, total)
                if cancelled():
                    raise DownloadError("The download was stopped. Start it again, and it goes on from there.")
                try:
                    block = response.read1(_CHUNK)
                except (OSError, HTTPException):
                    block = b""
                if not block:
                    raise DownloadError(
                        f"The connection was cut after {done / 1e6:.1f} of {total / 1e6:.1f} MB. "
                        "Start it again, and it goes on from there."
                    )
                file.write(block)
                done += len(block)
        progress(done, total)
        file.flush()
        os.fsync(file.fileno())


def _ask(url: str, begin: int, size: int) -> tuple[Any, int, int]:
    """The server's answer, the byte it begins with (``begin`` or 0), and how many bytes the whole file has."""
    headers = {"User-Agent": "fewshot-gui"} | ({"Range": f"bytes={begin}-"} if begin else {})
    # "This machine" means another one to a proxy.
    proxies = ProxyHandler({}) if urlsplit(url).scheme == "http" else ProxyHandler()
    try:
        response = build_opener(proxies, _SafeRedirects).open(Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if begin and error.code == 416:  # what we have does not fit to what the server has
            return _ask(url, 0, size)
        if 300 <= error.code < 400:
            raise DownloadError(_NOT_SAFE.format(f"An address that {url} leads to")) from error
        raise DownloadError(f"{url} was refused by the server: {error.code} {error.reason}.") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise DownloadError(
            f"{urlsplit(url).hostname} can't be reached ({reason}). Check the connection, "
            f"or fetch {url} in another way and give the file."
        ) from error
    if begin and response.status == 206:
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
        if span and int(span[1]) == begin and _is_about(int(span[2]), size):
            return response, begin, int(span[2])
        response.close()
        return _ask(url, 0, size)
    if response.length is None or not _is_about(response.length, size):
        response.close()
        raise DownloadError(
            f"{url} is not the file it should be: about {size} bytes were expected, and the server offers "
            f"{'an unknown number' if response.length is None else response.length}."
        )
    return response, 0, response.length


def _is_about(found: int, size: int) -> bool:
    return abs(found - size) <= SLACK * size


_NOT_SAFE = "{} is not used: files come over https only."


def _is_safe(url: str) -> bool:
    """Whether the address is https, or http on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name
        return False


class _SafeRedirects(HTTPRedirectHandler):
    """Follows a server to addresses that would have been good enough to begin with, and never from https to http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not _is_safe(newurl) or (req.full_url.startswith("https:") and not newurl.startswith("https:")):
            fp.close()
            raise DownloadError(_NOT_SAFE.format(newurl))
        return super().redirect_request(req, fp, code, msg, headers, newurl)
