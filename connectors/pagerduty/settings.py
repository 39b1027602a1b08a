"""Say how to reach PagerDuty and who we are there."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_PAGERDUTY_"
API_URL = "https://api.pagerduty.com"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise ValueError(f"must be the API's address, such as {API_URL} or https://api.eu.pagerduty.com")
    return url.rstrip("/")


class PagerDutySettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_PAGERDUTY_…`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    token: SecretStr = Field(SecretStr(""), description="A REST API key; a read-only one is enough.")
    api_url: Annotated[str, AfterValidator(_address)] = Field(
        API_URL, description="The API's address; in the EU https://api.eu.pagerduty.com."
    )


def configured(settings: PagerDutySettings) -> bool:
    """Tell whether there is a key."""
    return not missing(settings)


def missing(settings: PagerDutySettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    if settings.token.get_secret_value():
        return []
    return [f"{PREFIX}TOKEN: not set; make a read-only REST API key in PagerDuty under Integrations"]
