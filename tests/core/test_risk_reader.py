"""Risk statements as people write them, what is read of them, and what is asked for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.risk_reader import PARTS, Risk, read_risk

TODAY = date(2026, 11, 23)
READ = (
    # what somebody wrote, and its act, horizon, quantity, metric and decision-maker as they are read
    (
        "If we do not shard the ledger by 2027-03-31, we will lose 30% of checkout revenue. Decision: Grace Hopper",
        ("shard the ledger", "2027-03-31", "30%", "checkout revenue", "Grace Hopper"),
    ),
    (
        "if we dont shard the ledger within 2 weeks we will loose 30 % of revenue, decision: grace@acme.test",
        ("shard the ledger", "2 weeks", "30 %", "revenue", "grace@acme.test"),
    ),
    (
        "If we don't fix retries by end of Q1, we will lose between 10 and 20 percent of orders. Decision: @grace",
        ("fix retries", "end of Q1", "between 10 and 20 percent", "orders", "grace"),
    ),
    (
        (
            "If we don\N{RIGHT SINGLE QUOTATION MARK}t fix retries by end of Q1, "
            "we will lose 10\N{EN DASH}20% of orders. Decision \N{EN DASH} Grace"
        ),
        ("fix retries", "end of Q1", "10-20%", "orders", "Grace"),
    ),
    (
        "We will lose €40k of revenue if we do not add a replica by March 2027. Decision: Ada Admin",
        ("add a replica", "March 2027", "€40k", "revenue", "Ada Admin"),
    ),
    (
        "Unless we rotate the keys by Q2 2027, we could lose 200 customers. Decision-maker: Ada Admin",
        ("rotate the keys", "Q2 2027", "200", "customers", "Ada Admin"),
    ),
    ("30%", (None, None, "30%", None, None)),
    ("30% of revenue", (None, None, "30%", "revenue", None)),
    ("lose 30%. Decision: Ada", (None, None, "30%", None, "Ada")),
    ("We will lose a lot of money", (None, None, None, None, None)),
    (
        "If we do not upgrade Postgres in the next 3 months, we may lose 5-10 hours of uptime per month. Grace decides",
        ("upgrade Postgres", "3 months", "5-10 hours", "uptime per month", "Grace"),
    ),
    (
        "Without sharding the ledger by the end of the year we lose 12.5% of renewals; decision: Ada Admin",
        ("sharding the ledger", "end of the year", "12.5%", "renewals", "Ada Admin"),
    ),
    (
        "If we do not act by 2020-01-01, we will lose 30% of revenue. Decision: Ada",
        ("act", None, "30%", "revenue", "Ada"),
    ),
    (
        "act: shard the ledger; horizon: end of Q1; quantity: 30%; metric: revenue; decision-maker: Ada Admin",
        ("shard the ledger", "end of Q1", "30%", "revenue", "Ada Admin"),
    ),
    (
        "Act: shard the ledger Horizon: 2027-01-31 Quantity: 5 hours Metric: uptime Decision maker: Grace",
        ("shard the ledger", "2027-01-31", "5 hours", "uptime", "Grace"),
    ),
    (
        "If we fail to patch the gateway by 31 January 2027, we will lose $1,500,000 of sales. Decision: Ada.",
        ("patch the gateway", "31 January 2027", "$1,500,000", "sales", "Ada"),
    ),
    (
        "If we cannot fail over before Black Friday, it costs us 3 hours of checkout. Decision: grace@acme.test.",
        ("fail over", "Black Friday", "3 hours", "checkout", "grace@acme.test"),
    ),
    ("If we do not shard the ledger, we will lose revenue", ("shard the ledger", None, None, "revenue", None)),
    (
        "If we do not shard the ledger by tomorrow, we will lose 5 of revenue. Decision: Ada",
        ("shard the ledger", "tomorrow", None, "revenue", "Ada"),
    ),
    (
        "If we never test backups by Q3, we will lose 100% of customer data. Decision: Ada Admin",
        ("test backups", "Q3", "100%", "customer data", "Ada Admin"),
    ),
    (
        "Decision: Grace Hopper. If we do not buy a second line by 2027-02-01, we will lose 4 hours of trading.",
        ("buy a second line", "2027-02-01", "4 hours", "trading", "Grace Hopper"),
    ),
    (
        "If we do not buy a second line by 2027-02-01 we will lose 4 hours of trading. (Decision: Grace Hopper)",
        ("buy a second line", "2027-02-01", "4 hours", "trading", "Grace Hopper"),
    ),
    (
        "Grace Hopper decides. If we do not scale by next quarter, we lose 1/3 of signups.",
        ("scale", "next quarter", "1/3", "signups", "Grace Hopper"),
    ),
    (
        "If we do not scale by next quarter, we lose about 20% of signups. Decision by Ada Admin",
        ("scale", "next quarter", "about 20%", "signups", "Ada Admin"),
    ),
    (
        "If we do not scale by next quarter, we lose up to 20 per cent of the signups. Decision is with Ada",
        ("scale", "next quarter", "up to 20 per cent", "signups", "Ada"),
    ),
    (
        "If we do not scale by Easter we would lose £2m of revenue a year. Decision: Ada",
        ("scale", "Easter", "£2m", "revenue a year", "Ada"),
    ),
    (
        "If we do not scale by 1 Feb 2027, we will lose 2 million euros of revenue. Decision: Ada",
        ("scale", "1 Feb 2027", "2 million euros", "revenue", "Ada"),
    ),
    (
        "If we do not scale by Feb 1st, 2027, we will lose EUR 40,000 of revenue. Decision: Ada",
        ("scale", "Feb 1st, 2027", "EUR 40,000", "revenue", "Ada"),
    ),
    (
        "If we do not scale by 01.02.2027, we will lose 40.000 € of revenue. Decision: Ada",
        ("scale", "01.02.2027", "40.000 €", "revenue", "Ada"),
    ),
    (
        "If we do not scale by 2/1/2027, we will lose USD 1.5m of revenue. Decision: Ada",
        ("scale", "2/1/2027", "USD 1.5m", "revenue", "Ada"),
    ),
    (
        "If we do not scale by Q1, we will lose more than 40k EUR per month of revenue. Decision: Ada",
        ("scale", "Q1", "more than 40k EUR per month", "revenue", "Ada"),
    ),
    (
        "If we do not scale by Q1/27, we will lose 40k a month of revenue. Decision: Ada",
        ("scale", "Q1/27", None, "revenue", "Ada"),
    ),
    (
        "If we do not scale in a month, we will lose 3 points of conversion. Decision: Ada",
        ("scale", "a month", "3 points", "conversion", "Ada"),
    ),
    (
        "If we do not scale in two weeks, we will lose 3 percentage points of conversion. Decision: Ada",
        ("scale", "two weeks", "3 percentage points", "conversion", "Ada"),
    ),
    (
        "If we do not scale within a couple of months, we will lose 15 minutes of latency. Decision: Ada",
        ("scale", "a couple of months", "15 minutes", "latency", "Ada"),
    ),
    (
        "If we do not scale no later than June, we will lose 15% of traffic. Decision: Ada",
        ("scale", "June", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale until summer, we will lose 15% of traffic. Decision: Ada",
        ("scale", "summer", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale by the end of next quarter, we will lose 15% of traffic. Decision: Ada",
        ("scale", "end of next quarter", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale by year end, we will lose 15% of traffic. Decision: Ada",
        ("scale", "year end", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale by 2027, we will lose 15% of traffic. Decision: Ada",
        ("scale", "2027", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale by H1 2027, we will lose 15% of traffic. Decision: Ada",
        ("scale", "H1 2027", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale by some day, we will lose 15% of traffic. Decision: Ada",
        ("scale by some day", None, "15%", "traffic", "Ada"),
    ),
    ("If we do not scale by Q1, we will lose 15%. Decision: Ada", ("scale", "Q1", "15%", None, "Ada")),
    ("If we do not scale by Q1, we will lose 15% of it. Decision: Ada", ("scale", "Q1", "15%", None, "Ada")),
    ("If we do not scale by Q1, we will lose customers. Decision: Ada", ("scale", "Q1", None, "customers", "Ada")),
    ("If we do not scale by Q1, we will lose some customers. Decision: Ada", ("scale", "Q1", None, "customers", "Ada")),
    ("If we do not scale by Q1, we will lose 15% of traffic.", ("scale", "Q1", "15%", "traffic", None)),
    ("If we do not scale by Q1, we will lose 15% of traffic. Decision:", ("scale", "Q1", "15%", "traffic", None)),
    ("If we do not scale by Q1, we will lose 15% of traffic. Decision: ???", ("scale", "Q1", "15%", "traffic", None)),
    ("We will lose 15% of traffic by Q1. Decision: Ada", (None, "Q1", "15%", "traffic", "Ada")),
    ("Scale by Q1, or we lose 15% of traffic. Decision: Ada", (None, "Q1", "15%", "traffic", "Ada")),
    ("If we do not by Q1, we will lose 15% of traffic. Decision: Ada", (None, "Q1", "15%", "traffic", "Ada")),
    ("if nobody does not care", ("care", None, None, None, None)),
    ("IF WE DO NOT SCALE BY Q1, WE WILL LOSE 15% OF TRAFFIC. DECISION: ADA", ("SCALE", "Q1", "15%", "TRAFFIC", "ADA")),
    (
        "If we do not <b>scale</b> by Q1, we will lose 15% of traffic. Decision: <@ada>",
        ("scale", "Q1", "15%", "traffic", "ada"),
    ),
    (
        "If we do not scale by Q1, we will lose 15% of [traffic](https://acme.test). Decision: @ada",
        ("scale", "Q1", "15%", "traffic", "ada"),
    ),
    ("Fund this please", (None, None, None, None, None)),
    ("/fund", (None, None, None, None, None)),
    ("Decision: Ada", (None, None, None, None, "Ada")),
    ("by 2027-01-31", (None, "2027-01-31", None, None, None)),
    (
        "If we do not scale the 3 queues by Q1, we will lose 15% of traffic. Decision: Ada",
        ("scale the 3 queues", "Q1", "15%", "traffic", "Ada"),
    ),
    (
        "If we do not scale by Q1 then we lose 15% of traffic and trust. Decision: Ada Admin, please",
        ("scale", "Q1", "15%", "traffic and trust", "Ada Admin"),
    ),
    (
        "If we do not renew the certificate by 2027-02-30, we will lose 15% of traffic. Decision: Ada",
        ("renew the certificate", None, "15%", "traffic", "Ada"),
    ),
    (
        "If we do not move off the old host within 6 weeks, it costs us €3k per week of credits; decision maker is Ada",
        ("move off the old host", "6 weeks", "€3k per week", "credits", "Ada"),
    ),
    ("quantity: lots; metric: revenue", (None, None, None, "revenue", None)),
)


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_statement_is_read_as_people_write_it(text: str, wanted: tuple[str | None, ...]) -> None:
    """Each part is found wherever it stands, and a part that is not there is named as missing."""
    risk = read_risk(text, TODAY)
    assert tuple(getattr(risk, part) for part in PARTS) == wanted
    assert risk.missing == tuple(part for part, value in zip(PARTS, wanted, strict=True) if value is None)


def test_own_sentence_comes_back_with_blanks() -> None:
    """What somebody said stays, and only what is missing is blank; a duration reads as one."""
    risk = read_risk("If we do not shard the ledger within 2 weeks, we will lose 30%. Decision: Ada", TODAY)
    assert risk.sentence() == (
        "If we do not shard the ledger within 2 weeks, we will lose 30% of ⟨what⟩. Decision: Ada"
    )
    assert Risk().sentence() == "If we do not ⟨do what⟩ by ⟨date⟩, we will lose ⟨how much⟩ of ⟨what⟩. Decision: ⟨who⟩"


def test_whole_sentence_is_read_back_as_it_was() -> None:
    """Every complete statement, written out as the full sentence, says the same again."""
    whole = [read_risk(text, TODAY) for text, wanted in READ if None not in wanted]
    assert len(whole) > 30
    for risk in whole:
        assert read_risk(risk.sentence(), TODAY).missing == ()


def test_blanks_that_nobody_filled_in_are_no_words() -> None:
    """Whoever sends the example back unchanged has said nothing."""
    assert read_risk(Risk().sentence(), TODAY).missing == PARTS


WORDS = (
    *("If", "we", "do not", "by", "Q1", "lose", "30", "%", "of", "Decision", ":", "Ada", "€", "\n", "unless", "is not"),
    *(
        "2026-13-45",
        "31.2.26",
        "9999",
        "FY'27",
        "half of",
        "one",
        "drops by",
        "[~ada]",
        "<b>",
        "https://a.test/profiles/b",
    ),
)


@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_reader_never_stumbles(text: str) -> None:
    """Whatever people type, the reader answers, and what it completes can be read again."""
    read_risk(read_risk(text, TODAY).sentence(), TODAY)


def test_long_text_is_read_in_a_moment() -> None:
    """As much text as is ever kept costs no noticeable time."""
    for text in ("If we do not " * 150, "1 " * 1000, "by the end of " * 140, "a, " * 660, "Decision: " * 200):
        read_risk(text, TODAY)
