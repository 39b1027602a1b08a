"""Risk statements with asides, other turns of phrase and other marks."""

from datetime import date

import pytest

from app.core.risk_reader import PARTS, read_risk

TODAY = date(2026, 11, 23)
READ = (
    (
        (
            "We lose around $30,000/hour of bookings if the DNS provider goes down and we do not have "
            "a second one by Q2. Decision: Ada Admin"
        ),
        ("have a second one", "Q2", "around $30,000/hour", "bookings", "Ada Admin"),
    ),
    (
        (
            "If we do not automate failover (currently manual!) by end of Q1, we will lose 30 % of "
            "customer transactions. Decision: Ada Admin"
        ),
        ("automate failover (currently manual!)", "end of Q1", "30 %", "customer transactions", "Ada Admin"),
    ),
    (
        (
            "If we do not automate failover by the second week of January, we will lose 30% of "
            "transactions. Decision: Ada Admin"
        ),
        ("automate failover", "second week of January", "30%", "transactions", "Ada Admin"),
    ),
    (
        (
            "If we do not automate failover by the first quarter of 2027, we will lose 30% of "
            "transactions. Decision: Ada Admin"
        ),
        ("automate failover", "first quarter of 2027", "30%", "transactions", "Ada Admin"),
    ),
    (
        "If we do not automate failover by end-of-year, we will lose 30% of transactions. Decision: Ada Admin",
        ("automate failover", "end-of-year", "30%", "transactions", "Ada Admin"),
    ),
    (
        "If we do not automate failover, by end of Q1 we will lose 30% of transactions. Ada to decide",
        ("automate failover", "end of Q1", "30%", "transactions", "Ada"),
    ),
    (
        "If we do not automate failover, by end of Q1 we will lose 30% of transactions. Decision owner: Ada Admin",
        ("automate failover", "end of Q1", "30%", "transactions", "Ada Admin"),
    ),
    (
        (
            "If we do not automate failover, by end of Q1 we will lose 30% of transactions. Decision "
            "should be made by Ada Admin"
        ),
        ("automate failover", "end of Q1", "30%", "transactions", "Ada Admin"),
    ),
    (
        (
            "if we do not automate failover till end of q1, then we'll loose 30% customer "
            "transactions, decision ada@acme.test"
        ),
        ("automate failover", "end of q1", "30%", "customer transactions", "ada@acme.test"),
    ),
    (
        "If we do not automate failover by end of Q1, revenue will be 30% lower. Decision: Ada Admin",
        ("automate failover", "end of Q1", "30%", "revenue", "Ada Admin"),
    ),
    (
        (
            "If we do not automate failover by end of Q1, we will lose the trust of 3 of our 10 "
            "largest customers. Decision: Ada Admin"
        ),
        ("automate failover", "end of Q1", "3 of our 10", "largest customers", "Ada Admin"),
    ),
    (
        (
            "If we do not replace Kafka 2.x until end of H1 we'll lose 1,5% of all orders per day. "
            "Decision: Grace Hopper (Head of Platform)"
        ),
        ("replace Kafka 2.x", "end of H1", "1,5%", "orders per day", "Grace Hopper"),
    ),
    (
        (
            "Unless the backups are tested by 1 March, we could lose up to 24 hours of customer data; "
            "decision maker: Grace"
        ),
        ("have the backups tested", "1 March", "up to 24 hours", "customer data", "Grace"),
    ),
    (
        "If we do not automate failover by end of Q1, we will have 30% less revenue. Decision: Ada Admin",
        ("automate failover", "end of Q1", "30%", "revenue", "Ada Admin"),
    ),
    (
        "If we do not automate failover by GA, we will lose 30% of transactions. Decision: Ada Admin",
        ("automate failover by GA", None, "30%", "transactions", "Ada Admin"),
    ),
    (
        "If we do not automate failover by 31/12/26, we will lose 1m EUR/month of GMV. Decision: Ada Admin",
        ("automate failover", "31/12/26", "1m EUR/month", "GMV", "Ada Admin"),
    ),
)


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_statement_is_read_as_people_write_it(text: str, wanted: tuple[str | None, ...]) -> None:
    """Each part is found in whatever turn of phrase it comes."""
    risk = read_risk(text, TODAY)
    assert tuple(getattr(risk, part) for part in PARTS) == wanted
    if not risk.missing:
        assert read_risk(risk.sentence(), TODAY) == risk
