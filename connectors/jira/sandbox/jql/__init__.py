"""Read and answer Jira's query language, as far as the service and its boards speak it.

https://support.atlassian.com/jira-software-cloud/docs/use-advanced-search-with-jira-query-language-jql/
"""

from connectors.jira.sandbox.jql.match import check, matches
from connectors.jira.sandbox.jql.query import Query
from connectors.jira.sandbox.jql.read import read
from connectors.jira.sandbox.jql.search import found

__all__ = ["Query", "check", "found", "matches", "read"]
