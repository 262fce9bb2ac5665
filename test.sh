#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
set -euo pipefail
cd "$(dirname "$0")"

usage() {
    cat <<'USAGE'
usage: ./test.sh [SUITE...] [--engine docker|podman] [-k NAME] [--sanitize | --valgrind]

Installs what the tests need, builds davit, boots private Docker and Podman engines, runs the
suites on both and cleans up. The last line is "N passed, N failed, N skipped".

suites:
  unit      modules, without an engine
  header    each public header by itself
  engine    the library, on each engine
  cli       the command, on each engine
  faults    broken engines, broken input
  docs      the documentation's examples
  all       all of the above (default)
  bare      quickstart.sh and test.sh in a fresh Debian 12 root
  soak      the library as a service uses it, for SOAK_SECONDS (1800), on each engine
  fuzz      each fuzz target for FUZZ_SECONDS (600)

options:
  --engine ENGINE   only on this engine (may be given twice)
  -k NAME           only tests whose names match
  --sanitize        built with AddressSanitizer and UndefinedBehaviorSanitizer
  --valgrind        the C programs of unit and header under valgrind
USAGE
}

refuse() {
    echo "test.sh: $*" >&2
    usage >&2
    exit 2
}

declare -r all_suites="unit header engine cli faults docs"
suites=()
engines=()
names=()
variant="test"

read_arguments() {
    while [ $# -gt 0 ]; do
        case "$1" in
            unit | header | engine | cli | faults | docs | bare | soak | fuzz) suites+=("$1") ;;
            all)
                # shellcheck disable=SC2206 # words are wanted
                suites+=($all_suites)
                ;;
            --engine | -k)
                [ $# -gt 1 ] || refuse "$1 needs a value"
                option "$1" "$2"
                shift
                ;;
            --engine=*) option --engine "${1#*=}" ;;
            --sanitize) variant=asan ;;
            --valgrind) variant=valgrind ;;
            -h | --help)
                usage
                exit 0
                ;;
            *) refuse "unknown suite or option: $1" ;;
        esac
        shift
    done
}

option() {
    case "$1 $2" in
        "--engine docker" | "--engine podman") engines+=(--engine "$2") ;;
        --engine*) refuse "--engine $2: expected docker or podman" ;;
        *) names=(-k "$2") ;;
    esac
}

has_suite() {
    case " ${suites[*]} " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# ---- the last line ----

scratch=""
finish() {
    local status=$? passed=0 failed=1 skipped=0
    if [ -s "$scratch/counts" ]; then
        read -r passed failed skipped <"$scratch/counts"
    fi
    rm -rf "$scratch"
    if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then
        [ "$status" -ne 0 ] || status=1
    elif [ "$status" -ne 0 ]; then
        failed=1 # the tests passed but something else went wrong: said above
    fi
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$status"
}

# ---- building ----

configure() {
    local folder="build/$1"
    shift
    [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >"$scratch/meson.log" 2>&1 || {
        cat "$scratch/meson.log" >&2
        rm -rf "$folder"
        return 1
    }
}

compile() {
    ninja --quiet -C "build/$1" "${@:2}" >"$scratch/ninja.log" 2>&1 || {
        cat "$scratch/ninja.log" >&2
        return 1
    }
}

build_variant() {
    case "$variant" in
        asan)
            configure asan --buildtype=debugoptimized -Db_sanitize=address,undefined
            compile asan
            export DAVIT_BUILD="$PWD/build/asan"
            export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:detect_stack_use_after_return=1}"
            export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"
            ;;
        *)
            configure test --buildtype=debugoptimized
            compile test
            export DAVIT_BUILD="$PWD/build/test"
            ;;
    esac
}

# ---- running ----

needs_engine() {
    has_suite soak || has_suite engine || has_suite cli || has_suite faults || has_suite docs
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        local kept=DAVIT_BUILD,DAVIT_TEST_COUNTS,DAVIT_TEST_OBSERVED,SOAK_SECONDS,SOAK_SEED
        sudo --preserve-env="$kept,ASAN_OPTIONS,UBSAN_OPTIONS" -- "$@"
    fi
}

