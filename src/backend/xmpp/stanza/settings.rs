//! One conversation's settings as the account's devices share them: a JSON item. `settings_merge` makes one of two versions.

use super::pubsub::Item;
use super::xml;
use crate::backend::xmpp::ns::SETTINGS;
use crate::model::{self, ConversationId, Micros, Place, RecvOpt, Setting, SettingKind, Stamp, StampedSetting};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, from_value, json, to_value};
use std::collections::BTreeMap;
use xmpp_parsers::minidom::Element;

/// The value of a setting. Those that a newer version has are kept and merged too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Field {
    pub(super) value: Value,
    #[serde(flatten)]
    pub(super) stamp: Stamp,
    /// Where the history was when this was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<Place>,
}

impl Field {
    /// Whether it is a receive option that lets nothing arrive.
    pub(super) fn hides(&self) -> bool {
        self.value == RecvOpt::NotReceive as i64
    }
}

/// A stretch of a history that is hidden, because it was said while the receive option was 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Span {
    /// After this message,
    pub(crate) from: Place,
    /// up to and with this one.
    pub(crate) to: Place,
}

/// One conversation's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shared {
    /// One more with every change. Versions before the stamps look at nothing else.
    pub(super) revision: u64,
    pub(super) fields: BTreeMap<String, Field>,
    /// The history was cleared up to each of these.
    pub(crate) cleared: Vec<Place>,
    /// The conversation was deleted up to each of these,
    pub(crate) deleted: Vec<Place>,
    /// and then the last time.
    pub(crate) delete_stamp: Stamp,
    /// Messages that were deleted one by one.
    pub(crate) removed: Vec<String>,
    /// Stretches that are hidden and over.
    pub(super) hidden: Vec<Span>,
    /// What others have written beside it.
    pub(super) rest: Map<String, Value>,
}

/// Takes a value out of an object. One of another type is as good as none.
fn take<T: DeserializeOwned + Default>(map: &mut Map<String, Value>, name: &str) -> T {
    let value = map.remove(name).and_then(|value| from_value(value).ok());
    value.unwrap_or_default()
}

/// The item's conversation and settings; `None` when it is something else.
pub(crate) fn decode(item: &Item) -> Option<(ConversationId, Shared)> {
    let id = ConversationId::parse("item", item.id.as_str()).ok()?;
    let payload = item.payload.as_ref()?;
    if !payload.is("conversation", SETTINGS) {
        return None;
    }
    Some((id, Shared::parse(&payload.text())?))
}

impl Shared {
    /// Reads the JSON of an item.
    pub(crate) fn parse(json: &str) -> Option<Self> {
        let mut map: Map<String, Value> = serde_json::from_str(json).ok()?;
        let fields: Map<String, Value> = take(&mut map, "settings");
        let fields = fields.into_iter();
        let mut shared = Self {
            revision: take(&mut map, "revision"),
            fields: fields
                .filter_map(|(name, it)| Some((name, from_value(it).ok()?)))
                .collect(),
            cleared: take(&mut map, "clearedUpTo"),
            deleted: take(&mut map, "deletedUpTo"),
            delete_stamp: take(&mut map, "deletedAt"),
            removed: take(&mut map, "removed"),
            hidden: take(&mut map, "hidden"),
            ..Self::default()
        };
        shared.take_unstamped(&mut map);
        let stamps = shared.fields.values_mut().map(|field| &mut field.stamp);
        for stamp in stamps.chain([&mut shared.delete_stamp]) {
            *stamp = std::mem::take(stamp).believed();
        }
        shared.rest = map;
        // Whoever wrote it may not have kept the bounds.
        Some(shared.merged(&Self::default()))
    }

    /// What versions before the stamps write: without a time a change is older than any that has one.
    fn take_unstamped(&mut self, map: &mut Map<String, Value>) {
        let unstamped = |value: Value, time: i64| Field {
            value,
            stamp: Stamp {
                time: Micros(time),
                device: String::new(),
            },
            at: None,
        };
        let (is_pinned, pin_time): (bool, i64) = (take(map, "isPinned"), take(map, "pinTime"));
        let recv_opt: i64 = take(map, "recvOpt");
        for (kind, is_set, field) in [
            (
                SettingKind::Pinned,
                is_pinned || pin_time != 0,
                unstamped(is_pinned.into(), pin_time),
            ),
            (SettingKind::RecvOpt, recv_opt != 0, unstamped(recv_opt.into(), 0)),
        ] {
            if is_set {
                self.fields.entry(kind.name().into_owned()).or_insert(field);
            }
        }
        let (cleared, deleted): (String, String) = (take(map, "cleared"), take(map, "deleted"));
        for (id, places) in [(cleared, &mut self.cleared), (deleted, &mut self.deleted)] {
            if !id.is_empty() && places.iter().all(|place| place.id != id) {
                let time = Micros::default();
                places.push(Place {
                    time,
                    id,
                    ..Place::default()
                });
            }
        }
        let time = Micros(take(map, "deleteTime"));
        if time > self.delete_stamp.time {
            let device = String::new();
            self.delete_stamp = Stamp { time, device };
        }
    }

