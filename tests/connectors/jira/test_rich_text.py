"""Write texts as documents and as wiki markup, and read people's back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.commands import read
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import Comment
from app.core.text import Block, Code, Link, Mention, Text, bullet, paragraph
from connectors.jira import adf, wiki
from tests.builders import NOW

ADA = Person("712020:ada", "Ada Admin", mention="ada")
WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" \\*_{}[]|-+^~!?#()&;:@/%"), max_size=60
)
NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(
                    ["doc", "paragraph", "heading", "text", "mention", "listItem", "codeBlock", "blockquote"]
                )
                | inner,
                "content": st.lists(inner, max_size=3) | inner,
                "text": inner,
                "attrs": st.dictionaries(st.sampled_from(["level", "text", "url", "href"]), inner, max_size=3) | inner,
                "marks": inner,
            },
        )
    ),
    max_leaves=15,
)


def every(node: Any) -> list[dict[str, Any]]:
    """Return every node of a document."""
    return [node, *(below for child in node.get("content", ()) for below in every(child))]


def test_a_document_holds_what_the_text_says() -> None:
    """Paragraphs, one list for bullets that follow each other, mentions, links and code become their nodes."""
    text = Text((paragraph(Mention(ADA), " hello"), bullet("a"), bullet(Code("/why")), Block(("end",), "small")))
    assert adf.document(text) == {
        "type": "doc",
        "version": 1,
        "content": [
            {
                "type": "paragraph",
                "content": [
                    {"type": "mention", "attrs": {"id": "712020:ada", "text": "@Ada Admin"}},
                    {"type": "text", "text": " hello"},
                ],
            },
            {
                "type": "bulletList",
                "content": [
                    {
                        "type": "listItem",
                        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}],
                    },
                    {
                        "type": "listItem",
                        "content": [
                            {
                                "type": "paragraph",
                                "content": [{"type": "text", "text": "/why", "marks": [{"type": "code"}]}],
                            }
                        ],
                    },
                ],
            },
            {"type": "paragraph", "content": [{"type": "text", "text": "end", "marks": [{"type": "em"}]}]},
        ],
    }


def test_a_link_in_small_print_has_both_marks() -> None:
    """A link keeps its address beside its style, and shows its address when it has no text."""
    (block,) = adf.document(Text((Block((Link("", "https://acme.test/x"),), "small"),)))["content"]
    marks = [{"type": "em"}, {"type": "link", "attrs": {"href": "https://acme.test/x"}}]
    assert block["content"] == [{"type": "text", "text": "https://acme.test/x", "marks": marks}]


@given(st.lists(WORDS | st.text(max_size=10), max_size=4))
def test_no_text_node_is_empty(words: list[str]) -> None:
    """Jira refuses a document with an empty text node; there is none, whatever is said."""
    text = Text((paragraph(*words), bullet(*(Code(word) for word in words)), bullet()))
    nodes = every(adf.document(text))
    assert all(node["text"] and "\n" not in node["text"] for node in nodes if node["type"] == "text")


@given(WORDS.map(str.strip).filter(bool))
def test_plain_words_come_back_from_a_document(words: str) -> None:
    """What is written as text reads as the same text."""
    assert adf.plain(adf.document(Text((paragraph(words), bullet(words))))) == f"{words}\n- {words}"


@given(NODES)
def test_no_document_raises(node: Any) -> None:
    """Whatever stands where a document is expected is read as far as it goes."""
    assert isinstance(adf.plain(node), str)
    assert isinstance(adf.addresses(node), tuple)


def test_an_endless_document_is_cut() -> None:
    """A document nested too deep to be written by hand is read only so far."""
    node: dict[str, Any] = {"type": "text", "text": "deep", "marks": [{"type": "link", "attrs": {"href": "x"}}]}
    for _ in range(5000):
        node = {"type": "paragraph", "content": [node]}
    assert adf.plain(node) == ""
    assert adf.addresses(node) == ()


def test_a_persons_document_reads_as_typed() -> None:
    """Headings, lists, mentions, cards and line breaks of a person's text keep their lines and their words."""
    text = {"type": "text", "text": "/risk if we do not"}
    mention = {"type": "mention", "attrs": {"id": "1", "text": "@Ada"}}
    card = {"type": "inlineCard", "attrs": {"url": "https://wiki.acme.test/postmortems/7"}}
    linked = {"type": "text", "text": "page", "marks": [{"type": "link", "attrs": {"href": "https://acme.test/p"}}]}
    item = {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "one"}]}]}
    body = {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [text, {"type": "hardBreak"}, mention, {"type": "text", "text": " "}, card],
            },
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Risk"}]},
            {"type": "heading", "attrs": {"level": 9}, "content": [linked]},
            {"type": "bulletList", "content": [item]},
        ],
    }
    assert adf.plain(body).split("\n") == [
        "/risk if we do not",
        "@Ada https://wiki.acme.test/postmortems/7",
        "## Risk",
        "# page",
        "- one",
    ]
    assert adf.addresses(body) == ("https://wiki.acme.test/postmortems/7", "https://acme.test/p")


