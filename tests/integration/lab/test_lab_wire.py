import base64
import threading
import time

import pytest
import requests
from pypsrp.complex_objects import ObjectMeta
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.messages import GetCommandMetadata
from pypsrp.powershell import PowerShell, PSInvocationState, RunspacePool
from pypsrp.wsman import WSMan

from lab import ExchangeLab, LabError
from tests.integration.lab.lab_clients import call, client, finish, session

pytestmark = pytest.mark.wire


@pytest.mark.parametrize("how", ["basic", "negotiate", "sealed", "ntlm"])
@pytest.mark.parametrize("user", ["migration@lab.example", r"LAB\migration"])
def test_every_way_in(lab, how, user):
    with session(lab, how, user) as pool:
        answer = call(pool, "Get-Mailbox", Identity="ec000001@adm.cfwb.be")
        assert answer.first["Alias"] == "ec000001"
        assert len(answer.first) == 228
        assert answer.output[0].types[0] == "Microsoft.Exchange.Data.Directory.Management.Mailbox"
    assert lab.journal()[-1]["account"] == "migration@lab.example"
    assert lab.counters()["sessions"] == 0


@pytest.mark.parametrize("how", ["basic", "negotiate", "sealed"])
def test_a_wrong_password(lab, how):
    with client(lab, how, password="wrong") as wsman, pytest.raises(AuthenticationError):
        RunspacePool(wsman, configuration_name="Microsoft.Exchange").open()
    assert lab.counters()["sessions_opened"] == 0


def test_basic_is_not_offered_in_the_clear(lab):
    wsman = WSMan("localhost", port=lab.http_port, username="migration@lab.example", auth="basic", ssl=False,
                  password=lab.account().password(), path="PowerShell", encryption="never")  # fmt: skip
    with wsman, pytest.raises(AuthenticationError):
        RunspacePool(wsman, configuration_name="Microsoft.Exchange").open()


def test_paths_and_configuration_names(lab):
    with session(lab, path="powershell/"):
        pass
    assert (
        requests.post(f"https://localhost:{lab.https_port}/wsman", verify=str(lab.ca_file), timeout=5).status_code
        == 404
    )
    with client(lab) as wsman, pytest.raises(WSManFaultError) as caught:
        RunspacePool(wsman).open()
    assert caught.value.code == 2150858811


def test_a_sealed_body_without_context_is_a_bad_request(lab):
    answer = requests.post(
        lab.http_uri, data=b"--Encrypted Boundary\r\n", timeout=5,
        headers={"Content-Type": 'multipart/encrypted;boundary="Encrypted Boundary"'},
    )  # fmt: skip
    assert (answer.status_code, answer.content) == (400, b"")


def test_an_account_without_role(tmp_path):
    accounts = {"nobody@lab.example": "none", "migration@lab.example": "full"}
    with ExchangeLab(tmp_path, accounts=accounts) as lab, client(lab, user="nobody@lab.example") as wsman:
        with pytest.raises(WSManFaultError) as caught:
            RunspacePool(wsman, configuration_name="Microsoft.Exchange").open()
        assert caught.value.code == 5
        assert "isn't assigned to any management roles" in caught.value.provider_fault


def test_errors_do_not_end_the_pipeline(pool):
    answer = call(pool, "Get-Mailbox", Identity="nobody")
    (error,) = answer.errors
    assert not answer.failed
    assert error.reason == "ManagementObjectNotFoundException"
    assert error.fq_error.startswith("[Server=EX01,RequestId=")
    assert "[FailureCategory=Cmdlet-ManagementObjectNotFoundException]" in error.fq_error
    assert call(pool, "Get-Mailbox", Identity="nobody", ErrorAction="Stop").failed
    assert not call(pool, "Get-Mailbox", Identity="nobody", ErrorAction="SilentlyContinue").errors


def test_binding_errors_do(pool):
    answer = call(pool, "Set-Mailbox", Identity="ec000001", Nope=1)
    assert answer.failed
    assert str(answer.errors[0]) == "A parameter cannot be found that matches parameter name 'Nope'."
    assert call(pool, "Invoke-Expression", Command="1").errors[0].reason == "CommandNotFoundException"


def test_a_number_too_large_for_its_type_is_not_executed(lab, pool):
    with pytest.raises(WSManFaultError):
        call(pool, "Set-Mailbox", Identity="ec000001", ProhibitSendQuota=2**31)
    assert lab.journal() == []
    assert call(pool, "Get-Mailbox", Identity="ec000001").first["ProhibitSendQuota"] == "Unlimited"


def test_scripts_are_refused(pool):
    answer = finish(PowerShell(pool).add_script("Get-Mailbox"))
    assert answer.failed
    assert str(answer.errors[0]).startswith("The syntax is not supported by this runspace.")


def test_warnings(pool):
    answer = call(pool, "Set-Mailbox", Identity="ec000001", Office=None)
    assert answer.warnings == [
        "The command completed successfully but no settings of 'lab.example/Users/ec000001' have been modified."
    ]


