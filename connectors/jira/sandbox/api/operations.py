"""The operations that the site knows; any other is answered 404 and written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.jira.sandbox.api import boards, changelogs, comments, issues, lists, people, searches, site
from connectors.jira.sandbox.api.call import Handler


@dataclass(frozen=True, slots=True)
class Operation:
    """Hold one operation. `name` is how it is logged; `writes`: it changes the site; `public`: anybody may."""

    name: str
    path: str
    handler: Handler
    writes: bool = False
    public: bool = False

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return self.name.partition(" ")[0]


def operations(*, data_center: bool) -> Sequence[Operation]:
    """Return all operations of one flavour of Jira."""
    api, agile = ("/rest/api/2", "/rest/agile/1.0") if data_center else ("/rest/api/3", "/rest/agile/1.0")
    own = _data_center(api) if data_center else _cloud(api)
    return (*own, *_lists(api, data_center=data_center), *_issues(api), *_site(api), *_boards(agile))


def _issues(api: str) -> Sequence[Operation]:
    issue, comment = f"{api}/issue/{{issue}}", f"{api}/issue/{{issue}}/comment"
    return (
        Operation("POST issue", f"{api}/issue", issues.post, writes=True),
        Operation("GET issue", issue, issues.get),
        Operation("PUT issue", issue, issues.put, writes=True),
        Operation("GET comment", comment, comments.page),
        Operation("POST comment", comment, comments.post, writes=True),
        Operation("GET comment", f"{comment}/{{comment}}", comments.get),
        Operation("PUT comment", f"{comment}/{{comment}}", comments.put, writes=True),
        Operation("GET comment/property", f"{api}/comment/{{comment}}/properties/{{key}}", comments.entity_property),
        Operation("POST issueLink", f"{api}/issueLink", issues.link, writes=True),
        Operation("GET issueLinkType", f"{api}/issueLinkType", issues.link_types),
    )


def _site(api: str) -> Sequence[Operation]:
    return (
        Operation("GET serverInfo", f"{api}/serverInfo", site.server_info, public=True),
        Operation("GET myself", f"{api}/myself", people.myself),
        Operation("GET user", f"{api}/user", people.get),
        Operation("GET user/search", f"{api}/user/search", people.search),
        Operation("GET user/assignable/search", f"{api}/user/assignable/search", people.assignable),
        Operation("GET field", f"{api}/field", site.fields),
        Operation("GET project", f"{api}/project/{{project}}", site.project),
        Operation("GET project/components", f"{api}/project/{{project}}/components", site.components),
        Operation("GET filter", f"{api}/filter/{{filter}}", site.saved_filter),
        Operation("GET mypermissions", f"{api}/mypermissions", site.my_permissions),
    )


def _lists(api: str, *, data_center: bool) -> Sequence[Operation]:
    hooks = "/rest/jira-webhook/1.0/webhooks" if data_center else "/rest/webhooks/1.0/webhook"
    own = (
        (Operation("GET project", f"{api}/project", lists.projects),)
        if data_center
        else (
            Operation("GET project/search", f"{api}/project/search", lists.projects),
            Operation("GET label", f"{api}/label", lists.labels),
        )
    )
    return (
        *own,
        Operation("GET priority", f"{api}/priority", lists.priorities),
        Operation("GET agile/board", "/rest/agile/1.0/board", lists.boards),
        Operation("GET webhooks", hooks, lists.webhooks),
    )


def _boards(agile: str) -> Sequence[Operation]:
    return (
        Operation("GET board", f"{agile}/board/{{board}}", boards.get),
        Operation("GET board/configuration", f"{agile}/board/{{board}}/configuration", boards.configuration),
        Operation("GET board/sprint", f"{agile}/board/{{board}}/sprint", boards.sprints),
    )


def _cloud(api: str) -> Sequence[Operation]:
    return (
        Operation("POST issue/bulkfetch", f"{api}/issue/bulkfetch", issues.bulk_fetch),
        Operation("GET changelog", f"{api}/issue/{{issue}}/changelog", issues.changelog),
        Operation("POST changelog/bulkfetch", f"{api}/changelog/bulkfetch", changelogs.many),
        Operation("GET search/jql", f"{api}/search/jql", searches.cloud),
        Operation("POST search/jql", f"{api}/search/jql", searches.cloud),
        Operation("POST jql/match", f"{api}/jql/match", searches.match),
        Operation("GET board/issue", "/rest/software/1.0/board/{board}/issue", boards.issues),
        Operation("GET tenant_info", "/_edge/tenant_info", site.tenant_info, public=True),
    )


def _data_center(api: str) -> Sequence[Operation]:
    return (
        Operation("GET search", f"{api}/search", searches.data_center),
        Operation("POST search", f"{api}/search", searches.data_center),
        Operation("GET board/issue", "/rest/agile/1.0/board/{board}/issue", boards.issues),
    )
