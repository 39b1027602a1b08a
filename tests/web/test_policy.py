"""The policy's page."""

from tests.web.fakes import caller, fake_service


async def test_policy_is_shown_in_sentences() -> None:
    """The address answers JSON with headings and sentences, and the same as text by Accept."""
    async with caller(fake_service()) as client:
        shown = (await client.get("/policy")).json()
        text = await client.get("/policy", headers={"accept": "text/plain"})
    assert shown["file"].endswith("followthrough.yaml")
    sentences = [sentence for part in shown["sections"] for sentence in part["sentences"]]
    assert any("is a post-mortem action item." in sentence for sentence in sentences)
    assert text.headers["content-type"].startswith("text/plain")
    assert all(sentence in text.text for sentence in sentences)