def test_cmdlets_piped_into_each_other(pool):
    shell = PowerShell(pool).add_cmdlet("Get-Mailbox").add_parameter("Filter", "Alias -like 'ec*'")
    assert len(finish(shell.add_cmdlet("Get-MailboxRegionalConfiguration")).output) == 5
    shell = PowerShell(pool).add_cmdlet("Get-Mailbox").add_parameter("Identity", "ec000001")
    selected = finish(shell.add_cmdlet("Select-Object").add_parameter("Property", ["alias", "Guid"]))
    assert list(selected.first) == ["Alias", "Guid"]


def test_several_statements_go_on_after_a_failed_one(pool):
    shell = PowerShell(pool)
    for identity in ("ec000001", "nobody", "ec000002"):
        shell.add_cmdlet("Get-Mailbox").add_parameter("Identity", identity).add_statement()
    shell.add_cmdlet("Get-Nothing").add_statement().add_cmdlet("Get-Mailbox").add_parameter("Identity", "ec000003")
    answer = finish(shell)
    assert [str(item) for item in answer.output] == ["ec000001", "ec000002", "ec000003"]
    assert [error.reason for error in answer.errors] == [
        "ManagementObjectNotFoundException",
        "CommandNotFoundException",
    ]


def test_pipeline_input(pool):
    shell = PowerShell(pool).add_cmdlet("Get-Mailbox")
    shell.invoke(input=["ec000003", "ec000004"])
    assert [str(item) for item in shell.output] == ["ec000003", "ec000004"]


def test_a_secure_string(lab, pool):
    pool.exchange_keys()
    password = pool.serialize("Ath ☃ 2026", ObjectMeta("SS"))
    answer = call(pool, "New-Mailbox", Name="ath", UserPrincipalName="ath@lab.example", Password=password)
    assert answer.first["PrimarySmtpAddress"] == "ath@adm.cfwb.be"
    assert lab.journal()[-1]["parameters"]["Password"] == "***"
    assert call(pool, "New-Mailbox", Name="b", UserPrincipalName="b@lab.example", Password="clear").failed


def test_large_parameters_come_in_pieces(pool):
    answer = call(pool, "Set-Mailbox", Identity="ec000001", CustomAttribute1="é" * 900_000)
    assert "maximum length is 1024" in str(answer.errors[0])


def test_a_long_answer_comes_in_pieces(lab, pool):
    lab.seed({"name": f"x{n}", "address": f"x{n}@adm.cfwb.be", "Office": "é" * 20_000} for n in range(40))
    shell = PowerShell(pool).add_cmdlet("Get-Mailbox").add_parameter("Filter", "Office -ne $null")
    answer = finish(shell.add_cmdlet("Select-Object").add_parameter("Property", ["Name", "Office"]))
    assert len(answer.output) == 40
    assert answer.first["Office"] == "é" * 20_000


def test_the_account_that_may_only_read(lab):
    with session(lab, "sealed", "audit@lab.example") as pool:
        assert call(pool, "Get-Mailbox", Identity="ec000001").first["Name"] == "ec000001"
        assert call(pool, "Set-Mailbox", Identity="ec000001", Office="x").errors[0].reason == "CommandNotFoundException"
        assert (
            call(pool, "Get-Command", Name=["Set-Mailbox", "Get-User"]).errors[0].reason == "CommandNotFoundException"
        )
        names = {item.adapted_properties["Name"] for item in call(pool, "Get-Command").output}
        assert names >= {"Get-Mailbox", "Select-Object"}
        assert not any(name.startswith(("Set-", "New-", "Enable-")) for name in names)


def test_what_is_not_granted_does_not_exist(lab, pool):
    lab.set_knob("deny", "migration", "Set-Mailbox", "ForwardingAddress")
    lab.set_knob("deny", "migration", "Set-CASMailbox")
    answer = call(pool, "Set-Mailbox", Identity="ec000001", ForwardingAddress=None)
    assert str(answer.errors[0]) == "A parameter cannot be found that matches parameter name 'ForwardingAddress'."
    assert call(pool, "Set-CASMailbox", Identity="ec000001").errors[0].reason == "CommandNotFoundException"
    probe = call(pool, "Get-Command", Name="Set-Mailbox").first["Parameters"]
    assert probe["ForwardingSmtpAddress"] == "System.Management.Automation.ParameterMetadata"
    assert "ForwardingAddress" not in probe
    lab.set_knob("deny", "none")
    assert not call(pool, "Set-Mailbox", Identity="ec000001", ForwardingAddress=None).errors


def test_command_metadata_is_answered(pool):
    shell = PowerShell(pool)
    asked = GetCommandMetadata(names=["Get-Mail*"], command_type=8, argument_list=None)
    (data,) = pool._fragmenter.fragment(asked, pool.id, shell.id)
    pool.shell.command("", [base64.b64encode(data).decode()], command_id=shell.id)
    pool.pipelines[shell.id] = shell
    shell._command_id, shell.state = shell.id, PSInvocationState.RUNNING
    count, *found = shell.end_invoke()
    assert count.count == len(found)
    names = {one.extended_properties["Name"] for one in found}
    assert names >= {"Get-Mailbox", "Get-MailboxRegionalConfiguration"}
    assert all(name.startswith("Get-Mail") for name in names)


