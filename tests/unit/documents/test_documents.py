"""YAML read with the line of each value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bma.documents import load_yaml, require_valid, violations
from bma.errors import DocumentError


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "file.yml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_values_are_plain_and_know_their_lines(tmp_path: Path) -> None:
    document = load_yaml(written(tmp_path, "---\na: 1\nb:\n  - x\n  - c: yes\n    d: 2 GB\n"))
    assert document.value == {"a": 1, "b": ["x", {"c": "yes", "d": "2 GB"}]}
    assert type(document.value["b"][1]) is dict
    assert [document.line(place) for place in (("a",), ("b", 0), ("b", 1, "d"))] == [2, 4, 6]
    assert document.line(("b", 1, "missing")) == 5
    assert document.where(("a",)).endswith("file.yml:2")


def test_what_is_merged_in_has_the_line_of_where_it_is_merged(tmp_path: Path) -> None:
    document = load_yaml(written(tmp_path, "base: &base\n  x: 1\nbox:\n  <<: *base\n  y: 2\n"))
    assert document.value["box"] == {"x": 1, "y": 2}
    assert document.line(("box", "x")) == 4


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert load_yaml(written(tmp_path, b"\xef\xbb\xbfa: 1\n")).value == {"a": 1}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a: [1\nb: 2\n", "file.yml:2: not valid YAML"),
        ("a: 1\na: 2\n", "not valid YAML"),
        ("a: \tx: y\n", "not valid YAML"),
        (b"a: \xe9\n", "not UTF-8"),
        ("waves:\n  01: x\n", "file.yml:2: a key that is no text: put it in quotes"),
        (b"a: \x00\n", "not valid YAML"),
        ("[" * 5000, "not valid YAML"),
        (
            "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(9)),
            "aliases repeat",
        ),
    ],
)
def test_what_is_no_yaml_is_told_in_one_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_yaml(written(tmp_path, content))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_directory_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        load_yaml(tmp_path / "none.yml")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_yaml(tmp_path)


def test_violations_come_in_the_order_of_their_lines(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["z"],
        "additionalProperties": False,
        "properties": {"a": {"enum": [1, 2]}, "b": {"type": "array", "items": {"type": "string"}}, "z": {}},
    }
    document = load_yaml(written(tmp_path, "b: [x, 3]\na: 5\nq: 1\n"))
    found = violations(document, schema)
    assert [(item.path, item.line) for item in found] == [("(whole file)", 1), ("b[1]", 1), ("a", 2), ("q", 3)]
    with pytest.raises(DocumentError) as caught:
        require_valid(document, found)
    assert "missing key: z" in str(caught.value)
    assert "5 is not one of 1, 2" in str(caught.value)
