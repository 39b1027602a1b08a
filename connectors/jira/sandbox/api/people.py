"""Find people, and tell who is asking.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
"""

from collections.abc import Iterable
from typing import Any

from connectors.jira.sandbox.api.call import Call, Reply
from connectors.jira.sandbox.model import Account
from connectors.jira.sandbox.refusal import Refusal, no_issue


def myself(call: Call) -> Reply:
    """Tell who is asking."""
    return Reply(200, call.show.account(call.world.me))


def get(call: Call) -> Reply:
    """Show somebody by id, active or not."""
    key = call.one("key") if call.world.data_center else None
    named = call.world.account(call.one("username" if call.world.data_center else "accountId") or "")
    found = next((one for one in call.world.accounts if one.key == key), None) if key else named
    if found is None:
        raise Refusal(404, "Specified user does not exist or you do not have required permissions")
    return Reply(200, call.show.account(found))


def search(call: Call) -> Reply:
    """List people by the beginning of a name or an e-mail; those who left only where they are asked for."""
    inactive = call.world.data_center and call.flag("includeInactive")
    return Reply(200, _page(call, (one for one in call.world.accounts if one.active or inactive)))


def assignable(call: Call) -> Reply:
    """List those who can be given an issue, or issues of a project."""
    key = call.one("issueKey") or call.one("issueId")
    if not key and not call.one("project"):
        raise Refusal(400, "Either a project or an issue must be given.")
    if key and call.world.issue(key) is None:
        raise no_issue()
    if not key and call.world.project(call.one("project") or "") is None:
        raise Refusal(404, f"No project could be found with key '{call.one('project')}'.")
    people = (one for one in call.world.accounts if one.active and one.kind == "atlassian")
    return Reply(200, _page(call, people))


def _page(call: Call, accounts: Iterable[Account]) -> list[dict[str, Any] | None]:
    wanted = call.one("username" if call.world.data_center else "query")
    by_id = None if call.world.data_center else call.one("accountId")
    found = [one for one in accounts if (one.id == by_id if by_id else _begins(one, wanted or ""))]
    start = call.number("startAt", 0)
    return [call.show.account(one) for one in found[start : start + call.number("maxResults", 50)]]


def _begins(account: Account, wanted: str) -> bool:
    """Tell whether a name or the e-mail begins so; `.` is Data Center's word for everybody."""
    words = [account.name, *account.name.split(), account.email, account.username]
    return wanted == "." or any(word.casefold().startswith(wanted.casefold()) for word in words)
