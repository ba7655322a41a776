//! After a play, where messages that cross have no order that is the same everywhere: one word after the other, each heard by
//! everybody before the next is said. These have one order, and so have their conversations in the list.

use crate::device::Device;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The conversations in which something was said that has one order for all devices, by user.
pub type Calm = BTreeMap<String, BTreeSet<String>>;

/// A word in every conversation of two users, and in each group.
pub fn say(devices: &[Vec<Device>], groups: &[String]) -> Result<Calm, String> {
    let mut calm = Calm::new();
    for (number, ones) in devices.iter().enumerate() {
        for others in &devices[number + 1..] {
            let (one, other) = (&ones[0], &others[0]);
            let mut listeners: Vec<(&Device, String)> = Vec::new();
            listeners.extend(ones.iter().map(|device| (device, format!("c2c_{}", other.user))));
            listeners.extend(others.iter().map(|device| (device, format!("c2c_{}", one.user))));
            word(one, &format!("c2c_{}", other.user), listeners, &mut calm)?;
        }
    }
    for group in groups {
        let id = format!("group_{group}");
        let mut members = devices
            .iter()
            .filter(|devices| is_member(&devices[0], group))
            .peekable();
        let Some(speaker) = members.peek().map(|devices| &devices[0]) else {
            continue;
        };
        let listeners = members.flatten().map(|device| (device, id.clone())).collect();
        word(speaker, &id, listeners, &mut calm)?;
    }
    Ok(calm)
}

fn is_member(device: &Device, group: &str) -> bool {
    let joined = device.app().ok("getJoinedGroupList", json!({}));
    joined
        .as_array()
        .into_iter()
        .flatten()
        .any(|joined| joined["groupID"] == group)
}

/// Says something, in a second of its own: some archives count whole ones, by a clock that may be a few milliseconds behind. Who
/// receives nothing from there does not hear it.
fn word(speaker: &Device, id: &str, listeners: Vec<(&Device, String)>, calm: &mut Calm) -> Result<(), String> {
    let hears = |(device, id): &(&Device, String)| device.app().conversation(id)["recvOpt"] != 1;
    let listeners: Vec<(&Device, String)> = listeners.into_iter().filter(hears).collect();
    let last = now().as_secs();
    while now().as_secs() == last || now().subsec_millis() < 50 {
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let text = format!("calm in {id} 0");
    speaker.app().send(id, &text);
    for (device, id) in listeners {
        let is_there = device.until("a calm word is there", |app| app.texts(&id).last() == Some(&text));
        is_there.map_err(|why| format!("{why}: {text}; it has {:?}", device.app().texts(&id)))?;
        calm.entry(device.user.clone()).or_default().insert(id);
    }
    Ok(())
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A list with one order: what is not among the calm has none between those.
pub fn ordered(list: impl Iterator<Item = String>, calm: &BTreeSet<String>) -> Vec<Vec<String>> {
    let mut order: Vec<Vec<String>> = vec![Vec::new()];
    for id in list {
        if calm.contains(&id) {
            order.extend([vec![id], Vec::new()]);
        } else if let Some(run) = order.last_mut() {
            run.push(id);
        }
    }
    order.iter_mut().for_each(|run| run.sort());
    order
}
