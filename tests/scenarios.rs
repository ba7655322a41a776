//! Plays the scenarios in `tests/scenarios`, whose README says what each step means.

mod support;

use im::api::{self, METHODS, Response};
use im::client::Client;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::app::Heard;
use support::{scenarios, temp_dir};

/// How long a step waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open client, and how much of what it heard was passed over.
struct Player {
    client: Arc<Client>,
    heard: Heard,
    passed: usize,
}

struct Stage {
    players: HashMap<String, Player>,
    variables: Map<String, Value>,
}

type Outcome = Result<(), String>;

impl Stage {
    fn play(&mut self, steps: &[Value]) -> Outcome {
        for (number, step) in steps.iter().enumerate() {
            self.step(step)
                .map_err(|fault| format!("step {number}, {:.300}\n{fault}", step.to_string()))?;
        }
        Ok(())
    }

    fn step(&mut self, raw: &Value) -> Outcome {
        let action = raw["do"].as_str().unwrap();
        let keys: &[&str] = match action {
            "open" => &["client", "config", "code", "desc", "data", "save"],
            "call" | "wait" => &["client", "method", "request", "text", "code", "desc", "data", "save"],
            "hear" => &["client", "event", "payload", "save"],
            "unheard" => &["client", "event"],
            "close" => &["client", "code"],
            "rename" => &["from", "to"],
            "repeat" => &["times", "as", "steps"],
            other => return Err(format!("there is no step {other}")),
        };
        let mut given = raw.as_object().unwrap().keys();
        if let Some(key) = given.find(|key| *key != "do" && !keys.contains(&key.as_str())) {
            return Err(format!("{action} has no {key}"));
        }
        if action == "repeat" {
            for turn in 0..raw["times"].as_i64().unwrap() {
                self.variables.insert(text(raw, "as").to_owned(), json!(turn));
                self.play(raw["steps"].as_array().unwrap())
                    .map_err(|fault| format!("turn {turn}, {fault}"))?;
            }
            return Ok(());
        }
        let step = self.fill_in(raw)?;
        match action {
            "open" => self.open(&step),
            "call" => self.call(&step),
            "wait" => eventually(|| self.call(&step)),
            "hear" => eventually(|| self.hear(&step)),
            "unheard" => match self.find(&step)? {
                Some((at, _)) => Err(format!("it is event {at}")),
                None => Ok(()),
            },
            "close" => {
                let code = self
                    .player(&step)?
                    .client
                    .close()
                    .err()
                    .map_or(0, |error| error.status.code());
                expect("code", &step, &json!(code), &json!(0))
            }
            _ => std::fs::rename(text(&step, "from"), text(&step, "to")).map_err(|error| error.to_string()),
        }
    }

    fn open(&mut self, step: &Value) -> Outcome {
        let name = text(step, "client");
        let dir = text(&Value::Object(self.variables.clone()), "dir").to_owned();
        let mut config = json!({
            "dataDir": format!("{dir}/{name}"),
            "backend": { "kind": "embedded", "path": format!("{dir}/service.db") },
        });
        for (key, value) in step["config"].as_object().unwrap() {
            config[key] = value.clone();
        }
        let (client, response) = api::open(&config.to_string());
        if let Some(client) = client {
            let heard = Heard::default();
            client.add_listener(0, Arc::new(heard.clone())).unwrap();
            let player = Player {
                client,
                heard,
                passed: 0,
            };
            if let Some(before) = self.players.insert(name.to_owned(), player) {
                // Closed by an earlier step, or by now.
                let _ = before.client.close();
            }
        }
        self.judge(step, &response)
    }

    fn call(&mut self, step: &Value) -> Outcome {
        let request = match (step.get("request"), step.get("text")) {
            (Some(request), None) => request.to_string(),
            (None, Some(text)) => text.as_str().unwrap().to_owned(),
            (None, None) => "{}".to_owned(),
            _ => return Err("request and text are both given".to_owned()),
        };
        let response = api::call(&self.player(step)?.client, text(step, "method"), &request);
        self.judge(step, &response)
    }

