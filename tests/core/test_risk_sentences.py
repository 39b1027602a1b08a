"""More risk statements as people write them: as a passive, as a form, in a hurry, with marks, mentions and typos."""

from datetime import date

import pytest

from app.core.risk_reader import PARTS, read_risk

TODAY = date(2026, 11, 23)
READ = (
    (
        "Revenue drops by 2000 euros a day if we do not shard by Q1. Decision: Ada",
        ("shard", "Q1", "2000 euros a day", "Revenue", "Ada"),
    ),
    (
        (
            "If we do not migrate the payment gateway off TLS 1.1 by end of Q1, we will lose 30 % of "
            "orders. Decision: Ada Admin"
        ),
        ("migrate the payment gateway off TLS 1.1", "end of Q1", "30 %", "orders", "Ada Admin"),
    ),
    (
        (
            "If we don't replicate the ledger in a second region before the end of March, we stand to "
            "lose EUR 2.5M in annual revenue. Decision: CFO"
        ),
        ("replicate the ledger in a second region", "end of March", "EUR 2.5M", "annual revenue", "CFO"),
    ),
    (
        (
            "We'll lose around 15% of our checkout conversions if the cache isn't made redundant by "
            "mid-January. Decision: Grace Hopper"
        ),
        ("have the cache made redundant", "mid-January", "around 15%", "checkout conversions", "Grace Hopper"),
    ),
    (
        (
            "If nothing is done about the retry storm by 31.01.2027 we lose up to €120,000 per hour of "
            "sales \N{EN DASH} decision: Ada"
        ),
        ("do something about the retry storm", "31.01.2027", "up to €120,000 per hour", "sales", "Ada"),
    ),
    (
        (
            "Unless somebody replaces the load balancer within the next six weeks, 40 percent of API "
            "requests will fail. Decider: Ada Admin"
        ),
        ("replaces the load balancer", "six weeks", "40 percent", "API requests", "Ada Admin"),
    ),
    (
        "if we dont upgrade mysql bfore march we will loose 20-30% of orders. decison: ada",
        ("upgrade mysql", "march", "20-30%", "orders", "ada"),
    ),
    (
        "If we do not finish the failover by EOY, we will lose 30% of transactions. Decision: Ada",
        ("finish the failover", "EOY", "30%", "transactions", "Ada"),
    ),
    (
        "If we do not fix the backup job by next Friday, we risk losing 3 days of customer data. Decision: Linus Duty",
        ("fix the backup job", "next Friday", "3 days", "customer data", "Linus Duty"),
    ),
    (
        "If we do not fix the backup job by Friday, we will lose 3 days of customer data. Decision: Linus Duty",
        ("fix the backup job", "Friday", "3 days", "customer data", "Linus Duty"),
    ),
    (
        "Not sharding the ledger by June 2027 will cost us $200k a month in refunds. Decision maker: Grace Hopper.",
        ("sharding the ledger", "June 2027", "$200k a month", "refunds", "Grace Hopper"),
    ),
    (
        "If we do not shard the ledger by June 2027, revenue drops by 12%. Decision: Ada",
        ("shard the ledger", "June 2027", "12%", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by June 2027, we will lose thirty percent of revenue. Decision: Ada",
        ("shard the ledger", "June 2027", "thirty percent", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by June 2027, we will lose a third of our customers. Decision: Ada",
        ("shard the ledger", "June 2027", "a third", "customers", "Ada"),
    ),
    (
        "If we do not shard the ledger by June 2027, we will lose half of our customers. Decision: Ada",
        ("shard the ledger", "June 2027", "half", "customers", "Ada"),
    ),
    (
        "If we fail to act on the certificate expiry by 2027-02-15 then 100% of mobile logins are lost. Decision: @ada",
        ("act on the certificate expiry", "2027-02-15", "100%", "mobile logins", "ada"),
    ),
    (
        "If we do not add capacity within 90 days, we will lose between 5,000 and 10,000 users. Decision: Ada Admin",
        ("add capacity", "90 days", "between 5,000 and 10,000", "users", "Ada Admin"),
    ),
    (
        "If we do not add capacity in Q2, we lose 99.9% availability. Decision: Ada",
        ("add capacity", "Q2", "99.9%", "availability", "Ada"),
    ),
    (
        "If we do not add capacity by the start of the Christmas season, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "start of the Christmas season", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by the next peak, we will lose 30% of orders. Decision: Ada",
        ("add capacity by the next peak", None, "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by mid 2027, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "mid 2027", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by end of fiscal year, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "end of fiscal year", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by end of FY27, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "end of FY27", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by Q1'27, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "Q1'27", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by 2027-Q1, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "2027-Q1", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by 2027/03/31, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "2027/03/31", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by 2027-03, we will lose 30% of orders. Decision: Ada",
        ("add capacity", "2027-03", "30%", "orders", "Ada"),
    ),
    (
        "If we do not add capacity by Jan 31, we will lose 30% of orders. Decision: Ada Admin (VP Platform)",
        ("add capacity", "Jan 31", "30%", "orders", "Ada Admin"),
    ),
    (
        "If we do not shard by end of Q1, we will lose 30% of orders, decision by Ada Admin until Friday",
        ("shard", "end of Q1", "30%", "orders", "Ada Admin"),
    ),
    (
        "If we do not do X by end of Q1 we will lose 30% of transactions. Owner: Ada Admin",
        ("do X", "end of Q1", "30%", "transactions", None),
    ),
    (
        "If we do not shard the ledger by end of Q1, we will lose 3 of 10 customers. Decision: Ada",
        ("shard the ledger", "end of Q1", "3 of 10", "customers", "Ada"),
    ),
    (
        "If we do not stop using v1.2 of the API by end of Q1, we will lose 30% of transactions. Decision: Ada",
        ("stop using v1.2 of the API", "end of Q1", "30%", "transactions", "Ada"),
    ),
    (
        "We will lose 30% of orders by end of Q1 if we do not shard the ledger. Ada Admin has to decide.",
        ("shard the ledger", "end of Q1", "30%", "orders", "Ada Admin"),
    ),
    (
        "We will lose 30% of orders by end of Q1 if we do not shard the ledger. Decision: Ada Admin or Grace Hopper",
        ("shard the ledger", "end of Q1", "30%", "orders", "Ada Admin"),
    ),
    (
        "If we do not shard the ledger by 15/1/2027, we'd lose £50k worth of orders. Decision: Ada",
        ("shard the ledger", "15/1/2027", "£50k", "orders", "Ada"),
    ),
    (
        "If we do not shard the ledger by 15 Januar 2027, we lose 10k€ of revenue. Decision: Ada",
        ("shard the ledger", "15 Januar 2027", "10k€", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by end Q1, we lose 10 % revenue. Decision: Ada",
        ("shard the ledger", "end Q1", "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger this quarter, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger", "this quarter", "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger soon, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger soon", None, "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by 31.12.2025, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger", None, "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by 31 December 2025, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger", None, "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by Q1 2025, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger", None, "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by June 2025, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger", None, "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger by 2025, we lose 10 % of revenue. Decision: Ada",
        ("shard the ledger", None, "10 %", "revenue", "Ada"),
    ),
    (
        "If we do not shard the ledger within a year, we will lose $1-2M of ARR. Decision: Ada",
        ("shard the ledger", "a year", "$1-2M", "ARR", "Ada"),
    ),
    (
        "If we do not shard the ledger within a year, we will lose €1m to €2m of ARR. Decision: Ada",
        ("shard the ledger", "a year", "€1m to €2m", "ARR", "Ada"),
    ),
    (
        "If we do not shard the ledger within a year, we will lose 2 to 3 customers per week. Decision: Ada",
        ("shard the ledger", "a year", "2 to 3", "customers per week", "Ada"),
    ),
    (
        "If we do not shard the ledger within a year, we will lose 4h of trading each month. Decision: Ada",
        ("shard the ledger", "a year", "4h", "trading each month", "Ada"),
    ),
    (
        "If we do not shard the ledger within a year, we will lose at least one big customer. Decision: Ada",
        ("shard the ledger", "a year", "at least one", "big customer", "Ada"),
    ),
    (
        "If we do not shard the ledger within a year, we will lose 30 pct of orders. Decision: Ada",
        ("shard the ledger", "a year", "30 pct", "orders", "Ada"),
    ),
    (
        "If we do not act, we will lose 30% of customer transactions. Decision: Ada Admin. By: 2027-03-31",
        ("act", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "If we do not *shard the ledger* by **2027-03-31**, we will lose `30%` of orders. Decision: **Ada Admin**",
        ("shard the ledger", "2027-03-31", "30%", "orders", "Ada Admin"),
    ),
    (
        (
            "If we do not shard the ledger by 2027-03-31, we will lose 30% of orders. Decision: [Ada "
            "Admin](https://linear.app/acme/profiles/ada)"
        ),
        ("shard the ledger", "2027-03-31", "30%", "orders", "Ada Admin"),
    ),
    (
        (
            "If we do not shard the ledger by 2027-03-31, we will lose 30% of orders. Decision: "
            "https://linear.app/acme/profiles/ada"
        ),
        ("shard the ledger", "2027-03-31", "30%", "orders", "ada"),
    ),
    (
        "If we do not shard the ledger by 2027-03-31, we will lose 30% of orders. Decision: Dr. Ada Admin",
        ("shard the ledger", "2027-03-31", "30%", "orders", "Dr. Ada Admin"),
    ),
    (
        "If we do not shard the ledger by 2027-03-31 we will lose 30% of customer transactions decision Ada Admin",
        ("shard the ledger", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "Should we not shard the ledger by 2027-03-31, we will lose 30% of customer transactions. Decision: Ada Admin",
        ("shard the ledger", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "If the ledger is not sharded by 2027-03-31, we will lose 30% of customer transactions. Decision: Ada Admin",
        ("have the ledger sharded", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "If nobody shards the ledger by 2027-03-31, we will lose 30% of customer transactions. Decision: Ada Admin",
        ("shards the ledger", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "If we haven't sharded the ledger by 2027-03-31, we will lose 30% of orders. Decision: Ada Admin",
        ("sharded the ledger", "2027-03-31", "30%", "orders", "Ada Admin"),
    ),
    (
        "If we do not shard the ledger by 2027-03-31, we will lose customer transactions (30%). Decision: Ada Admin",
        ("shard the ledger", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "If we do not shard the ledger by 2027-03-31, customer transactions will fall by 30%. Decision: Ada Admin",
        ("shard the ledger", "2027-03-31", "30%", "customer transactions", "Ada Admin"),
    ),
    (
        "If we do not shard the ledger by 2027-03-31, churn rises by 5%. Decision: Ada Admin",
        ("shard the ledger", "2027-03-31", "5%", None, "Ada Admin"),
    ),
    ("If we do not act by Q2, we will be fined €5m. Decision: Ada", ("act", "Q2", "€5m", None, "Ada")),
    (
        "If we do not patch Log4j by COB Friday, we will lose all customer data. Decision: Ada Admin",
        ("patch Log4j", "COB Friday", None, "customer data", "Ada Admin"),
    ),
    (
        "If the vendor does not renew by March 1st, we will lose 1 in 5 payments. Decision: Grace Hopper",
        ("have the vendor renew", "March 1st", "1 in 5", "payments", "Grace Hopper"),
    ),
    (
        "If we do not do the migration by 06/30/2027 we'll lose 3 Mio € revenue. Decision: Grace Hopper",
        ("do the migration", "06/30/2027", "3 Mio €", "revenue", "Grace Hopper"),
    ),
    (
        "We are going to lose 30% of customer transactions by end of Q1 unless the ledger is sharded. Decision: Ada",
        ("have the ledger sharded", "end of Q1", "30%", "customer transactions", "Ada"),
    ),
    (
        "If we do not shard the ledger by end of Q1, 30% fewer customer transactions. Decision: Ada",
        ("shard the ledger", "end of Q1", "30%", "customer transactions", "Ada"),
    ),
    (
        "If we do not shard the ledger by end of Q1, p99 latency goes up to 3s. Decision: Ada",
        ("shard the ledger", "end of Q1", None, None, "Ada"),
    ),
    (
        "If we do not ship 2FA by 1.4., we will lose 12% of enterprise accounts. Decision: Ada",
        ("ship 2FA", "1.4.", "12%", "enterprise accounts", "Ada"),
    ),
    (
        "If we do not ship 2FA by April '27, we will lose 12% of enterprise accounts. Decision: Ada",
        ("ship 2FA", "April '27", "12%", "enterprise accounts", "Ada"),
    ),
    (
        "If we do not ship 2FA by CW14, we will lose 12% of enterprise accounts. Decision: Ada",
        ("ship 2FA", "CW14", "12%", "enterprise accounts", "Ada"),
    ),
    (
        "If we do not ship 2FA by end of next week we will lose a dozen enterprise accounts. Decision: Ada",
        ("ship 2FA", "end of next week", "a dozen", "enterprise accounts", "Ada"),
    ),
    (
        "If we do not ship 2FA by end of next week, we will lose 12% of enterprise accounts. Decision: our CTO",
        ("ship 2FA", "end of next week", "12%", "enterprise accounts", "CTO"),
    ),
    (
        "If we do not ship 2FA by end of next week, we will lose 12% of enterprise accounts. Decision: me",
        ("ship 2FA", "end of next week", "12%", "enterprise accounts", None),
    ),
    (
        "If we do not ship 2FA by end of next week, we will lose 12% of enterprise accounts. Decision: tbd",
        ("ship 2FA", "end of next week", "12%", "enterprise accounts", None),
    ),
    (
        "If we do not ship 2FA by end of next week, we will lose 12% of enterprise accounts. Decision: accept the risk",
        ("ship 2FA", "end of next week", "12%", "enterprise accounts", None),
    ),
    (
        "If we do not <act> by <date or duration>, we will lose <quantity> of <metric>. Decision: <person>",
        (None, None, None, None, None),
    ),
    (
        "If we do not shard the ledger by end of Q1, we will lose x% of customer transactions. Decision: Ada",
        ("shard the ledger", "end of Q1", None, "customer transactions", "Ada"),
    ),
    (
        (
            "Context: on 2026-10-01 we lost 3 hours of checkout. If we do not shard the ledger by end "
            "of Q1, we will lose 30% of orders. Decision: Ada"
        ),
        ("shard the ledger", "end of Q1", "30%", "orders", "Ada"),
    ),
)


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_statement_is_read_as_people_write_it(text: str, wanted: tuple[str | None, ...]) -> None:
    """Each part is found wherever and however it is said; what is not said, vague or over is missing."""
    risk = read_risk(text, TODAY)
    assert tuple(getattr(risk, part) for part in PARTS) == wanted


@pytest.mark.parametrize("text", [text for text, wanted in READ if None not in wanted])
def test_whole_sentence_is_read_back_as_it_was(text: str) -> None:
    """A complete statement, written out as the full sentence, says the same again."""
    risk = read_risk(text, TODAY)
    assert read_risk(risk.sentence(), TODAY) == risk
