//! The model test of the list: random operations against the engine and against a naive model, compared whole after
//! every step; and the list rebuilt from events alone, compared with the list read.
//!
//! A failure prints its seed; `LIBIM_MODEL_SEED` and `LIBIM_MODEL_STEPS` run it again, alone and longer.

mod driver;
mod edits;
mod filters;
mod label_acts;
mod labels;
mod messages;
mod naive;
mod reactions;
mod receipts;
mod render;
mod tips;
mod views;
mod witness;

fn run(seed: u64, steps: usize) {
    let steps = std::env::var("LIBIM_MODEL_STEPS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(steps);
    let seed = std::env::var("LIBIM_MODEL_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(seed);
    driver::Driver::new(seed).run(steps);
}

#[test]
fn seed_1() {
    run(1, 2500);
}

#[test]
fn seed_2() {
    run(2, 2500);
}

#[test]
fn seed_3() {
    run(3, 2500);
}

#[test]
fn seed_4() {
    run(4, 2500);
}
