"""Check webhook signatures."""

import hmac
from collections.abc import Sequence


def signed_by_any(raw: bytes, given: str, secrets: Sequence[str]) -> bool:
    """Tell whether `given` is the lower-case hex HMAC-SHA256 of the raw bytes under any of the secrets.

    Every secret is tried, in constant time; an empty secret or signature never fits.
    """
    return same_as_any(given, [sign(raw, secret) for secret in secrets if secret])


def same_as_any(given: str, secrets: Sequence[str]) -> bool:
    """Tell whether a shared-secret header holds any of the secrets, in constant time."""
    fits = [hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace")) for secret in secrets if secret]
    return any(fits)


def sign(raw: bytes, secret: str) -> str:
    """Return the lower-case hex HMAC-SHA256 of the raw bytes."""
    return hmac.digest(secret.encode(), raw, "sha256").hex()
