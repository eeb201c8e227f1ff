"""Boxes converged over the real wire: for any state and any wish, prediction is outcome, and once is enough."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bma.errors import BmaError
from bma.exchange.connection import Connection, connection
from bma.exchange.fleet import BULK_FROM
from bma.exchange.keeper.service import Service
from lab import ExchangeLab

pytestmark = pytest.mark.wire

NAMES = st.text("abcdéèç '’«»-()$`\"", min_size=1, max_size=30).map(lambda text: f"x{text}x")
SIZES = st.integers(1, 4000)


@st.composite
def quotas(draw: st.DrawFn) -> dict[str, str]:
    """Three quotas in an order that Exchange accepts, told in various units."""
    warning, send, receive = sorted(draw(st.lists(SIZES, min_size=3, max_size=3)))
    receive_text = draw(st.sampled_from([f"{receive} MB", f"{receive * 1024} KB", "Unlimited"]))
    return {
        "issue_warning_quota": f"{warning} MB",
        "prohibit_send_quota": f"{send} MB",
        "prohibit_send_receive_quota": receive_text,
    }


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """Settings as a module's user may write them, any part of them."""
    flags = {
        "use_database_quota_defaults": st.booleans(),
        "deliver_to_mailbox_and_forward": st.booleans(),
        "forwarding_smtp_address": st.sampled_from([None, "a@example.org", "B@Example.org"]),
        "display_name": NAMES,
    }
    mailbox = {key: draw(value) for key, value in flags.items() if draw(st.booleans())}
    if draw(st.booleans()):
        mailbox |= draw(quotas())
    regional = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "language": st.sampled_from(["fr-BE", "nl-BE", "en-US"]),
                "time_zone": st.sampled_from(["Romance Standard Time", "UTC", "Pacific Standard Time"]),
            },
        )
    )
    return {"mailbox": mailbox, "regional": regional, **draw(inside())}


@st.composite
def inside(draw: st.DrawFn) -> dict[str, Any]:
    """Sections beside the mailbox and its clock, any part of them."""
    flags = ("owa", "owa_for_devices", "mapi", "imap", "pop", "active_sync", "ews")
    access = {key: draw(st.booleans()) for key in flags if draw(st.booleans())}
    if draw(st.booleans()):
        access["mapi_http"] = draw(st.sampled_from([None, True, False]))
    audience = draw(st.sampled_from(["None", "Known", "All"]))
    return {"client_access": access, "automatic_replies": {"external_audience": audience}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeLab]:
    with ExchangeLab(tmp_path_factory.mktemp("lab")) as endpoint:
        yield endpoint


def services(exchange: ExchangeLab) -> tuple[Service, Service]:
    """A service that may write, and one that may only read, as a run and its check mode have them."""
    return tuple(Service(_connection(exchange, account)) for account in ("migration", "audit"))  # type: ignore[return-value]


def _connection(exchange: ExchangeLab, account: str) -> Connection:
    who = exchange.account(account)
    options = {"uri": exchange.https_uri, "auth": "basic", "username": who.name, "password": who.password()}
    return connection({**options, "ca_file": exchange.ca_file}, read_only=account == "audit")


