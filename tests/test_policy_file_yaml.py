"""Files that are no YAML, or more than a policy may hold."""

from pathlib import Path

import pytest

from app.core.errors import Misconfigured
from app.policy_file import LARGEST_FILE, MOST_LINES, read_policy
from tests.policies import MANIFESTS, MINIMAL, parse, refusal

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "1:1: the file is empty; a policy begins with `version: 1`"),
        ("# nothing\n", "1:1: the file is empty"),
        ("- version: 1", "1:1: a policy is made of `key: value` lines; begin with `version: 1`"),
        ("version", "1:1: a policy is made of `key: value` lines"),
        ("version: 1\n\twatch: x", "2:1: a tab stands where only spaces may; indent with spaces"),
        ("version: 1\nwatch:\n\t- x", "3:1: a tab stands where only spaces may"),
        ("version: 1\nwatch: 'pm", "2:8: the quotes that open here are never closed"),
        ('a: "x\n---\nb: 1', "1:4: the quotes that open here are never closed"),
        ("version: 1\nwatch: [a, b\nx: 1", "2:8: the list that begins here is not closed; add `]`"),
        ("version: 1\nwatch: {a: b\nx: 1", "2:8: what { opens here is not closed; add `}`"),
        ("a: [", "1:5: the file ends within [ ] or { }; close what is open"),
        ("a: ]", "1:4: a value is missing here"),
        ("version: 1\nwatch: a: b", "2:9: a `:` stands where no key can"),
        ("version: 1\nwatch\nsize: {}", "2:1: this line is no `key: value`"),
        ("a:\n    b: 1\n  c: 2", "3:3: this does not fit the lines above"),
        ("a: - b", "1:4: a `-` cannot begin a list here"),
        ("version: @x", "1:10: text cannot begin with this character; put it in quotes"),
        ('a: "\\q"', "1:6: a \\ in double quotes begins an escape"),
        ("%FOO\n", "2:1: this is no YAML (expected '<document start>'"),
        ('a: "\\UFFFFFFFF"', "what follows is no YAML; check escapes in quotes"),
        ("a: 1\x00", "1:5: the character U+0000 cannot be printed; remove it"),
        ("version: 1\nb: \x07", "2:4: the character U+0007 cannot be printed"),
        ("a: \ud800", "1:4: the character U+D800 cannot be printed"),
        (MINIMAL + 'mandate_roles: ["a\\0b"]', "3:17: an escape stands for U+0000, which cannot be printed"),
        (MINIMAL + 'mandate_roles: ["\\ud800"]', "3:17: an escape stands for U+D800"),
        (MINIMAL + '"\\ud800": x', "3:1: an escape stands for U+D800"),
        (MINIMAL + "---\nversion: 1", "3:1: a second document begins here; a policy is one document"),
        (MINIMAL + "version: 1", "3:1: the key 'version' stands here already, in line 1; keep one"),
        (MINIMAL + "size:\n  labels: [a]\n  labels: [b]", "5:3: the key 'labels' stands here already, in line 4"),
        (MINIMAL + "? [a]\n: b", "3:3: a key must be a word"),
        (MINIMAL + "&k size: {}\n*k : {}", "4:1: the key 'size' stands here already, in line 3; keep one"),
        (MINIMAL + "size:\n  <<: {labels: [a]}", "4:3: `<<` is not read; write the keys out"),
        (
            MINIMAL + "mandate_roles: *roles",
            "3:16: the alias *roles stands for nothing; mark a value above with &roles",
        ),
        (MINIMAL + "mandate_roles: &roles [*roles]", "3:24: the alias *roles stands for nothing"),
        (MINIMAL + "size: !!python/object:os.system x", "3:7: the tag '!!python/object:os.system' is not read"),
        (MINIMAL + "size: !mine {}", "3:7: the tag '!mine' is not read"),
        ("a: " + "[" * 10_000, "1:24: more than 20 lists and mappings stand in each other"),
        ("? " * 10_000, "more than 20 lists and mappings stand in each other"),
        (LAUGHS, "5:5: more than 100000 values stand here; repeat less by aliases"),
    ],
)
def test_what_is_no_yaml_is_refused_where_it_goes_wrong(text: str, line: str) -> None:
    """Slips, tricks and bombs end in a line with a place and a way to mend it."""
    lines = refusal(text)
    assert any(line in each for each in lines), lines
    assert all(each.startswith("f.yaml:") and "\n" not in each for each in lines)


def test_words_mean_what_they_look_like() -> None:
    """Times, dates, `yes` and numbers with a leading zero are text without quotes, as people expect."""
    policy = parse(
        MINIMAL + "mandate_roles: [yes, on, 007, 1e5, 0x10, 1_000, 2027-06-30, .5]\nmessages: {digest_at: 18:30}\n"
    )
    assert policy.mandate_roles == ("yes", "on", "007", "1e5", "0x10", "1_000", "2027-06-30", ".5")
    assert policy.messages.digest_at.isoformat("minutes") == "18:30"


def test_an_alias_repeats_a_value() -> None:
    """Aliases of whole values are read, so that long lists need not be written twice."""
    policy = parse(MINIMAL + "size: {labels: &large [l, xl]}\nurgency: {labels: *large}\n")
    assert policy.urgency.labels == policy.size.labels == ("l", "xl")


def test_a_mistake_under_an_alias_is_told_once() -> None:
    """The same value refused for the same reason is one mistake, at the place where it stands."""
    lines = refusal(MINIMAL + "stale:\n  operational: &w {default: soon}\n  strategic: *w\n")
    assert [line.partition(" ")[0] for line in lines] == ["f.yaml:4:29:"]


def test_too_many_mistakes_are_cut() -> None:
    """A file that is something else altogether does not flood the terminal."""
    lines = refusal("".join(f"key{n}: 1\n" for n in range(500)))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "f.yaml: there is more; mend these first"


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    """The file's name, without its folder, names the policy; a byte order mark before UTF-8 does no harm."""
    path = tmp_path / "followthrough.yaml"
    path.write_text("\ufeff" + MINIMAL, encoding="utf-8")
    assert read_policy(path, MANIFESTS).where == path.name


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"version: 1\nwatch: [\xff]", ":2:9: byte 0xff is not UTF-8; save the file with the encoding UTF-8"),
        ("version: 1".encode("utf-16"), ":1:1: byte 0xff is not UTF-8"),
        (b"\xef\xbb\xbfa: \xff", ":1:4: byte 0xff is not UTF-8"),
        (b"#" * (LARGEST_FILE + 1), f": the file is larger than {LARGEST_FILE} bytes"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, raw: bytes, line: str) -> None:
    """Other encodings and huge files end in one line."""
    path = tmp_path / "followthrough.yaml"
    path.write_bytes(raw)
    with pytest.raises(Misconfigured) as caught:
        read_policy(path, MANIFESTS)
    assert len(caught.value.lines) == 1
    assert line in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The line says how to get a policy."""
    with pytest.raises(Misconfigured, match=r"no\.yaml: there is no such file; `followthrough init` writes one"):
        read_policy(tmp_path / "no.yaml", MANIFESTS)


@pytest.mark.parametrize("name", [".", "a\x00b"])
def test_a_path_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    """A folder or an impossible name is named with the reason."""
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_policy(tmp_path / name, MANIFESTS)
