//! Marks, custom data, conversation groups, and taking conversations out of the list with their messages: the naive rules, and
//! the random operations on the engine and the model alike.

use crate::naive::{At, Conv, Kind, ME, Msg, Naive, PENDING};
use im::model::*;
use serde_json::Value;

pub const NAMES: [&str; 4] = ["Work", "Home", "Büro", "\u{1f980}"];

pub fn own() -> String {
    format!("c2c_{ME}")
}

/// The value of a setting that was never set.
fn unset(kind: SettingKind) -> Setting {
    match kind {
        SettingKind::Marked(mark) => Setting::Marked(mark, false),
        SettingKind::CustomData => Setting::CustomData(String::new()),
        SettingKind::InGroup(key) => Setting::InGroup(key, false),
        SettingKind::GroupName(key) => Setting::GroupName(key, None),
        SettingKind::OutOfList => Setting::OutOfList(Place::default()),
        SettingKind::AllRecvOpt => Setting::AllRecvOpt(AllRecvOpt::default()),
        SettingKind::Pinned | SettingKind::RecvOpt => unreachable!("the model has these by themselves"),
    }
}

impl Conv {
    pub fn value(&self, kind: SettingKind) -> Setting {
        let set = self.labels.get(&*kind.name());
        set.map_or_else(|| unset(kind), |(value, _)| value.clone())
    }

    fn stamp(&self, kind: SettingKind) -> At {
        let stamp = self.labels.get(&*kind.name()).map_or_else(At::default, |(_, at)| *at);
        if kind.goes_with_conversation() {
            stamp.max(self.delete_stamp)
        } else {
            stamp
        }
    }

    pub fn drop_labels(&mut self, stamp: At) {
        let deleted = self.delete_stamp;
        for (value, at) in self.labels.values_mut() {
            if value.kind().goes_with_conversation() && deleted.max(*at) <= stamp {
                *value = unset(value.kind());
            }
        }
    }

    pub fn marks(&self) -> Vec<u64> {
        Mark::all()
            .filter(|mark| self.value(SettingKind::Marked(*mark)) == Setting::Marked(*mark, true))
            .map(Mark::value)
            .collect()
    }

    pub fn custom_data(&self) -> String {
        match self.value(SettingKind::CustomData) {
            Setting::CustomData(data) => data,
            other => unreachable!("{other:?}"),
        }
    }

    pub fn is_in(&self, key: GroupKey) -> bool {
        self.value(SettingKind::InGroup(key)) == Setting::InGroup(key, true)
    }

    fn out(&self) -> Place {
        match self.value(SettingKind::OutOfList) {
            Setting::OutOfList(place) => place,
            other => unreachable!("{other:?}"),
        }
    }

    /// The newest message that the server has.
    fn newest(&self) -> Option<&Msg> {
        self.sent().max_by_key(|message| message.position)
    }

    fn sent(&self) -> impl Iterator<Item = &Msg> {
        self.messages.iter().filter(|message| message.seq > 0)
    }
}

impl Naive {
    /// Whether something of this time brings a conversation into the list.
    pub fn lists(&self, id: &str, live: bool, time: i64) -> bool {
        let conv = &self.convs[id];
        live || conv.is_listed || time > conv.out().time.0
    }

    /// Whether a message does.
    pub fn lists_message(&mut self, id: &str, live: bool, msg_id: &str, (seq, time): (i64, i64)) -> bool {
        let mut out = self.convs[id].out();
        if msg_id != out.id {
            let messages = &self.convs[id].messages;
            let bound = messages
                .iter()
                .find(|message| message.seq > 0 && message.msg_id == out.id);
            return self.lists(id, live, time) || bound.is_some_and(|bound| seq > bound.position);
        }
        out.time = out.time.max(Micros(time));
        let conv = self.conv(id);
        if let Some((value, _)) = conv.labels.get_mut("outOfList") {
            *value = Setting::OutOfList(out);
        }
        conv.is_listed
    }

