"""Pages in a real browser: what they show, how they are used, and that everybody can use them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Browser, Page, expect

PAGES = {
    "overview": "/",
    "stale": "/reports/stale",
    "stale of a team": "/reports/stale?team=PAY&class=operational&older_than=8d",
    "needing": "/reports/needing",
    "postmortems": "/reports/postmortems",
    "strategic": "/reports/strategic",
    "risks": "/reports/risks",
    "summary": "/reports/summary",
    "items": "/items",
    "item": "/items/linear/DATA-123",
    "hostile item": "/items/linear/SHOP-142",
    "deliveries": "/deliveries",
    "policy": "/policy",
    "refused": "/reports/stale?limit=-1&owner=nobody+here",
    "not there": "/items/linear/NO-1",
}
LOOKS: dict[str, dict[str, Any]] = {
    "light-desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark-desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "light-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "dark-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
SHOTS = Path(__file__).resolve().parents[2] / ".pytest-output" / "screenshots"
RULES: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = {**RULES, "runOnly": ["color-contrast"]}
"""All that the colour scheme can change."""


@pytest.fixture(scope="module")
def open_page(browser: Browser) -> Iterator[Page]:
    """Return a page in a desktop window, without any script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=LOOKS)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[str, Page]]:
    """Return a page in each colour scheme and width in turn, and the look's name."""
    context = browser.new_context(**LOOKS[request.param])
    yield request.param, context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Tell whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_pages_are_accessible_and_fit(look: tuple[str, Page], address: str) -> None:
    """No rule of axe is broken on any page, dark or light, wide or narrow, and nothing runs out of the window."""
    name, page = look
    SHOTS.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    for title, path in PAGES.items():
        page.goto(address + path)
        page.screenshot(path=SHOTS / f"{title.replace(' ', '-')}-{name}.png", full_page=True)
        results = Axe().run(page, options=COLOURS if name.startswith("dark") else RULES)
        if results.violations_count:
            found[title] = results.generate_report()
        if not fits(page):
            found[f"{title} is too wide"] = name
    assert not found, "\n".join(f"{title}: {report}" for title, report in found.items())


def test_empty_pages_say_what_will_appear(browser: Browser, nothing_yet: str) -> None:
    """Before anything happened every page says what it waits for, and is accessible too."""
    page = browser.new_page()
    silent = []
    for title in ("overview", "needing", "stale", "postmortems", "strategic", "risks", "items", "deliveries"):
        page.goto(nothing_yet + PAGES[title])
        page.screenshot(path=SHOTS / f"{title}-empty.png", full_page=True)
        if not page.locator(".empty").count() or Axe().run(page, options=RULES).violations_count:
            silent.append(title)
    page.goto(nothing_yet)
    expect(page.locator(".mode")).to_contain_text("nothing is written")
    page.close()
    assert not silent


def test_the_overview_says_it_all_in_a_glance(open_page: Page, address: str) -> None:
    """How many need a person, in which teams, what is stale, and what mode it is."""
    open_page.goto(address)
    expect(open_page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"^\d+\s+action items need a person today$")
    )
    expect(open_page.locator(".mode")).to_contain_text("Acting")
    expect(open_page.get_by_role("status")).to_contain_text("61 % of 420 open items")
    teams = open_page.get_by_role("region", name="Numbers by team and class").get_by_role("rowheader")
    assert set(teams.all_inner_texts()) == {"PAY", "PLAT", "SHOP", "DATA"}
    assert open_page.locator("svg.chart").count() == 2
    expect(open_page.locator("svg.chart").first).to_be_visible()
    expect(open_page.locator("figcaption").last).to_contain_text("This week 0 and 0, last week 5 and 2.")


def test_a_long_name_leaves_the_title_its_place(open_page: Page, address: str) -> None:
    """Whoever holds an item may be called as they are: at least half of the line stays the title's."""
    open_page.goto(address)
    line = open_page.locator(".beside").first
    line.locator(".sub").last.evaluate("one => one.textContent = 'Maximiliane-Alexandra von '.repeat(6)")
    widths = line.evaluate("one => [one.firstElementChild, one].map(each => each.getBoundingClientRect().width)")
    assert widths[0] > widths[1] / 2


