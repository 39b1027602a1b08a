"""Let a policy write that waits because it would write to too much."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from app.assembly import Service
from app.cli.plainly import FOUND
from app.cli.terminal import fail, tell, with_service
from app.flow.approval import SHORT, sentence
from app.ports.policy_book import Waiting


def approve(
    digest: Annotated[
        str | None, typer.Argument(help="Which one, by the beginning of its digest; needed where several wait.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing, on a terminal either.")] = False,
) -> None:
    """Let the policy write that waits for it; running services take it up within seconds. Exit 1 if none waits."""

    async def let(service: Service) -> Waiting:
        book = service.store.policies
        one = _chosen(await book.waiting(), digest)
        tell(sentence(one))
        if not yes and on_terminal() and not typer.confirm("Let it write?"):
            raise typer.Exit(FOUND)
        if not await book.approve(one.digest, service.clock.now()):
            raise fail("It waits no longer; the policy's file changed, or somebody else approved it.")
        return one

    one = with_service(let)
    tell(f"Approved {one.digest[:SHORT]}: running services take it up within seconds.")


def on_terminal() -> bool:
    """Tell whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _chosen(waiting: Sequence[Waiting], digest: str | None) -> Waiting:
    """Return the one that is meant; exit 1 where none is, or more than one."""
    meant = [one for one in waiting if one.digest.startswith((digest or "").lower())]
    if not waiting:
        raise fail("No policy waits for an approval.")
    if not meant:
        raise fail(f"No policy waits whose digest begins with {digest}; {waiting[0].digest[:SHORT]} does wait.")
    if len(meant) > 1:
        tell("\n".join(map(sentence, meant)))
        raise fail(f"{len(meant)} policies wait; name one by the beginning of its digest.")
    return meant[0]
