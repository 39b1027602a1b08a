"""Say how to reach Slack and who we are there."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_SLACK_"
TITLE = "Slack"
API_URL = "https://slack.com/api"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise ValueError(f"must be the API's address, such as {API_URL}")
    return url.rstrip("/")


def _token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().isascii() or not token.get_secret_value().isprintable():
        raise ValueError("is no token; copy the Bot User OAuth Token, which begins with xoxb-")
    return token


class SlackSettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_SLACK_…`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    bot_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        SecretStr(""), description="The app's Bot User OAuth Token."
    )
    api_url: Annotated[str, AfterValidator(_address)] = Field(API_URL, description="The API's address.")


def configured(settings: SlackSettings) -> bool:
    """Tell whether there is a token."""
    return not missing(settings)


def missing(settings: SlackSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    if settings.bot_token.get_secret_value():
        return []
    return [f"{PREFIX}BOT_TOKEN: not set; install an app with chat:write, users:read and users:read.email"]
