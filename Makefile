# libim: the two commands are `make demo` and `make test`; `make install` puts it on this machine.

CARGO  ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
TOOLS := $(TARGET)/tools
CFLAGS ?= -std=c11 -Wall -Wextra -Werror -g -D_GNU_SOURCE

# What `make` builds and `make install` installs: release or debug.
PROFILE ?= release

.PHONY: all install uninstall demo demo-xmpp chat chat-pictures window window-picture picture build-demo check test test-long torture test-servers test-bindings \
	lint generate abi docs release cargo-c platforms deny fuzz staticlib bench bench-chat bench-network clean setup-demo setup-demo-xmpp setup-chat setup-chat-pictures setup-window \
	setup-window-picture setup-release setup-test

all:
	$(CARGO) build $(if $(filter release,$(PROFILE)),--release)

# Libraries, headers for C and C++, and files for pkg-config and CMake. scripts/install.sh says which variables there
# are: PREFIX, LIBDIR, INCLUDEDIR and DESTDIR.
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export LIBDIR := $(LIBDIR)
install uninstall: export INCLUDEDIR := $(INCLUDEDIR)
install uninstall: export DESTDIR := $(DESTDIR)
install uninstall: export PROFILE := $(PROFILE)

# TIMSDK=1 adds libImSDK, for apps written for Tencent's C SDK: docs/migrate.md.
TIMSDK ?=
install uninstall: export TIMSDK := $(TIMSDK)

install: all
	$(if $(filter-out 0,$(TIMSDK)),$(CARGO) build $(if $(filter release,$(PROFILE)),--profile timsdk) --package libim-timsdk)
	scripts/install.sh install

uninstall:
	scripts/install.sh uninstall

setup-demo:
	@scripts/setup.sh demo

setup-demo-xmpp:
	@scripts/setup.sh demo-xmpp

setup-chat:
	@scripts/setup.sh chat

setup-chat-pictures setup-window setup-window-picture setup-release: setup-%:
	@scripts/setup.sh $*

setup-test:
	@scripts/setup.sh test

# The main job, as an app would do it: three processes, one service file, alice's list.
demo: setup-demo build-demo
	@rm -rf $(TARGET)/demo/data && mkdir $(TARGET)/demo/data
	@echo
	$(TARGET)/demo/inbox $(TARGET)/demo/data

# The same program on an XMPP server, a Prosody of its own that is gone afterwards.
demo-xmpp: setup-demo-xmpp build-demo
	@echo
	scripts/demo-xmpp.sh $(TARGET)/demo/inbox

# A chat client for the terminal, in a world of its own with three bots: examples/chat.
chat chat-pictures: export LIBIM_LIBRARY := $(abspath $(TARGET))/debug/libim.so
chat chat-pictures: export PYTHONPATH := $(abspath bindings/python):$(abspath examples/chat)
chat: setup-chat
	$(CARGO) build
	$(TARGET)/chat-venv/bin/python -m libim_chat --demo

# The pictures of it in docs; for the last ones it loses a server and has it back.
chat-pictures: setup-chat-pictures
	$(CARGO) build
	$(TARGET)/chat-venv/bin/python -m libim_chat.pictures docs
	scripts/demo-xmpp.sh $(TARGET)/chat-venv/bin/python -m libim_chat.reconnect docs

# The same list in a window, where others write: examples/window.
window window-picture: export LIBIM_LIBRARY := $(abspath $(TARGET))/debug/libim.so
window window-picture: export PYTHONPATH := $(abspath bindings/python)
window: setup-window
	$(CARGO) build
	/usr/bin/python3 examples/window/demo.py

# The picture of it in docs, drawn on a display of its own.
window-picture: setup-window-picture
	$(CARGO) build
	scripts/with-display.sh /usr/bin/python3 examples/window/picture.py docs/window.png

# The README's picture of the demo.
picture: setup-demo build-demo
	@rm -rf $(TARGET)/demo/data && mkdir $(TARGET)/demo/data
	$(TARGET)/demo/inbox $(TARGET)/demo/data >$(TARGET)/demo/output
	scripts/demo-picture.py <$(TARGET)/demo/output >docs/demo.svg

build-demo:
	$(CARGO) build
	mkdir -p $(TARGET)/demo
	ln -sf ../debug/libim.so $(TARGET)/demo/libim.so.0
	gcc $(CFLAGS) examples/inbox.c -Iinclude $$(pkg-config --cflags jansson) -o $(TARGET)/demo/inbox \
		$(TARGET)/demo/libim.so.0 -Wl,-rpath,'$$ORIGIN' $$(pkg-config --libs jansson) -pthread

# The programs in tests/, in tiers: those that start servers, those that need other languages or tools, those that need Rust
# and gcc only but take their time, and all others.
SERVER_TESTS  := attacks cluster contract cuts devices_xmpp first_sync foreign odd_stanzas xmpp_login
BINDING_TESTS := abi_description chat cpp header install kotlin node packages python runners staticlib swift
ALL_TESTS     := $(patsubst tests/%.rs,%,$(wildcard tests/*.rs)) $(patsubst tests/%/main.rs,%,$(wildcard tests/*/main.rs))
LONG_TESTS    := devices faults hostile_server model paging processes room_entered_again stanza_play
CHECK_TESTS   := $(filter-out $(SERVER_TESTS) $(BINDING_TESTS) $(LONG_TESTS),$(ALL_TESTS))