numbers = itertools.count(1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=wishes(), second=wishes())
def test_prediction_is_outcome_and_a_second_run_finds_nothing(
    site: ExchangeLab, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Two wishes in a row reach states that no single one does: absent, newly made, and spoiled in any way."""
    writer, reader = services(site)
    address = f"ec{next(numbers):06d}@adm.cfwb.be"
    try:
        for wish in (first, second):
            request = {"operation": "box", "address": address, "settings": wish, "scope": 1}
            predicted = reader.answer(request)
            outcome = writer.answer(request)
            again = reader.answer(request)
            assert (outcome["changed"], outcome["created"]) == (predicted["changed"], predicted["created"])
            assert (outcome["before"], outcome["after"]) == (predicted["before"], predicted["after"])
            assert [command.split()[0] for command in outcome["commands"]] == [
                command.split()[0] for command in predicted["commands"]
            ]
            assert not again["changed"], again
            assert again["unknown"] == {}
        assert reader.answer({"operation": "read", "addresses": [address]})[0]["exists"]
    finally:
        writer.pool.close()
        reader.pool.close()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers())
def test_the_order_of_boxes_does_not_matter(site: ExchangeLab, seed: int) -> None:
    boxes = [f"po{next(numbers):06d}@adm.cfwb.be" for _ in range(6)]
    wish = {"mailbox": {"display_name": "one"}, "regional": {"language": "fr-BE"}}
    writer, reader = services(site)
    shuffled = random.Random(seed).sample(boxes, len(boxes))
    for address in shuffled:
        writer.answer({"operation": "box", "address": address, "settings": wish, "scope": len(boxes)})
    states = reader.answer({"operation": "read", "addresses": boxes})
    assert len({str(state["settings"]).replace(state["address"], "") for state in states}) == 1
    writer.pool.close()
    reader.pool.close()


@pytest.fixture
def writer(exchange: ExchangeLab) -> Iterator[Service]:
    service = Service(_connection(exchange, "migration"))
    yield service
    service.pool.close()


def box(address: str = "ec000001@adm.cfwb.be", scope: int = 1, **mailbox: Any) -> dict[str, Any]:
    wish = {"mailbox": {"display_name": "x", **mailbox}, "regional": {}}
    return {"operation": "box", "address": address, "settings": wish, "scope": scope}


def cmdlets(exchange: ExchangeLab) -> list[str]:
    return [line["cmdlet"] for line in exchange.journal() if not line["cmdlet"].startswith("Get-")]


def test_a_new_box_takes_no_more_cmdlets_than_it_must(exchange: ExchangeLab, writer: Service) -> None:
    wish = {
        "mailbox": {"prohibit_send_quota": "2 GB", "prohibit_send_receive_quota": "2 GB"},
        "regional": {"language": "fr-BE", "time_zone": "Romance Standard Time"},
    }
    writer.answer({"operation": "box", "address": "ec000001@adm.cfwb.be", "settings": wish, "scope": 1})
    assert cmdlets(exchange) == ["New-Mailbox", "Set-Mailbox", "Set-MailboxRegionalConfiguration"]


@pytest.mark.parametrize("scope", [1, BULK_FROM])
@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "New-MailContact -Name Other -ExternalEmailAddress o@example.org -PrimarySmtpAddress ec000001@adm.cfwb.be",
            "already an address of MailContact",
        ),
    ],
)
def test_an_address_taken_by_another_object_fails_that_box_by_name(
    exchange: ExchangeLab, writer: Service, scope: int, line: str, told: str
) -> None:
    answer = exchange.console(line)
    if answer.errors:
        # The contact gets its address as an additional one where the cmdlet has no parameter for it.
        exchange.console("New-MailContact -Name Other -ExternalEmailAddress ec000001@adm.cfwb.be")
    with pytest.raises(BmaError) as caught:
        writer.answer(box(scope=scope))
    assert str(caught.value).startswith("ec000001@adm.cfwb.be: ")
    assert told in str(caught.value)
    assert writer.answer(box("ec000002@adm.cfwb.be", scope))["created"]


def test_the_logon_name_taken_by_an_account_fails_that_box_by_name(exchange: ExchangeLab, writer: Service) -> None:
    exchange.seed([{"name": "someone", "address": "ec000001@adm.cfwb.be", "kind": "user"}])
    with pytest.raises(BmaError, match="already the logon name of account"):
        writer.answer(box())


def test_reading_many_boxes_takes_a_handful_of_queries(exchange: ExchangeLab, writer: Service) -> None:
    exchange.seed({"name": f"ec{n:06d}", "address": f"ec{n:06d}@adm.cfwb.be"} for n in range(1, 301))
    addresses = [f"ec{n:06d}@adm.cfwb.be" for n in range(1, 401)]
    sections = ["mailbox", "client_access", "regional", "automatic_replies", "grants"]
    states = writer.answer({"operation": "read", "addresses": addresses, "sections": sections})
    assert [state["exists"] for state in states] == [True] * 300 + [False] * 100
    assert all(state["unknown"] == {} for state in states if state["exists"])
    # Each of them once, piped ones counted with the search that feeds them, and the servers.
    assert len(exchange.journal()) <= 11


def test_a_box_that_could_not_be_opened_is_unknown_and_left_alone(exchange: ExchangeLab, writer: Service) -> None:
    exchange.seed([{"name": "ec000001", "address": "ec000001@adm.cfwb.be"}])
    rule = {"class": "StorageTransientException", "text": "Cannot open mailbox."}
    exchange.faults.add(do="cmdlet_error", match={"cmdlet": "Get-MailboxRegionalConfiguration"}, times=0, **rule)
    request = box() | {"settings": {"mailbox": {"display_name": "y"}, "regional": {"language": "fr-BE"}}}
    outcome = writer.answer(request)
    assert list(outcome["unknown"]) == ["regional.language"]
    assert "Cannot open mailbox" in outcome["warnings"][-1]
    assert cmdlets(exchange) == ["Set-Mailbox"]


def test_settings_that_exchange_refuses_fail_the_box_and_say_why(exchange: ExchangeLab, writer: Service) -> None:
    exchange.seed([{"name": "ec000001", "address": "ec000001@adm.cfwb.be"}])
    with pytest.raises(BmaError) as caught:
        writer.answer(box(issue_warning_quota="3 GB", prohibit_send_quota="2 GB", prohibit_send_receive_quota="2 GB"))
    assert str(caught.value).startswith("Set-Mailbox: ")


@pytest.mark.parametrize("do", ["drop_before_execution", "drop_after_execution", "half_answer", "shell_lost"])
@pytest.mark.parametrize("cmdlet", ["New-Mailbox", "Set-Mailbox", "Set-MailboxRegionalConfiguration", "Get-Mailbox"])
def test_a_box_is_created_exactly_once_whatever_breaks(
    exchange: ExchangeLab, writer: Service, do: str, cmdlet: str
) -> None:
    exchange.faults.add(do=do, match={"cmdlet": cmdlet})
    request = box() | {"settings": {"mailbox": {"prohibit_send_quota": "2 GB"}, "regional": {"language": "fr-BE"}}}
    assert writer.answer(request)["created"]
    created = [line for line in exchange.journal() if line["cmdlet"] == "New-Mailbox" and line["outcome"] == "ok"]
    assert len(created) == 1
    (state,) = writer.answer({"operation": "read", "addresses": ["ec000001@adm.cfwb.be"]})
    assert state["settings"]["mailbox"]["prohibit_send_quota"] == "2 GB"
    assert state["settings"]["regional"]["language"] == "fr-BE"


@pytest.mark.parametrize("reason", ["ADServerSettingsChangedException", "CmdletProxyException"])
def test_what_exchange_would_do_a_moment_later_is_tried_again(
    exchange: ExchangeLab, writer: Service, reason: str
) -> None:
    exchange.seed([{"name": "ec000001", "address": "ec000001@adm.cfwb.be"}])
    exchange.faults.add(
        do="cmdlet_error", match={"cmdlet": "Set-Mailbox"}, times=1, **{"class": reason, "text": "moved"}
    )
    assert writer.answer(box())["changed"]


def test_read_back_names_what_did_not_hold(exchange: ExchangeLab, writer: Service) -> None:
    writer.answer(box())
    assert writer.answer({"operation": "read_back"}) == {"read": 1, "not_conform": {}, "unknown": {}}
    exchange.console("Set-Mailbox -Identity ec000001 -DisplayName spoiled")
    (box_told,) = writer.answer({"operation": "read_back"})["not_conform"].values()
    assert box_told["before"] == {"mailbox": {"display_name": "spoiled"}}


def test_replication_delay_between_domain_controllers_makes_no_second_mailbox(
    exchange: ExchangeLab, writer: Service
) -> None:
    exchange.set_knob("replication_delay", 30)
    request = box() | {"settings": {"mailbox": {"prohibit_send_quota": "2 GB"}, "regional": {"language": "fr-BE"}}}
    assert writer.answer(request)["created"]
    assert writer.answer(request)["changed"] is False


@pytest.mark.parametrize("do", ["drop_after_execution", "half_answer"])
def test_the_look_after_a_doubt_asks_the_domain_controller_that_was_written_to(
    exchange: ExchangeLab, writer: Service, do: str
) -> None:
    exchange.set_knob("replication_delay", 30)
    exchange.faults.add(do=do, match={"cmdlet": "New-Mailbox"})
    assert writer.answer(box())["created"]
    created = [line for line in exchange.journal() if line["cmdlet"] == "New-Mailbox"]
    assert len(created) == 1
    assert writer.answer({"operation": "read_back"})["not_conform"] == {}


def test_many_sessions_over_lagging_domain_controllers(exchange: ExchangeLab, writer: Service) -> None:
    exchange.set_knob("replication_delay", 30)
    addresses = [f"ec{n:06d}@adm.cfwb.be" for n in range(1, 9)]
    with ThreadPoolExecutor(8) as many:
        assert all(outcome["created"] for outcome in many.map(lambda one: writer.answer(box(one, 8)), addresses))
    assert writer.answer({"operation": "read_back"}) == {"read": 8, "not_conform": {}, "unknown": {}}


def test_a_box_whose_address_is_an_alias_of_another_box_is_refused_by_name(
    exchange: ExchangeLab, writer: Service
) -> None:
    exchange.seed([{"name": "ec000002", "address": "ec000002@adm.cfwb.be"}])
    exchange.console("Set-Mailbox -Identity ec000002 -EmailAddresses @{Add='smtp:ec000001@adm.cfwb.be'}")
    with pytest.raises(BmaError, match=r"already an alias of the mailbox of ec000002@adm\.cfwb\.be"):
        writer.answer(box())
    assert not writer.answer(box("ec000002@adm.cfwb.be", display_name="ec000002"))["created"]


def test_a_primary_address_that_was_changed_is_put_back(exchange: ExchangeLab, writer: Service) -> None:
    exchange.seed([{"name": "ec000001", "address": "ec000001@adm.cfwb.be"}])
    exchange.console("Set-Mailbox -Identity ec000001 -EmailAddressPolicyEnabled $false")
    exchange.console("Set-Mailbox -Identity ec000001 -PrimarySmtpAddress ecole.test@adm.cfwb.be")
    assert writer.answer(box(primary_smtp_address="ec000001@adm.cfwb.be"))["changed"]
    (state,) = writer.answer({"operation": "read", "addresses": ["ec000001@adm.cfwb.be"]})
    assert state["settings"]["mailbox"]["primary_smtp_address"] == "ec000001@adm.cfwb.be"


def test_letters_that_mean_nothing_to_exchange_are_no_drift(exchange: ExchangeLab, writer: Service) -> None:
    wish = {"mailbox": {}, "regional": {"language": "FR-be", "time_zone": "romance standard time"}}
    request = box() | {"settings": wish}
    assert writer.answer(request)["created"]
    assert not writer.answer(request)["changed"]


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_a_session_that_cannot_be_opened_does_not_fail_boxes_while_others_are_open(
    exchange: ExchangeLab, writer: Service, status: int
) -> None:
    addresses = [f"ec{n:06d}@adm.cfwb.be" for n in range(1, 21)]
    writer.answer(box("ec000099@adm.cfwb.be"))
    exchange.set_knob("latency", 20)
    exchange.faults.add(do="http_status", match={"action": "Create"}, status=status)
    with ThreadPoolExecutor(20) as many:
        assert all(outcome["created"] for outcome in many.map(lambda one: writer.answer(box(one)), addresses))


@pytest.fixture
def counted(exchange: ExchangeLab) -> Callable[[], int]:
    return lambda: exchange.counters()["sessions"]


def test_no_session_is_left_when_the_pool_closes(
    exchange: ExchangeLab, writer: Service, counted: Callable[[], int]
) -> None:
    writer.answer({"operation": "hello", "boxes": list("abcdefgh")})
    writer.answer(box())
    assert counted() >= 1
    writer.pool.close()
    assert counted() == 0
