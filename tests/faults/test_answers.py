# SPDX-License-Identifier: MIT
"""Every verb, and an engine that answers nonsense: one clear error, the right status, no data."""

import json

import pytest
from checks import BASE, NO_ANSWERS, NO_JSON, PAGE, WRONG_TYPES, all_refused, is_sane, refused
from fault_proxy import Replace, Silence, reply

# What is asked, the verb's question, the exit status when it fails.
VERBS = {
    "ps": (["ps", "-a"], "GET /v.*/containers/json", 1),
    "inspect": (["inspect", "x"], "GET /v.*/containers/x/json", 1),
    "version": (["version"], "GET /v.*/version", 1),
    "info": (["info"], "GET /v.*/info", 1),
    "images": (["images"], "GET /v.*/images/json", 1),
    "health": (["health", "x"], "GET /v.*/containers/x/json", 1),
    "logs": (["logs", "x"], "GET /v.*/containers/x/json", 1),
    "exec": (["exec", "x", "true"], "POST /v.*/containers/x/exec", 125),
    "run": (["run", BASE, "true"], "POST /v.*/containers/create", 125),
    "run -d": (["run", "-d", BASE, "true"], "POST /v.*/containers/create", 125),
    "create": (["create", BASE], "POST /v.*/containers/create", 125),
    "start": (["start", "x"], "POST /v.*/containers/x/start", 1),
    "stop": (["stop", "x"], "POST /v.*/containers/x/stop", 1),
    "restart": (["restart", "x"], "POST /v.*/containers/x/restart", 1),
    "kill": (["kill", "x"], "POST /v.*/containers/x/kill", 1),
    "rm": (["rm", "x"], "DELETE /v.*/containers/x", 1),
    "wait": (["wait", "x"], "POST /v.*/containers/x/wait", 1),
    "pull": (["pull", "localhost/x"], "POST /v.*/images/create", 1),
    "rmi": (["rmi", "localhost/x"], "DELETE /v.*/images/", 1),
    "tag": (["tag", "x", "y"], "POST /v.*/images/x/tag", 1),
    "build": (["build", "-"], "POST /v.*/build", 1),
}
WITHOUT_CONTENT = {"start", "stop", "restart", "kill", "rm", "tag", "rmi"}
LIKE_START = {"restart", "kill", "tag", "rmi"}  # the very same code


def verb_of(verb):
    arguments, pattern, status = VERBS[verb]
    return arguments, pattern, status


def with_stdin(command):
    """Builds read their Dockerfile."""
    def call(*arguments, **options):
        if "build" in arguments:
            options["stdin"] = f"FROM {BASE}\n"
        return command(*arguments, **options)
    return call


@pytest.mark.parametrize("verb", [one for one in VERBS if one not in LIKE_START])
def test_no_answer_of_an_engine(spoiled, proxy, verb):
    arguments, pattern, status = verb_of(verb)
    all_refused(with_stdin(spoiled), proxy, pattern, NO_ANSWERS, status, arguments)


@pytest.mark.parametrize("verb", [one for one in VERBS if one not in WITHOUT_CONTENT])
def test_no_json(spoiled, proxy, verb):
    arguments, pattern, status = verb_of(verb)
    all_refused(with_stdin(spoiled), proxy, pattern, NO_JSON, status, arguments)


@pytest.mark.parametrize("verb", [one for one in VERBS if one not in WITHOUT_CONTENT])
def test_json_of_wrong_type(spoiled, proxy, verb):
    arguments, pattern, status = verb_of(verb)
    all_refused(with_stdin(spoiled), proxy, pattern, WRONG_TYPES, status, arguments)


@pytest.mark.parametrize("verb", ["exec", "run", "run -d", "create", "wait", "build"])
def test_json_without_what_matters(spoiled, proxy, verb):
    arguments, pattern, status = verb_of(verb)
    answers = {"empty": reply(b"{}"), "nothing": reply(b""), "null": reply(b"null"),
               "null inside": reply(b'{"Id": null, "StatusCode": null}'),
               "other type inside": reply(b'{"Id": 5, "StatusCode": "0"}')}
    all_refused(with_stdin(spoiled), proxy, pattern, answers, status, arguments)


@pytest.mark.parametrize("verb", VERBS)
def test_page_is_told_as_what_it_is(spoiled, proxy, verb):
    arguments, pattern, status = verb_of(verb)
    proxy.rule(pattern, Replace(reply(PAGE, "500 Internal Server Error", "text/html")))
    result = with_stdin(spoiled)(*arguments)
    message = refused(result, status, "500", progress=verb == "build")
    assert "<" not in message


