"""Who is looking, in which language, at which site: asked at each run, through these functions alone.

A fragment's rerun and a callback do not execute the top of the entry script, and a WebSocket outlives a revoked
session. So nothing here relies on what the entry script found out earlier; every use case asks for the permission anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import settings as deployment
from dashboard import wiring
from dashboard.cookies import LANGUAGE_COOKIE, SECURE_SESSION_COOKIE, SESSION_COOKIE
from dashboard.i18n import negotiate
from moderation.article import Site
from moderation.errors import NotFound, Unauthenticated
from moderation.roles import Permission, Session, Staff
from moderation.service import accounts, colleagues
from moderation.service.desk import Desk

_PERSON = "person"
_LANGUAGE = "person_language"
_BLURS = "person_blurs"
_NAMES = "display_names"
_NAMES_KEPT = timedelta(minutes=5)
_SITE = "chosen_site"
_PAGES = "pages"
SITE_WIDGET = "site"


def desk() -> Desk:
    return wiring.desk()


def cookie(name: str) -> str | None:
    """As the browser sent it when this tab was opened."""
    return st.context.cookies.get(name)


def caller() -> Session:
    # The gate has let the tab in by the one that counts; over https that is the first.
    token = cookie(SECURE_SESSION_COOKIE) or cookie(SESSION_COOKIE)
    if not token:
        raise Unauthenticated(kind="session")
    return Session(token_hash=accounts.token_hash(token))


def address() -> str:
    """For counting wrong guesses: a browser's own is not known here, and one for all would shut out everybody."""
    return caller().token_hash


def person() -> Staff:
    """The signed-in person, looked up anew. Raises Unauthenticated."""
    found = accounts.whoami(desk(), caller())
    if st.session_state.get(_PERSON, found.id) != found.id:
        # A tab that lost its connection comes back to what it kept, with the cookie of whoever is signed in by now.
        st.session_state.clear()
    st.session_state[_PERSON] = found.id
    st.session_state[_LANGUAGE], st.session_state[_BLURS] = found.language, found.blurs
    if not found.lacks_factor:
        _look_up_names()
    return found


def _look_up_names() -> None:
    now = desk().now()
    kept = st.session_state.get(_NAMES)
    # Clocks may be set back.
    if kept is None or abs(now - kept[0]) > _NAMES_KEPT:
        st.session_state[_NAMES] = (now, colleagues.names(desk(), caller()))


def forget_names() -> None:
    """They are looked up anew at the next run."""
    st.session_state.pop(_NAMES, None)


def display_names() -> Mapping[str, str]:
    """Those of colleagues by account, as looked up some minutes ago at most."""
    kept: tuple[datetime, Mapping[str, str]] | None = st.session_state.get(_NAMES)
    return kept[1] if kept else {}


def require(permission: Permission) -> Staff:
    """The signed-in person, if they may. Raises Unauthenticated or Forbidden."""
    found = person()
    if not found.may(permission):
        accounts.refuse(desk(), caller(), permission, where="page")
    return found


def language() -> str:
    """What the person chose in this browser, else their own setting, else Arabic."""
    return negotiate(cookie(LANGUAGE_COOKIE), st.session_state.get(_LANGUAGE))


def blurs() -> bool:
    """Whether the person wants harsh words blurred, as last looked up."""
    return bool(st.session_state.get(_BLURS))


def issuer() -> str:
    """Of the identity provider that people may come in by; empty where there is none."""
    settings = deployment.from_environment()
    return settings.oidc_issuer if settings.oidc_client_id else ""


def sites() -> list[Site]:
    return accounts.sites(desk(), caller())


def site() -> Site:
    """The site at hand: the one chosen in the side bar, else the address's, else the first.

    Raises NotFound while there is none.
    """
    known = sites()
    if not known:
        raise NotFound(what="site")
    if _SITE not in st.session_state and SITE_WIDGET in st.query_params:
        # Whoever follows a link sees the site that it was made on, and stays there.
        st.session_state[_SITE] = st.query_params[SITE_WIDGET]
    chosen = st.session_state.get(_SITE)
    return next((one for one in known if one.name == chosen), known[0])


def remember_pages(known: dict[str, Page]) -> None:
    """For who leads from one page to another."""
    st.session_state[_PAGES] = known


def pages() -> dict[str, Page]:
    found: dict[str, Page] = st.session_state[_PAGES]
    return found


def choose_site() -> None:
    """The side bar's select box changed."""
    st.session_state[_SITE] = st.session_state[SITE_WIDGET]