# All of them run, so that one failure hides no other.
run-tests = $(CARGO) test --no-fail-fast $(foreach test,$(1),--test $(test))

# What a change is held against while it is made: about a minute once everything is compiled. Nothing is installed, no
# server is started. The model test takes a fifth of its steps.
check: lint
	LIBIM_MODEL_STEPS=500 $(call run-tests,$(CHECK_TESTS) model) --lib
	$(CARGO) test --package xtask --package models

test-long:
	$(call run-tests,$(LONG_TESTS))

# Every round of the tests that play a few in the normal run: every operation of a failing disk, hundreds of damaged files,
# many schedules of threads. All parts are played, and those that failed are named at the end.
torture: setup-test
	scripts/torture.sh $(CARGO)

# The scenarios of the contract wait more than they work.
test-servers: setup-test
	RUST_TEST_THREADS=12 $(call run-tests,contract)
	$(call run-tests,$(filter-out contract,$(SERVER_TESTS)))

test-bindings: setup-test
	$(call run-tests,$(BINDING_TESTS))
	$(CARGO) test --no-fail-fast --package libim-timsdk

# Everything that is checked.
test: setup-test check test-long test-servers test-bindings
	$(MAKE) --no-print-directory demo >/dev/null
	$(MAKE) --no-print-directory demo-xmpp >/dev/null

lint:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --quiet

# Everything that restates the description of the interface in src/api: the C functions, include/libim.h,
# schema/openrpc.json, parts of the bindings, tables of the documents.
generate:
	$(CARGO) xtask generate

# Writes the description of the C ABI, after functions were added or for a new IM_ABI_VERSION.
abi: setup-test
	scripts/abi.sh write

# A static library that shows the im_ functions only, for programs that have an SQLite of their own.
staticlib:
	$(CARGO) build --release
	mkdir -p $(TARGET)/dist
	scripts/staticlib.sh $(TARGET)/release/libim.a $(TARGET)/dist/libim.a

# A site of the documents: target/book/html.
docs:
	scripts/docs.sh

# Everything that an app developer installs, for this platform, with checksums, a list of what is inside and notes:
# target/release-VERSION.
release: setup-release $(TOOLS)/bin/cargo-cyclonedx
	$(CARGO) xtask compatible
	$(if $(filter debug,$(PROFILE)),,scripts/packaging/build.sh $(TARGET)/release-build)
	PATH="$(abspath $(TOOLS)/bin):$$PATH" PYTHON=$(abspath $(TARGET))/release-venv/bin/python \
		LIBIM_BUILD=$(abspath $(TARGET))/$(if $(filter debug,$(PROFILE)),debug,release-build/release) \
		NODE_INCLUDE=$(abspath $(TARGET))/node-tools/node_modules/node-api-headers/include scripts/packaging/all.sh $(TARGET)

# Builds and tests for other processors and for Windows, on emulators: docs/platforms.md. TARGETS="aarch64-unknown-linux-gnu"
# takes a part. Its own compilers and emulators are loaded the first time.
platforms:
	scripts/platforms.sh $(TARGETS)

# `cargo cinstall` against `make install`.
cargo-c: $(TOOLS)/bin/cargo-c
	CARGO_C=$(abspath $(TOOLS))/bin/cargo-cinstall scripts/packaging/cargo-c.sh

# Licences and sources of everything that libim is built from, and what is known against them.
deny: $(TOOLS)/bin/cargo-deny
	$< check

# The crate cargo-c brings several commands, and none of its own name.
$(TOOLS)/bin/cargo-c:
	$(CARGO) install cargo-c --locked --root $(TOOLS)
	touch $@

$(TOOLS)/bin/cargo-%:
	$(CARGO) install cargo-$* --locked --root $(TOOLS)

# A fuzz target guided by coverage, until it is interrupted; needs a nightly Rust.
FUZZ ?= call
fuzz: $(TOOLS)/bin/cargo-fuzz
	PATH="$(abspath $(TOOLS)/bin):$$PATH" $(CARGO) +nightly fuzz run $(FUZZ)

# benches/first_sync, benches/media and benches/network start a Prosody, and benches/bindings needs the languages: all that the tests need too.
bench: setup-test
	$(CARGO) bench
	scripts/bench-bindings.sh
	$(MAKE) --no-print-directory bench-chat

# Only what a step of scrolling costs in the chat client.
bench-chat: export LIBIM_LIBRARY := $(abspath $(TARGET))/release/libim.so
bench-chat: export PYTHONPATH := $(abspath bindings/python):$(abspath examples/chat)
bench-chat: setup-chat
	$(CARGO) build --release
	$(TARGET)/chat-venv/bin/python benches/chat/frames.py

# Only what a slow network costs.
bench-network: setup-test
	$(CARGO) bench --bench network

clean:
	$(CARGO) clean
