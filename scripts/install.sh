#!/bin/sh
# Installs libim for programs in C and C++, or takes away what it installed.
#
#     scripts/install.sh install|uninstall
#
# It reads the environment:
#
#     PREFIX      where the package lives; default /usr/local
#     LIBDIR      the directory of the libraries; default PREFIX/lib
#     INCLUDEDIR  the directory of the headers; default PREFIX/include
#     DESTDIR     a directory that stands for / while installing, for those who make packages; default none
#     PROFILE     release or debug: which build of cargo's is installed; default release
#     LIBIM_BUILD the directory with the libim.so and libim.a that cargo has built; default that of the profile
#     TIMSDK      not empty and not 0: libImSDK.so and TIMLibim.h too, for programs written for Tencent's C SDK
#
# Uninstalling needs the same PREFIX, LIBDIR, INCLUDEDIR and DESTDIR as installing. For ELF systems.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
packaging=$root/scripts/packaging
prefix=${PREFIX:-/usr/local}
prefix=${prefix%/}
libdir=${LIBDIR:-$prefix/lib}
includedir=${INCLUDEDIR:-$prefix/include}
destdir=${DESTDIR:-}
target=${CARGO_BUILD_TARGET:-}
built=${CARGO_TARGET_DIR:-$root/target}${target:+/$target}
build=${LIBIM_BUILD:-$built/${PROFILE:-release}}
timsdk=${TIMSDK:-}
[ "$timsdk" != 0 ] || timsdk=
# Its release has a profile of its own.
case ${PROFILE:-release} in
release) timsdk_build=${LIBIM_BUILD:-$built/timsdk} ;;
*) timsdk_build=$build ;;
esac

