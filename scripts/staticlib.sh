#!/bin/sh
# Usage: staticlib.sh IN OUT
#
# Makes from IN, the libim.a that cargo has built, a static library OUT whose only global symbols are the functions of
# the header. Cargo's archive brings SQLite and the Rust runtime with global names, which collide with an app's own.
# So everything is linked into one object, in which all other names become local. For ELF with GNU binutils; OBJCOPY,
# LD and AR may name those of a cross compiler.
set -eu

in=$1
out=$2
header=$(dirname "$0")/../include/libim.h
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The functions that the header declares: lines that begin with a type and go on with a name and a bracket.
sed -n '/^typedef/d; s/^[a-z].*[ *]\(im_[a-z0-9_]*\)(.*/\1/p' "$header" >"$work/names"
test -s "$work/names"

# Sections that no exported function needs are left out. Groups are dissolved: the linker must not drop a part of ours
# because another object brings a group of the same name.
sed 's/^/--undefined=/' "$work/names" >"$work/roots"
"${LD:-ld}" --relocatable --gc-sections --force-group-allocation "@$work/roots" \
    --whole-archive "$in" --no-whole-archive -o "$work/sections.o"
# A section for each function and constant has done its work: hundreds of thousands of them take a third of the file, and
# make some tools need minutes for it.
cat >"$work/merge" <<'END'
SECTIONS {
    .text 0 : { *(.text .text.*) }
    .rodata 0 : { *(.rodata .rodata.*) }
    .data.rel.ro 0 : { *(.data.rel.ro .data.rel.ro.*) }
    .data 0 : { *(.data .data.*) }
    .bss 0 : { *(.bss .bss.* COMMON) }
    .tdata 0 : { *(.tdata .tdata.*) }
    .tbss 0 : { *(.tbss .tbss.*) }
    .gcc_except_table 0 : { *(.gcc_except_table .gcc_except_table.*) }
}
END
"${LD:-ld}" --relocatable --script="$work/merge" "$work/sections.o" -o "$work/all.o"
# The Rust runtime carries its bitcode along, of a version that other compilers' tools stumble over; nobody needs it.
"${OBJCOPY:-objcopy}" --remove-section=.llvmbc --remove-section=.llvmcmd \
    --keep-global-symbols="$work/names" "$work/all.o" "$work/libim.o"

rm -f "$work/libim.a"
"${AR:-ar}" rcs "$work/libim.a" "$work/libim.o"
mv "$work/libim.a" "$out"
