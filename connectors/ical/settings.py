"""Say which calendars there are. Whoever has a feed's address can read it, so addresses are settings, not policy."""

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_ICAL_"
_BETWEEN = re.compile(r",\s*(?=[\w.-]+\s*=\s*(?:https?|webcals?)://)", re.IGNORECASE)
"""A comma before the next name: addresses have commas of their own."""

_ENTRY = re.compile(r"([\w.-]+)\s*=\s*(https?|webcals?)(://\S+)", re.IGNORECASE)


def _entries(text: str) -> dict[str, str]:
    """Return the addresses by name, in lower case; raise ValueError without showing any."""
    found: dict[str, str] = {}
    for number, entry in enumerate(_BETWEEN.split(text.strip(" ,\n")), 1):
        match = _ENTRY.fullmatch(entry.strip())
        if match is None or not _is_address(f"https{match[3]}"):
            raise ValueError(f"entry {number} is not written like payments=https://calendar.acme.test/payments.ics")
        name = match[1].casefold()
        if name in found:
            raise ValueError(f"entry {number} has the name of an earlier one; give each calendar its own")
        found[name] = f"{'http' if match[2].casefold() == 'http' else 'https'}{match[3]}"
    return found


def _is_address(url: str) -> bool:
    import httpx  # noqa: PLC0415  few have a calendar; it reads addresses as the call will

    try:
        return bool(httpx.URL(url).host)
    except (httpx.InvalidURL, ValueError):
        return False


def _readable(urls: SecretStr) -> SecretStr:
    if urls.get_secret_value().strip(" ,\n"):
        _entries(urls.get_secret_value())
    return urls


class IcalSettings(BaseSettings):
    """Hold the setting `FOLLOWTHROUGH_ICAL_URLS`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    urls: Annotated[SecretStr, AfterValidator(_readable)] = Field(
        SecretStr(""), description="Calendars by name: payments=https://…, by comma. Addresses are secrets."
    )

    @property
    def calendars(self) -> Mapping[str, str]:
        """Return the calendars' addresses by name, in lower case."""
        text = self.urls.get_secret_value()
        return _entries(text) if text.strip(" ,\n") else {}


def configured(settings: IcalSettings) -> bool:
    """Tell whether there is a calendar, and what reads it is installed."""
    return not missing(settings)


def missing(settings: IcalSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    lines = []
    if not settings.calendars:
        lines.append(f"{PREFIX}URLS: not set; give calendars by name, payments=https://calendar.acme.test/payments.ics")
    if find_spec("icalendar") is None or find_spec("recurring_ical_events") is None:
        lines.append(f"{PREFIX}URLS: what reads calendars is not installed; pip install '.[ical]' in the checkout")
    return lines
