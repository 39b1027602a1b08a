"""Whom an event names."""

import pytest

from tests.connectors.ical.calendars import SHIFT, calendar, on_call

PATTERN = "On Call - (?P<name>.+?) - "


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("ATTENDEE:mailto:linus@acme.test\nSUMMARY:ada@acme.test", [("linus", "linus@acme.test")]),
        ("ATTENDEE;CN=Linus D:MAILTO:Linus@acme.test", [("Linus D", "Linus@acme.test")]),
        ("ATTENDEE:linus@acme.test\nATTENDEE:mailto:ada@acme.test\nATTENDEE:mailto:LINUS@acme.test", None),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:linus@acme.test\nSUMMARY:ada@acme.test", [("ada", "ada@acme.test")]),
        ("ATTENDEE;CUTYPE=ROOM:mailto:room@acme.test\nSUMMARY:ada@acme.test", [("ada", "ada@acme.test")]),
        ("ATTENDEE:urn:uuid:1\nSUMMARY:duty of 'ada@acme.test'.", [("ada", "ada@acme.test")]),
        ("SUMMARY:Duty ada@acme.test\nDESCRIPTION:ask help@acme.test", [("ada", "ada@acme.test")]),
        ("SUMMARY:Duty\nDESCRIPTION:it is ada@acme.test", [("ada", "ada@acme.test")]),
        ("SUMMARY:On Call - linus duty - Payments", [("Linus Duty", "linus@acme.test")]),
        ("SUMMARY:On Call - Pat Pager - Payments", [("Pat Pager", None)]),
        ("SUMMARY:On Call - Ada Admin - Payments", [("Ada Admin", None)]),
        ("SUMMARY:Linus Duty", [("Linus Duty", None)]),
        ("DESCRIPTION:nothing", [("an event without a title", None)]),
    ],
)
async def test_what_is_surest_names_the_person(lines: str, found: list[tuple[str, str | None]] | None) -> None:
    """Attendees, then addresses in the text, then the name; whom the policy does not know, or twice, has no e-mail."""
    expected = [("linus@acme.test", "LINUS@acme.test"), ("ada@acme.test", "ada@acme.test")] if found is None else found
    got = await on_call(calendar(SHIFT + lines), summary_pattern=PATTERN)
    if found is None:
        assert [email.casefold() for _, email in got if email] == [str(email).casefold() for _, email in expected]
    else:
        assert got == expected


async def test_without_a_pattern_a_title_is_nobodys_name() -> None:
    """A title alone is told as it stands, so that a person can mend the calendar."""
    assert await on_call(calendar(f"{SHIFT}SUMMARY:On Call - Linus Duty - Payments")) == [
        ("On Call - Linus Duty - Payments", None)
    ]
