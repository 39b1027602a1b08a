"""Say how to reach incident.io and who we are there."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_INCIDENT_IO_"
API_URL = "https://api.incident.io"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise ValueError(f"must be the API's address, such as {API_URL}")
    return url.rstrip("/")


class IncidentIoSettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_INCIDENT_IO_…`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    token: SecretStr = Field(SecretStr(""), description="An API key that may view schedules.")
    api_url: Annotated[str, AfterValidator(_address)] = Field(API_URL, description="The API's address.")


def configured(settings: IncidentIoSettings) -> bool:
    """Tell whether there is a key."""
    return not missing(settings)


def missing(settings: IncidentIoSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    if settings.token.get_secret_value():
        return []
    return [f"{PREFIX}TOKEN: not set; make an API key in incident.io that may view schedules"]