def test_each_number_of_a_team_leads_to_its_items(open_page: Page, address: str) -> None:
    """Behind a number of the overview stands a list of so many items of that team and class."""
    open_page.goto(address)
    links = open_page.locator("table.matrix td a").all()
    numbers = {link.get_attribute("href"): int(link.inner_text()) for link in links}
    assert numbers
    for path, number in numbers.items():
        open_page.goto(f"{address}{path}")
        assert open_page.locator("tbody tr").count() == number


def test_bars_are_as_high_as_their_numbers(open_page: Page, address: str) -> None:
    """The chart's bars stand in the same proportion as the numbers of its table."""
    open_page.goto(address)
    numbers = [
        int(text) for text in open_page.locator("section", has_text="Stale, by days").locator("td").all_text_contents()
    ]
    widths = [float(bar.get_attribute("width") or 0) for bar in open_page.locator("svg.ages .bar rect").all()][::-1]
    assert sum(numbers) > 0
    scale = max(widths) / max(numbers)
    assert widths == pytest.approx([number * scale for number in numbers])


def test_filters_stand_in_one_line(open_page: Page, address: str) -> None:
    """In a window of 1280 the button stands beside what it sends, and the mode beside the pages."""
    open_page.goto(f"{address}/reports/stale")
    ends = [part.bounding_box() for part in open_page.locator(".filters > p").all()]
    assert len({round(box["y"] + box["height"]) for box in ends if box}) == 1
    mode, brand = (open_page.locator(name).bounding_box() for name in (".mode", ".brand"))
    assert mode
    assert brand
    assert mode["y"] < brand["y"] + brand["height"]


def test_totals_stand_in_sight_on_a_phone(browser: Browser, address: str) -> None:
    """The sum over all classes, and how many have all three, need no scrolling sideways."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    for path, name in (("/", "all"), ("/reports/strategic", "All three")):
        page.goto(address + path)
        box = page.get_by_role("columnheader", name=name, exact=True).bounding_box()
        assert box
        assert box["x"] + box["width"] <= 390, name
    page.close()


def test_filters_live_in_the_address(open_page: Page, address: str) -> None:
    """What somebody chooses stands in the address, narrows the list, and is still chosen afterwards."""
    open_page.goto(f"{address}/reports/stale")
    everything = open_page.locator("tbody tr").count()
    open_page.get_by_label("Team").select_option("PAY")
    open_page.get_by_label("Quiet for at least").fill("8d")
    open_page.get_by_role("button", name="Show").click()
    assert "team=PAY" in open_page.url
    assert "older_than=8d" in open_page.url
    expect(open_page.get_by_label("Team")).to_have_value("PAY")
    keys = open_page.locator("tbody .sub a.out").all_inner_texts()
    assert 0 < len(keys) < everything
    assert all(key.startswith("PAY-") for key in keys)
    open_page.get_by_role("link", name="Clear").click()
    assert open_page.locator("tbody tr").count() == everything


def test_the_order_lives_in_the_address(open_page: Page, address: str) -> None:
    """The column's head turns the list round, and the order is told and kept from page to page."""
    open_page.goto(f"{address}/reports/stale")
    oldest = open_page.locator("tbody .title").evaluate_all("all => all.map(a => a.href)")
    open_page.get_by_role("link", name="Past its window").click()
    assert "sort=newest" in open_page.url
    expect(open_page.get_by_role("columnheader", name="Past its window")).to_have_attribute("aria-sort", "ascending")
    assert open_page.locator("tbody .title").evaluate_all("all => all.map(a => a.href)") == oldest[::-1]
    open_page.goto(f"{address}/reports/stale?sort=newest&limit=5")
    open_page.get_by_role("link", name="Next page").click()
    assert open_page.locator("tbody .title").evaluate_all("all => all.map(a => a.href)") == oldest[::-1][5:10]


