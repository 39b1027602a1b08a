"""Write to people: one letter a day with all that waits for them, by the first way that can reach them.

Before a letter goes out it is noted that it is about to. So a crash in between leaves a trace, and what then happens
depends on the way: one on which a double is seen to be one gets the letter again, any other does not, because a letter
that came twice is worse than one whose sentences also stand in the items' comments. Each such doubt is logged.
"""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from app.core.digest import Letter, Message, letter, turn
from app.core.errors import Denied, Permanent, RateLimited, Transient, Uncertain
from app.core.policy import Policy
from app.ports import Clock, Fate, Mailbox, Messenger, Outbox, Recipient

PATIENCE = 120.0
"""Seconds for one mailbox, all ways and tries together: less than the lease, so that nobody else is at it."""
LEASE = timedelta(minutes=3)
IDLE = 30.0
"""Longest wait in seconds before the outbox is asked again."""
AT_ONCE = 4
LAST_WAIT = 8.0
"""Seconds that a stop waits for what is under way."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
TRIES = 5
"""How often a letter is sent at most while nobody knows whether it arrived."""
_A_DAY = timedelta(days=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Post:
    """Hold what is to be done for one mailbox."""

    mailbox: Mailbox
    messages: Sequence[Message]
    to: Recipient
    letter: Letter

    def about(self, way: str) -> dict[str, object]:
        """Say on a line of the log which letter it is about, and which items that is about; never whom it is for."""
        keys = sorted({message.key for message in self.messages})
        return {"channel": way, "letter": self.letter.id, "items": keys, "messages": self.numbers}

    @property
    def numbers(self) -> list[int]:
        return [message.number for message in self.messages]


@dataclass(slots=True)
class Deliverer:
    """Serve mailboxes until stopped. `counts` says for each way what became of letters.

    `public_url` is where people reach the service: a letter that cannot show all items links to them.
    """

    outbox: Outbox
    messengers: Mapping[str, Messenger]
    policy: Callable[[], Policy]
    clock: Clock
    public_url: str | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _paused: dict[str, datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Serve what is due until cancelled; what is under way then is finished, so that it is not left in doubt."""
        while True:
            serving = asyncio.ensure_future(self._turn())
            try:
                seconds = await asyncio.shield(serving)
            except asyncio.CancelledError:
                await asyncio.wait([serving], timeout=LAST_WAIT)
                serving.cancel()
                raise
            await asyncio.sleep(seconds)

    async def _turn(self) -> float:
        """Serve what is due; return the seconds until there may be more."""
        try:
            if await self.once():
                return 0.0
            now = self.clock.now()
            due = await self.outbox.next_due(now)
        except Transient as error:
            log.warning("the outbox is not there: %s", error)
            return IDLE
        return IDLE if due is None else min(IDLE, (due - now).total_seconds())

    async def once(self) -> int:
        """Serve mailboxes that are due; return how many."""
        mailboxes = await self.outbox.claim(AT_ONCE, self.clock.now(), LEASE)
        await asyncio.gather(*(self._safely(mailbox) for mailbox in mailboxes))
        return len(mailboxes)

    async def _safely(self, mailbox: Mailbox) -> None:
        """Serve a mailbox; whatever happens, the others are served and this one is due again."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._serve(mailbox)
        except (Transient, TimeoutError) as error:
            log.warning("a mailbox is taken up again when its lease is over: %s", str(error) or "too slow")
        except Exception:
            log.exception("a mailbox met an error of ours")
            with contextlib.suppress(Transient):
                await self._end(mailbox, again_at=self._after(mailbox), attempts=mailbox.attempts + 1)

    async def _serve(self, mailbox: Mailbox) -> None:
        policy, now, begun = self.policy(), self.clock.now(), mailbox.begun
        messages = begun.messages if begun else mailbox.waiting
        to = known(mailbox.to, policy)
        post = _Post(mailbox, messages, to, letter(mailbox.person, messages, policy.messages, self._page(to)))
        ways = [begun.channel] if begun else [name for name in policy.messages.channels if name in self.messengers]
        if not messages:
            await self._end(mailbox)
        elif begun and not self._may_repeat(mailbox, begun.channel):
            await self._unsure(post, begun.channel)
        elif not ways:
            await self._left_to_the_comment(post)
        elif (step := turn(messages, mailbox.sent, policy.messages, now)).now:
            await self._write(post, ways)
        else:
            again_at = min(step.again_at or now + _A_DAY, now + _A_DAY)  # the policy may be another tomorrow
            await self._end(mailbox, again_at=again_at, attempts=mailbox.attempts)

    def _may_repeat(self, mailbox: Mailbox, way: str) -> bool:
        messenger = self.messengers.get(way)
        tries = mailbox.attempts if mailbox.begun else 0
        return messenger is not None and messenger.repeatable and tries < TRIES

    async def _write(self, post: _Post, ways: Sequence[str]) -> None:
        """Send a letter by the first of these ways that takes it."""
        broken: Denied | None = None
        for way in ways:
            try:
                self._see_whether_paused(way)
                if await self._written(post, way):
                    return
            except Denied as error:
                broken = self._denied(way, error)
            except Transient as error:
                await self._later(post, way, error)
                return
            except Permanent as error:
                self.counts[way, "refused"] += 1
                log.warning("message refused, the next way is tried: %s", error, extra=post.about(way))
        await self._nobody_took_it(post, broken)

    async def _written(self, post: _Post, way: str) -> bool:
        """Note that the letter is about to go out, send it, note that it did; False: this way does not reach them."""
        address = await self.messengers[way].address(post.to)
        if address is None:
            self.counts[way, "unreachable"] += 1
            return False
        mailbox, now = post.mailbox, self.clock.now()
        if not await self.outbox.begin(mailbox, post.letter.id, way, post.numbers, now):
            await self._end(mailbox, again_at=now, attempts=mailbox.attempts)  # something was answered meanwhile
            return True
        try:
            await self.messengers[way].send(address, post.to, post.letter)
        except Uncertain as error:
            await self._in_doubt(post, way, error)
            return True
        self.counts[way, "sent"] += 1
        await self._end(mailbox, post.numbers, "sent", again_at=now)
        log.info("message sent", extra=post.about(way))
        return True

    # --- what became of it ---

    async def _in_doubt(self, post: _Post, way: str, error: Uncertain) -> None:
        mailbox = post.mailbox
        if not self._may_repeat(mailbox, way):
            await self._unsure(post, way)
            return
        self.counts[way, "failed"] += 1
        log.warning("message perhaps sent, and sent again as the same one: %s", error, extra=post.about(way))
        tries = mailbox.attempts + 1 if mailbox.begun else 1
        await self._end(mailbox, again_at=self._after(mailbox), attempts=tries)

    async def _unsure(self, post: _Post, way: str) -> None:
        self.counts[way, "unsure"] += 1
        log.warning("message perhaps sent, and not sent again", extra=post.about(way))
        await self._end(post.mailbox, post.numbers, "unsure", again_at=self.clock.now())

    async def _later(self, post: _Post, way: str, error: Transient) -> None:
        self.counts[way, "failed"] += 1
        log.warning("message not sent, tried again later: %s", error, extra=post.about(way))
        if isinstance(error, RateLimited) and error.retry_after:
            until = self.clock.now() + timedelta(seconds=error.retry_after)
            self._paused[way] = max(until, self._paused.get(way, until))
        await self._back(post, error.retry_after)

    def _denied(self, way: str, error: Denied) -> Denied:
        self.counts[way, "denied"] += 1
        log.error("messenger's credentials refused: %s", error, extra={"channel": way})
        return error

    async def _nobody_took_it(self, post: _Post, broken: Denied | None) -> None:
        """Wait for credentials that somebody must mend; what no way takes is left to the items' own comments."""
        if broken is not None:
            await self._back(post)
        elif post.mailbox.begun:
            await self._unsure(post, post.mailbox.begun.channel)
        else:
            await self._left_to_the_comment(post)

    async def _left_to_the_comment(self, post: _Post) -> None:
        self.counts["comment", "left"] += 1
        await self._end(post.mailbox, post.numbers, "comment", again_at=self.clock.now())

    async def _back(self, post: _Post, asked: float | None = None) -> None:
        """Let it wait again, for a pause that grows; a letter that was begun before stays in doubt."""
        mailbox = post.mailbox
        fate: Fate | None = None if mailbox.begun else "waiting"
        again_at = self._after(mailbox, asked)
        await self._end(mailbox, post.numbers, fate, again_at=again_at, attempts=mailbox.attempts + 1)

    async def _end(
        self,
        mailbox: Mailbox,
        numbers: Sequence[int] = (),
        fate: Fate | None = None,
        *,
        again_at: datetime | None = None,
        attempts: int = 0,
    ) -> None:
        now = self.clock.now()
        await self.outbox.end(mailbox, numbers=numbers, fate=fate, again_at=again_at, attempts=attempts, now=now)

    def _after(self, mailbox: Mailbox, asked: float | None = None) -> datetime:
        return self.clock.now() + pause(mailbox.attempts, asked)

    def _see_whether_paused(self, way: str) -> None:
        left = (self._paused.get(way, _LONG_AGO) - self.clock.now()).total_seconds()
        if left > 0:
            raise Transient(f"{way} asked everybody to wait", left)

    def _page(self, to: Recipient) -> str | None:
        owner = quote(to.email or to.name, safe="")
        return f"{self.public_url}/reports/needing?owner={owner}" if self.public_url else None


def known(to: Recipient, policy: Policy) -> Recipient:
    """Return the person with what the policy knows of them, by e-mail or by one of their ids."""
    by_id = (member for member in policy.people if to.ids.items() & member.ids.items())
    member = policy.member(to.email) or next(by_id, None)
    if member is None:
        return to
    return replace(to, name=member.name, email=to.email or member.email, ids={**to.ids, **member.ids})


def pause(attempts: int, asked: float | None) -> timedelta:
    """Return how long to wait before the next try: doubling from a minute with jitter, or what was asked for."""
    grown = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
    jittered = grown * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing
    return timedelta(seconds=max(jittered, asked or 0.0))
