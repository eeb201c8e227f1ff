"""An endpoint that does not serve, spoken to through its console."""

import pytest

from lab import ExchangeLab


class Shell:
    """The console of an endpoint: `ask` for what must succeed, `refused` for what must not."""

    def __init__(self, lab):
        self.lab = lab

    def __call__(self, line):
        """Everything a line answers."""
        return self.lab.console(line)

    def ask(self, line):
        """The objects of a line without errors."""
        result = self.lab.console(line)
        assert not result.errors, result.errors
        return result.output

    def one(self, line):
        """The only object of a line."""
        (found,) = self.ask(line)
        return found

    def refused(self, line):
        """The only error of a line."""
        (text,) = self.lab.console(line).errors
        return text


@pytest.fixture
def box_lab(tmp_path):
    """Five mailboxes, an external contact."""
    endpoint = ExchangeLab(tmp_path)
    endpoint.seed({"name": f"ec{n:06d}", "address": f"ec{n:06d}@adm.cfwb.be"} for n in range(5))
    endpoint.plant({"contact": {"name": "Externe", "address": "x@example.org"}})
    yield endpoint
    endpoint.stop()


@pytest.fixture
def shell(box_lab):
    """The console of that endpoint."""
    return Shell(box_lab)
