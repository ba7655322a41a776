# libim: the two commands are `make demo` and `make test`; `make install` puts it on this machine.

CARGO  ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
CFLAGS ?= -std=c11 -Wall -Wextra -Werror -g -D_GNU_SOURCE

# What `make` builds and `make install` installs: release or debug.
PROFILE ?= release

.PHONY: all install uninstall demo demo-xmpp build-demo test lint header schema staticlib bench clean setup-demo \
	setup-demo-xmpp setup-test

all:
	$(CARGO) build $(if $(filter release,$(PROFILE)),--release)

# Libraries, headers for C and C++, and files for pkg-config and CMake. scripts/install.sh says which variables there
# are: PREFIX, LIBDIR, INCLUDEDIR and DESTDIR.
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export LIBDIR := $(LIBDIR)
install uninstall: export INCLUDEDIR := $(INCLUDEDIR)
install uninstall: export DESTDIR := $(DESTDIR)
install uninstall: export PROFILE := $(PROFILE)

install: all
	scripts/install.sh install

uninstall:
	scripts/install.sh uninstall

setup-demo:
	@scripts/setup.sh demo

setup-demo-xmpp:
	@scripts/setup.sh demo-xmpp

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

build-demo:
	$(CARGO) build
	mkdir -p $(TARGET)/demo
	ln -sf ../debug/libim.so $(TARGET)/demo/libim.so.0
	gcc $(CFLAGS) examples/inbox.c -Iinclude $$(pkg-config --cflags jansson) -o $(TARGET)/demo/inbox \
		$(TARGET)/demo/libim.so.0 -Wl,-rpath,'$$ORIGIN' $$(pkg-config --libs jansson) -pthread

# Everything that is checked.
test: setup-test lint
	$(CARGO) test
	$(MAKE) --no-print-directory demo >/dev/null
	$(MAKE) --no-print-directory demo-xmpp >/dev/null

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --quiet

# Makes include/libim.h anew from src/ffi.
header:
	scripts/refresh-header.sh

# Makes schema/openrpc.json anew from the types and the header.
schema:
	LIBIM_WRITE_SCHEMA=1 $(CARGO) test --test schema_openrpc -- the_committed_document_is_fresh

# A static library that shows the im_ functions only, for programs that have an SQLite of their own.
staticlib:
	$(CARGO) build --release
	mkdir -p $(TARGET)/dist
	scripts/staticlib.sh $(TARGET)/release/libim.a $(TARGET)/dist/libim.a

# benches/first_sync starts a Prosody, and benches/bindings needs the languages: all that the tests need too.
bench: setup-test
	$(CARGO) bench
	scripts/bench-bindings.sh

clean:
	$(CARGO) clean