def test_a_command_is_never_executed_twice(lab, pool):
    shell = PowerShell(pool).add_cmdlet("Get-AcceptedDomain")
    shell.invoke()
    with pytest.raises(WSManFaultError):
        pool.shell.command("", [""], command_id=shell.id)


def test_what_if_and_confirm_never_wait_for_an_answer(lab, pool):
    assert not call(pool, "Set-Mailbox", Identity="ec000001", Office="x", WhatIf=True).errors
    answer = call(pool, "Set-Mailbox", Identity="ec000001", Office="x", Confirm=True)
    assert answer.failed
    assert "does not support user interaction" in str(answer.errors[0])
    assert lab.console("Get-Mailbox ec000001").output[0]["Office"] == ""


def test_the_session_quota(tmp_path):
    with ExchangeLab(tmp_path, session_quota=2) as lab:
        with session(lab), session(lab, "sealed"), client(lab) as third:
            with pytest.raises(WSManFaultError) as caught:
                RunspacePool(third, configuration_name="Microsoft.Exchange").open()
            assert "maximum number of connections allowed : 2. Please close existing runspace" in str(caught.value)
            with session(lab, user="audit@lab.example"):
                pass
        with session(lab):
            pass


def test_idle_sessions_go_away(tmp_path):
    with ExchangeLab(tmp_path, shell_idle_timeout=0.2) as lab, session(lab) as pool:
        time.sleep(1.2)
        with pytest.raises(WSManFaultError) as caught:
            call(pool, "Get-AcceptedDomain")
        assert caught.value.code == 2150858843


def test_stop_ends_a_long_cmdlet(lab, pool):
    lab.set_knob("latency", "Get-Mailbox", 30_000)
    shell = PowerShell(pool).add_cmdlet("Get-Mailbox")
    shell.begin_invoke()
    begun = time.monotonic()
    shell.stop()
    assert time.monotonic() - begun < 5
    lab.set_knob("latency", "Get-Mailbox", 0)
    assert call(pool, "Get-Mailbox").output
    assert [record["cmdlet"] for record in lab.journal()] == ["Get-Mailbox"]


def test_a_cmdlet_longer_than_the_operation_timeout(lab):
    lab.set_knob("latency", "Get-Mailbox", 2500)
    with session(lab, operation_timeout=1) as pool:
        assert len(call(pool, "Get-Mailbox").output) == 5


def test_several_pipelines_of_one_session_run_at_once(lab):
    lab.set_knob("latency", 300)
    with client(lab) as wsman, RunspacePool(wsman, configuration_name="Microsoft.Exchange", max_runspaces=4) as pool:
        shells = [PowerShell(pool).add_cmdlet("Get-AcceptedDomain") for _ in range(4)]
        begun = time.monotonic()
        for shell in shells:
            shell.begin_invoke()
        for shell in shells:
            shell.end_invoke()
        assert time.monotonic() - begun < 1.0
        assert all(len(shell.output) == 2 for shell in shells)


def test_sessions_run_side_by_side(lab):
    lab.set_knob("latency", 100)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with session(lab, "sealed" if number % 2 else "basic") as pool:
                barrier.wait(10)
                for attempt in range(5):
                    answer = call(pool, "Set-Mailbox", Identity=f"ec00000{number % 5}", Office=f"{number}.{attempt}")
                    assert not answer.errors
        except BaseException as error:
            failed.append(error)

    barrier = threading.Barrier(9)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    barrier.wait(10)
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    assert not failed
    assert time.monotonic() - begun < 2.5  # one after another: 4 s and more
    records = [record for record in lab.journal() if record["cmdlet"] == "Set-Mailbox"]
    assert [record["seq"] for record in records] == list(range(1, 41))
    last = {record["parameters"]["Identity"]: record["parameters"]["Office"] for record in records}
    for identity, office in last.items():
        assert lab.console(f"Get-Mailbox {identity}").output[0]["Office"] == office


def test_a_restart_keeps_the_state_and_loses_the_sessions(lab, pool):
    call(pool, "Set-Mailbox", Identity="ec000001", Office="Ath")
    lab.restart()
    with pytest.raises((WSManFaultError, requests.ConnectionError)):
        call(pool, "Get-Mailbox", Identity="ec000001")
    with session(lab) as again:
        assert call(again, "Get-Mailbox", Identity="ec000001").first["Office"] == "Ath"


def test_cut_connections_leave_sessions_alive(lab, pool):
    lab.kill_connections()
    assert call(pool, "Get-Mailbox", Identity="ec000001").output
    with session(lab, "sealed") as sealed:
        lab.kill_connections()
        with pytest.raises((WinRMTransportError, requests.ConnectionError)):
            call(sealed, "Get-Mailbox", Identity="ec000001")
        sealed.connection.transport.encryption = None
        assert call(sealed, "Get-Mailbox", Identity="ec000001").output


def test_a_port_that_is_taken(lab, tmp_path):
    with pytest.raises(LabError, match=str(lab.https_port)):
        ExchangeLab(tmp_path / "other", https_port=lab.https_port).start()