@pytest.mark.parametrize("verb", VERBS)
def test_silence_ends_with_the_time_allowed(spoiled, proxy, verb):
    arguments, pattern, status = verb_of(verb)
    proxy.rule(pattern, Silence())
    result = with_stdin(spoiled)("--timeout", "300ms", *arguments, timeout=15)
    refused(result, 124 if status == 1 else status, "no answer in the time allowed",
            progress=verb == "build")


@pytest.mark.parametrize("verb", ["ps", "run", "logs"])
def test_silence_from_the_first_question_on(spoiled, proxy, verb):
    arguments, _, status = verb_of(verb)
    proxy.rule("GET /_ping", Silence())
    result = spoiled("--timeout", "300ms", *arguments, timeout=10)
    refused(result, 124 if status == 1 else status, proxy.host, "no answer")


def test_silence_in_the_middle_of_an_answer(spoiled, proxy):
    proxy.rule("/containers/json", Replace(reply(b"[", length=500), stays=True))
    refused(spoiled("--timeout", "300ms", "ps", timeout=10), 124, "no answer in the time allowed")


@pytest.mark.parametrize("verb", ["ps", "run", "build"])
def test_garbage_from_the_first_question_on(spoiled, proxy, verb):
    arguments, _, status = verb_of(verb)
    all_refused(with_stdin(spoiled), proxy, "GET /_ping", NO_ANSWERS, status, arguments)


# ---- answers of the right shape with one thing wrong ----

ODD = (5, -1, 1e308, 2**63, "odd", "", [], {}, [5], {"odd": 5}, None, True)


def variants(value):
    """The value with each member of it, in turn, being something odd."""
    if isinstance(value, dict):
        for key in value:
            for odd in ODD:
                yield {**value, key: odd}
            for inner in variants(value[key]):
                yield {**value, key: inner}
    elif isinstance(value, list) and value:
        for odd in ODD:
            yield [odd, *value[1:]]
        for inner in variants(value[0]):
            yield [inner, *value[1:]]


class Numbered(Replace):
    """The container whose name is a number is answered with that item of a list."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers

    def answer(self, exchange):
        number = int(exchange.line.split("/containers/")[1].split("/")[0])
        self.data = self.answers[number]
        super().answer(exchange)


def path_of(engine, verb):
    """What the verb asks for, as the engine's own view of itself."""
    path = {"ps": "containers/json?all=1", "images": "images/json"}.get(verb, verb)
    own = engine.kind == "podman" and verb in ("ps", "images")
    return ("/v4.0.0/libpod/" if own else "/v1.41/") + path


def inspect_all(spoiled, proxy, answers):
    """`inspect` of as many containers at once, each with its own answer."""
    rule = proxy.rule("/containers/[0-9]+/json", Numbered(answers))
    result = spoiled("inspect", "--type", "container", *range(len(answers)), timeout=120)
    assert result.status in (0, 1), result.status
    # The first one goes on a connection that served before; if that just ends, it is asked again.
    assert rule.count == len(answers) + (answers[0] == b"")
    shown = json.loads(result.out)
    errors = [line for line in result.err.splitlines() if not line.startswith("hint: ")]
    for line in errors:
        assert line.startswith("davit: inspect ") and line.isprintable(), line
    assert len(shown) + len(errors) == len(answers)
    assert (result.status == 0) == (not errors)
    return shown, errors


@pytest.fixture
def inspected(davit, engine, name):
    """The engine's own answer about a container."""
    davit("create", "--name", name, "-e", "A=b", "-l", "a=b", "-p", "80", "-v", f"{name}:/v",
          "--health-cmd", "true", BASE, "true", status=0)
    return engine.expect("GET", f"/containers/{name}/json")


def test_members_of_wrong_type(spoiled, proxy, inspected):
    answers = [reply(json.dumps(one).encode()) for one in variants(inspected)][::5]
    shown, errors = inspect_all(spoiled, proxy, answers)
    assert shown and errors
    assert all("the engine's answer" in line or "expected" in line for line in errors), errors[:20]


@pytest.mark.parametrize("verb", ["ps", "images", "version", "info"])
def test_list_members_of_wrong_type(spoiled, proxy, engine, inspected, verb):
    arguments, pattern, _ = verb_of(verb)
    answer = engine.expect("GET", path_of(engine, verb))
    odd = list(variants(answer))
    for one in odd[::max(1, len(odd) // 40)]:
        proxy.clear()
        proxy.rule(pattern, Replace(reply(json.dumps(one).encode())))
        is_sane(spoiled(*arguments))
