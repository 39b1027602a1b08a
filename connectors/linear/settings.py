"""Say how to reach Linear and who we are there."""

from collections.abc import Sequence
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_LINEAR_"
API_URL = "https://api.linear.app/graphql"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"must be the address of the GraphQL endpoint, such as {API_URL}")
    return url.rstrip("/")


class LinearSettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_LINEAR_…`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)
    kinds: ClassVar = (frozenset({"api_key"}), frozenset({"client_id", "client_secret"}))

    api_key: SecretStr = Field(SecretStr(""), description="A personal API key; instead of client id and secret.")
    client_id: str = Field("", description="The OAuth app's client id; with the secret instead of an API key.")
    client_secret: SecretStr = Field(SecretStr(""), description="The OAuth app's client secret.")
    webhook_secrets: SecretStr = Field(SecretStr(""), description="Signing secrets, by comma; several rotate.")
    api_url: Annotated[str, AfterValidator(_address)] = Field(API_URL, description="The GraphQL endpoint.")


def configured(settings: LinearSettings) -> bool:
    """Tell whether there are credentials, and of one kind only."""
    return not _credentials(settings)


def missing(settings: LinearSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    return [*_credentials(settings), *_door(settings)]


def webhook_secrets(settings: LinearSettings) -> Sequence[str]:
    """Return the webhooks' signing secrets."""
    given = settings.webhook_secrets.get_secret_value().split(",")
    return [secret.strip() for secret in given if secret.strip()]


def _credentials(settings: LinearSettings) -> list[str]:
    key, secret = settings.api_key.get_secret_value(), settings.client_secret.get_secret_value()
    if key and (settings.client_id or secret):
        return [f"{PREFIX}API_KEY: set beside {PREFIX}CLIENT_ID or _CLIENT_SECRET; keep one kind of credentials"]
    if key or (settings.client_id and secret):
        return []
    if settings.client_id:
        return [f"{PREFIX}CLIENT_SECRET: not set; copy it from the OAuth app's page in Linear, beside the client id"]
    if secret:
        return [f"{PREFIX}CLIENT_ID: not set; copy it from the OAuth app's page in Linear, beside the client secret"]
    return [f"{PREFIX}API_KEY: not set; make a key in Linear, or set {PREFIX}CLIENT_ID and _CLIENT_SECRET of an app"]


def _door(settings: LinearSettings) -> list[str]:
    if webhook_secrets(settings):
        return []
    return [f"{PREFIX}WEBHOOK_SECRETS: not set; webhooks are refused until it holds the webhook's signing secret"]
