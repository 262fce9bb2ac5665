# SPDX-License-Identifier: MIT
"""Every flag of `run` and `create` comes to its place in the request, which --dry-run shows and
--print says as docker and podman do; what an engine leaves out is a warning."""

import shlex

IMAGE = "localhost/davit-test:base"
NO_ENGINE = {"DAVIT_HOST": "unix:///nowhere/docker.sock"}

# Flags, and what they come to: in HostConfig, at the top, in the first network's settings.
HOST = [
    (["--memory", "64m", "--memory-swap", "96m", "--memory-reservation", "32m"],
     {"Memory": 64 << 20, "MemorySwap": 96 << 20, "MemoryReservation": 32 << 20}),
    (["--memory-swappiness", "0"], {"MemorySwappiness": 0}),
    (["--oom-kill-disable", "--oom-score-adj", "-5"], {"OomKillDisable": True, "OomScoreAdj": -5}),
    (["-c", "5", "--cpu-period", "50000", "--cpu-quota", "25000"],
     {"CpuShares": 5, "CpuPeriod": 50000, "CpuQuota": 25000}),
    (["--cpuset-cpus", "0-1", "--cpuset-mems", "0"], {"CpusetCpus": "0-1", "CpusetMems": "0"}),
    (["--shm-size", "1g"], {"ShmSize": 1 << 30}),
    (["--ulimit", "nofile=1:2", "--ulimit", "core=0"],
     {"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}, {"Name": "core", "Soft": 0, "Hard": 0}]}),
    (["--cgroup-parent", "/p"], {"CgroupParent": "/p"}),
    (["--dns", "10.0.0.1", "--dns", "fd00::1"], {"Dns": ["10.0.0.1", "fd00::1"]}),
    (["--dns-search", "a.test", "--dns-option", "ndots:1", "--dns-opt", "rotate"],
     {"DnsSearch": ["a.test"], "DnsOptions": ["ndots:1", "rotate"]}),
    (["--add-host", "db=10.0.0.2"], {"ExtraHosts": ["db:10.0.0.2"]}),
    (["--group-add", "audio", "--cap-add", "NET_ADMIN", "--cap-drop", "ALL"],
     {"GroupAdd": ["audio"], "CapAdd": ["NET_ADMIN"], "CapDrop": ["ALL"]}),
    (["--security-opt", "no-new-privileges"], {"SecurityOpt": ["no-new-privileges"]}),
    (["--sysctl", "net.a=1", "--sysctl", "net.b=2"], {"Sysctls": {"net.a": "1", "net.b": "2"}}),
    (["--device", "/dev/null:/dev/x:r"], {"Devices": [
        {"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": "r"}]}),
    (["--gpus", '"device=0,1",capabilities=compute'], {"DeviceRequests": [
        {"DeviceIDs": ["0", "1"], "Capabilities": [["gpu", "compute"]]}]}),
    (["--gpus", "all"], {"DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}]}),
    (["--log-driver", "json-file", "--log-opt", "max-size=1m"],
     {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}}}),
    (["--userns", "host", "--ipc", "host", "--pid", "host", "--uts", "host", "--runtime", "runc"],
     {"UsernsMode": "host", "IpcMode": "host", "PidMode": "host", "UTSMode": "host",
      "Runtime": "runc"}),
    (["--volumes-from", "a:ro"], {"VolumesFrom": ["a:ro"]}),
    (["--network", "back"], {"NetworkMode": "back"}),
    (["--network", "container:x"], {"NetworkMode": "container:x"}),
]


def requests(davit, *arguments):
    return davit("create", "--dry-run", *arguments, IMAGE, "true", status=0).json()


def test_dry_run_shows_every_flag_in_its_place(davit):
    flags, wanted = [], {}
    for given, host in HOST:
        if given[0] not in flags and given[0] != "--network":
            flags += given
            wanted |= host
    [request] = requests(davit, *flags, "--domainname", "d.test", "--hostname", "h",
                         "--health-cmd", "true", "--health-start-interval", "2s")
    assert request["method"] == "POST"
    assert request["path"].endswith("/containers/create")
    body = request["body"]
    for key, value in wanted.items():
        assert body["HostConfig"][key] == value, key
    assert body["Domainname"] == "d.test" and body["Hostname"] == "h"
    assert body["Healthcheck"] == {"Test": ["CMD-SHELL", "true"], "StartInterval": 2000000000}
    assert body["Cmd"] == ["true"] and body["Image"] == IMAGE


def test_dry_run_of_flags_that_exclude_others(davit):
    for given, host in HOST:
        if given[0] in ("--network", "--gpus"):
            [request] = requests(davit, *given)
            for key, value in host.items():
                assert request["body"]["HostConfig"][key] == value


def test_dry_run_shows_the_networks_that_follow(davit):
    first, second = requests(
        davit, "--name", "box", "--network", "one", "--ip", "10.1.0.9", "--network-alias", "db",
        "--net-alias", "store", "--ip6", "fd00::9", "--mac-address", "02:42:0a:00:00:09",
        "--network", "name=two,alias=back,ip=10.2.0.9")
    assert first["path"].endswith("/containers/create?name=box")
    assert first["body"]["HostConfig"]["NetworkMode"] == "one"
    assert first["body"]["NetworkingConfig"]["EndpointsConfig"] == {"one": {
        "Aliases": ["db", "store"],
        "IPAMConfig": {"IPv4Address": "10.1.0.9", "IPv6Address": "fd00::9"},
        "MacAddress": "02:42:0a:00:00:09"}}
    assert second["path"].endswith("/networks/two/connect")
    assert second["body"] == {"Container": "box", "EndpointConfig": {
        "Aliases": ["back"], "IPAMConfig": {"IPv4Address": "10.2.0.9"}}}


def test_dry_run_does_nothing(engine, davit, name, no_leftovers):
    for verb in "create", "run":
        shown = davit(verb, "--dry-run", "--name", name, "--rm", "-v", f"{name}:/data", IMAGE, status=0)
        assert shown.json()[0]["body"]["HostConfig"]["AutoRemove"] is True
        assert shown.err == ""
    assert engine.request("GET", f"/containers/{name}/json")[0] == 404
    result = davit("create", "--dry-run", "--format", "result", IMAGE, status=0).json()
    assert result["success"] is True and result["data"][0]["method"] == "POST"


def test_platform_is_asked_for(davit):
    [request] = requests(davit, "--platform", "linux")
    assert request["path"].endswith("/containers/create?platform=linux")


def test_print_says_it_as_docker_and_podman_do(davit_alone, tmp_path):
    file = tmp_path / "env"
    file.write_text("FROM_FILE=a b\nNAME_ALONE\n")
    given = ["--name", "web", "-p", "8080:80", "-m", "64m", "--cpus", "1.5", "--env-file", str(file),
             "-e", "QUOTE=it's $HOME", "--network", "one", "--network", "name=two,ip=10.2.0.9",
             "nginx:alpine", "sh", "-c", "echo 'x y'"]
    same = ["--name", "web", "--env", "FROM_FILE=a b", "--env", "NAME_ALONE",
            "--env", "QUOTE=it's $HOME", "--memory", "67108864", "--cpus", "1.5", "--network", "one"]
    rest = ["--publish", "8080:80", "nginx:alpine", "sh", "-c", "echo 'x y'"]
    for program, network in ("docker", "name=two,ip=10.2.0.9"), ("podman", "two:ip=10.2.0.9"):
        shown = davit_alone("run", "-d", "--print", program, *given, env=NO_ENGINE, status=0)
        [line] = shown.lines()
        words = shlex.split(line)
        assert words == [program, "run", "--detach", *same, "--network", network, *rest]
        # What it says is said again.
        again = davit_alone("run", "--print", program, *(words[2:] if program == "docker" else
                            [*words[2:3], *given]), env=NO_ENGINE, status=0)
        assert again.out == shown.out


def test_print_refuses_what_create_would(davit_alone):
    shown = davit_alone("run", "--print", "nerdctl", "image", env=NO_ENGINE, status=125)
    assert "--print 'nerdctl': expected docker or podman" in shown.err
    shown = davit_alone("run", "--print", "docker", "--cpuset-cpus", "x", "image", env=NO_ENGINE,
                        status=125)
    assert "cpuset_cpus 'x': expected numbers and ranges" in shown.err and shown.out == ""


def test_files_of_variables_and_labels(davit, name, tmp_path):
    first, second, labels = tmp_path / "first", tmp_path / "second", tmp_path / "labels"
    first.write_text("# comment\n\nA=from file\nB=  spaces stay \nGIVEN\nMISSING\n")
    second.write_text("A=second\nC=3\n")
    labels.write_text("one=1\ntwo\n")
    shown = davit("run", "--name", name, "--env-file", str(first), "--env-file", str(second),
                  "-e", "C=4", "--label-file", str(labels), "-l", "one=2", IMAGE, "sh", "-c",
                  'echo "[$A][$B][$C][$GIVEN][${MISSING-unset}]"', env={"GIVEN": "outside"}, status=0)
    assert shown.out == "[second][  spaces stay ][4][outside][unset]\n"
    found = davit("inspect", name, status=0).json()[0]["labels"]
    assert (found["one"], found["two"]) == ("2", "")


def test_a_bad_line_of_a_file_is_named(davit_alone, tmp_path):
    file = tmp_path / "env"
    file.write_text("A=1\nB C=2\n")
    shown = davit_alone("run", "--env-file", str(file), "image", env=NO_ENGINE, status=125)
    assert f"--env-file '{file}': line 2: expected no white space" in shown.err


def test_network_flags_that_do_not_go_together(davit_alone):
    shown = davit_alone("run", "--network", "host", "--ip", "10.0.0.1", "image", env=NO_ENGINE,
                        status=125)
    assert "--ip, --ip6, --mac-address and --network-alias go with a network of its own" in shown.err
    shown = davit_alone("run", "--network", "name=a,ip=10.0.0.1", "--ip", "10.0.0.2", "image",
                        env=NO_ENGINE, status=125)
    assert "say again what --network says of a" in shown.err
    shown = davit_alone("run", "--network", "host", "--network", "a", "image", env=NO_ENGINE, status=125)
    assert "--network 'a': expected no other network beside host" in shown.err


def test_what_the_engine_leaves_out_is_a_warning(engine, davit, name):
    shown = davit("create", "--name", name, "--domainname", "d.test", "--log-driver", "json-file",
                  "--log-opt", "max-file=3", "--log-opt", "max-size=1m", "--kernel-memory", "32m",
                  "--health-cmd", "true", "--health-start-interval", "2s", IMAGE, status=0)
    inspected = davit("inspect", name, status=0).json()[0]
    if engine.kind == "podman":
        assert "domainname: this engine has left it out" in shown.err
        assert "log option max-file: this engine has left it out" in shown.err
        assert "resources: kernel_memory: this engine has dropped that limit" in shown.err
        assert "max-size" not in shown.err
    else:
        assert "kernel memory" in shown.err.lower().replace("_", " ")
        assert "domainname" not in shown.err and "log option" not in shown.err
        assert inspected["domainname"] == "d.test"
        assert inspected["log_options"] == {"max-size": "1m", "max-file": "3"}
    kept = inspected["health_start_interval"] == 2000000000
    assert kept != ("health_check: start_interval: this engine has left it out" in shown.err)


def test_gpus_are_asked_for_or_reported(engine, davit, name):
    shown = davit("create", "--name", name, "--gpus", "all", IMAGE, status=0)
    requests_kept = engine.expect("GET", f"/containers/{name}/json")["HostConfig"]["DeviceRequests"]
    assert bool(requests_kept) != ("gpus: this engine has left it out" in shown.err)


def test_nothing_is_asked_that_was_not_given(davit, name):
    shown = davit("create", "--name", name, "-m", "64m", "-p", "80", IMAGE, status=0)
    assert shown.err == ""


def test_each_log_driver_is_known_to_be_had_or_not(engine, davit, name):
    rows = {row["name"]: row for row in davit("version", "--format", "json", status=0).json()["capabilities"]}
    for driver in "json-file", "none", "syslog", "local", "gelf", "k8s-file", "passthrough":
        row = rows[f"log driver {driver}"]
        needed = ["--log-opt", "gelf-address=udp://127.0.0.1:9"] if driver == "gelf" else []
        made = davit("create", "--name", f"{name}-{driver}", "--log-driver", driver, *needed, IMAGE)
        assert (made.status == 0) == row["supported"], made.err
        if not row["supported"]:
            assert f"log driver {driver}: unsupported by this engine: {row['reason']}" in made.err


def test_a_log_option_that_breaks_the_start_is_refused(engine, davit, name):
    shown = davit("run", "--name", name, "--log-driver", "json-file", "--log-opt", "tag=x", IMAGE, "true")
    if engine.kind == "podman":
        assert shown.status == 125 and "log option tag: Podman takes it with journald only" in shown.err
    else:
        assert shown.status == 0 and shown.err == ""


def test_host_gateway_is_this_machine_or_refused(davit, name):
    shown = davit("run", "--rm", "--name", name, "--add-host", "up:host-gateway", IMAGE, "sh", "-c",
                  "grep -w up /etc/hosts")
    if shown.status == 0:
        assert shown.out.split()[0].count(".") == 3
    else:
        assert "extra host up: host-gateway needs Podman 4.7" in shown.err
