"""What may stand in the settings and in the policy for calendars."""

from importlib.machinery import ModuleSpec

import pytest
from pydantic import SecretStr, ValidationError

from app.core.errors import Misconfigured
from app.settings import describe, load_settings
from connectors.ical import MANIFEST, settings
from connectors.ical.settings import IcalSettings
from connectors.ical.source import IcalSource


def test_addresses_keep_their_commas() -> None:
    """A comma ends an entry only where the next one begins; names are in any case."""
    text = "Payments=https://a.test/x?k=1,2&a=b, ops=WEBCAL://b.test/y,\nweb.3-x=http://c.test/z ,"
    assert IcalSettings(urls=SecretStr(text)).calendars == {
        "payments": "https://a.test/x?k=1,2&a=b",
        "ops": "https://b.test/y",
        "web.3-x": "http://c.test/z",
    }


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test/s3cret",
        "payments=s3cret",
        "payments=ftp://a.test/s3cret",
        "payments=https:///s3cret",
        "payments=https://a.test/s3cret b",
        "payments=https://a.test/s3cret,payments=https://b.test/s3cret",
    ],
)
def test_what_cannot_be_read_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The line names the entry's number: the address is a secret."""
    monkeypatch.setenv("FOLLOWTHROUGH_ICAL_URLS", text)
    with pytest.raises(Misconfigured) as caught:
        load_settings(IcalSettings, env_file=None)
    (line,) = caught.value.lines
    assert line.startswith("FOLLOWTHROUGH_ICAL_URLS: entry ")
    assert "s3cret" not in line


def test_addresses_are_not_described() -> None:
    """Reports of settings show stars."""
    (shown,) = describe([IcalSettings(urls=SecretStr("a=https://a.test/s3cret"))])
    assert shown.value == "***"


def test_a_calendar_turns_it_on() -> None:
    """Without one it is off."""
    assert not MANIFEST.configured(IcalSettings())
    assert not MANIFEST.configured(IcalSettings(urls=SecretStr(" , ")))
    assert MANIFEST.missing(IcalSettings())[0].startswith("FOLLOWTHROUGH_ICAL_URLS: not set")
    assert MANIFEST.configured(IcalSettings(urls=SecretStr("a=https://a.test/x")))


def test_without_the_optional_part_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads calendars comes with an extra; its absence is told, not a traceback."""

    def absent(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(settings, "find_spec", absent)
    given = IcalSettings(urls=SecretStr("a=https://a.test/x"))
    assert not MANIFEST.configured(given)
    assert MANIFEST.missing(given) == ["FOLLOWTHROUGH_ICAL_URLS: what reads calendars is not installed; " + INSTALL]


INSTALL = "pip install '.[ical]' in the checkout"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({}, "calendar"),
        ({"calendar": ""}, "calendar"),
        ({"calendar": "a", "url": "https://a.test/x"}, "url"),
        ({"calendar": "a", "summary_pattern": "("}, "is no regular expression"),
        ({"calendar": "a", "summary_pattern": "On Call - (.+)"}, "must say which part is the name"),
    ],
)
def test_the_policy_names_a_calendar_and_shows_no_address(words: dict[str, str], says: str) -> None:
    """An address in the policy is refused as any unknown word; a pattern must have a name in it."""
    with pytest.raises(ValidationError, match=says):
        IcalSource.model_validate(words)
