# SPDX-License-Identifier: MIT
"""The library used as a service uses it, for SOAK_SECONDS (1800): nothing is left or grows."""

import os
import random
import threading

import cmocka_items
import processes
import pytest
from fault_proxy import CutReply, CutRequest, Fault, FaultProxy

SECONDS = int(os.environ.get("SOAK_SECONDS") or 1800)
GRACE_SECONDS = 240  # calls that are under way at the end of a round are let finish


class CutSome(Fault):
    """Cuts every third request or so, at a random byte of it or of its answer."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()

    def begin(self, exchange):
        with self.lock:
            place = self.random.randrange(2000)
            kind = self.random.choice([Fault, Fault, Fault, Fault, CutReply, CutRequest])
        exchange.fault = kind() if kind is Fault else kind(place)


def inventory(engine):
    """What there is, but for what nobody can ask for: images without a name that a build which was
    stopped leaves on Podman, until they are pruned."""
    engine.expect("POST", "/images/prune?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D")
    return {
        "containers": sorted(str(one["Names"]) for one in
                             engine.expect("GET", "/containers/json?all=1")),
        "images": sorted(str(one["RepoTags"]) for one in engine.expect("GET", "/images/json")),
        "volumes": sorted(one["Name"] for one in engine.expect("GET", "/volumes")["Volumes"] or ()),
    }


@pytest.mark.seconds(SECONDS + GRACE_SECONDS + 60)
def test_nothing_is_left_and_nothing_grows(engine, short_path, capsys):
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(1 << 32))
    before = inventory(engine)
    proxy = FaultProxy(short_path / "p", engine.socket_path)
    proxy.rule("", CutSome(seed))
    program = cmocka_items.build_folder() / "tests/soak/soak"
    try:
        command = [program, engine.host, proxy.host, str(SECONDS), str(seed)]
        status, out, err = processes.run(command, SECONDS + GRACE_SECONDS)
    finally:
        proxy.close()
    with capsys.disabled():
        print(f"\nsoak on {engine.kind}, {SECONDS} seconds: {out.decode()}", end="")
    assert status == 0, f"seed {seed}: {err.decode(errors='replace')[-8000:]}"
    assert inventory(engine) == before
