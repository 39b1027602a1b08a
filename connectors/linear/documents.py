"""Hold every document that is sent to Linear.

https://linear.app/developers/graphql — a page is charged by the size that is asked for, not by what it holds.
"""

WHO = "fragment Who on User { id name email active app url }"

LABEL = """
fragment Label on IssueLabel {
  id name isGroup retiredAt archivedAt team { id } parent { id name }
}"""

ITEM = (
    WHO
    + """
fragment Item on Issue {
  id identifier previousIdentifiers title url description createdAt updatedAt archivedAt trashed
  priority priorityLabel estimate dueDate labelIds
  state { id name type }
  team { id key activeCycle { id } }
  cycle { id }
  project { id name url archivedAt trashed status { type } lead { ...Who } }
  parent { id identifier title url archivedAt trashed state { type } assignee { ...Who } }
  assignee { ...Who }
  creator { ...Who }
  botActor { id name }
  externalUserCreator { id name email }
  labels(first: 25) { nodes { id name team { id } parent { id name } } }
  attachments(first: 10) { nodes { url } }
  comments(first: 20, orderBy: updatedAt) {
    nodes { id body createdAt editedAt user { ...Who } botActor { id name } externalUser { id name email } }
  }
}"""
)

LOOK = (
    """
query Look($ids: [ID!]!, $first: Int!) {
  viewer { id }
  issues(filter: { id: { in: $ids } }, includeArchived: true, first: $first) { nodes { ...Item } }
}
"""
    + ITEM
)

LOOK_BY_KEY = "query LookByKey($key: String!) { viewer { id } issue(id: $key) { ...Item } }\n" + ITEM

WATCHED = """
query Watched($filter: IssueFilter!, $archived: Boolean!, $after: String) {
  issues(filter: $filter, includeArchived: $archived, first: 250, after: $after) {
    nodes { id updatedAt archivedAt trashed state { type } }
    pageInfo { hasNextPage endCursor }
  }
}"""

HISTORY = (
    """
query History($id: String!, $after: String) {
  issue(id: $id) {
    history(first: 50, after: $after) {
      nodes {
        id createdAt addedLabels { id name parent { id name } } actor { ...Who } botActor { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + WHO
)

ENTRY = (
    """
fragment Entry on IssueHistory {
  id createdAt
  actor { ...Who } botActor { id name } descriptionUpdatedBy { ...Who } updatedDescription
  autoClosed autoArchived triageResponsibilityAutoAssigned workflowMetadata { __typename }
  fromStateId toStateId toState { name }
  fromAssigneeId toAssigneeId toAssignee { name }
  fromDelegate { id } toDelegate { name }
  addedLabels { name } removedLabels { name }
  fromTitle toTitle fromDueDate toDueDate fromPriority toPriority fromEstimate toEstimate
  fromProjectId toProjectId toProject { name }
  fromParentId toParentId toParent { identifier }
  fromTeamId toTeamId toTeam { key }
  fromCycleId toCycleId toCycle { number }
  fromSlaBreachesAt toSlaBreachesAt fromSlaStartedAt toSlaStartedAt
  fromSlaBreached toSlaBreached fromSlaType toSlaType
  archived trashed
  attachment { id title url sourceType }
  relationChanges { identifier type }
}
"""
    + WHO
)

REMARK = """
fragment Remark on Comment {
  id url body createdAt editedAt user { ...Who } botActor { id name } externalUser { id name email }
}
"""

HISTORIES = (
    """
query Histories($ids: [ID!]!, $first: Int!) {
  viewer { id }
  issues(filter: { id: { in: $ids } }, includeArchived: true, first: $first) {
    nodes {
      id url
      history(first: 20) { nodes { ...Entry } pageInfo { hasNextPage endCursor } }
      comments(first: 15, orderBy: updatedAt) { nodes { ...Remark } pageInfo { hasNextPage endCursor } }
      attachments(first: 10) {
        nodes { id title url createdAt sourceType creator { ...Who } externalUserCreator { id name email } }
      }
      relations(first: 20) { nodes { relatedIssue { identifier } } }
    }
  }
}
"""
    + REMARK
    + ENTRY
)

MORE_HISTORY = (
    """
query MoreHistory($id: String!, $after: String) {
  issue(id: $id) {
    history(first: 100, after: $after) { nodes { ...Entry } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + ENTRY
)

MORE_COMMENTS = (
    """
query MoreComments($id: String!, $after: String) {
  issue(id: $id) {
    comments(first: 100, after: $after, orderBy: updatedAt) { nodes { ...Remark } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + REMARK
    + WHO
)

LABELS_BY = (
    """
query Labels($filter: IssueLabelFilter!, $after: String) {
  issueLabels(filter: $filter, includeArchived: true, first: 100, after: $after) {
    nodes { ...Label }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + LABEL
)

TEAMS = """
query Teams($filter: TeamFilter!) {
  teams(filter: $filter, first: 1) {
    nodes {
      id key name
      activeCycle { id endsAt }
      defaultIssueState { id }
      states(first: 100) { nodes { id name type position } }
    }
  }
}"""

USERS = (
    """
query Users($filter: UserFilter!) {
  users(filter: $filter, includeDisabled: true, first: 50) { nodes { ...Who } }
}
"""
    + WHO
)

PROJECTS = (
    """
query Projects($filter: ProjectFilter!, $after: String) {
  projects(filter: $filter, first: 20, after: $after) {
    nodes {
      id name url archivedAt trashed status { type } lead { ...Who } teams(first: 50) { nodes { id key } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + WHO
)

PARENT = (
    """
query Parent($id: String!) {
  issue(id: $id) { id identifier title url archivedAt trashed state { type } assignee { ...Who } }
}
"""
    + WHO
)

PROJECT_TEAMS = """
query ProjectTeams($id: String!, $after: String) {
  project(id: $id) {
    name
    teams(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
}"""

ON_CALL = (
    """
query OnCall($key: String!) {
  teams(first: 1, filter: { key: { eqIgnoreCase: $key } }) {
    nodes {
      id key
      triageResponsibility {
        currentUser { ...Who }
        manualSelection { userIds }
        timeSchedule { name entries { startsAt endsAt userId userEmail } }
      }
    }
  }
}
"""
    + WHO
)

HEALTH = """
query Health {
  viewer { id name app }
  organization { id name urlKey }
}"""

ME = "query Me { viewer { id } }"

UPDATE = (
    """
mutation Update($id: String!, $input: IssueUpdateInput!) {
  issueUpdate(id: $id, input: $input) { success issue { ...Item } }
}
"""
    + ITEM
)

COMMENT = (
    """
mutation Comment($input: CommentCreateInput!) {
  commentCreate(input: $input) { success comment { id issue { ...Item } } }
}
"""
    + ITEM
)

EDIT_COMMENT = (
    """
mutation EditComment($id: String!, $input: CommentUpdateInput!) {
  commentUpdate(id: $id, input: $input) { success comment { id issue { ...Item } } }
}
"""
    + ITEM
)

EXTEND_PROJECT = """
mutation ExtendProject($id: String!, $teams: [String!]!) {
  projectUpdate(id: $id, input: { teamIds: $teams }) { success }
}"""

CREATE_LABEL = (
    """
mutation CreateLabel($input: IssueLabelCreateInput!) {
  issueLabelCreate(input: $input) { success issueLabel { ...Label } }
}
"""
    + LABEL
)
