"""Signatures: right bytes under a right secret, and nothing else."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors._kit.signature import same_as_any, sign, signed_by_any

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_signature_is_the_known_one() -> None:
    """HMAC-SHA256 in lower-case hex, as RFC 4231 gives for its second case."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"what do ya want for nothing?", "Jefe") == expected


@UNHURRIED
@given(st.binary(), st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=3))
def test_any_secret_fits_and_other_bytes_do_not(raw: bytes, secrets: list[str]) -> None:
    """Every one of the secrets opens; changed bytes, an upper-case or prefixed signature do not."""
    for secret in secrets:
        given_ = sign(raw, secret)
        assert signed_by_any(raw, given_, secrets)
        assert not signed_by_any(raw + b"x", given_, secrets)
        assert not signed_by_any(raw, f"sha256={given_}", secrets)
        assert given_ == given_.upper() or not signed_by_any(raw, given_.upper(), secrets)


def test_nothing_never_fits() -> None:
    """No secret, an empty one, an empty signature and odd letters do not open."""
    assert not signed_by_any(b"", sign(b"", ""), [""])
    assert not signed_by_any(b"", sign(b"", "a"), [])
    assert not signed_by_any(b"", "", ["a"])
    assert not signed_by_any(b"", "\ud800", ["a"])
    assert not same_as_any("", [""])
    assert not same_as_any("b", ["a"])
    assert same_as_any("a", ["b", "a"])
