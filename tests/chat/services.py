"""The services that the tests run on: the embedded one, or an XMPP server where the environment names its accounts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Optional

import libim

#: The accounts of a server that no test has taken yet: the configs of backends, in JSON.
ACCOUNTS: List[Dict[str, Any]] = json.loads(os.environ.get("LIBIM_CHAT_SERVER", "[]"))
#: Whether the tests run on a server.
ON_SERVER = bool(ACCOUNTS)
#: The domain of the server.
DOMAIN = "im.test"


class Service:
    """One service for the users of a test."""

    def __init__(self, folder: Path) -> None:
        self._dir = folder
        self._accounts: Dict[str, Dict[str, Any]] = {}

    def config(self, name: str, port: Optional[int] = None) -> libim.Config:
        """What a user is opened with; on a server through another port where one is given."""
        if not ON_SERVER:
            return libim.Config(self._dir / "data", name, libim.Embedded(self._dir / "service.db"))
        account = self._account(name)
        server = libim.Xmpp(
            account["jid"], account["password"], account["host"], port or account["port"], ca_file=account["caFile"]
        )
        return libim.Config(self._dir / "data", backend=server)

    def user_id(self, name: str) -> str:
        """The userID of a user, also of one whom nobody opens."""
        if not ON_SERVER:
            return name
        account = self._accounts.get(name)
        return f"{name}@{DOMAIN}" if account is None else str(account["jid"])

    @property
    def domain(self) -> Optional[str]:
        """The domain of the server."""
        return DOMAIN if ON_SERVER else None

    def set_password(self, name: str, password: str) -> None:
        """What a user of a server believes the password to be."""
        self._account(name)["password"] = password

    def _account(self, name: str) -> Dict[str, Any]:
        if name not in self._accounts:
            self._accounts[name] = dict(ACCOUNTS.pop())
        return self._accounts[name]
