"""HTTP: one GET, and what came of it."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from helm_aeterna import __version__
from helm_aeterna.adapters.network.sockets import ANSWER_SECONDS, CONNECT_SECONDS, trouble_of
from helm_aeterna.formats import FormatError, load_json
from helm_aeterna.model.connection import ConnectionTrouble, HttpAnswer, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helm_aeterna.formats import Tree
    from helm_aeterna.model.connection import HttpRequest

_LONGEST = 4 << 20  # a list of all models is under one MiB


def get(request: HttpRequest) -> HttpAnswer:
    """Send one GET and read the answer: no redirects, the certificate verified, the user's proxies honoured.

    Raises:
        ConnectionTrouble: Nothing came of it.
    """
    import requests

    headers = {name: text.reveal() for name, text in request.headers.items()}
    headers |= {"User-Agent": f"helm-aeterna/{__version__}", "Accept": "application/json"}
    try:
        with requests.get(
            request.url,
            headers=headers,
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
        ) as answer:
            body = _read(answer)
            return HttpAnswer(status=answer.status_code, body=body, location=_bare(answer.headers.get("Location")))
    except (requests.RequestException, ValueError) as error:
        # `from None`: the text of these errors holds the address and sometimes a header.
        raise ConnectionTrouble(_trouble(error)) from None


def _as_it_is(request: Any) -> Any:  # noqa: ANN401 - the library's own type
    """Keep the library from putting a login of ~/.netrc in the place of ours."""
    return request


def _read(answer: Any) -> Tree:  # noqa: ANN401 - the library's own type
    """The JSON of an answer; None where it is something else."""
    until = time.monotonic() + ANSWER_SECONDS
    pieces, size = [], 0
    for piece in answer.iter_content(65536):
        pieces.append(piece)
        size += len(piece)
        if size > _LONGEST:
            raise ConnectionTrouble(Trouble.TOO_MUCH)
        if time.monotonic() > until:
            raise ConnectionTrouble(Trouble.TIMEOUT)
    try:
        return load_json(b"".join(pieces).decode("utf-8", "replace"), "answer")
    except (FormatError, RecursionError):
        return None


def _bare(location: str | None) -> str:
    """Where a redirect points to, without user, query and fragment."""
    if not location:
        return ""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path


def _trouble(error: Exception) -> Trouble:
    """Name a failure of the library by what lies at its bottom."""
    import requests
    from urllib3.exceptions import NameResolutionError

    if isinstance(error, requests.exceptions.ProxyError):
        return Trouble.PROXY
    if isinstance(error, requests.Timeout):
        return Trouble.TIMEOUT
    if isinstance(error, ValueError):  # the address or a header: InvalidURL, InvalidSchema, InvalidHeader …
        return Trouble.INVALID
    chain = list(_chain(error))
    if any(isinstance(link, NameResolutionError) for link in chain):
        return Trouble.UNRESOLVED
    # What went wrong with TLS says more than that the connection was closed over it.
    bottom = [link for link in chain if isinstance(link, OSError) and not isinstance(link, requests.RequestException)]
    bottom.sort(key=lambda link: not isinstance(link, ssl.SSLError))
    return trouble_of(bottom[0]) if bottom else Trouble.CLOSED


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and everything it came from: causes, contexts, reasons, arguments."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        more = [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
        waiting += [item for item in more if isinstance(item, BaseException)]
