"""The library that keeps the open sessions, without what it does at each sign-in (P18)."""

from __future__ import annotations

from allauth.usersessions import apps


class SessionsConfig(apps.UserSessionsConfig):
    """Leave to ``accounts.signals`` the row of a new session: the library would first read each of the person's others again, one by one."""

    def ready(self) -> None:
        super().ready()
        from allauth.account.signals import user_logged_in
        from allauth.usersessions.signals import on_user_logged_in

        user_logged_in.disconnect(on_user_logged_in)