    pub fn all_recv_opt(&self) -> AllRecvOpt {
        match self.convs.get(&own()).map(|own| own.value(SettingKind::AllRecvOpt)) {
            Some(Setting::AllRecvOpt(opt)) => opt,
            _ => AllRecvOpt::default(),
        }
    }

    /// The groups, in the order of their keys.
    pub fn folders(&self) -> Vec<(GroupKey, String)> {
        let own = self.convs.get(&own());
        let mut folders: Vec<(GroupKey, String)> = own
            .into_iter()
            .flat_map(|own| own.labels.values())
            .filter_map(|(value, _)| match value {
                Setting::GroupName(key, Some(name)) => Some((*key, name.clone())),
                _ => None,
            })
            .collect();
        folders.sort();
        folders
    }

    pub fn keys(&self, name: &str) -> Vec<GroupKey> {
        let folders = self.folders().into_iter();
        folders.filter(|(_, other)| other == name).map(|(key, _)| key).collect()
    }

    pub fn folder_names(&self) -> Vec<String> {
        unique(self.folders().into_iter().map(|(_, name)| name))
    }

    pub fn folders_of(&self, conv: &Conv) -> Vec<String> {
        let folders = self.folders().into_iter();
        unique(folders.filter(|(key, _)| conv.is_in(*key)).map(|(_, name)| name))
    }

    /// An own change.
    pub fn share(&mut self, id: &str, value: Setting) {
        let kind = value.kind();
        let conv = self.conv(id);
        let undo = (conv.value(kind), conv.stamp(kind));
        if undo.0 == value {
            return;
        }
        let stamp = self.next_stamp();
        let value = (value, stamp);
        self.conv(id).labels.insert(kind.name().into_owned(), value.clone());
        self.push(id, "", Kind::Label { value, undo });
    }

    pub fn take_out(&mut self, id: &str) {
        let known = self.newest_known.max(self.conv(id).activation).min(self.now);
        let up_to = match self.conv(id).newest() {
            Some(newest) => Place {
                time: Micros(newest.time),
                id: newest.msg_id.clone(),
                ..Place::default()
            },
            None => Place {
                time: Micros(known),
                id: String::new(),
                ..Place::default()
            },
        };
        // It is an act of its own although the last one reached as far.
        let lost = self.conv(id).clone();
        let conv = self.conv(id);
        let undo = (conv.value(SettingKind::OutOfList), conv.stamp(SettingKind::OutOfList));
        let value = (Setting::OutOfList(up_to), self.next_stamp());
        self.lost.insert(value.1, lost);
        let conv = self.conv(id);
        conv.labels.insert("outOfList".to_owned(), value.clone());
        conv.deleted_at(value.1);
        conv.unlist();
        self.push(id, "", Kind::Label { value, undo });
    }

    fn waiting(&mut self, id: &str, kind: SettingKind) -> Option<&mut Kind> {
        self.pending(
            id,
            |waiting| matches!(waiting, Kind::Label { value, .. } if value.0.kind() == kind),
        )
    }

    pub fn labelled_elsewhere(&mut self, id: &str, value: &Setting, stamp: At) {
        let kind = value.kind();
        let own = (self.conv(id).value(kind), self.conv(id).stamp(kind));
        if stamp < own.1 {
            let has = (value.clone(), stamp);
            return match self.waiting(id, kind) {
                Some(Kind::Label { undo, .. }) => *undo = has,
                _ => self.push(id, "", Kind::Label { value: own, undo: has }),
            };
        }
        self.place(id, value.clone(), stamp);
    }