    /// The item's payload, as the next version of it: what versions before the stamps read stands beside what counts.
    pub(crate) fn encode(&self) -> Element {
        let field = |kind: SettingKind| self.fields.get(&*kind.name());
        let value = |kind, other: Value| field(kind).map_or(other, |field| field.value.clone());
        let last = |places: &[Place]| places.last().map_or("", |place| place.id.as_str()).to_owned();
        let mut map = self.rest.clone();
        let known = json!({
            "revision": self.revision + 1,
            "isPinned": value(SettingKind::Pinned, false.into()),
            "pinTime": field(SettingKind::Pinned).map_or(0, |field| field.stamp.time.0),
            "recvOpt": value(SettingKind::RecvOpt, 0.into()),
            "cleared": last(&self.cleared),
            "deleted": last(&self.deleted),
            "deleteTime": self.delete_stamp.time,
            "removed": self.removed,
            "settings": self.fields,
            "clearedUpTo": self.cleared,
            "deletedUpTo": self.deleted,
            "deletedAt": self.delete_stamp,
            "hidden": self.hidden,
        });
        if let Value::Object(known) = known {
            map.extend(known);
        }
        xml::text("conversation", SETTINGS, Value::Object(map).to_string())
    }

    /// A change of one setting.
    pub(crate) fn set(change: &StampedSetting, at: Place) -> Self {
        let mut shared = Self::default();
        shared.put(change, Some(at));
        shared
    }

    fn put(&mut self, change: &StampedSetting, at: Option<Place>) {
        let field = Field {
            value: to_value(&change.setting).unwrap_or_default(),
            stamp: change.stamp.clone(),
            at,
        };
        self.fields.insert(change.setting.kind().name().into_owned(), field);
    }

