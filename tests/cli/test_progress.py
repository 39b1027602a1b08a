"""How far a long look at many items is, for whoever watches and for a log."""

import io
from collections.abc import Callable
from functools import partial

from rich.console import Console

from app.cli.progress import Left


class Screen:
    """Catch what is shown, on a clock that the test moves."""

    def __init__(self, *, terminal: bool) -> None:
        self.now, self._text = 0.0, io.StringIO()
        console = Console(file=self._text, force_terminal=terminal, width=100, color_system=None)
        self.left = Left(console, lambda: self.now)

    def at(self, seconds: float, show: Callable[[], None]) -> None:
        """Show something at that moment."""
        self.now = seconds
        show()

    @property
    def text(self) -> str:
        """Return all that was shown."""
        return self._text.getvalue()


def test_where_nobody_watches_a_line_comes_now_and_then() -> None:
    """It says how much is done, how fast it goes and how long it will take; what was done before counts as done."""
    screen = Screen(terminal=False)
    with screen.left as left:
        screen.at(5, lambda: left.read("linear", 10_000))
        screen.at(11, lambda: left.read("linear", 50_000))
        left.begin(20_000)
        screen.at(12, lambda: left.tell(30_000))
        screen.at(111, lambda: left.tell(29_500))
        screen.at(112, lambda: left.tell(29_490))
        screen.at(211, lambda: left.tell(0))
    assert screen.text.splitlines() == [
        "reading linear: 50000 items so far",
        "looking: 20500 of 50000 items, 5 a second, 1h38m20s left",
        "looking: 50000 of 50000 items, 150 a second, 0s left",
    ]


def test_the_time_left_goes_by_the_last_minutes() -> None:
    """An allowance that is spent at first says nothing of how fast it goes once there is only what comes back."""
    screen = Screen(terminal=False)
    with screen.left as left:
        left.begin(0)
        screen.at(1, lambda: left.tell(50_000))
        screen.at(61, lambda: left.tell(40_000))
        for minute in range(2, 13):
            screen.at(60 * minute + 1, partial(left.tell, 40_000 - 60 * (minute - 1)))
    assert screen.text.splitlines()[0] == "looking: 10000 of 50000 items, 164 a second, 4m4s left"
    assert screen.text.splitlines()[-1] == "looking: 10660 of 50000 items, 1 a second, 10h55m40s left"


def test_what_is_done_soon_is_not_told_of() -> None:
    """A script that reconciles each hour gets no lines that it must not expect."""
    screen = Screen(terminal=False)
    with screen.left as left:
        left.read("jira", 10)
        left.begin(-3)
        left.tell(4)
        left.tell(0)
    assert screen.text == ""


def test_a_terminal_shows_a_bar() -> None:
    """It counts what is done of all."""
    screen = Screen(terminal=True)
    with screen.left as left:
        left.read("jira", 10)
        left.begin(6)
        left.tell(4)
        left.tell(2)
        left._bar.refresh()
    assert "looking" in screen.text
    assert "8/10" in screen.text