die() {
    echo "install: $*" >&2
    exit 1
}
for path in "$prefix/" "$libdir" "$includedir"; do
    case $path in
    *[[:space:]]* | *[\|\&\\]*) die "'$path' has a character that build files cannot carry" ;;
    /*) ;;
    *) die "'$path' does not begin with /" ;;
    esac
done

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
abi=$(sed -n 's/^#define IM_ABI_VERSION //p' "$root/include/libim.h")
so_file=libim.so.$version
soname=libim.so.$abi

# A directory as others of the package name it: below PREFIX by what stands for it, so that the package can be moved.
relative() { # DIRECTORY WHAT-STANDS-FOR-PREFIX
    case $1 in
    "$prefix"/*) printf '%s%s' "$2" "${1#"$prefix"}" ;;
    *) printf '%s' "$1" ;;
    esac
}
# PREFIX as seen from the directory of the CMake files: one step up for each part of the way there.
up_to_prefix() {
    case $libdir in
    "$prefix"/*)
        way=${libdir#"$prefix"}/cmake/libim
        printf '%s%s' "\${_libim_here}" "$(printf '%s' "$way" | sed 's|//*[^/]*|/..|g')"
        ;;
    *) printf '%s' "$prefix" ;;
    esac
}

fill() { # TEMPLATE OUT
    sed -e "s|@PREFIX@|${prefix:-/}|g" \
        -e "s|@PC_LIBDIR@|$(relative "$libdir" "\${prefix}")|g" \
        -e "s|@PC_INCLUDEDIR@|$(relative "$includedir" "\${prefix}")|g" \
        -e "s|@CMAKE_INCLUDEDIR@|$(relative "$includedir" "$(up_to_prefix)")|g" \
        -e "s|@SYSTEM_LIBS@|$system_libs|g" \
        -e "s|@CMAKE_SYSTEM_LIBS@|$(printf '%s' "$system_libs" | tr ' ' ';')|g" \
        -e "s|@SO_FILE@|$so_file|g" \
        -e "s|@SONAME@|$soname|g" \
        -e "s|@VERSION@|$version|g" \
        -e "s|@VERSION_MAJOR@|$(printf '%s' "$version" | cut -d. -f1)|g" \
        -e "s|@VERSION_MINOR@|$(printf '%s' "$version" | cut -d. -f2)|g" \
        -e "s|@POINTER_BYTES@|$pointer_bytes|g" \
        "$1" >"$2"
}

# What a Rust static library needs of the system. Rust's own runtime decides it: libim adds SQLite, which needs no more.
rust_system_libs() {
    echo >"$work/empty.rs"
    "${RUSTC:-rustc}" ${target:+--target "$target"} --crate-type staticlib --print native-static-libs \
        -o "$work/empty.a" "$work/empty.rs" 2>&1 |
        sed -n 's/^note: native-static-libs: //p'
}

do_install() {
    [ "$(uname -s)" != Darwin ] || die "only ELF systems are supported so far"
    for library in libim.so libim.a; do
        [ -f "$build/$library" ] || die "$build/$library is missing; build it first (cargo build --release)"
    done
    [ -z "$timsdk" ] || [ -f "$timsdk_build/libImSDK.so" ] ||
        die "$timsdk_build/libImSDK.so is missing; build it first (cargo build --profile timsdk --package libim-timsdk)"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    system_libs=$(rust_system_libs)
    [ -n "$system_libs" ] || die "rustc does not say what a static library needs"
    # The fifth byte of an ELF file: 1 for 32 bits, 2 for 64.
    pointer_bytes=$(($(od -An -tu1 -j4 -N1 "$build/libim.so") * 4))

    "$root/scripts/staticlib.sh" "$build/libim.a" "$work/libim.a"
    fill "$packaging/libim.pc.in" "$work/libim.pc"
    fill "$packaging/libim-config.cmake.in" "$work/libim-config.cmake"
    fill "$packaging/libim-config-version.cmake.in" "$work/libim-config-version.cmake"

    lib=$destdir$libdir
    include=$destdir$includedir
    install -d "$lib/pkgconfig" "$lib/cmake/libim" "$include/libim"
    install -m 755 "$build/libim.so" "$lib/$so_file"
    ln -sf "$so_file" "$lib/$soname"
    ln -sf "$soname" "$lib/libim.so"
    install -m 644 "$work/libim.a" "$lib/libim.a"
    install -m 644 "$work/libim.pc" "$lib/pkgconfig/libim.pc"
    install -m 644 "$work/libim-config.cmake" "$work/libim-config-version.cmake" "$lib/cmake/libim/"
    install -m 644 "$root/include/libim.h" "$root/bindings/cpp/libim.hpp" "$include/"
    install -m 644 "$root"/bindings/cpp/libim/*.hpp "$include/libim/"
    if [ -n "$timsdk" ]; then
        install -m 755 "$timsdk_build/libImSDK.so" "$lib/libImSDK.so"
        install -m 644 "$root/compat/timsdk/include/TIMLibim.h" "$include/TIMLibim.h"
    fi
}

do_uninstall() {
    lib=$destdir$libdir
    include=$destdir$includedir
    rm -f "$lib/$so_file" "$lib/$soname" "$lib/libim.so" "$lib/libim.a" "$lib/pkgconfig/libim.pc" \
        "$lib/cmake/libim/libim-config.cmake" "$lib/cmake/libim/libim-config-version.cmake" \
        "$include/libim.h" "$include/libim.hpp"
    for header in "$root"/bindings/cpp/libim/*.hpp; do
        rm -f "$include/libim/${header##*/}"
    done
    # Without it, a library of that name may be Tencent's.
    [ -z "$timsdk" ] || rm -f "$lib/libImSDK.so" "$include/TIMLibim.h"
    # Directories that are libim's own; what others have put there stays.
    for own in "$lib/cmake/libim" "$include/libim"; do
        rmdir "$own" 2>/dev/null || true
    done
}

case ${1:-} in
install) do_install ;;
uninstall) do_uninstall ;;
*) die "usage: scripts/install.sh install|uninstall" ;;
esac
