//! The fuzz targets with seeded mutations, a short time each. A failure prints the seed and the input.
//!
//! `LIBIM_FUZZ_SEED=7 LIBIM_FUZZ_INPUTS=1000000 cargo test --test fuzz` plays others, and more; `make fuzz` is guided by
//! coverage.

#[path = "../fuzz/src/lib.rs"]
#[allow(clippy::expect_used, clippy::panic)]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use targets::{TARGETS, Target};

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Words on which parsers of JSON, XML and numbers turn.
const TOKENS: &[&str] = &[
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9007199254740993",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\\u0000",
    "\\ud800",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "c2c_",
    "group_",
    "__kImSDK_MesssageAtALL__",
    "<",
    "</",
    "/>",
    "&amp;",
    "&#0;",
    "xmlns='",
    "]]>",
];

/// One change: a byte or a token put in, taken out, written over, or a piece of another seed.
fn mutate(rng: &mut fastrand::Rng, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let at = rng.usize(0..=input.len());
    let end = (at + rng.usize(0..8)).min(input.len());
    match rng.u8(0..6) {
        0 => input.insert(at, rng.u8(..)),
        1 => drop(input.drain(at..end)),
        2 => input
            .splice(at..end, rng.choice(TOKENS).unwrap().bytes())
            .for_each(drop),
        3 if at < input.len() => input[at] = rng.u8(..),
        4 => {
            let piece = input[at..end].to_vec();
            input.splice(at..at, piece).for_each(drop);
        }
        _ => {
            let other = rng.choice(seeds).unwrap();
            let from = rng.usize(0..=other.len());
            input.splice(at.., other[from..].iter().copied()).for_each(drop);
        }
    }
}

fn play(target: &Target) {
    let seed = variable("LIBIM_FUZZ_SEED", 1);
    let inputs = variable("LIBIM_FUZZ_INPUTS", 20_000) / target.cost as u64;
    let mut rng = fastrand::Rng::with_seed(seed);
    let seeds = (target.seeds)();
    for number in 0..inputs.max(seeds.len() as u64) {
        let mut input = seeds[number as usize % seeds.len()].clone();
        // The seeds themselves come first.
        if number >= seeds.len() as u64 {
            for _ in 0..rng.usize(1..6) {
                mutate(&mut rng, &mut input, &seeds);
            }
        }
        let held = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        assert!(
            held.is_ok(),
            "{}: seed {seed}, input {number}: {:?}",
            target.name,
            String::from_utf8_lossy(&input)
        );
    }
}

fn find(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap()
}

#[test]
fn any_call() {
    play(find("call"));
}

#[test]
fn any_config() {
    play(find("config"));
}

#[test]
fn any_cursor() {
    play(find("cursor"));
}

#[test]
fn any_service_row() {
    play(find("service_rows"));
}

#[test]
fn any_stanza() {
    play(find("stanza"));
    let understood = (find("stanza").seeds)()
        .iter()
        .filter(|seed| targets::stanza::read(seed))
        .count();
    assert_eq!(
        understood,
        (find("stanza").seeds)().len(),
        "the seeds are stanzas that libim reads"
    );
}