run_suites() {
    local folders=() wrapper=() logs="$DAVIT_BUILD/engine-logs"
    for suite in $all_suites soak; do
        if has_suite "$suite" && [ -d "tests/$suite" ]; then
            folders+=("tests/$suite")
        fi
    done
    if [ "$variant" = valgrind ]; then
        wrapper=(--davit-wrapper "valgrind -q --error-exitcode=99 --leak-check=full
                                  --show-leak-kinds=definite,indirect")
    fi
    local tests=(/usr/bin/python3 -B -m pytest -p no:cacheprovider -q -rfEs --tb=short
        --durations=15 --durations-min=5
        "${names[@]}" "${wrapper[@]}" "${folders[@]}")
    export DAVIT_TEST_COUNTS="$scratch/counts" DAVIT_TEST_OBSERVED="$scratch/observed"
    if needs_engine; then
        as_root tests/support/parts.py --logs "$logs" "${engines[@]}" -- "${tests[@]}"
    else
        "${tests[@]}"
    fi
    if has_suite engine && [ ${#engines[@]}${#names[@]} = 00 ]; then
        cp "$DAVIT_TEST_OBSERVED" build/observed
        tests/support/capabilities.py check "$DAVIT_TEST_OBSERVED"
    fi
}

fuzz_one() {
    local target="$1" name corpus crashes
    name="$(basename "$target")"
    corpus="build/fuzz/corpus/$name"
    crashes="build/fuzz/crashes/$name"
    mkdir -p "$corpus" "$crashes"
    local folders=("$corpus")
    [ ! -d "tests/fuzz/corpus/$name" ] || folders+=("tests/fuzz/corpus/$name")
    echo "fuzz $name: ${FUZZ_SECONDS:-600} seconds"
    "$target" -max_total_time="${FUZZ_SECONDS:-600}" -timeout=20 -rss_limit_mb=2048 \
        -artifact_prefix="$crashes/" -print_final_stats=1 "${folders[@]}" \
        >"$scratch/fuzz.log" 2>&1 || {
        tail -n 60 "$scratch/fuzz.log" >&2
        echo "fuzz $name: FAILED; the input is in $crashes" >&2
        return 1
    }
    grep -E 'number_of_executed_units|new_units_added' "$scratch/fuzz.log" || true
}

build_fuzz() {
    CC=clang configure fuzz -Dfuzz=true -Dtests=false -Db_sanitize=address,undefined \
        -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link
    mapfile -t fuzz_targets < <(ninja -C build/fuzz -t targets all |
        sed -n 's|^\(tests/fuzz/[^/]*\): c_LINKER$|\1|p')
    compile fuzz "${fuzz_targets[@]}"
}

run_fuzz() {
    local passed=0 failed=0 target
    for target in "${fuzz_targets[@]}"; do
        [[ "$target" == *"${names[1]:-}"* ]] || continue
        if fuzz_one "build/fuzz/$target"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        echo "$passed $failed 0" >"$scratch/counts"
    done
    [ "$failed" -eq 0 ]
}

read_arguments "$@"
# shellcheck disable=SC2206 # words are wanted
[ ${#suites[@]} -gt 0 ] || suites=($all_suites)
for suite in bare soak fuzz; do
    if has_suite "$suite" && [ ${#suites[@]} -gt 1 ]; then
        refuse "$suite runs by itself"
    fi
done
if [ "$variant" = valgrind ] && needs_engine; then
    refuse "--valgrind is for the suites unit and header"
fi

mkdir -p build
scratch="$(mktemp -d "$PWD/build/run.XXXXXX")"
trap finish EXIT

if has_suite bare; then
    packaging/install-packages test bare
    as_root tests/support/bare.py "$PWD/build/bare" "$scratch/counts"
elif has_suite fuzz; then
    packaging/install-packages build fuzz
    build_fuzz
    run_fuzz
else
    groups=(build test)
    ! needs_engine || groups+=(image podman docker)
    [ "$variant" != valgrind ] || groups+=(valgrind)
    packaging/install-packages "${groups[@]}"
    build_variant
    run_suites
fi
