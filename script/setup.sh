# Sourced by the scripts beside it: installs what is missing on this machine, and makes .venv ready.
# A start that finds everything in place takes a few milliseconds: bash alone looks, no other program is started.
# shellcheck shell=bash

unset CDPATH
cd "$here/.."
root=$PWD
cd "$OLDPWD"
venv=$root/.venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# Sentences go to standard error: standard output belongs to the program.
say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

has_libmpv() {
    compgen -G '/usr/lib/*/libmpv.so.[12]' >/dev/null || compgen -G '/usr/lib*/libmpv.so.[12]' >/dev/null ||
        compgen -G '/usr/local/lib/libmpv.*' >/dev/null || compgen -G '/opt/homebrew/lib/libmpv.*' >/dev/null
}

# Puts the names, in Debian's words, of what is missing into `missing`. Argument: run or test.
find_missing() {
    missing=()
    has mpv || missing+=(mpv)
    has_libmpv || missing+=(libmpv)
    { has ffmpeg && has ffprobe; } || missing+=(ffmpeg)
    [[ $1 == test ]] || return 0
    has tmux || missing+=(tmux)
    [[ $OSTYPE == darwin* ]] && return 0 # macOS brings sshd, and its windows need no Xvfb
    has Xvfb || missing+=(xvfb)
    has xdotool || missing+=(xdotool)
    has sshd || [[ -x /usr/sbin/sshd ]] || missing+=(openssh-server)
}

# Runs a command as the administrator, without ever waiting for a password that nobody can type.
as_admin() {
    if ((EUID == 0)); then
        "$@"
    elif ! has sudo; then
        return 1
    elif [[ -t 0 && -t 2 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

apt_get() {
    as_admin env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null >"$log" 2>&1
}

# Debian's and Ubuntu's packages for these names; libmpv has a number that depends on the release.
install_with_apt() {
    local name packages=()
    apt_get update || return 1
    for name in "$@"; do
        if [[ $name == libmpv ]]; then
            name=libmpv2
            apt-cache show libmpv2 >/dev/null 2>&1 || name=libmpv1
        fi
        packages+=("$name")
    done
    apt_get install -y --no-install-recommends "${packages[@]}"
}

# Homebrew's formulas have Debian's names, but libmpv comes with mpv.
install_with_brew() {
    local name formulas=()
    for name in "$@"; do
        [[ $name == libmpv ]] && name=mpv
        formulas+=("$name")
    done
    HOMEBREW_NO_AUTO_UPDATE=1 brew install --quiet "${formulas[@]}" </dev/null >"$log" 2>&1
}

# Installs programs of the system; says so where it cannot.
install_programs() {
    local log done=1
    log=$(mktemp)
    say "Installing $* …"
    if has apt-get; then
        install_with_apt "$@" || done=0
    elif has brew; then
        install_with_brew "$@" || done=0
    else
        done=0
    fi
    if ((!done)); then
        [[ -s $log ]] && tail -n 3 "$log" >&2
        say "Could not install: $*. Ask whoever looks after this computer to install it."
    fi
    rm -f "$log"
    ((done))
}

# A Python that is new enough, as the path of the very program (a link to it may point to another version one day).
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        has "$name" && "$name" -c '
import os, sys
if sys.version_info < (3, 11):
    sys.exit(1)
print(os.path.realpath(sys.executable))' 2>/dev/null && return 0
    done
    return 1
}

need_python() {
    python=$(find_python) && return 0
    install_programs python3 python3-venv && python=$(find_python) && return 0
    install_programs python3.11 python3.11-venv && python=$(find_python) && return 0
    fail "vigtui needs Python 3.11 or newer, and there is none. Install it, then run this again."
}

make_venv() {
    local python version
    need_python
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        install_programs "$version-venv" || fail "Without $version-venv no environment for vigtui can be made."
    fi
    say "Making .venv with $python …"
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "The folder .venv could not be made in $root."
    printf '%s\n' "$root" >"$venv/place"
}

# Whether .venv works, and stands where it was made: its programs hold absolute paths, so it cannot be moved.
venv_is_sound() {
    [[ ! -f $venv/place || $(<"$venv/place") == "$root" ]] &&
        "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

pip_install() {
    "$venv/bin/python" -m pip install --quiet --constraint "$root/constraints.txt" "$@" </dev/null ||
        fail "The Python packages could not be installed; the reason stands above. Nothing else was changed: run this again."
}

# Puts all that .venv was made from into `made_from`; where anything of it changes, the next start installs again.
read_made_from() {
    local name text
    made_from=$root
    for name in pyproject.toml constraints.txt script/setup.sh .venv/pyvenv.cfg; do
        text=
        [[ ! -f $root/$name ]] || IFS= read -r -d '' text <"$root/$name" || true # read ends at the end of the file with 1
        made_from+=$'\n'$text
    done
}

# Whether everything for run or test was installed from what is there now.
is_installed() {
    local made_from stamp=
    [[ -x $venv/bin/python && -f $venv/ready-$1 ]] || return 1
    IFS= read -r -d '' stamp <"$venv/ready-$1" || true
    read_made_from
    [[ $stamp == "$made_from" ]]
}

# Installs the package, and with “test” the tools of script/test.
install_packages() {
    local made_from extra=()
    venv_is_sound || make_venv
    rm -f "$venv"/ready-*
    say "Installing Python packages …"
    pip_install pip # the system's may be too old for dependency groups
    [[ $1 == test ]] && extra=(--group "$root/pyproject.toml:test")
    pip_install --build-constraint "$root/constraints.txt" --editable "$root" ${extra[@]+"${extra[@]}"}
    "$venv/bin/python" -m compileall -q "$root/vigtui" || fail "The program could not be compiled; the reason stands above."
    read_made_from
    printf '%s' "$made_from" >"$venv/ready-run"
    [[ $1 == run ]] || printf '%s' "$made_from" >"$venv/ready-$1"
}

# Makes everything ready. Argument: run or test.
ready() {
    local missing
    find_missing "$1"
    if ((${#missing[@]})); then
        install_programs "${missing[@]}" || say "Going on without; what needs it will say so."
    fi
    is_installed "$1" || install_packages "$1"
}