    /// The history was cleared.
    pub(crate) fn clear(up_to: Option<Place>) -> Self {
        Self {
            cleared: up_to.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The conversation was deleted, which unpins it.
    pub(crate) fn delete(up_to: Option<Place>, stamp: &Stamp) -> Self {
        let mut shared = Self {
            deleted: up_to.into_iter().collect(),
            delete_stamp: stamp.clone(),
            ..Self::default()
        };
        let unpinned = StampedSetting {
            setting: Setting::Pinned(false),
            stamp: stamp.clone(),
        };
        shared.put(&unpinned, None);
        shared
    }

    /// Messages were deleted one by one.
    pub(crate) fn remove(msg_ids: &[String]) -> Self {
        Self {
            removed: msg_ids.to_vec(),
            ..Self::default()
        }
    }

    /// What is hidden, also from where on while the receive option is 1.
    pub(crate) fn spans(&self) -> Vec<model::Span> {
        let over = self.hidden.iter().map(|span| model::Span {
            from: span.from.clone(),
            to: Some(span.to.clone()),
        });
        let field = self.fields.get(&*SettingKind::RecvOpt.name());
        let from = field.filter(|field| field.hides()).and_then(|field| field.at.clone());
        over.chain(from.map(|from| model::Span { from, to: None })).collect()
    }

    /// A receive option of 1 that a version before the stamps has set: it begins here and now.
    pub(crate) fn begin_unplaced(&mut self, at: impl FnOnce() -> Option<Place>) {
        let field = self.fields.get_mut(&*SettingKind::RecvOpt.name());
        if let Some(field) = field.filter(|field| field.hides() && field.at.is_none()) {
            field.at = at();
        }
    }

    /// The settings that this version knows, with their stamps.
    pub(crate) fn settings(&self) -> Vec<StampedSetting> {
        let known = self.fields.iter().filter_map(|(name, field)| {
            let kind = SettingKind::parse(name)?;
            let setting = Setting::from_value(kind, field.value.clone()).ok()?;
            let stamp = field.stamp.clone();
            Some(StampedSetting { setting, stamp })
        });
        known.collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::backend::xmpp::stanza) fn stamp(time: i64, device: &str) -> Stamp {
        Stamp {
            time: Micros(time),
            device: device.to_owned(),
        }
    }

    pub(in crate::backend::xmpp::stanza) fn place(time: i64) -> Place {
        Place {
            time: Micros(time),
            id: format!("m{time}"),
            ..Place::default()
        }
    }

    pub(in crate::backend::xmpp::stanza) fn pin(pinned: bool, time: i64) -> Shared {
        let setting = Setting::Pinned(pinned);
        let stamp = stamp(time, "a");
        Shared::set(&StampedSetting { setting, stamp }, place(time))
    }

    pub(in crate::backend::xmpp::stanza) fn opt(opt: RecvOpt, time: i64) -> Shared {
        let setting = Setting::RecvOpt(opt);
        let stamp = stamp(time, "a");
        Shared::set(&StampedSetting { setting, stamp }, place(time))
    }

    fn item(payload: Element) -> Item {
        Item {
            id: "c2c_bob@example.org".to_owned(),
            payload: Some(payload),
        }
    }

    fn parse(json: Value) -> Shared {
        Shared::parse(&json.to_string()).unwrap()
    }

    #[test]
    fn settings_are_read_as_they_were_written() {
        let shared = pin(true, 1)
            .merged(&opt(RecvOpt::NotReceive, 2))
            .merged(&opt(RecvOpt::Receive, 3))
            .merged(&Shared::clear(Some(place(4))))
            .merged(&Shared::delete(Some(place(5)), &stamp(6, "b")))
            .merged(&Shared::remove(&["m1".to_owned()]));
        let (id, read) = decode(&item(shared.encode())).unwrap();
        assert_eq!(id.as_str(), "c2c_bob@example.org");
        assert_eq!(Shared { revision: 0, ..read }, shared);
        assert_eq!(decode(&item(xml::text("conversation", "urn:other", "{}"))), None);
    }

    #[test]
    fn a_stamp_that_nothing_could_follow_is_older_than_any_other() {
        let wild = json!({ "value": true, "time": i64::MAX, "device": "z" });
        let shared = parse(json!({
            "settings": { "pin": wild, "listed": wild }, "deletedAt": { "time": i64::MAX, "device": "z" },
        }));
        assert_eq!(shared.delete_stamp, Stamp::default());
        assert_eq!(
            shared.merged(&pin(false, 1)).settings()[0].setting,
            Setting::Pinned(false)
        );
        assert!(shared.merged(&shared.keep(Micros(7))).listed().is_some());
    }

    #[test]
    fn versions_before_the_stamps_are_understood_and_understand() {
        let older = parse(json!({
            "revision": 3, "isPinned": true, "pinTime": 5, "recvOpt": 2, "cleared": "m1", "deleted": "m2",
            "deleteTime": 4, "removed": ["m3"],
        }));
        let settings = older.settings();
        assert_eq!(settings[0].setting, Setting::Pinned(true));
        assert_eq!(settings[0].stamp, stamp(5, ""));
        assert_eq!(settings[1].setting, Setting::RecvOpt(RecvOpt::NotNotify));
        assert_eq!(older.cleared[0].id, "m1");
        assert_eq!(
            (older.deleted[0].id.as_str(), &older.delete_stamp),
            ("m2", &stamp(4, ""))
        );
        let newer = older.merged(&pin(false, 9));
        let json: Value = serde_json::from_str(&newer.encode().text()).unwrap();
        assert_eq!((&json["isPinned"], &json["pinTime"]), (&false.into(), &9.into()));
        assert_eq!((&json["revision"], &json["recvOpt"]), (&4.into(), &2.into()));
        assert_eq!((&json["cleared"], &json["deleted"]), (&"m1".into(), &"m2".into()));
    }

    #[test]
    fn what_a_newer_version_writes_is_kept() {
        let newer = json!({
            "settings": { "marks": { "value": 5, "time": 7, "device": "n" }, "pin": { "value": "odd" } },
            "shade": "blue", "hidden": "odd",
        });
        let shared = pin(true, 1).merged(&parse(newer));
        let json: Value = serde_json::from_str(&shared.merged(&pin(false, 2)).encode().text()).unwrap();
        assert_eq!(json["settings"]["marks"]["value"], 5);
        assert_eq!(json["shade"], "blue");
        assert_eq!(json["settings"]["pin"]["value"], false);
    }
}
