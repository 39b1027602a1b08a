"""Say which Jira this is and who we are there."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

GATEWAY = "https://api.atlassian.com"
"""Where scoped tokens are taken, under `/ex/jira/{cloudId}`.

https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
"""


class JiraSettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_JIRA_…`."""

    model_config = SettingsConfigDict(env_prefix="FOLLOWTHROUGH_JIRA_", extra="ignore", hide_input_in_errors=True)
    kinds: ClassVar = (frozenset({"email", "api_token"}), frozenset({"pat"}))

    base_url: str = Field("", description="The site: https://acme.atlassian.net, or a Data Center's address.")
    email: str = Field("", description="Cloud: the e-mail of the account that the API token belongs to.")
    api_token: SecretStr = Field(SecretStr(""), description="Cloud: the account's API token.")
    pat: SecretStr = Field(SecretStr(""), description="Data Center: the account's personal access token.")
    cloud_id: str = Field("", description="Cloud, scoped token: the site's id; calls then go through the gateway.")
    gateway_url: str = Field(GATEWAY, description="Cloud, scoped token: the gateway's address.")
    browse_url: str = Field("", description="Where people open tickets, if that is not the base URL.")
    webhook_secrets: SecretStr = Field(SecretStr(""), description="Secrets of the webhooks, by comma; several rotate.")
    deployment: Literal["auto", "cloud", "data_center"] = Field("auto", description="Which Jira it is; auto asks it.")

    @property
    def api_base(self) -> str:
        """Return the address that every call starts with, without a slash at its end."""
        if self.cloud_id:
            return f"{self.gateway_url.rstrip('/')}/ex/jira/{self.cloud_id}"
        return self.base_url.rstrip("/")

    @property
    def browse_base(self) -> str | None:
        """Return the address that tickets are opened at; None: ask Jira."""
        return (self.browse_url or self.base_url).rstrip("/") or None


def configured(settings: JiraSettings) -> bool:
    """Tell whether the address and the credentials are set."""
    return not any(_credentials(settings))


def missing(settings: JiraSettings) -> Sequence[str]:
    """Return what is lacking or cannot work, a line each, with how to mend it."""
    return [line for line in (*_credentials(settings), *_door(settings)) if line]


def webhook_secrets(settings: JiraSettings) -> Sequence[str]:
    """Return the webhook secrets."""
    given = settings.webhook_secrets.get_secret_value().split(",")
    return [secret.strip() for secret in given if secret.strip()]


def _credentials(settings: JiraSettings) -> list[str]:
    token, pat = settings.api_token.get_secret_value(), settings.pat.get_secret_value()
    lines = []
    if not settings.base_url and not settings.cloud_id:
        lines.append("FOLLOWTHROUGH_JIRA_BASE_URL: not set; give the site's address, https://acme.atlassian.net")
    elif not settings.api_base.startswith(("https://", "http://")):
        lines.append("FOLLOWTHROUGH_JIRA_BASE_URL: not an address; it starts with https://")
    if not token and not pat:
        lines.append(
            "FOLLOWTHROUGH_JIRA_API_TOKEN: not set; give it with FOLLOWTHROUGH_JIRA_EMAIL (Cloud), "
            "or FOLLOWTHROUGH_JIRA_PAT (Data Center)"
        )
    if token and not settings.email:
        lines.append("FOLLOWTHROUGH_JIRA_EMAIL: not set; an API token needs the e-mail of its account beside it")
    if token and pat:
        lines.append("FOLLOWTHROUGH_JIRA_PAT: set beside FOLLOWTHROUGH_JIRA_API_TOKEN; keep the one of this Jira")
    return lines


def _door(settings: JiraSettings) -> list[str]:
    if webhook_secrets(settings):
        return []
    return ["FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS: not set; webhooks are refused until it holds the webhook's secret"]
