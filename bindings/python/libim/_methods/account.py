"""The methods about the login."""

from __future__ import annotations

from typing import Optional

from .._call import Call, method, milliseconds
from .._wire import as_is, nothing


class Account:
    """The methods about the login."""

    @method
    def login(
        self, user_id: Optional[str] = None, user_sig: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Call[None]:
        """Logs in: starts the connection, the sync, and the delivery of what waits to be sent.

        Returns when the account is usable: at once when the cache knows it, even offline. `user_id` can only be the
        client's own, and `user_sig` is not looked at. Raises `Error` with NOT_LOGGED_IN for a wrong password, REFUSED
        when the server does not let the user in. Waits for the server. V2TIM: login.
        """
        return Call("login", nothing, userID=user_id, userSig=user_sig, timeoutMs=milliseconds(timeout))

    @method
    def logout(self, *, timeout: Optional[float] = None) -> Call[None]:
        """Logs out: ends the connection. The cache stays usable; what waits is sent after the next login.

        Waits for the server. V2TIM: logout.
        """
        return Call("logout", nothing, timeoutMs=milliseconds(timeout))

    @method
    def get_login_user(self) -> Call[Optional[str]]:
        """Who is logged in; None when nobody is. V2TIM: getLoginUser."""
        return Call("getLoginUser", as_is)

    @method
    def get_login_status(self) -> Call[int]:
        """The state of the login: 1 logged in, 2 logging in, 3 logged out. V2TIM: getLoginStatus."""
        return Call("getLoginStatus", as_is)

    @method
    def network_changed(self) -> Call[None]:
        """Says that the device's network may have changed, so that a lost connection is noticed or mended sooner.

        Nobody has to call it. libim's own: networkChanged.
        """
        return Call("networkChanged", nothing)
