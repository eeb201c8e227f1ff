"""Each kind of fault once: what the client sees, and whether the cmdlet was executed."""

import pytest
import requests
from pypsrp.exceptions import WinRMTransportError, WSManFaultError
from pypsrp.powershell import PowerShell, PSInvocationState, RunspacePool

from tests.integration.lab.lab_clients import call, client, session

pytestmark = pytest.mark.wire

SET = {"cmdlet": "Set-Mailbox"}


def write(pool, office="Ath"):
    return call(pool, "Set-Mailbox", Identity="ec000001", Office=office)


def executed(lab):
    return [record["outcome"] for record in lab.journal() if record["cmdlet"] == "Set-Mailbox"]


def resume(pool, shell):
    """Ask again for the result of a command whose answer was lost."""
    pool.connection.transport.encryption = None
    pool.pipelines[shell.id] = shell
    shell._command_id = shell._command_id or shell.id
    shell.state = PSInvocationState.RUNNING
    return shell.end_invoke()


def begin(pool):
    return PowerShell(pool).add_cmdlet("Set-Mailbox").add_parameters({"Identity": "ec000001", "Office": "Ath"})


@pytest.mark.parametrize("how", ["basic", "sealed"])
def test_dropped_before_execution(lab, how):
    lab.faults.add(do="drop_before_execution", match=SET)
    with session(lab, how) as pool:
        shell = begin(pool)
        with pytest.raises(requests.ConnectionError):
            shell.invoke()
        with pytest.raises(WSManFaultError) as caught:
            resume(pool, shell)
        assert caught.value.code == 2150858843
        assert executed(lab) == []
        assert not write(pool).errors


@pytest.mark.parametrize("how", ["basic", "sealed"])
def test_dropped_after_execution(lab, how):
    lab.faults.add(do="drop_after_execution", match=SET)
    with session(lab, how) as pool:
        shell = begin(pool)
        with pytest.raises(requests.ConnectionError):
            shell.invoke()
        assert executed(lab) == ["ok"]
        resume(pool, shell)
        assert shell.state == PSInvocationState.COMPLETED


def test_a_receive_whose_answer_is_lost(lab, pool):
    lab.faults.add(do="drop_after_execution", match={"action": "Receive", **SET})
    with pytest.raises(requests.ConnectionError):
        write(pool)
    assert executed(lab) == ["ok"]


def test_half_an_answer(lab, pool):
    lab.faults.add(do="half_answer", match={"action": "Receive", **SET})
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        write(pool)
    assert executed(lab) == ["ok"]


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_http_statuses(lab, pool, status):
    lab.faults.add(do="http_status", status=status, match=SET)
    with pytest.raises((WinRMTransportError, WSManFaultError, Exception)):  # pypsrp has several
        write(pool)
    assert executed(lab) == []


def test_a_wsman_fault(lab, pool):
    lab.faults.add(do="wsman_fault", code=2150859174, text="quota", match={**SET, "identity": "ec000001"})
    with pytest.raises(WSManFaultError) as caught:
        write(pool)
    assert (caught.value.code, caught.value.reason) == (2150859174, "quota")
    assert not write(pool).errors
    assert executed(lab) == ["ok"]


def test_a_fault_on_opening(lab):
    lab.faults.add(do="wsman_fault", code=5, text="no", match={"action": "Create", "account": "migration"}, times=0)
    with client(lab) as wsman, pytest.raises(WSManFaultError):
        RunspacePool(wsman, configuration_name="Microsoft.Exchange").open()
    with session(lab, user="audit@lab.example"):
        pass


def test_a_lost_shell(lab, pool):
    lab.faults.add(do="shell_lost", match={**SET, "nth": 2})
    assert not write(pool).errors
    with pytest.raises(WSManFaultError) as caught:
        write(pool, "Mons")
    assert caught.value.code == 2150858843
    assert executed(lab) == ["ok"]
    assert lab.counters()["sessions"] == 0


def test_a_cmdlet_error(lab, pool):
    text = "An error caused a change in the current set of domain controllers."
    lab.faults.add(do="cmdlet_error", match=SET, text=text, times=2, **{"class": "ADServerSettingsChangedException"})
    for _ in range(2):
        (error,) = write(pool).errors
        assert (error.reason, str(error)) == ("ADServerSettingsChangedException", text)
    assert not write(pool).errors
    assert executed(lab) == ["fault:ADServerSettingsChangedException"] * 2 + ["ok"]


def test_silence(lab):
    lab.faults.add(do="silence", match=SET)
    with session(lab, read_timeout=1) as pool:
        with pytest.raises(requests.exceptions.ReadTimeout):
            write(pool)
        assert executed(lab) == []
        assert not write(pool).errors


def test_a_silent_receive_sent_again_finds_its_answer(lab):
    lab.faults.add(do="silence", match={"action": "Receive", **SET})
    with session(lab, read_timeout=1, operation_timeout=1) as pool:
        assert not write(pool).errors
    assert executed(lab) == ["ok"]


def test_nothing_yet_for_ever(lab):
    lab.faults.add(do="nothing_yet_for_ever", match=SET)
    with session(lab, operation_timeout=1) as pool:
        shell = begin(pool)
        shell.begin_invoke()
        shell.poll_invoke(timeout=1)
        assert shell.state == PSInvocationState.RUNNING
        assert executed(lab) == ["ok"]


def test_a_signal_that_fails(lab, pool):
    lab.faults.add(do="wsman_fault", code=2150858793, match={"action": "Signal", **SET})
    answer = write(pool)
    with pytest.raises(WSManFaultError):
        answer.shell.close()


def test_death(lab):
    lab.faults.add(do="die", when="after", match=SET)
    with session(lab) as pool:
        with pytest.raises(requests.ConnectionError):
            write(pool)
        with pytest.raises(requests.ConnectionError):
            write(pool)
    assert executed(lab) == ["ok"]
    lab.restart()
    with session(lab) as pool:
        assert call(pool, "Get-Mailbox", Identity="ec000001").first["Office"] == "Ath"


def test_the_second_box_only(lab, pool):
    lab.faults.add(do="cmdlet_error", match={"identity": "ec000002"}, **{"class": "CmdletProxyException"})
    assert not call(pool, "Get-Mailbox", Identity="ec000001").errors
    assert call(pool, "Get-Mailbox", Identity="ec000002").errors[0].reason == "CmdletProxyException"
