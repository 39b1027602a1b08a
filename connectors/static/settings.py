"""The static rota has nothing to set: everything stands in the policy."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Hold no setting."""

    model_config = SettingsConfigDict(env_prefix="FOLLOWTHROUGH_STATIC_", extra="ignore")
