"""Hold the documents that look at a whole workspace, for whoever sets us up; nothing that runs by itself sends them.

https://linear.app/developers/graphql
"""

WHO_AM_I = """
query WhoAmI {
  viewer { id name email app admin assignedIssues(first: 1) { nodes { id } } }
  organization { id name urlKey }
}"""

ALL_TEAMS = """
query AllTeams($after: String) {
  teams(first: 250, after: $after) {
    nodes { id key name visibility cyclesEnabled triageEnabled retiredAt }
    pageInfo { hasNextPage endCursor }
  }
}"""

ALL_LABELS = """
query AllLabels($after: String) {
  issueLabels(includeArchived: true, first: 250, after: $after) {
    nodes { id name isGroup retiredAt archivedAt team { id key } parent { id name } }
    pageInfo { hasNextPage endCursor }
  }
}"""

ALL_PROJECTS = """
query AllProjects($after: String) {
  projects(first: 200, after: $after) {
    nodes { id name url status { type } lead { id name email active app url } teams(first: 5) { nodes { key } } }
    pageInfo { hasNextPage endCursor }
  }
}"""

WEBHOOKS = """
query Webhooks($after: String) {
  webhooks(first: 50, after: $after) {
    nodes {
      id label url enabled allPublicTeams resourceTypes team { id key } failures { createdAt httpStatus }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""

CREATE_WEBHOOK = """
mutation CreateWebhook($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { success webhook { id } }
}"""

UPDATE_WEBHOOK = """
mutation UpdateWebhook($id: String!, $input: WebhookUpdateInput!) {
  webhookUpdate(id: $id, input: $input) { success webhook { id } }
}"""

SIGNED_WITH = "query WebhookSecret($id: String!) { webhook(id: $id) { secret } }"