    fn hear(&mut self, step: &Value) -> Outcome {
        match self.find(step)? {
            Some((at, payload)) => {
                self.player(step)?.passed = at + 1;
                self.save(step, &payload)
            }
            None => {
                let player = self.player(step)?;
                let heard = player.heard.all().into_iter().skip(player.passed);
                let heard: Vec<String> = heard
                    .map(|(event, payload)| format!("{} {:.300}", event.name(), payload.to_string()))
                    .collect();
                Err(format!("it heard only\n{}", heard.join("\n")))
            }
        }
    }

    /// The place and the payload of the first event that fits and was not passed over.
    fn find(&mut self, step: &Value) -> Result<Option<(usize, Value)>, String> {
        let player = self.player(step)?;
        let mut events = player.heard.all().into_iter().enumerate().skip(player.passed);
        let any = json!({ "$any": true });
        let pattern = step.get("payload").unwrap_or(&any);
        let found = events.find(|(_, (event, payload))| {
            event.name() == text(step, "event") && misfit(pattern, payload, "payload").is_none()
        });
        Ok(found.map(|(at, (_, payload))| (at, payload)))
    }

    fn judge(&mut self, step: &Value, response: &Response) -> Outcome {
        let response: Value = serde_json::from_str(&response.json).unwrap();
        expect("code", step, &response["code"], &json!(0))
            .map_err(|fault| format!("{fault}: {:.500}", response.to_string()))?;
        let desc = response["desc"].as_str().unwrap();
        if let Some(part) = step.get("desc").and_then(Value::as_str)
            && !desc.contains(part)
        {
            return Err(format!("desc is {desc:?}"));
        }
        if let Some(misfit) = step
            .get("data")
            .and_then(|data| misfit(data, &response["data"], "data"))
        {
            return Err(misfit);
        }
        self.save(step, &response["data"])
    }

    fn save(&mut self, step: &Value, value: &Value) -> Outcome {
        for (name, pointer) in step.get("save").and_then(Value::as_object).into_iter().flatten() {
            let value = value.pointer(pointer.as_str().unwrap());
            let value = value.ok_or_else(|| format!("nothing is at {pointer}"))?;
            self.variables.insert(name.clone(), value.clone());
        }
        Ok(())
    }

    fn player(&mut self, step: &Value) -> Result<&mut Player, String> {
        let name = text(step, "client");
        self.players
            .get_mut(name)
            .ok_or_else(|| format!("{name} was never opened"))
    }

    /// The value with every `${name}` replaced.
    fn fill_in(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => self.fill_in_text(text)?,
            Value::Array(list) => list.iter().map(|value| self.fill_in(value)).collect::<Result<_, _>>()?,
            Value::Object(map) => {
                let filled = map.iter().map(|(key, value)| Ok((key.clone(), self.fill_in(value)?)));
                Value::Object(filled.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    fn fill_in_text(&self, text: &str) -> Result<Value, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or("a ${ without its }")?;
            let value = self
                .variables
                .get(name)
                .ok_or_else(|| format!("there is no variable {name}"))?;
            if text.len() == name.len() + 3 {
                return Ok(value.clone());
            }
            filled.push_str(before);
            filled.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            rest = after;
        }
        Ok(Value::String(filled + rest))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for player in self.players.values() {
            // Fails when a step has closed it before.
            let _ = player.client.close();
        }
    }
}

fn text<'a>(step: &'a Value, key: &str) -> &'a str {
    step[key].as_str().unwrap_or_else(|| panic!("{step} has no text {key}"))
}

fn expect(key: &str, step: &Value, real: &Value, default: &Value) -> Outcome {
    let expected = step.get(key).unwrap_or(default);
    if real == expected {
        Ok(())
    } else {
        Err(format!("{key} is {real}, not {expected}"))
    }
}

