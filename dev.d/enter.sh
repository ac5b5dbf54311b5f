# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# enter.sh ROOT FOLDER CHECKOUT CACHE UID:GID CMD...: binds the outside into
# the root and runs CMD there, in FOLDER. Runs as root in a mount namespace of
# its own (root_enter), so nothing has to be unmounted.

set -eu
PATH=$PATH:/usr/sbin:/sbin # an ordinary user may lack them
root=$1 folder=$2 checkout=$3 cache=$4 owner=$5
shift 5

bind ()
{
  [ -d "$root$2" ] || mkdir -p "$root$2"
  mount --rbind "$1" "$root$2"
}

# Unbindable: else binding the folder that holds the root binds it into itself.
mount --rbind "$root" "$root"
mount --make-runbindable "$root"

for outside in /*; do
  case $outside in
    /bin | /boot | /dev | /etc | /lib* | /lost+found | /proc | /run | /sbin | \
    /sys | /usr | /var) ;;
    *) if [ -d "$outside" ] && [ ! -L "$outside" ]; then
         bind "$outside" "$outside"
       fi ;;
  esac
done
for outside in "$folder" "$checkout" "$cache"; do
  case $outside/ in
    /usr/src/* | /usr/local/src/* | /var/* | /run/* ) bind "$outside" "$outside" ;;
  esac
done
for outside in /proc /sys /dev; do
  bind $outside $outside
done
# Names are looked up as they are today, not on the day that the root was made.
if [ -e /etc/resolv.conf ] && [ -e "$root/etc/resolv.conf" ]; then
  mount --bind "$(readlink -f /etc/resolv.conf)" "$(readlink -f "$root/etc/resolv.conf")"
fi
[ ! -d /run/user ] || bind /run/user /run/user

# The CUDA toolkit, and the driver's libraries where there is a driver.
if [ -d /usr/local/cuda ]; then
  bind "$(readlink -f /usr/local/cuda)" /usr/local/cuda
fi
driver=$(ldconfig -p 2>/dev/null | sed -n 's/.*libcuda\.so\.1 .*=> //p' | head -n 1)
if [ -n "$driver" ]; then
  mkdir -p "$root/usr/local/nvidia"
  mount -t tmpfs tmpfs "$root/usr/local/nvidia"
  cp -L "$(dirname "$driver")"/lib{cuda,nvidia-ml,nvidia-ptxjitcompiler}.so.1 \
    "$root/usr/local/nvidia/" 2>/dev/null || true
  set -- env LD_LIBRARY_PATH=/usr/local/nvidia "$@"
fi

# shellcheck disable=SC2016 # for the shell inside
exec chroot --userspec="$owner" "$root" /bin/sh -c '
  cd "$1" 2>/dev/null || { echo "dev: $1 is not visible inside" >&2; exit 1; }
  shift
  exec "$@"' sh "$folder" "$@"
