"""Say how to reach Jira Service Management's operations; who we are there is who we are in Jira.

The variables of Jira are read by their names: one account serves both, and neither connector needs the other.
"""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_JSM_OPS_"
JIRA = "FOLLOWTHROUGH_JIRA_"
API_URL = "https://api.atlassian.com/jsm/ops"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise ValueError(f"must be the API's address, such as {API_URL}")
    return url.rstrip("/")


class JsmOpsSettings(BaseSettings):
    """Hold the setting `FOLLOWTHROUGH_JSM_OPS_API_URL` and those of Jira's that count here too."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    api_url: Annotated[str, AfterValidator(_address)] = Field(API_URL, description="The API's address.")
    email: str = Field("", validation_alias=f"{JIRA}EMAIL", description="The account's e-mail, as for Jira.")
    api_token: SecretStr = Field(
        SecretStr(""), validation_alias=f"{JIRA}API_TOKEN", description="The account's API token, as for Jira."
    )
    base_url: str = Field("", validation_alias=f"{JIRA}BASE_URL", description="The site, which tells its id.")
    cloud_id: str = Field("", validation_alias=f"{JIRA}CLOUD_ID", description="The site's id; then it is not asked.")


def configured(settings: JsmOpsSettings) -> bool:
    """Tell whether an account of Jira Cloud is set."""
    return not missing(settings)


def missing(settings: JsmOpsSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    lines = []
    if not settings.cloud_id and not settings.base_url.startswith(("https://", "http://")):
        lines.append(f"{JIRA}BASE_URL: not an address; give the site's, https://acme.atlassian.net, or {JIRA}CLOUD_ID")
    if not settings.email:
        lines.append(f"{JIRA}EMAIL: not set; on-call schedules are read with the account for Jira Cloud")
    if not settings.api_token.get_secret_value():
        lines.append(f"{JIRA}API_TOKEN: not set; on-call schedules are read with the account for Jira Cloud")
    return lines
