//! The C ABI is the one that is committed in `docs/abi`: programs that were built against it still run.

mod support;

use support::{command, root};

#[test]
fn the_header_declares_what_the_committed_description_says() {
    command(root().join("scripts/abi.sh")).arg("check").output();
}
