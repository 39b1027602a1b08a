"""Refuse like Linear: a message, and `extensions` from which a client reads what kind of refusal it is."""

from graphql import GraphQLError


class RefusedError(GraphQLError):
    """Refuse an operation; `status` is the answer's HTTP status.

    See https://linear.app/developers/graphql#errors for the shape of `extensions`.
    """

    def __init__(
        self, message: str, *, code: str, kind: str, presentable: str | None = None, status: int = 200
    ) -> None:
        self.status = status
        extensions = {
            "type": kind,
            "code": code,
            "statusCode": 400 if status == 200 else status,  # noqa: PLR2004  HTTP's own figure
            "userError": True,
            "userPresentableMessage": presentable or message,
        }
        super().__init__(message, extensions=extensions)


def invalid(message: str, presentable: str | None = None) -> RefusedError:
    """Refuse an input that breaks a rule of the tracker."""
    return RefusedError(message, code="INPUT_ERROR", kind="invalid input", presentable=presentable)


def not_found(table: str) -> RefusedError:
    """Refuse an id that names nothing, or nothing that the key may see."""
    presentable = f"Could not find referenced {table}."
    return RefusedError(f"Entity not found: {table}", code="INPUT_ERROR", kind="invalid input", presentable=presentable)


def discrepancy() -> RefusedError:
    """Refuse a state, cycle or project that is not the issue's team's."""
    message = "Discrepancy between issue team and state, cycle or project."
    return RefusedError(message, code="INVALID_INPUT", kind="invalid input")


def malformed(message: str) -> RefusedError:
    """Refuse an argument of the wrong form."""
    return RefusedError(
        f"Argument Validation Error - {message}", code="INVALID_INPUT", kind="invalid input", status=400
    )


def conflict(table: str, id_: str) -> RefusedError:
    """Refuse an id of the client's that is taken already."""
    return invalid(f"conflict on insert of {table}", f"Entity {table} with id {id_} already exists.")


def forbidden(presentable: str) -> RefusedError:
    """Refuse what the caller may not do."""
    return RefusedError("Forbidden", code="FORBIDDEN", kind="forbidden", presentable=presentable, status=403)


def unauthenticated() -> RefusedError:
    """Refuse a caller without a valid key."""
    return RefusedError(
        "Authentication required, not authenticated",
        code="AUTHENTICATION_ERROR",
        kind="authentication error",
        presentable="You need to authenticate to access this operation.",
        status=401,
    )


def rate_limited() -> RefusedError:
    """Refuse a caller who spent the budget: HTTP 400, not 429."""
    return RefusedError("Rate limit exceeded", code="RATELIMITED", kind="ratelimited", status=400)


def usage_limit(table: str) -> RefusedError:
    """Refuse to grow without bounds."""
    return RefusedError(f"{table} limit exceeded", code="USAGE_LIMIT_EXCEEDED", kind="usage limit exceeded")
