# SPDX-License-Identifier: MIT
"""An engine that does not do what it should: the real one behind a proxy that spoils it."""

import pytest
from fault_proxy import FaultProxy


@pytest.fixture
def proxy(engine, short_path):
    """Between `spoiled` and the engine."""
    one = FaultProxy(short_path / "p", engine.socket_path)
    yield one
    one.close()


@pytest.fixture
def spoiled(davit, proxy):
    """The command, told to use the engine through the proxy."""
    return type(davit)(davit.program, ["--host", proxy.host])
