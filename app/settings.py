"""Read settings from the environment and a `.env` file, and say in lines what is wrong with them."""

import os
import re
import ssl
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict, SettingsError

from app.core.duration import format_duration, parse_duration
from app.core.errors import Misconfigured
from app.core.hint import did_you_mean, nearest, quote

PREFIX = "FOLLOWTHROUGH_"
"""What the names of all settings begin with, connectors' too."""

AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def _tokens(value: Any) -> Any:
    """Split a comma list; refuse a list of nothing, which would open what it was set to close."""
    if not isinstance(value, str):
        return value
    tokens = [part.strip() for part in value.split(",") if part.strip()]
    if not tokens:
        raise ValueError("holds no token; write one or more with commas between, or leave it unset")
    return tokens


def _period(value: Any) -> Any:
    period = parse_duration(value) if isinstance(value, str) else value
    if period == timedelta(0):
        raise ValueError("must be longer than nothing; write it like 1h")
    return period


def _database(url: str) -> str:
    if url.startswith(("sqlite:///", "postgresql://")):
        return url
    raise ValueError("is no address of a database; write sqlite:///followthrough.db or postgresql://user@host/name")


def _web_address(url: str) -> str:
    if re.fullmatch(r"https?://[^/\s?#]+[^\s?#]*", url):
        return url.rstrip("/")
    raise ValueError(f"{quote(url)} is no web address; write it like https://followthrough.acme.test")


def _certificates(file: Path) -> Path:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    except ssl.SSLError:  # before OSError, of which it is one
        raise ValueError(f"{file} holds no certificate that can be read; it must be PEM") from None
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    return file


class Settings(BaseSettings):
    """Hold the service's own settings; connectors have their own, under longer prefixes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    mode: Literal["observe", "act"] = Field("observe", description="observe: plan and record; act: write to trackers.")
    policy: Path = Field(Path("followthrough.yaml"), description="The policy file.")
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite:///followthrough.db", description="sqlite:///file or postgresql://user@host/name.", repr=False
    )
    host: str = Field("127.0.0.1", description="The address to listen on.", min_length=1)
    port: int = Field(8080, description="The port to listen on; 0: any free one.", ge=0, le=65_535)
    api_tokens: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_tokens)] = Field(
        (), description="Comma list of operate tokens, which open all; without any token only loopback is answered."
    )
    read_tokens: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_tokens)] = Field(
        (), description="Comma list of read tokens, which open reports and pages and change nothing."
    )
    reconcile_every: Annotated[timedelta, BeforeValidator(_period)] = Field(
        timedelta(hours=1), description="How often to look for what webhooks missed."
    )
    retention: Annotated[timedelta, BeforeValidator(_period)] = Field(
        timedelta(days=14), description="How long webhooks are kept with their bodies."
    )
    workers: int = Field(64, description="How many items are handled at the same time.", ge=1, le=256)
    log: Literal["json", "console"] = Field("json", description="How log lines are written.")
    ca_file: Annotated[Path, AfterValidator(_certificates)] | None = Field(
        None, description="Certificates (PEM) to trust beside the usual ones."
    )
    public_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None, description="Where people reach this service, for links in messages."
    )


class Described(NamedTuple):
    """Show one setting: its full name, its value with secrets masked, and what it is for."""

    name: str
    value: str
    description: str


def load_settings(
    cls: type[AnySettings], env_file: Path | None = Path(".env"), given: Mapping[str, Any] | None = None
) -> AnySettings:
    """Read one class's settings; the environment comes before the file, and an empty value means the default.

    A class's `kinds` are sets of fields that are credentials of different kinds: where the environment holds one kind,
    the file's others do not count. What is `given`, by the fields' names, comes before both.

    The class ignores names that it does not know (`extra="ignore"`): all classes share the file.
    Raise Misconfigured with a line `FOLLOWTHROUGH_PORT: what is wrong` for each; secrets' values are not in them.
    """
    try:
        return cls(
            _env_file=env_file, _env_file_encoding="utf-8", _env_ignore_empty=True, **{**_hidden(cls), **(given or {})}
        )
    except ValidationError as error:
        raise Misconfigured(*(_line(cls, refusal) for refusal in error.errors())) from None
    except SettingsError as error:
        field = next((name for name in cls.model_fields if f'"{name}"' in str(error)), "")
        raise Misconfigured(f"{_name(cls, field)}: is not JSON; write it as the documentation shows") from None
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{env_file}: cannot be read ({type(error).__name__}); save it as UTF-8 text") from None
    except OSError as error:
        why = f"{env_file}: cannot be read ({error.strerror}); give it to the user that runs this"
        raise Misconfigured(why) from None


def _hidden(cls: type[BaseSettings]) -> dict[str, Any]:
    """Return the defaults of fields that the environment has empty, or of whose kind it has another."""
    there = {name.upper(): value for name, value in os.environ.items()}
    given = {name: there[_name(cls, name)] for name in cls.model_fields if _name(cls, name) in there}
    kinds: tuple[frozenset[str], ...] = getattr(cls, "kinds", ())
    chosen = [kind for kind in kinds if any(given.get(name) for name in kind)]
    others = frozenset[str]().union(*(kind for kind in kinds if kind not in chosen)) if len(chosen) == 1 else ()
    hidden = {*others, *(name for name, value in given.items() if not value)}
    return {
        str(field.validation_alias or name): field.get_default(call_default_factory=True, validated_data={})
        for name, field in cls.model_fields.items()
        if name in hidden and not field.is_required()
    }


def describe(settings: Iterable[BaseSettings]) -> list[Described]:
    """Return all settings of these objects, each once, with their values as they may be shown."""
    found: dict[str, Described] = {}
    for each in settings:
        for name, field in type(each).model_fields.items():
            one = Described(_name(type(each), name), _shown(name, getattr(each, name)), field.description or "")
            found.setdefault(one.name, one)
    return list(found.values())


def environment(env_file: Path | None = Path(".env")) -> dict[str, str]:
    """Return all variables, those of the file included; names from the file are in upper case."""
    file = DotEnvSettingsSource(Settings, env_file=env_file, env_file_encoding="utf-8").env_vars
    return {**{name.upper(): value or "" for name, value in file.items()}, **os.environ}


def setting_names(classes: Iterable[type[BaseSettings]]) -> list[str]:
    """Return the full names of all settings of these classes."""
    return [_name(cls, name) for cls in classes for name in cls.model_fields]


def unknown_settings(environment: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return a warning for each variable that looks like a setting of ours and is none, with the nearest that is."""
    names = {name.removeprefix(PREFIX) for name in known}
    given = (name for name in environment if name.upper().startswith(PREFIX))
    strange = (name for name in given if name.upper().removeprefix(PREFIX) not in names)
    return [f"{name}: there is no such setting; {_guess(name.upper(), names)}" for name in sorted(strange)]


