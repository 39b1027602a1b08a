"""The living comment in the emulated Linear: made once, edited in place, noticed when it is gone."""

from app.core.change import AddLabel, Say
from app.core.text import Code, Link, Mention, Text, bullet, paragraph
from tests.connectors.linear.emulated import ADA, LINUS, Emulated

HELLO = Text((paragraph("Hello"),))
LATER = Text((paragraph("Later"),))


def bodies(linear: Emulated, item: str) -> list[str]:
    """Return the bodies of an item's comments."""
    return [comment["body"] for comment in linear.control.get(item)["comments"]]


async def test_a_comment_is_made_and_edited(linear: Emulated) -> None:
    """The first text makes a comment of ours, the next one edits it, and the answers show it."""
    tracker, item = linear.connect(), linear.create()
    snapshot = await linear.look(tracker, item)
    first = await tracker.apply(snapshot, [Say(HELLO)])
    assert first.comment_id is not None
    assert first.snapshot is not None
    assert [(comment.id, comment.body, comment.ours) for comment in first.snapshot.comments] == [
        (first.comment_id, "Hello", True)
    ]
    change = Say(LATER, first.comment_id)
    second = await tracker.apply(first.snapshot, [change])
    assert (second.done, second.comment_id) == ((change,), first.comment_id)
    assert (bodies(linear, item), linear.writes()) == (["Later"], ["commentCreate", "commentUpdate"])


async def test_a_comment_is_never_doubled(linear: Emulated) -> None:
    """Saying the same again from an older look makes no second comment, and does not edit what reads so."""
    tracker, item = linear.connect(), linear.create()
    before = await linear.look(tracker, item)
    made = await tracker.apply(before, [Say(HELLO)])
    after = await linear.look(tracker, item)
    again = await tracker.apply(after, [Say(HELLO)])
    assert again.comment_id == made.comment_id
    assert (bodies(linear, item), linear.writes()) == (["Hello"], ["commentCreate"])
    changed = await tracker.apply(before, [Say(LATER)])
    assert (changed.comment_id, bodies(linear, item)) == (made.comment_id, ["Later"])


async def test_a_deleted_comment_is_reported_gone_and_made_anew_under_the_next_number(linear: Emulated) -> None:
    """Editing what a person deleted tells so; the next comment is another one."""
    tracker, item = linear.connect(), linear.create()
    snapshot = await linear.look(tracker, item)
    made = await tracker.apply(snapshot, [Say(HELLO)])
    assert made.comment_id is not None
    linear.control.delete_comment(item, made.comment_id, as_=ADA)
    snapshot = await linear.look(tracker, item)
    gone = await tracker.apply(snapshot, [Say(LATER, made.comment_id)])
    assert (gone.comment_gone, gone.comment_id, gone.done) == (True, None, ())
    anew = await tracker.apply(snapshot, [Say(LATER, None, 2)])
    assert anew.comment_id not in {None, made.comment_id}
    assert bodies(linear, item) == ["Later"]


async def test_edit_and_comment_take_two_calls(linear: Emulated) -> None:
    """Everything but the comment is one call, the comment another."""
    tracker, item = linear.connect(), linear.create()
    snapshot = await linear.look(tracker, item)
    await tracker.apply(snapshot, [AddLabel("operational"), Say(HELLO)])
    assert linear.writes() == ["issueUpdate", "commentCreate"]


async def test_a_mention_is_the_profiles_address(linear: Emulated) -> None:
    """A person is mentioned by their profile, code and links are marked up, and typed marks stay as typed."""
    tracker, item = linear.connect(), linear.create()
    who = await tracker.person(ids={}, email=LINUS, name=None)
    assert who is not None
    text = Text(
        (
            paragraph(Mention(who), " type ", Code("/why")),
            bullet("*not bold*"),
            bullet(Link("page", "https://a.test/x")),
        )
    )
    await tracker.apply(await linear.look(tracker, item), [Say(text)])
    assert bodies(linear, item) == [f"{who.mention} type `/why`\n\n- \\*not bold\\*\n- [page](<https://a.test/x>)"]
    assert who.mention is not None
    assert who.mention.startswith("https://linear.app/")
    (read,) = (await linear.look(tracker, item)).comments
    assert "*not bold*" in read.body


async def test_other_issues_are_not_drawn_in(linear: Emulated) -> None:
    """An address of another issue, typed or linked, leaves that issue untouched."""
    tracker, item = linear.connect(), linear.create()
    other = await linear.look(tracker, "ENG-2")
    text = Text((paragraph(f"as in {other.url}, or ", Link("there", other.url)),))
    await tracker.apply(await linear.look(tracker, item), [Say(text)])
    assert (await linear.look(tracker, "ENG-2")).updated_at == other.updated_at


async def test_people_are_not_subscribed_to_themselves_by_a_bot(linear: Emulated) -> None:
    """Our account does not become a subscriber by commenting."""
    tracker, item = linear.connect(), linear.create()
    subscribers = linear.control.get(item).get("subscriberIds")
    await tracker.apply(await linear.look(tracker, item), [Say(HELLO)])
    assert linear.control.get(item).get("subscriberIds") == subscribers
