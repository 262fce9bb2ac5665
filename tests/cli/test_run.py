# SPDX-License-Identifier: MIT
"""`davit run` and `davit create`."""

import pytest
from cli_helpers import BASE, container, is_running, wait_until


def test_output_and_exit_code_are_passed_on(davit, name, no_leftovers):
    result = davit("run", "--rm", "--name", name, BASE, "sh", "-c",
                   "echo out; echo err >&2; exit 3")
    assert (result.status, result.out, result.err) == (3, "out\n", "err\n")


def test_container_stays_without_rm(davit, engine, name):
    davit("run", "--name", name, BASE, "true", status=0)
    assert container(engine, name)["State"]["Status"] in ("exited", "stopped")


def test_stdin_is_passed_on_with_i_only(davit):
    assert davit("run", "--rm", "-i", BASE, "cat", stdin="hello\n", status=0).out == "hello\n"
    assert davit("run", "--rm", BASE, "cat", stdin="hello\n", status=0).out == ""


def test_binary_streams_are_unchanged(davit):
    data = bytes(range(256)) * 4096
    assert davit("run", "--rm", "-i", BASE, "cat", stdin=data, status=0).raw == data


def test_output_comes_as_it_is_written(davit, name):
    process = davit.start("run", "--rm", "-i", "--name", name, BASE, "sh", "-c",
                          "echo ready; read x; echo got $x")
    assert process.stdout.readline() == b"ready\n"
    process.stdin.write(b"word\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"got word\n"
    assert davit.finish(process).status == 0


def test_detached_prints_the_id(davit, engine, name):
    result = davit("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    assert result.out == container(engine, name)["Id"] + "\n"
    assert result.err == ""
    assert is_running(engine, name)


def test_flags_behind_the_image_are_the_commands(davit):
    assert davit("run", "--rm", BASE, "echo", "-n", "--rm", "-e", status=0).out == "--rm -e"
    assert davit("run", "--rm", "--", BASE, "echo", "--", "x", status=0).out == "-- x\n"


def test_environment(davit):
    result = davit("run", "--rm", "-e", "A=1", "--env=B=x=y", "-e", "FROM_HERE", "-e", "MISSING",
                   "-e", "EMPTY=", BASE, "sh", "-c",
                   "echo $A,$B,$FROM_HERE,${MISSING-none},${EMPTY-none}",
                   env={"FROM_HERE": "here", "MISSING": None}, status=0)
    assert result.out == "1,x=y,here,none,\n"


def test_entrypoint_user_workdir_and_hostname(davit):
    result = davit("run", "--rm", "--entrypoint", "sh", "-u", "1000:1000", "-w", "/tmp", "-h",
                   "box",
                   BASE, "-c", "id -u; id -g; pwd; hostname", status=0)
    assert result.lines() == ["1000", "1000", "/tmp", "box"]
    assert davit("run", "--rm", "--entrypoint", "", BASE, "echo", "plain",
                 status=0).out == "plain\n"


def test_limits_labels_and_policy_arrive(davit, engine, name):
    davit("create", "--name", name, "-m", "64m", "--cpus", "0.5", "--cpu-shares", "512",
          "--pids-limit", "50", "-l", "tier=web", "--label", "bare", "--restart", "on-failure:3",
          "--stop-signal", "USR1", "--init", "--read-only", BASE, status=0)
    made = container(engine, name)
    host = made["HostConfig"]
    assert host["Memory"] == 64 * 1024 * 1024
    assert host["NanoCpus"] == 500_000_000 or host["CpuQuota"] == 50_000
    assert host["CpuShares"] == 512
    assert host["PidsLimit"] == 50
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3}
    assert host["ReadonlyRootfs"] is True
    assert made["Config"]["Labels"]["tier"] == "web"
    assert made["Config"]["Labels"]["bare"] == ""


def test_health_options_arrive(davit, engine, name):
    davit("create", "--name", name, "--health-cmd", "true || false", "--health-interval", "5s",
          "--health-timeout", "2s", "--health-retries", "4", "--health-start-period", "1m", BASE,
          status=0)
    check = container(engine, name)["Config"]["Healthcheck"]
    assert check["Test"] == ["CMD-SHELL", "true || false"]
    assert (check["Interval"], check["Timeout"]) == (5 * 10**9, 2 * 10**9)
    assert (check["Retries"], check["StartPeriod"]) == (4, 60 * 10**9)


def test_ports_are_published(davit, engine, name):
    davit("run", "-d", "--name", name, "-p", "127.0.0.1:18080:80", "-p", "53/udp", BASE, "sleep",
          "100", status=0)
    ports = container(engine, name)["NetworkSettings"]["Ports"]
    assert ports["80/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": "18080"}]
    assert int(ports["53/udp"][0]["HostPort"]) > 0


