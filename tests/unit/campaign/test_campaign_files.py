"""Files around the plan: the wave file, sizes, promises, reports."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bma.campaign import (
    Asked,
    Correction,
    FilePromises,
    ics,
    lock_of,
    lock_text,
    page,
    plan,
    read_lock,
    read_sizes,
    table,
)
from bma.campaign.files import write_changed
from bma.campaign.ics import escaped, folded
from bma.campaign.promises import promises_from
from bma.errors import DocumentError
from tests.unit.campaign.campaigns import MONDAYS, again, box, boxes, campaign

HOSTILE = "{{ lookup('pipe','id') }}<script>alert(1)</script> & \"'; x, y\\ é"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@given(
    st.integers(1, 40),
    st.floats(0, 1),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_wave_file_is_read_as_it_was_written(tmp_path: Path, count: int, share: float, reason: str) -> None:
    candidates = boxes(count)
    first = plan(campaign(tmp_path), candidates)
    told = {name: wave.day for name, wave in first.boxes.items() if int(name[2:]) % 10 < share * 10}
    made = again(first, campaign(tmp_path), candidates, promises=told)
    spoiled = lock_of(made)
    text = lock_text(made)
    read = read_lock(write(tmp_path, "waves.lock.yml", text))
    assert read == spoiled
    name = candidates[0].name
    corrected = replace(made, corrections={name: Correction(MONDAYS[0], reason)}, left_out={"ec999999": reason})
    again_read = read_lock(write(tmp_path, "waves.lock.yml", lock_text(corrected)))
    assert again_read.corrections == {name: Correction(MONDAYS[0], reason)}


def test_a_change_of_the_plan_is_a_small_change_of_the_file(tmp_path: Path) -> None:
    candidates = boxes(100)
    made = plan(campaign(tmp_path), candidates)
    later = again(made, campaign(tmp_path), [*candidates, box("ec000900")])
    before, after = lock_text(made).splitlines(), lock_text(later).splitlines()
    new = [line for line in after if line not in before]
    assert len(new) == 2
    assert new[0].startswith("inputs:")
    assert new[1] == "      - ec000900"


def test_announcing_a_whole_wave_is_one_line(tmp_path: Path) -> None:
    candidates = boxes(100)
    made = plan(campaign(tmp_path), candidates)
    told = dict.fromkeys(made.waves[0].boxes, MONDAYS[0])
    later = again(made, campaign(tmp_path), candidates, promises=told)
    assert set(lock_text(later).splitlines()) - set(lock_text(made).splitlines()) >= {"    promised: all"}
    assert len(lock_text(later).splitlines()) == len(lock_text(made).splitlines()) + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('waves: {}\nstart: "2026-02-30"\n', "w.yml:2: there is no day 2026-02-30"),
        ("waves: {}\ninputs: x\n", "w.yml:2: inputs: 'x' is not understood; allowed: the digest"),
        ("waves: {}\ncorrections:\n  x: {promised: '2026-01-01', reason: y}\n", "w.yml:2: corrections: 'x' is not"),
        (
            "waves:\n  '1': {date: '2026-01-05', boxes: [], promised: some}\n",
            "w.yml:2: waves.1.promised: 'some' is not",
        ),
    ],
)
def test_a_wave_file_that_is_wrong(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DocumentError) as fault:
        read_lock(write(tmp_path, "w.yml", text))
    assert expected in str(fault.value)


@pytest.mark.parametrize(
    "text",
    [
        "address;bytes\nec000001@adm.cfwb.be;2048\npo000002@ADM.CFWB.BE;3 MB\n",
        "\ufeffBytes,Address\r\n2048,ec000001@adm.cfwb.be\r\n3 MB,po000002\r\n",
        "ec000001\t2048\n\npo000002\t3145728\n",
        '{"ec000001@adm.cfwb.be": 2048, "po000002": "3 MB"}',
        '[{"mailbox": "ec000001", "size": 2048}, {"Mailbox": "po000002", "Size": "3 MB"}]',
    ],
)
def test_sizes_in_all_forms(tmp_path: Path, text: str) -> None:
    assert read_sizes(write(tmp_path, "sizes", text), "adm.cfwb.be") == {"ec000001": 2048, "po000002": 3 << 20}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ec000001;x\nec12;5\nec000003;-1\nec000004;1\nec000004;2\n", "s:1: ec000001: 'x' is no size"),
        ("ec000001;x\nec12;5\nec000003;-1\nec000004;1\nec000004;2\n", "s:2: 'ec12' is no box of adm.cfwb.be"),
        ("ec000001;x\nec12;5\nec000003;-1\nec000004;1\nec000004;2\n", "s:5: ec000004 is there twice"),
        ("address;x\nec000001;5\n", "s:1: no column of sizes; allowed: bytes"),
        ("ec000001\n", "s:1: the row has too few cells"),
        ("{", "s: not valid JSON"),
        ("[1]", "s: entry 1: is not an object"),
        ('{"ec000001": true}', "ec000001: 'True' is no size"),
        ("ec000001@example.org;1\n", "is no box of adm.cfwb.be"),
    ],
)
def test_sizes_that_are_wrong(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DocumentError) as fault:
        read_sizes(write(tmp_path, "s", text), "adm.cfwb.be")
    assert expected in str(fault.value)


def test_promises_of_a_file(tmp_path: Path) -> None:
    for text in ("ec000001: 2026-03-02\n", '{"ec000001": "2026-03-02"}'):
        assert FilePromises(write(tmp_path, "p.yml", text)).announced() == {"ec000001": date(2026, 3, 2)}
    assert FilePromises(write(tmp_path, "p.yml", "# none yet\n")).announced() == {}
    assert promises_from(None).announced() == {}
    with pytest.raises(DocumentError, match="there is no such file"):
        promises_from(tmp_path / "absent.yml")
    with pytest.raises(DocumentError) as fault:
        FilePromises(write(tmp_path, "p.yml", "ec1: 2026-03-02\nec000002: '2026-02-30'\n")).announced()
    assert "p.yml:1: ec1: this is not a box" in str(fault.value)
    assert "p.yml:2: ec000002: there is no day 2026-02-30" in str(fault.value)


def test_files_are_replaced_whole_and_only_when_they_change(tmp_path: Path) -> None:
    path = tmp_path / "below" / "file"
    assert write_changed({path: "a"}, dry=True)
    assert not path.exists()
    assert write_changed({path: "a\r\n"}, dry=False)
    assert path.read_bytes() == b"a\r\n"
    stamp = path.stat().st_mtime_ns
    assert not write_changed({path: "a\r\n"}, dry=False)
    assert path.stat().st_mtime_ns == stamp
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    assert write_changed({link: "b"}, dry=False)
    assert (link.is_symlink(), path.read_text(), path.stat().st_mode & 0o777) == (True, "b", 0o640)
    assert list(path.parent.iterdir()) == [path]


# Reports


def hostile(folder: Path) -> Any:
    """A plan with hostile text wherever text goes, a correction, and a box that is left out."""
    new = campaign(
        folder,
        title=HOSTILE,
        source=HOSTILE,
        exclude=[{"boxes": "ec000009", "reason": HOSTILE}],
        pins=[{"box": "ec000001", "date": "2026-03-16", "reason": HOSTILE}],
        duties=[{"name": HOSTILE, "boxes": "po", "from": "2026-03-09", "to": "2026-03-10"}],
        pilot={"boxes": 2, "date": "2026-02-23"},
    )
    candidates = [*boxes(8), box("ec000009", groups=frozenset({"ec000009"}))]
    return plan(new, candidates, Asked(promises={"ec000001": MONDAYS[0]}, force=True))


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_self_contained_accessible_and_never_evaluates(tmp_path: Path) -> None:
    text = page(hostile(tmp_path))
    parser = Elements()
    parser.feed(text)
    assert parser.open == []
    tags = [tag for tag, _ in parser.seen]
    assert "script" not in tags
    assert text.count("&lt;script&gt;") >= 5
    assert "{{ lookup(" in text
    assert not re.search(r"(?i)\b(src|href)\s*=|@import|url\(|https?:", text)
    assert parser.seen[0] == ("html", {"lang": "fr"})
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in attributes for tag, attributes in parser.seen if tag == "th")
    assert "mardi 10 mars" not in text
    assert "lundi 2 mars 2026" in text
    assert "Dates annoncées qui changent" in text


def test_every_day_of_a_month_is_there_once(tmp_path: Path) -> None:
    text = page(plan(campaign(tmp_path), boxes(40)))
    marks = re.findall(r'<time datetime="(2026-03-\d\d)">', text)
    assert marks == [f"2026-03-{day:02d}" for day in range(1, 32)]


@given(st.text())
@settings(max_examples=200)
def test_long_lines_are_folded_and_can_be_unfolded(text: str) -> None:
    line = escaped(text).replace("\x85", "").replace("\u2028", "")
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_texts_are_escaped_so_that_they_can_be_read_back(text: str) -> None:
    value = escaped(text)
    assert "\n" not in value
    back = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value)
    assert back == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)


def test_the_calendar_file_has_an_event_for_each_wave_and_mail(tmp_path: Path) -> None:
    made = hostile(tmp_path)
    text = ics(made)
    assert text == ics(made)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    events = text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    assert len(events) == len(made.waves) * 2
    identities = [re.search(r"UID:(.*)", event)[1] for event in events]  # type: ignore[index]
    assert len(set(identities)) == len(identities)
    for event in events:
        for name in ("UID:", "DTSTAMP:", "DTSTART;VALUE=DATE:", "DTEND;VALUE=DATE:", "SUMMARY:"):
            assert len(re.findall(f"(?m)^{name}", event)) == 1
    assert "SUMMARY:Pilote 01\xa0: 2 boîtes" in text.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20260223\r\nDTEND;VALUE=DATE:20260224" in text


def test_the_table_adds_up_and_tells_changes(tmp_path: Path) -> None:
    made = hostile(tmp_path)
    text = table(made)
    assert "8 boxes in " in text
    assert "ec000001: was told 2026-03-02, moves on 2026-03-16: pinned to 2026-03-16: " in text
    assert "7 × new" in text
    rows = [line.split() for line in text.splitlines() if re.match(r"\d\d ", line)]
    assert sum(int(row[4] if row[1] == "pilot" else row[3]) for row in rows) == 8
