# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by ./dev: makes the Debian root (root_make) and runs a command in it
# (root_enter). The root is named after its package list and appears only when
# complete. Root uses a private mount namespace; an ordinary user a user
# namespace, where it is root; and sudo comes last.

SUITE=${SPADE_DEV_SUITE:-trixie}
NEEDED_MIB=3000

# Gives the packages of base and the sections in $with, one a line.
root_packages ()
{
  local section
  # shellcheck disable=SC2154 # ./dev's
  for section in base $with; do
    grep -qxF "[$section]" "$TOP/dev.d/packages" ||
      die "dev.d/packages has no section [$section]."
    awk -v want="[$section]" '
      /^#/ || /^$/ { next }
      /^\[/ { inside = ($0 == want); next }
      inside' "$TOP/dev.d/packages"
  done | sort -u
}

# How we become root: directly, in a user namespace, or by sudo.
root_way ()
{
  if [ "$(id -u)" = 0 ]; then
    unshare --mount true 2>/dev/null && { echo root; return; }
  elif unshare --user --map-auto --map-root-user --mount true 2>/dev/null; then
    echo user; return
  elif sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; }; then
    echo sudo; return
  fi
  # shellcheck disable=SC2154 # ./dev's
  die "the Debian root needs the right to mount: run as root, install uidmap" \
      "for user namespaces, or install $lacking and work natively."
}

root_mmdebstrap ()
{
  command -v mmdebstrap >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "dev: installing mmdebstrap"
    { DEBIAN_FRONTEND=noninteractive apt-get -qq install -y mmdebstrap ||
      { apt-get -qq update &&
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y mmdebstrap; }
    } </dev/null >/dev/null 2>&1 || true
  fi
  command -v mmdebstrap >/dev/null ||
    die "mmdebstrap is missing and cannot be installed from here: install it" \
        "(and uidmap), or GIMP 3's development packages to work natively."
}

