"""Say where Teams takes messages. The whole address is the secret: whoever has it can post."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_TEAMS_"
_HOW = "make a workflow 'Post to a channel when a webhook request is received' in Teams and copy its address"
_RETIRED = {
    "webhook.office.com": "an Office 365 connector, which Microsoft switched off in 2026",
    "outlook.office.com": "an Office 365 connector, which Microsoft switched off in 2026",
    "outlook.office365.com": "an Office 365 connector, which Microsoft switched off in 2026",
    "logic.azure.com": "a workflow of the old kind, which Microsoft switched off in 2025",
}


def _address(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    if not text:
        return url
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").casefold()
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"https", "http"} or not text.isascii() or not text.isprintable():
        raise ValueError(f"is no web address; {_HOW}")
    for retired, what in _RETIRED.items():
        if host == retired or host.endswith(f".{retired}"):
            raise ValueError(f"is the address of {what}; {_HOW}")
    return url


class TeamsSettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_TEAMS_…`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    workflow_url: Annotated[SecretStr, AfterValidator(_address)] = Field(
        SecretStr(""), description="The address of a workflow that posts to a channel."
    )


def configured(settings: TeamsSettings) -> bool:
    """Tell whether there is an address."""
    return not missing(settings)


def missing(settings: TeamsSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    return [] if settings.workflow_url.get_secret_value() else [f"{PREFIX}WORKFLOW_URL: not set; {_HOW}"]