/// Tries until it works; the last fault when it never does.
fn eventually(mut attempt: impl FnMut() -> Outcome) -> Outcome {
    let until = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Err(_) if Instant::now() < until => std::thread::park_timeout(Duration::from_millis(2)),
            outcome => return outcome,
        }
    }
}

/// Where and why a value does not fit a pattern.
fn misfit(pattern: &Value, value: &Value, path: &str) -> Option<String> {
    let is_rule = |map: &Map<String, Value>| map.len() == 1 && map.keys().all(|key| key.starts_with('$'));
    let fits = match (pattern, value) {
        (Value::Object(rule), value) if is_rule(rule) => {
            let (name, given) = rule.iter().next().unwrap();
            let list = value.as_array();
            match name.as_str() {
                "$any" => true,
                "$not" => misfit(given, value, path).is_some(),
                "$length" => list.is_some_and(|list| list.len() as u64 == given.as_u64().unwrap()),
                "$has" => list.is_some_and(|list| list.iter().any(|entry| misfit(given, entry, path).is_none())),
                "$above" => value.as_i64().is_some_and(|number| number > given.as_i64().unwrap()),
                "$below" => value.as_i64().is_some_and(|number| number < given.as_i64().unwrap()),
                other => panic!("there is no rule {other}"),
            }
        }
        (Value::Object(pattern), Value::Object(value)) => {
            return pattern.iter().find_map(|(key, pattern)| match value.get(key) {
                Some(value) => misfit(pattern, value, &format!("{path}.{key}")),
                None => Some(format!("{path}.{key} is missing")),
            });
        }
        (Value::Array(patterns), Value::Array(values)) if patterns.len() == values.len() => {
            let mut pairs = patterns.iter().zip(values).enumerate();
            return pairs.find_map(|(at, (pattern, value))| misfit(pattern, value, &format!("{path}[{at}]")));
        }
        (pattern, value) => pattern == value,
    };
    (!fits).then(|| format!("{path} is {:.500}, not {pattern}", value.to_string()))
}

fn play(file: &Path) -> Outcome {
    let scenario: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(scenario["title"].is_string(), "{} has no title", file.display());
    let dir = temp_dir();
    let mut stage = Stage {
        players: HashMap::new(),
        variables: Map::new(),
    };
    stage.variables.insert("dir".to_owned(), json!(dir.path()));
    stage.play(scenario["steps"].as_array().unwrap())
}

#[test]
fn every_scenario_ends_as_written() {
    let faults: Vec<String> = scenarios()
        .iter()
        .filter_map(|file| play(file).err().map(|fault| format!("{}: {fault}", file.display())))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n\n"));
}

#[test]
fn patterns_fit_what_the_readme_says() {
    let fits = |pattern: Value, value: Value| misfit(&pattern, &value, "").is_none();
    assert!(fits(json!({ "a": 1 }), json!({ "a": 1, "b": 2 })));
    assert!(!fits(json!({ "a": 1 }), json!({ "a": 2 })));
    assert!(!fits(json!({ "a": null }), json!({})));
    assert!(fits(json!([{ "$any": true }, { "$above": 1 }]), json!([null, 2])));
    assert!(!fits(json!([1]), json!([1, 2])));
    assert!(fits(json!({ "$length": 2 }), json!([1, 2])));
    assert!(fits(
        json!({ "$has": { "a": 1 } }),
        json!([{ "a": 0 }, { "a": 1, "b": 0 }])
    ));
    assert!(!fits(json!({ "$has": 1 }), json!([])));
    assert!(fits(json!({ "$not": null }), json!("x")));
    assert!(!fits(json!({ "$below": 1 }), json!(1)));
    assert!(!fits(json!(i64::MAX), json!(i64::MAX - 1)));
}

#[test]
fn every_method_is_in_a_scenario() {
    let texts = scenarios()
        .into_iter()
        .map(|file| std::fs::read_to_string(file).unwrap());
    let all = texts.collect::<String>();
    for method in METHODS {
        let call = format!("\"method\": \"{}\"", method.name);
        assert!(all.contains(&call), "{} is in no scenario", method.name);
    }
}
