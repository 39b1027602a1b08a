"""Choose a form of the answer by the caller's Accept header."""

from collections.abc import Sequence


def best(accept: str, offers: Sequence[str]) -> str:
    """Return the offered media type that the caller likes best; the first offer where it likes none or does not say.

    Read as in https://www.rfc-editor.org/rfc/rfc9110#name-accept; parts that make no sense are passed over.
    """
    wishes = [_wish(part) for part in accept.split(",") if part.strip()]
    liking = {offer: _liking(offer, wishes) for offer in offers}
    return max(offers, key=lambda offer: liking[offer])


def _wish(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
    try:
        return media, min(max(float(weights[0]), 0.0), 1.0) if weights else 1.0
    except ValueError:
        return media, 0.0


def _liking(offer: str, wishes: Sequence[tuple[str, float]]) -> float:
    kind = offer.partition("/")[0]
    for pattern in (offer, f"{kind}/*", "*/*"):
        weights = [weight for media, weight in wishes if media == pattern]
        if weights:
            return max(weights)
    return 0.0