def _guess(name: str, names: Iterable[str]) -> str:
    guess = nearest(name.removeprefix(PREFIX), names)
    return f"did you mean {PREFIX}{guess}?" if guess else "the README lists those there are"


def _name(cls: type[BaseSettings], field: str) -> str:
    alias = cls.model_fields[field].validation_alias if field in cls.model_fields else None
    return (alias if isinstance(alias, str) else f"{cls.model_config.get('env_prefix', '')}{field}").upper()


def _line(cls: type[BaseSettings], refusal: Mapping[str, Any]) -> str:
    field, value = str(refusal["loc"][0]) if refusal["loc"] else "", str(refusal["input"])
    name = next((each for each in cls.model_fields if field in {each, cls.model_fields[each].validation_alias}), "")
    secret = not name or _is_secret(name, cls.model_fields[name].annotation) or "@" in value
    given = "this" if secret else quote(refusal["input"])
    sentence = _sentence(str(refusal["type"]), given, refusal)
    if secret and value:
        sentence = sentence.replace(value, "***")
    return f"{_name(cls, name or field)}: {sentence}"


def _sentence(kind: str, given: str, refusal: Mapping[str, Any]) -> str:
    context = refusal.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        return f"{given} is not known; {did_you_mean(str(refusal['input']), words)}"
    sentence = _SENTENCES.get(kind, "{given} cannot be read")
    hint = _SERVICE_LINKS if given.startswith("'tcp://") else ""
    return sentence.format(given=given, **context) + hint


_SENTENCES = {
    "missing": "is not set",
    "int_parsing": "{given} is not a whole number",
    "string_too_short": "is empty; write a value or leave it unset",
    "greater_than_equal": "{given} is too small; write at least {ge}",
    "less_than_equal": "{given} is too large; write at most {le}",
}
_SERVICE_LINKS = "; Kubernetes sets this for a Service named followthrough: turn enableServiceLinks off"


def _is_secret(name: str, annotation: Any) -> bool:
    if annotation is SecretStr or re.search(r"(key|secrets?|tokens?|password|pat)$", name):
        return True
    return any(_is_secret(name, part) for part in get_args(annotation))


def _shown(name: str, value: Any) -> str:
    """Return a value for people: secrets as stars, passwords in addresses too."""
    match value:
        case None | ():
            return ""
        case SecretStr():
            return "***" if value.get_secret_value() else ""
        case tuple() | list():
            return ", ".join(_shown(name, each) for each in value)
        case timedelta():
            return format_duration(value)
    return re.sub(r"(://[^:/@\s]*):.*@", r"\1:***@", str(value))