def test_pages_of_a_list_follow_each_other(open_page: Page, address: str) -> None:
    """Every stale item is met once on the way through small pages, with the filters kept."""
    open_page.goto(f"{address}/reports/stale?limit=4&snoozed=true")
    seen: list[str] = []
    while True:
        seen += open_page.locator("tbody .title").evaluate_all("all => all.map(a => a.href)")
        following = open_page.get_by_role("link", name="Next page")
        if not following.count():
            break
        following.click()
        assert "snoozed=true" in open_page.url
    open_page.goto(f"{address}/reports/stale")
    assert len(seen) == len(set(seen)) == open_page.locator("tbody tr").count()


def test_an_item_tells_its_whole_story(open_page: Page, address: str) -> None:
    """From the list to the item: what it waits for, every rule's reason, what happened in time order, the ticket."""
    open_page.goto(f"{address}/reports/stale?class=missing")
    open_page.locator("tbody .title").first.click()
    expect(open_page.get_by_role("region", name="What it waits for")).to_contain_text("class.missing")
    rules = open_page.get_by_role("table", name="Every rule's verdict").get_by_role("rowheader").all_inner_texts()
    assert {"labels", "routing", "staleness"} <= set(rules)
    times = [stamp.get_attribute("datetime") or "" for stamp in open_page.locator(".story .when time").all()]
    assert times == sorted(times)
    assert len(times) > 1
    ticket = open_page.locator(".eyebrow a.out")
    assert re.fullmatch(r"https://(linear|jira)\.acme\.test/.+", ticket.get_attribute("href") or "")
    assert "noopener" in (ticket.get_attribute("rel") or "")


def test_a_post_mortem_leads_to_its_items(open_page: Page, address: str) -> None:
    """Each of those that the report counts is listed, with how it ended; each item leads back to all of them."""
    open_page.goto(f"{address}/reports/postmortems")
    row = open_page.locator("tbody tr").filter(has_text="INC-204")
    row.get_by_role("link", name="Its 9 items").click()
    expect(open_page.locator("h1")).to_have_text("Items of pm: INC-204 Checkout down")
    ended = open_page.locator('tbody td[data-label="Class"] .sub').all_inner_texts()
    assert (len(ended), ended.count("done"), ended.count("won't do")) == (9, 1, 1)
    open_page.locator("tbody .title").first.click()
    open_page.get_by_role("link", name="pm: INC-204 Checkout down").click()
    assert open_page.locator("tbody tr").count() == 9


def test_what_was_not_written_is_said(open_page: Page, address: str) -> None:
    """An item that is to be changed is not called as the policy wants it while it only is observed."""
    open_page.goto(f"{address}/items/linear/DATA-123")
    waits = open_page.get_by_role("region", name="What it waits for")
    expect(waits).to_contain_text("Not written yet: add the label needs-class (observe mode)")


def test_hostile_titles_are_text(browser: Browser, address: str) -> None:
    """A title with a script, direction marks and ten thousand characters runs nothing, links nothing, and is cut."""
    page = browser.new_page()
    strange: list[str] = []
    page.on("dialog", lambda dialog: strange.append(dialog.message))
    for path in ("/", "/reports/stale", "/items", "/items/linear/SHOP-142"):
        page.goto(address + path)
        strange += [path] if "owned" in page.title() and not page.title().startswith(("SHOP-142", "Item")) else []
        strange += page.locator("a[href^='javascript']").all_inner_texts()
        strange += page.locator("main script, main img").all_inner_texts()
        assert (
            page.evaluate("Math.max(...[...document.querySelectorAll('bdi')].map(one => one.textContent.length))") < 700
        )
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    page.close()
    assert not strange


def test_a_keyboard_is_enough(browser: Browser, address: str) -> None:
    """The first key leads past the navigation, focus is always visible, and the place in it is told."""
    page = browser.new_page()
    page.goto(f"{address}/reports/stale")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Class")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    expect(page.locator("nav [aria-current=page]")).to_have_text("Stale")
    page.close()


def test_nothing_comes_from_elsewhere_and_nothing_is_refused(browser: Browser, address: str) -> None:
    """A page asks this service only, and breaks no rule of its own content policy."""
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/reports/risks", "/items/linear/DATA-123"):
        page.goto(address + path)
    page.close()
    assert asked
    assert all(url.startswith(address) for url in asked)
    assert not said
