"""The command line: which account to open."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import tempfile
from pathlib import Path
from typing import List, Optional

import libim

from .app import ChatApp
from .downloads import downloads_dir
from .errors import words


def data_dir() -> Path:
    """Where caches lie unless --data names another place."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    return Path(home, "libim-chat")


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(prog="libim-chat", description="A chat client for the terminal, on libim.")
    account = options.add_mutually_exclusive_group(required=True)
    account.add_argument("--demo", action="store_true", help="a world of its own with three bots, gone afterwards")
    account.add_argument("--user", metavar="NAME", help="a user of the embedded service")
    account.add_argument("--jid", metavar="JID", help="an account on an XMPP server; the password is asked for")
    options.add_argument("--service", metavar="FILE", type=Path, help="the file of the embedded service, with --user")
    options.add_argument("--data", metavar="DIR", type=Path, help="where caches lie (default: %(default)s)")
    options.add_argument(
        "--downloads", metavar="DIR", type=Path, help="where files of others are saved (default: %(default)s)"
    )
    options.add_argument("--host", help="the address of the XMPP server, if not that of the domain")
    options.add_argument("--port", type=int, help="its port, with --host")
    options.add_argument("--ca-file", metavar="FILE", type=Path, help="certificates to trust, with --jid")
    options.set_defaults(data=data_dir(), downloads=downloads_dir())
    return options


def check(options: argparse.Namespace) -> None:
    """Raises what the options say that does not fit together, before anything is asked or opened."""
    server = {"--host": options.host, "--port": options.port, "--ca-file": options.ca_file}
    if options.user is not None and not options.user.strip():
        raise Unfit("--user has no name")
    if options.user is None and options.service is not None:
        raise Unfit("--service goes with --user")
    if options.jid is None:
        for name, value in server.items():
            if value is not None:
                raise Unfit(f"{name} goes with --jid")
    elif "@" not in options.jid:
        raise Unfit(f"--jid {options.jid} is not an address, as alice@example.org is")
    elif options.port is not None and options.host is None:
        raise Unfit("--port goes with --host")


def has_terminal() -> bool:
    """Whether there is somebody to show it to, and to ask for a password unseen."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Unfit(Exception):
    """Options that do not fit together; the words say why."""


def config(options: argparse.Namespace) -> libim.Config:
    """The account that the options name. Asks for the password, which is kept in memory only."""
    if options.jid is not None:
        password = getpass.getpass(f"Password of {options.jid}: ")
        server = libim.Xmpp(options.jid, password, options.host, options.port, ca_file=options.ca_file)
        return libim.Config(options.data, backend=server)
    service = options.service or options.data / "service.db"
    return libim.Config(options.data, options.user, libim.Embedded(service))


def main(arguments: Optional[List[str]] = None) -> None:
    """Runs the app."""
    options = parser().parse_args(arguments)
    try:
        check(options)
    except Unfit as unfit:
        parser().error(str(unfit))
    if not has_terminal():
        sys.exit("libim-chat: this is not a terminal")
    try:
        if options.demo:
            with tempfile.TemporaryDirectory(prefix="libim-chat-") as folder:
                sys.exit(_demo(Path(folder)))
        with libim.Client.open(config(options)) as client:
            domain = None if options.jid is None else options.jid.rpartition("@")[2]
            app = ChatApp(client, domain, options.data, options.downloads)
            app.run()
    except libim.Error as error:
        sys.exit(f"libim-chat: {words(error)}")
    except EOFError:
        sys.exit("libim-chat: no password was given")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(app.return_code)


def _demo(folder: Path) -> Optional[int]:
    from .demo import DemoApp, World  # only where it is wanted

    with World(folder) as world:
        app = DemoApp(world)
        app.run()
        return app.return_code
