//! C programs against the header, with the sanitizers.

use super::compile;
use super::support::{SANITIZERS, command, root, temp_dir};

fn program(name: &str) {
    let dir = temp_dir();
    let source = root().join("tests/timsdk/c").join(name).with_extension("c");
    let program = compile(&source, dir.path(), &SANITIZERS);
    command(program).arg(dir.path()).output();
}

#[test]
fn the_life_of_the_sdk() {
    program("life");
}

#[test]
fn many_threads_and_ends_while_callbacks_run() {
    program("threads");
}
