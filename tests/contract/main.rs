//! The backend contract: what every service does the same way, seen through the JSON API. Each scenario is a test on
//! each service, with users of its own: `cargo test --test contract recall` runs those with "recall" in their names on
//! all services, `cargo test --test contract prosody::` all scenarios on one.
//!
//! Scenarios wait more than they work: `RUST_TEST_THREADS=12` makes them quick on two cores.

mod scenarios;
#[path = "../servers/mod.rs"]
mod servers;
mod service;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod xmpp;

use service::Service;
use stage::Stage;
use std::sync::OnceLock;

// Each service is started by the first test that needs it and stands until the program ends.

fn embedded(scenario: scenarios::Scenario) {
    static SERVICE: OnceLock<service::Embedded> = OnceLock::new();
    play(SERVICE.get_or_init(service::Embedded::start), scenario);
}

fn prosody(scenario: scenarios::Scenario) {
    static SERVICE: OnceLock<xmpp::Xmpp> = OnceLock::new();
    play(SERVICE.get_or_init(|| xmpp::Xmpp::on(servers::prosody())), scenario);
}

fn ejabberd(scenario: scenarios::Scenario) {
    static SERVICE: OnceLock<xmpp::Xmpp> = OnceLock::new();
    play(SERVICE.get_or_init(|| xmpp::Xmpp::on(servers::ejabberd())), scenario);
}

fn play(service: &dyn Service, scenario: scenarios::Scenario) {
    support::log::keep();
    scenario(&Stage::new(service));
}