    fn place(&mut self, id: &str, value: Setting, stamp: At) {
        let before = self.conv(id).out();
        let name = value.kind().name().into_owned();
        self.conv(id).labels.insert(name.clone(), (value.clone(), stamp));
        let Setting::OutOfList(mut up_to) = value else { return };
        let conv = self.conv(id);
        let newest = conv.newest().cloned();
        let bound = conv
            .messages
            .iter()
            .find(|message| message.seq > 0 && message.msg_id == up_to.id);
        // Up to which position, found by the message or, without it, by its time.
        let reach = match bound {
            Some(bound) => bound.position,
            None => {
                let before = conv.sent().filter(|message| message.time <= up_to.time.0);
                before.map(|message| message.position).max().unwrap_or(0)
            }
        };
        let has_newer = newest.as_ref().is_some_and(|newest| newest.position > reach);
        up_to.time = up_to.time.max(Micros(bound.map_or(0, |bound| bound.time)));
        conv.labels.insert(name, (Setting::OutOfList(up_to.clone()), stamp));
        conv.deleted_at(stamp);
        if conv.pin_stamp <= stamp {
            conv.is_pinned = false;
        }
        if has_newer && up_to.time < before.time {
            return self.list_at(id, newest.unwrap().time);
        }
        if has_newer && conv.is_listed {
            return self.raise_to_first_after(id, reach, up_to.time.0);
        }
        let has_unsent = conv.messages.iter().any(|message| message.position == PENDING);
        if !has_newer && !has_unsent && !conv.is_pinned {
            conv.unlist();
            self.candidates.remove(id);
        }
    }

    /// The first message of those that keep a conversation listed gives it a place, as it does on a device that comes later.
    pub fn raise_to_first_after(&mut self, id: &str, reach: i64, gone: i64) {
        if self.conv(id).activation > gone {
            return;
        }
        let later = self.conv(id).sent().filter(|message| message.position > reach);
        let first = later.min_by_key(|message| message.position).map(|message| message.time);
        if let Some(time) = first {
            self.activate_at(id, time);
        }
    }

    pub fn label_refused(&mut self, id: &str, value: &(Setting, At), undo: (Setting, At)) {
        let kind = value.0.kind();
        if self.conv(id).stamp(kind) == value.1 {
            self.place(id, undo.0, undo.1);
        } else if let Some(Kind::Label { undo: next, .. }) = self.waiting(id, kind) {
            *next = undo;
        }
        if let Some(lost) = self
            .lost
            .remove(&value.1)
            .filter(|_| self.convs[id].delete_stamp == value.1)
        {
            self.put_back(id, &lost, value.1);
        }
    }

    fn put_back(&mut self, id: &str, lost: &Conv, refused: At) {
        let conv = self.conv(id);
        conv.delete_stamp = lost.delete_stamp;
        if conv.pin_stamp <= refused {
            conv.is_pinned |= lost.is_pinned;
            conv.pin_stamp = lost.pin_stamp;
        }
        for (name, (value, at)) in &lost.labels {
            let is_as_it_was = conv.labels.get(name).is_some_and(|(_, now)| *now <= refused);
            if value.kind().goes_with_conversation() && is_as_it_was {
                conv.labels.insert(name.clone(), (value.clone(), *at));
            }
        }
        if conv.draft.is_empty() {
            conv.draft.clone_from(&lost.draft);
            conv.draft_time = lost.draft_time;
        }
        self.list_or_raise(id, lost.activation);
    }
}

fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for name in names {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    list
}

/// Whether a filter selects a conversation, from what the app sees of it.
pub fn selects(filter: &Value, row: &Value) -> bool {
    let condition = |key: &str, holds: &dyn Fn(&Value) -> bool| filter.get(key).is_none_or(holds);
    let list = |key: &str| row[key].as_array().unwrap();
    condition("conversationType", &|kind| row["type"] == *kind)
        && condition("conversationGroup", &|name| match name.as_str().unwrap() {
            "" => list("conversationGroupList").is_empty(),
            _ => list("conversationGroupList").contains(name),
        })
        && condition("markType", &|marks| match marks.as_u64().unwrap() {
            0 => list("markList").is_empty(),
            marks => list("markList").iter().any(|mark| mark.as_u64().unwrap() & marks != 0),
        })
        && condition("withoutMarkType", &|marks| {
            let without = marks.as_u64().unwrap();
            list("markList")
                .iter()
                .all(|mark| mark.as_u64().unwrap() & without == 0)
        })
        && condition("hasUnreadCount", &|wanted| (row["unreadCount"] != 0) == *wanted)
        && condition("hasGroupAtInfo", &|wanted| {
            list("groupAtInfoList").is_empty() != *wanted
        })
}