def test_markup_holds_what_the_text_says() -> None:
    """Paragraphs stand apart, bullets together; people are mentioned by user name."""
    text = Text(
        (
            paragraph(
                Mention(ADA), " see ", Link("the page", "https://acme.test/a b|c"), " ", Link("", "https://x.test")
            ),
            bullet("one"),
            bullet(Code("/why"), Code("")),
            Block(("small",), "small"),
        )
    )
    assert wiki.markup(text) == (
        "[~ada] see [the page|https://acme.test/a%20b%7Cc] [https://x.test]\n\n* one\n* {{/why}}\n\nsmall"
    )
    assert wiki.markup(Text((paragraph(Mention(Person("key", "Name"))),))) == "[~key]"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*bold* and _so_ on", r"\*bold\* and \_so\_ on"),
        ("{code} [x|y] ~a~ ^b^", r"\{code\} \[x\|y\] \~a\~ \^b\^"),
        ("follow-up, 3+4, C#, - no", r"follow-up, 3+4, C\#, \- no"),
        ("!image.png! really!", r"\!image.png! really!"),
        ("what?? :) (!) C:\\x &amp; & &b", r"what\?? \:) \(\!) C:&#92;x &amp;amp; & &b"),
        ("two\nlines", "two lines"),
    ],
)
def test_markup_in_plain_text_is_shown_as_it_stands(text: str, written: str) -> None:
    """Signs that mean something to the renderer are escaped where they would; words stay readable."""
    assert wiki.escaped(text) == written


@given(WORDS)
def test_plain_words_come_back_from_markup(words: str) -> None:
    """What is written as text reads as the same text."""
    assert wiki.plain(wiki.escaped(words)) == words


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("/operational", "/operational"),
        ("ASAP\\!", "ASAP!"),
        ("h2. Risk\r\nif we", "## Risk\nif we"),
        ("## Risk", "## Risk"),
        ("* one\n** two\n- three", "- one\n- two\n- three"),
        ("[~ada] and [~accountid:712020:x]", "@ada and @712020:x"),
        ("[page|https://acme.test|smart-link] [https://x.test]", "page https://x.test"),
        ("{code:java}x{code} {{y}}", "> x y"),
        ("see {code:java}x{code} {{y}}", "see x y"),
        ("one\\\\two", "one\ntwo"),
        ("snake_case *bold*", "snake_case *bold*"),
    ],
)
def test_a_persons_markup_reads_as_typed(markup: str, text: str) -> None:
    """Markup of a person's text is taken off where it stands for something else, and left where it may be words."""
    assert wiki.plain(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "{quote}\n/fund\n{quote}\nI do not agree",
        "{quote}/fund{quote}",
        "bq. /fund",
        "\r\n {noformat}/fund{noformat}",
        "{code:title=what to type|language=none}\n/fund\n{code}",
        "{panel:title=Tom}\n{quote}/fund{quote}{panel}",
        "{color:red}bq. /fund{color}",
    ],
)
def test_quoted_markup_is_no_command(markup: str) -> None:
    """What stands in a quote or in code at the beginning of a comment is nobody's command there."""
    text = wiki.plain(markup)
    assert text.startswith("> ")
    assert "/fund" in text
    assert command(text) is None


@pytest.mark.parametrize("markup", ["/fund\n{quote}/ack{quote}", "{color:red}/fund{color}", "{{/fund}}", "bq./fund"])
def test_only_what_comes_first_is_read_as_quoted(markup: str) -> None:
    """A comment that begins otherwise reads as ever, so that one that was answered is not answered again."""
    assert not wiki.plain(markup).startswith("> ")


@pytest.mark.parametrize("container", ["blockquote", "codeBlock"])
@pytest.mark.parametrize("before", ["", "  "])
def test_a_quoted_document_is_no_command(container: str, before: str) -> None:
    """What stands in a quote or in code at the beginning of a document is no command; behind one it is as it was."""
    quoted = {"type": container, "content": [paragraph_of("/fund")]}
    empty, said = paragraph_of(before), paragraph_of("/ack")
    alone, after = ({"type": "doc", "content": content} for content in ([empty, quoted, said], [empty, said, quoted]))
    assert adf.plain(alone).startswith("> /fund\n")
    assert command(adf.plain(alone)) is None
    assert adf.plain(after).startswith("/ack\n/fund")
    assert command(adf.plain(after)) == "ack"


def paragraph_of(text: str) -> dict[str, Any]:
    """Return a document's paragraph."""
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def command(text: str) -> str | None:
    """Return the word of the command that a comment of that text is."""
    found = read(Comment("1", NOW, ADA, text), Policy(()))
    return found.word if found else None


@given(st.text())
def test_no_markup_raises(text: str) -> None:
    """Whatever people write is read."""
    assert isinstance(wiki.plain(text), str)
    assert isinstance(wiki.addresses(text), tuple)


def test_addresses_are_found_in_markup() -> None:
    """Links with and without a name are found, each once; what is no text has none."""
    body = "See [page|https://acme.test/p] and https://acme.test/q?x=1 and https://acme.test/p"
    assert wiki.addresses(body) == ("https://acme.test/p", "https://acme.test/q?x=1")
    assert (wiki.addresses(None), wiki.plain(None)) == ((), "")
