"""What `Client.open` is told."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Union

from ._wire import wire_name

__all__ = ["Config", "Embedded", "Xmpp"]

PathLike = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Embedded:
    """The embedded service: a whole chat service in one SQLite file, which users and processes may share."""

    path: Optional[PathLike] = None  #: The service's file; None: `service.db` in the data directory.


@dataclass(frozen=True)
class Xmpp:
    """An XMPP server."""

    jid: str  #: The account, `user@domain`.
    password: str = field(repr=False)  #: Its password. Kept in memory only, never logged.
    host: Optional[str] = None  #: Where the server is; None: the domain's SRV records say.
    port: Optional[int] = None  #: Its port; only together with `host`.
    tls: Optional[str] = None  #: `starttls` (the default), `direct`, or `disabled`, for loopback addresses only.
    ca_file: Optional[PathLike] = None  #: A file of certificates (PEM) to trust instead of the system's.
    resource: Optional[str] = None  #: The name of this device among the account's; None: made up.


@dataclass(frozen=True)
class Config:
    """The account to open, and how. What is None is left to the library's default."""

    data_dir: PathLike  #: Where the accounts' caches are kept, a directory for each; made when missing.
    user_id: Optional[str] = None  #: The account's user. Not needed with `Xmpp`: it is the account of `jid`.
    backend: Optional[Union[Embedded, Xmpp]] = None  #: The server; None: `Embedded()`.
    conversation_limit: Optional[int] = None  #: How many of the first conversations can be walked; 0 = all.
    conversation_order: Optional[str] = None  #: `orderkey` (the default) or `lastMessageTimestamp`.
    durability: Optional[str] = None  #: What a finished call survives: `normal` a killed process, `full` a power cut.

    def to_wire(self) -> Dict[str, Any]:
        """The JSON object that `im_client_open` takes."""
        wire = _given(vars(self))
        if self.backend is not None:
            kind = "xmpp" if isinstance(self.backend, Xmpp) else "embedded"
            wire["backend"] = {"kind": kind, **_given(vars(self.backend))}
        return wire


def _given(fields: Mapping[str, Any]) -> Dict[str, Any]:
    return {
        wire_name(name): os.fspath(value) if isinstance(value, os.PathLike) else value
        for name, value in fields.items()
        if value is not None
    }
