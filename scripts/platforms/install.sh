#!/bin/sh
# In the Debian root of scripts/debian-root.sh, as root: Rust with the standard libraries of other processors, the sources of
# the one that Debian does not build for Windows, C compilers for all of them, and what runs their programs.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# A mirror may be behind with the date until which a list of testing is valid; it is signed all the same.
echo 'Acquire::Check-Valid-Until "false"; Acquire::Languages "none"; APT::Install-Recommends "false";' >/etc/apt/apt.conf.d/90libim
for place in doc man locale; do
    echo "path-exclude /usr/share/$place/*"
done >/etc/dpkg/dpkg.cfg.d/libim
dpkg --add-architecture arm64
dpkg --add-architecture armhf
# Wine is in unstable only; nothing else is taken from there unless it needs it.
echo 'deb http://deb.debian.org/debian sid main' >/etc/apt/sources.list.d/sid.list
printf 'Package: *\nPin: release n=sid\nPin-Priority: 50\n' >/etc/apt/preferences.d/sid

apt-get update -qq
apt-get install -y -qq rustc cargo rust-src gcc libc6-dev qemu-user \
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-mingw-w64-x86-64-win32
apt-get install -y -qq -t sid wine64

# Unpacked and not installed: only what is linked is needed, not the compilers of those processors.
cd /tmp
for architecture in arm64 armhf; do
    apt-get download -qq "libstd-rust-dev:$architecture"
done
for package in libstd-rust-dev_*.deb; do
    dpkg -x "$package" /
done
rm -f libstd-rust-dev_*.deb
apt-get clean
