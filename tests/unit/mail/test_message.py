"""The bytes of a mail, read back by a parser that did not write them."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.mail.faults import MailError
from bma.mail.message import Attachment, Letter, compose, files_in, fill
from bma.mail.mime import from_quoted_printable, quoted_printable
from bma.mail.secret import SecretText, placeholder

LETTER = Letter(
    "<example.ec000001.announcement.1@example.org>",
    datetime(2027, 1, 11, 8, tzinfo=UTC),
    ("Service général du Numérique éducatif (SGNE)", "sgne@example.org"),
    None,
    ("ec000001@adm.example.org",),
    "Sujet",
    "Texte\n",
    "<p>Page</p>\n",
    "example ec000001 announcement 1",
)
# What may stand on a line of a text: everything but what ends one.
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)
BODIES = st.lists(LINES, max_size=8).map("\n".join)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@given(BODIES, BODIES)
def test_texts_come_back_as_they_were(text: str, page: str) -> None:
    content = compose(replace(LETTER, text=text, html=page))
    message = read(content)
    assert body(message, "plain").rstrip("\n") == text.rstrip("\n")
    assert body(message, "html").rstrip("\n") == page.rstrip("\n")
    assert not message.defects


@given(BODIES)
def test_every_line_is_short_ascii_and_ended_by_cr_lf(text: str) -> None:
    content = compose(replace(LETTER, subject=text.replace("\n", " "), text=text, html=text))
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 78 or line.startswith(b"Message-ID")


@given(LINES.filter(str.strip))
def test_subjects_come_back_as_they_were(subject: str) -> None:
    said = " ".join(subject.split(" ")).strip(" ")
    assert " ".join(str(read(compose(replace(LETTER, subject=subject)))["Subject"]).split()) == " ".join(said.split())


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=90).filter(str.strip))
def test_names_of_senders_come_back_as_they_were(name: str) -> None:
    sender = read(compose(replace(LETTER, sender=(name, "sgne@example.org"))))["From"].addresses
    assert [address.addr_spec for address in sender] == ["sgne@example.org"]
    assert "".join(sender[0].display_name.split()) == "".join(name.split())


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\0", "\x0b", "\x85", "\u2028", "\u2029", "\x1b"])
@pytest.mark.parametrize("where", ["subject", "sender", "to", "reply_to", "mark", "message_id"])
def test_nothing_breaks_out_of_its_header(sign: str, where: str) -> None:
    evil = f"Sujet{sign}Bcc: everybody@example.org"
    value = {"sender": (evil, "sgne@example.org"), "to": (evil,)}.get(where, evil)
    with pytest.raises(MailError, match="control character"):
        compose(replace(LETTER, **{where: value}))


def test_an_answer_goes_where_it_is_said() -> None:
    assert read(compose(LETTER))["Reply-To"] is None
    assert str(read(compose(replace(LETTER, reply_to="desk@example.org")))["Reply-To"]) == "desk@example.org"


def test_machines_are_asked_not_to_answer_but_to_report() -> None:
    message = read(compose(LETTER))
    assert message["Auto-Submitted"] == "auto-generated"
    suppressed = {word.strip() for word in message["X-Auto-Response-Suppress"].split(",")}
    assert suppressed == {"OOF", "AutoReply", "RN", "NRN"}


def test_the_same_letter_is_the_same_bytes_and_another_one_has_another_boundary() -> None:
    assert compose(LETTER) == compose(LETTER)
    other = replace(LETTER, message_id="<example.ec000002.announcement.1@example.org>")
    assert read(compose(LETTER)).get_boundary() != read(compose(other)).get_boundary()


SECRETS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=80)


@given(SECRETS, st.text("abc é\n=", max_size=150))
def test_a_secret_is_put_into_both_texts_and_nowhere_else(secret: str, around: str) -> None:
    letter = replace(
        LETTER, text=f"{around}{placeholder()}{around}", html=f"<p>{around}{placeholder()}</p>", secret=True
    )
    kept = compose(letter)
    sent = read(fill(kept, SecretText(secret, "r"), {}))
    assert body(sent, "plain").rstrip("\n") == f"{around}{secret}{around}".rstrip("\n")
    assert body(sent, "html").rstrip("\n") == f"<p>{around}{html.escape(secret)}</p>"
    assert read(kept)["Subject"] == sent["Subject"]
    assert sent["X-BMA-Secret"] == "yes"


def test_what_is_filled_is_what_would_have_been_composed() -> None:
    kept = compose(replace(LETTER, text=f"a {placeholder()}\n", html=f"<p>{placeholder()}</p>\n", secret=True))
    filled = fill(kept, SecretText("abri & co", "r"), {})
    whole = compose(replace(LETTER, text="a abri & co\n", html="<p>abri &amp; co</p>\n", secret=True))
    assert filled == whole


def test_a_secret_is_not_for_subjects() -> None:
    with pytest.raises(MailError, match="subject"):
        compose(replace(LETTER, subject=f"Mot de passe {placeholder()}"))


def test_a_secret_is_not_printed_pickled_or_copied() -> None:
    import copy
    import pickle

    secret = SecretText("canari", "box/1")
    assert "canari" not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)


def test_files_are_kept_by_their_digest_and_put_in_as_the_mail_leaves() -> None:
    guide = Attachment("tutoriel – 1.pdf", "application/pdf", bytes(range(256)) * 40)
    kept = compose(replace(LETTER, attachments=(guide,)))
    assert len(kept) < 3000
    assert files_in(kept) == {guide.digest}
    (part,) = read(fill(kept, None, {guide.digest: guide.content})).iter_attachments()
    assert part.get_content() == guide.content
    assert part.get_content_type() == "application/pdf"
    with pytest.raises(MailError, match="lacks the attachment"):
        fill(kept, None, {})


@given(BODIES)
def test_quoted_printable_comes_back(text: str) -> None:
    assert from_quoted_printable(quoted_printable(text)) == text.rstrip("\n")