def test_folder_volume_and_tmpfs_are_mounted(davit, engine, name, tmp_path):
    (tmp_path / "file").write_text("from here\n")
    result = davit("run", "--name", name, "-v", f"{tmp_path}:/here:ro", "-v", f"{name}:/data",
                   "--mount", f"type=bind,source={tmp_path},target=/mount,readonly",
                   "--tmpfs", "/scratch:size=1m", BASE, "sh", "-c",
                   "cat /here/file /mount/file; touch /here/x; echo a > /data/b; df /scratch",
                   status=0)
    assert result.lines()[:2] == ["from here", "from here"]
    assert "Read-only file system" in result.err
    assert "tmpfs" in result.out
    assert name in [one["Name"] for one in engine.expect("GET", "/volumes")["Volumes"]]


def test_relative_folder_is_taken_from_here(davit, tmp_path):
    (tmp_path / "file").write_text("relative\n")
    result = davit("run", "--rm", "-v", "./:/here", BASE, "cat", "/here/file", cwd=tmp_path,
                   status=0)
    assert result.out == "relative\n"


def test_network_none_has_no_interfaces(davit):
    result = davit("run", "--rm", "--network", "none", BASE, "ls", "/sys/class/net", status=0)
    assert result.out.split() == ["lo"]
    assert davit("run", "--rm", "--net=host", BASE, "true", status=0)


def test_created_container_does_not_run(davit, engine, name):
    result = davit("create", "--name", name, BASE, "sleep", "100", status=0)
    made = container(engine, name)
    assert result.out == made["Id"] + "\n"
    assert made["State"]["Status"] in ("created", "configured")


@pytest.mark.parametrize("command, status", [("no-such-command", 127), ("/etc", 126)])
@pytest.mark.parametrize("detach", [[], ["-d"]])
def test_command_that_cannot_be_run(davit, name, no_leftovers, detach, command, status):
    result = davit("run", *detach, "--name", name, BASE, command, status=status)
    assert result.out == ""
    assert result.err.startswith(f"davit: run {name}: ")
    assert command in result.err


def test_missing_image_is_125(davit, name, no_leftovers):
    result = davit("run", "--rm", "--name", name, "--pull", "never", "localhost/no-such:image",
                   status=125)
    assert result.err.startswith(f"davit: run {name}: ")
    assert "localhost/no-such:image" in result.err
    assert "'davit images'" in result.err


def test_image_that_cannot_be_pulled_is_125(davit, name, no_leftovers):
    result = davit("run", "--rm", "--name", name, "localhost:1/no/such:image", status=125)
    assert "image localhost:1/no/such:image is not here, pulling it" in result.err
    assert "davit: pull localhost:1/no/such:image: " in result.err
    quiet = davit("run", "-q", "--name", name, "localhost:1/no/such:image", status=125)
    assert len(quiet.err.splitlines()) == 1 or "not here" not in quiet.err


def test_name_in_use_is_125(davit, engine, name):
    davit("create", "--name", name, BASE, status=0)
    before = container(engine, name)["Id"]
    result = davit("run", "--name", name, BASE, "true", status=125)
    assert result.err.startswith(f"davit: run {name}: ")
    assert "in use" in result.err
    assert container(engine, name)["Id"] == before


def test_port_in_use_is_125_and_leaves_nothing(davit, engine, name):
    davit("run", "-d", "--name", name + "-first", "-p", "18099:80", BASE, "sleep", "100", status=0)
    result = davit("run", "-d", "--name", name + "-second", "-p", "18099:80", BASE, "sleep", "100",
                   status=125)
    assert "18099" in result.err
    assert container(engine, name + "-second") is None


def test_rm_removes_a_detached_container_when_it_ends(davit, engine, name):
    davit("run", "-d", "--rm", "--name", name, BASE, "sleep", "0.5", status=0)
    wait_until(lambda: container(engine, name) is None, what="removal")


def test_result_format(davit, engine, name):
    result = davit("run", "-d", "--format", "result", "--name", name, BASE, "sleep", "100",
                   status=0)
    assert result.json() == {"success": True, "error": None,
                             "data": {"id": container(engine, name)["Id"]}}
    result = davit("run", "--rm", "--format=result", BASE, "sh", "-c", "echo a; echo b >&2; exit 4",
                   status=4)
    assert result.json() == {"success": True, "error": None,
                             "data": {"exit_code": 4, "stdout": "a\n", "stderr": "b\n"}}
    assert result.err == ""
    result = davit("run", "--format=result", "--pull=never", "localhost/no-such", status=125)
    assert result.json()["success"] is False
    assert "localhost/no-such" in result.json()["error"]
