"""Draw what the engine has before it, and the policy that it works by."""

from starlette.requests import Request
from starlette.responses import Response

from app.web.pages.ask import ask
from app.web.pages.render import draw


async def deliveries(request: Request) -> Response:
    """Show what waits or is parked, and the latest deliveries."""
    return draw(request, "deliveries.html", report=await ask(request))


async def policy(request: Request) -> Response:
    """Show the policy in sentences."""
    return draw(request, "policy.html", policy=await ask(request))
