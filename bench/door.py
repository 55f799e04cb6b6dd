"""The way in, as a browser goes it: the link, the form with its token and the suggested name, the redirect to the game.

Real HTTP on one kept-alive connection per fan. http.client in a few threads: the way in is not what is measured, and the standard
library's client is right.
"""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import Address

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NAME = re.compile(r'<input id="nickname"[^>]* value="([^"]*)"')
TIMEOUT_S = 30


@dataclass
class Browser:
    """One phone's cookies."""

    at: Address
    language: str = "zh-CN"
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def join(self, code: str) -> str:
        """Take part in the run with this code under the name that stands in the form; the name. Raises CrowdError."""
        connection = http.client.HTTPConnection(self.at.host, self.at.port, timeout=TIMEOUT_S)
        try:
            status, page = self._ask(connection, "GET", f"/r/{code}")
            token, name = TOKEN.search(page), NAME.search(page)
            if status != 200 or token is None or name is None:
                raise CrowdError(f"no form to join at /r/{code} (status {status})")
            form = {"csrf_token": html.unescape(token[1]), "nickname": html.unescape(name[1]), "c": "crowd", "i": ""}
            status, _ = self._ask(connection, "POST", f"/r/{code}/join", urlencode(form))
            if status != 303:
                raise CrowdError(f"not let in at /r/{code} (status {status})")
            status, _ = self._ask(connection, "GET", f"/r/{code}")
            if status != 200:
                raise CrowdError(f"joined, but no game at /r/{code} (status {status})")
            return form["nickname"]
        except (OSError, http.client.HTTPException) as error:
            raise CrowdError(f"{self.at.url} does not answer: {error!r}") from error
        finally:
            connection.close()

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None
    ) -> tuple[int, str]:
        headers = {"Accept-Language": self.language, "Cookie": self.cookie, "Accept": "text/html"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.at.url}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, text
