#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# From a fresh Debian 12 machine to a container that davit built and runs. Asks nothing; running it
# again is harmless: what is there already is used, and its container is replaced.
set -euo pipefail
cd "$(dirname "$0")"

declare -r image=localhost/davit-quickstart
declare -r name=davit-quickstart
declare -r program=build/release/davit
declare -r app=build/quickstart
davit=("$program")

step() {
    printf '\n==> %s\n' "$*"
}

fail() {
    printf '\nquickstart.sh: %s\n' "$*" >&2
    exit 1
}

# Shows a command as the reader would type it, and runs it.
run() {
    local word shown=""
    for word in "$@"; do
        [[ "$word" != *" "* ]] || word="'$word'"
        shown+=" $word"
    done
    echo "\$$shown"
    "$@" || fail "this command failed: $*"
}

build_davit() {
    step "Building davit"
    packaging/install-packages build image || fail "cannot install the packages davit is built with"
    mkdir -p build
    if [ ! -f build/release/build.ninja ]; then
        meson setup build/release --buildtype=release -Dtests=false -Dstatic_dependencies=true \
            >build/quickstart.log 2>&1 || {
            tail -n 20 build/quickstart.log >&2
            rm -rf build/release
            fail "meson could not set up the build; all it said is in build/quickstart.log"
        }
    fi
    ninja --quiet -C build/release >build/quickstart.log 2>&1 || {
        tail -n 20 build/quickstart.log >&2
        fail "davit does not build; all the compiler said is in build/quickstart.log"
    }
    echo "$program"
}

answers() {
    "$@" version >build/quickstart.log 2>&1
}

# Any engine that answers is used, then root's, then one that davit starts by itself.
find_engine() {
    step "Looking for a container engine"
    local named="${DAVIT_HOST:-${DOCKER_HOST:-${CONTAINER_HOST:-}}}"
    if ! answers "${davit[@]}"; then
        [ -z "$named" ] || fail "the engine $named cannot be used:
$(cat build/quickstart.log)
Unset DAVIT_HOST, DOCKER_HOST and CONTAINER_HOST to have another engine looked for."
        if [ "$(id -u)" != 0 ]; then
            command -v sudo >/dev/null ||
                fail "no engine answers to this user: run as root, or install sudo"
            davit=(sudo "$program")
        fi
    fi
    if ! answers "${davit[@]}"; then
        echo "None answers: installing Podman, which davit starts when it needs it."
        packaging/install-packages podman || fail "cannot install Podman"
        answers "${davit[@]}" || {
            "${davit[@]}" doctor >&2 || true
            fail "still no engine: what davit found stands above"
        }
    fi
    cat build/quickstart.log
}

remove_earlier() {
    local mine
    mine="$("${davit[@]}" ps -a --quiet --filter "name=^$name\$" --filter label=davit.quickstart)"
    if [ -n "$mine" ]; then
        "${davit[@]}" rm -f "$name" >/dev/null || fail "cannot remove the container of an earlier run"
    elif [ -n "$("${davit[@]}" ps -a --quiet --filter "name=^$name\$")" ]; then
        fail "a container named $name exists already and is not of this script: rename or remove it"
    fi
    "${davit[@]}" rmi "$image" >/dev/null 2>&1 || true # there need not be one
}

build_image() {
    step "Building an image (from busybox: no registry is needed)"
    rm -rf "$app"
    mkdir -p "$app"
    cp "$(command -v busybox)" "$app/busybox"
    cat >"$app/index.html" <<'PAGE'
<h1>Built and run by davit</h1>
PAGE
    cat >"$app/Dockerfile" <<'DOCKERFILE'
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
COPY index.html /www/
EXPOSE 80
CMD ["httpd", "-f", "-v", "-p", "80", "-h", "/www"]
DOCKERFILE
    cat "$app/Dockerfile"
    printf '$ tar -C %s -c . | %s build -t %s -\n' "$app" "${davit[*]}" "$image"
    tar -C "$app" -c . | "${davit[@]}" build -t "$image" - || fail "the image could not be built"
}

# The first port from 8080 on that nothing listens on.
free_port() {
    local port
    for port in {8080..8179}; do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    fail "no free port from 8080 to 8179"
}

run_container() {
    step "Running it: a port, a memory limit, a label, a health check, a restart policy"
    port="$(free_port)"
    run "${davit[@]}" run -d --name "$name" -p "127.0.0.1:$port:80" -m 64m \
        --label davit.quickstart=yes --restart on-failure:3 --health-interval 1s \
        --health-cmd "wget -q -O /dev/null http://127.0.0.1/" "$image"
    step "Waiting until it is healthy"
    run "${davit[@]}" wait --healthy "$name"
}

fetch_page() {
    step "Fetching its page"
    local page
    printf '$ wget -q -O - http://127.0.0.1:%s/\n' "$port"
    page="$(busybox wget -Y off -q -O - "http://127.0.0.1:$port/")" ||
        fail "nothing answers at http://127.0.0.1:$port/; see: ${davit[*]} logs $name"
    echo "$page"
    [[ "$page" == *"Built and run by davit"* ]] ||
        fail "http://127.0.0.1:$port/ answers with another page than the image's"
}

show_it() {
    step "Looking at it"
    run "${davit[@]}" ps
    run "${davit[@]}" logs "$name"
    printf '$ %s inspect %s\n' "${davit[*]}" "$name"
    "${davit[@]}" inspect "$name" >"$app/inspect.json" || fail "inspect failed"
    head -n 30 "$app/inspect.json"
    printf '... (%s lines)\n' "$(wc -l <"$app/inspect.json")"
}

say_how_to_go_on() {
    local removable=""
    [ ! -s build/installed-packages ] ||
        removable="    apt-get purge $(sort -u build/installed-packages | tr '\n' ' ')"
    cat <<TEXT

==> Done. The page stands at http://127.0.0.1:$port/

To go on:
    ${davit[*]} exec $name ps
    ${davit[*]} logs -f $name
    ${davit[*]} --help
    docs/getting-started.md
    ./test.sh

To remove it all (the last line as root: the packages that were missing):
    ${davit[*]} rm -f $name
    ${davit[*]} rmi $image
    rm -rf build
$removable
TEXT
}

build_davit
find_engine
remove_earlier
build_image
run_container
fetch_page
show_it
say_how_to_go_on