# Writes the new root to $1; messages of mmdebstrap go to stderr as they come. What it
# mounts is in a namespace of its own, so that nothing is left when it is stopped.
root_bootstrap ()
{
  # GIMP's and GTK's own words in the languages that we speak, for the tests.
  local language languages=()
  while read -r language; do
    languages+=("--dpkgopt=path-include=/usr/share/locale/$language/*/g*30*")
  done <"$TOP/po/LINGUAS"
  local options=(
    --variant=minbase
    --include="$(root_packages | paste -sd,)"
    --dpkgopt=path-exclude=/usr/share/doc/*
    --dpkgopt=path-exclude=/usr/share/man/*
    --dpkgopt=path-exclude=/usr/share/locale/*
    "${languages[@]}"
    --dpkgopt=force-unsafe-io)

  case $way in
    root) unshare --mount mmdebstrap --mode=root "${options[@]}" "$SUITE" "$1" ;;
    sudo) sudo unshare --mount mmdebstrap --mode=root "${options[@]}" "$SUITE" "$1" ;;
    user) mkdir "$1"
          mmdebstrap --mode=unshare "${options[@]}" "$SUITE" - |
            unshare --user --map-auto --map-root-user \
              tar -C "$1" --exclude='./dev/*' -xf - ;;
  esac
}

root_remove ()
{
  case $way in
    root) rm -rf --one-file-system "$1" ;;
    sudo) sudo rm -rf --one-file-system "$1" ;;
    user) unshare --user --map-auto --map-root-user rm -rf "$1" ;;
  esac
}

# Ends with the reason why the root could not be made; $free is what was left then.
root_fail ()
{
  if [ -n "$interrupted" ]; then
    say "dev: interrupted; the next call sets up the environment anew"
    exit 130
  fi
  [ "$free" -ge 50 ] ||
    die "$CACHE is full; free some space, or set XDG_CACHE_HOME."
  if grep -qE '^(Err:|E: (Failed to|Unable to) fetch)|Temporary failure resolving|Could not (connect|resolve)' "$log"; then
    die "the packages cannot be fetched; check the network (log: $log)."
  fi
  # The first error says why; the last is often that something before it failed.
  why=$(grep -m 1 '^E: ' "$log" || tail -n 1 "$log")
  why=${why#E: }
  die "the environment could not be made: ${why%.} (log: $log)."
}

root_free () { df -Pm "$CACHE" | awk 'NR == 2 { print $4 }'; }

# Sets ROOT and way; makes the root when it is not there.
root_make ()
{
  local hash partial free log interrupted=
  hash=$({ echo "$SUITE 2"; cat "$TOP/po/LINGUAS"; root_packages; } | sha256sum | cut -c1-10)
  ROOT=$CACHE/root-$hash
  way=$(root_way)
  [ ! -d "$ROOT" ] || return 0

  mkdir -p "$CACHE" 2>/dev/null ||
    die "cannot write to $CACHE; set XDG_CACHE_HOME to a folder with space."
  exec 8>"$CACHE/lock"
  flock -n 8 || { say "dev: another ./dev is setting up; waiting"; flock 8; }
  if [ ! -d "$ROOT" ]; then
    root_mmdebstrap
    free=$(root_free)
    [ "$free" -ge $NEEDED_MIB ] ||
      die "$CACHE has $free MiB free, and the environment needs $NEEDED_MIB;" \
          "free some, or set XDG_CACHE_HOME."
    partial=$ROOT.partial
    log=$CACHE/set-up.log
    say "dev: setting up the environment in $ROOT (once, a few minutes)"
    [ ! -e "$partial" ] || root_remove "$partial" ||
      die "$partial cannot be removed; is something mounted in it?"
    # The readers go on after Ctrl-C, so that mmdebstrap can tidy up.
    trap 'interrupted=yes' INT
    if ! root_bootstrap "$partial" </dev/null 2>&1 |
         (trap '' INT; tee "$log" | sed -un 's/^I: /dev:   /p' >&2); then
      free=$(root_free)
      root_remove "$partial" || true
      root_fail
    fi
    trap - INT
    mv "$partial" "$ROOT"
    say "dev: the environment is ready"
  fi
  exec 8>&-
}

# Runs "$@" inside and never returns. The current folder keeps its path, and
# so does every folder that is not the system's own.
root_enter ()
{
  local keep=() name enter
  mkdir -p "$CACHE/home"
  # pip's settings of the outside hold inside too, where its files are elsewhere.
  if [ -f "${PIP_CERT:-}" ]; then
    cp "$PIP_CERT" "$CACHE/pip-cert.pem" && PIP_CERT=$CACHE/pip-cert.pem
  fi
  for name in TERM DISPLAY XAUTHORITY CI ASAN_OPTIONS UBSAN_OPTIONS \
              http_proxy https_proxy no_proxy OMP_NUM_THREADS CUDA_VISIBLE_DEVICES ${!PIP_*} ${!SPADE_*}; do
    [ -z "${!name:-}" ] || keep+=("$name=${!name}")
  done
  enter=(bash "$TOP/dev.d/enter.sh" "$ROOT" "$PWD" "$TOP" "$CACHE"
         "$([ "$way" = sudo ] && echo "$(id -u):$(id -g)" || echo 0:0)"
         env -i HOME="$CACHE/home" LANG=C.UTF-8
         PATH=/usr/local/cuda/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
         ${keep[@]+"${keep[@]}"} SPADE_DEV_INSIDE="$SUITE" SPADE_DEV_WITH="${with# }"
         SPADE_DEV_CACHE="$CACHE" "$@")
  case $way in
    root) exec unshare --mount "${enter[@]}" ;;
    user) exec unshare --user --map-auto --map-root-user --mount "${enter[@]}" ;;
    sudo) exec sudo unshare --mount "${enter[@]}" ;;
  esac
}
