//! The settings of a conversation that all devices of its user share: one vocabulary for the outbox, for what a backend
//! tells and for the backends themselves. The rule of each is in a file of its own in `engine`.
//!
//! The conversation groups themselves are settings too, of the user's own conversation: the name of each. So is the receive
//! option of all conversations.

use super::all_recv_opt::AllRecvOpt;
use super::conversation::RecvOpt;
use super::mark::{GroupKey, Mark};
use super::place::Place;
use serde::{Serialize, Serializer};
use serde_json::{Value, from_value};
use std::borrow::Cow;

/// A setting with its value, of which alone its JSON consists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Whether the conversation is pinned.
    Pinned(bool),
    /// The receive option.
    RecvOpt(RecvOpt),
    /// Whether it has a mark.
    // One setting a mark: of two devices that set different marks at once, neither undoes the other's.
    Marked(Mark, bool),
    /// The app's own data.
    CustomData(String),
    /// Whether it is in a conversation group.
    InGroup(GroupKey, bool),
    /// The name of a conversation group; `None` once it is deleted.
    GroupName(GroupKey, Option<String>),
    /// It was taken out of the list, with its messages kept: those up to this place do not bring it back.
    OutOfList(Place),
    /// The receive option of all conversations together.
    AllRecvOpt(AllRecvOpt),
}

/// A setting without its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Pinned or not.
    Pinned,
    /// The receive option.
    RecvOpt,
    /// A mark.
    Marked(Mark),
    /// The app's own data.
    CustomData,
    /// In a conversation group or not.
    InGroup(GroupKey),
    /// The name of a conversation group.
    GroupName(GroupKey),
    /// Up to when it was taken out of the list.
    OutOfList,
    /// The receive option of all conversations together.
    AllRecvOpt,
}

const MARK: &str = "mark.";
const IN_GROUP: &str = "group.";
const GROUP_NAME: &str = "groupName.";

impl SettingKind {
    /// The name in the database and the log. Released caches hold it, so it never changes.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Pinned => "pin".into(),
            Self::RecvOpt => "recvOpt".into(),
            Self::Marked(mark) => format!("{MARK}{}", mark.bit()).into(),
            Self::CustomData => "customData".into(),
            Self::OutOfList => "outOfList".into(),
            Self::AllRecvOpt => "allRecvOpt".into(),
            Self::InGroup(key) => format!("{IN_GROUP}{key}").into(),
            Self::GroupName(key) => format!("{GROUP_NAME}{key}").into(),
        }
    }

    /// The setting of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "pin" => Self::Pinned,
            "recvOpt" => Self::RecvOpt,
            "customData" => Self::CustomData,
            "outOfList" => Self::OutOfList,
            "allRecvOpt" => Self::AllRecvOpt,
            _ => {
                if let Some(bit) = name.strip_prefix(MARK) {
                    Self::Marked(Mark::from_bit(bit.parse().ok()?)?)
                } else if let Some(key) = name.strip_prefix(IN_GROUP) {
                    Self::InGroup(GroupKey::parse(key)?)
                } else {
                    Self::GroupName(GroupKey::parse(name.strip_prefix(GROUP_NAME)?)?)
                }
            }
        })
        // In its one spelling ("mark.01" is another name).
        .filter(|kind: &Self| kind.name() == name)
    }

    /// Whether deleting the conversation resets it. The receive option belongs to the user or group, and the names of groups
    /// and the receive option of all to the account.
    pub fn goes_with_conversation(self) -> bool {
        match self {
            Self::Pinned | Self::Marked(_) | Self::CustomData | Self::InGroup(_) => true,
            Self::RecvOpt | Self::GroupName(_) | Self::OutOfList | Self::AllRecvOpt => false,
        }
    }
}

impl Setting {
    /// Which setting this is.
    pub fn kind(&self) -> SettingKind {
        match self {
            Self::Pinned(_) => SettingKind::Pinned,
            Self::RecvOpt(_) => SettingKind::RecvOpt,
            Self::Marked(mark, _) => SettingKind::Marked(*mark),
            Self::CustomData(_) => SettingKind::CustomData,
            Self::InGroup(key, _) => SettingKind::InGroup(*key),
            Self::GroupName(key, _) => SettingKind::GroupName(*key),
            Self::OutOfList(_) => SettingKind::OutOfList,
            Self::AllRecvOpt(_) => SettingKind::AllRecvOpt,
        }
    }

    /// The setting with the value that this JSON says.
    pub fn from_value(kind: SettingKind, json: Value) -> serde_json::Result<Self> {
        Ok(match kind {
            SettingKind::Pinned => Self::Pinned(from_value(json)?),
            SettingKind::RecvOpt => Self::RecvOpt(from_value(json)?),
            SettingKind::Marked(mark) => Self::Marked(mark, from_value(json)?),
            SettingKind::CustomData => Self::CustomData(from_value(json)?),
            SettingKind::InGroup(key) => Self::InGroup(key, from_value(json)?),
            SettingKind::GroupName(key) => Self::GroupName(key, from_value(json)?),
            SettingKind::OutOfList => Self::OutOfList(from_value(json)?),
            SettingKind::AllRecvOpt => Self::AllRecvOpt(from_value(json)?),
        })
    }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Pinned(is_set) | Self::Marked(_, is_set) | Self::InGroup(_, is_set) => is_set.serialize(serializer),
            Self::RecvOpt(opt) => opt.serialize(serializer),
            Self::CustomData(data) => data.serialize(serializer),
            Self::GroupName(_, name) => name.serialize(serializer),
            Self::OutOfList(up_to) => up_to.serialize(serializer),
            Self::AllRecvOpt(opt) => opt.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;

    #[test]
    fn what_released_caches_hold_is_read_and_written_as_it_was() {
        let (star, key) = (Mark::from_bit(0).unwrap(), GroupKey::from_stored(0x1f));
        for (name, json, setting) in [
            ("pin", "true", Setting::Pinned(true)),
            ("recvOpt", "2", Setting::RecvOpt(RecvOpt::NotNotify)),
            ("mark.0", "true", Setting::Marked(star, true)),
            ("customData", r#""x""#, Setting::CustomData("x".to_owned())),
            ("group.000000000000001f", "false", Setting::InGroup(key, false)),
            (
                "groupName.000000000000001f",
                r#""Work""#,
                Setting::GroupName(key, Some("Work".to_owned())),
            ),
            (
                "outOfList",
                r#"{"time":7,"id":"m"}"#,
                Setting::OutOfList(Place {
                    time: Micros(7),
                    id: "m".to_owned(),
                    ..Place::default()
                }),
            ),
            (
                "allRecvOpt",
                r#"{"opt":2,"startHour":22,"startMinute":30,"startSecond":0,"startTimeStamp":0,"duration":28800}"#,
                Setting::AllRecvOpt(AllRecvOpt::daily(RecvOpt::NotNotify, [22, 30, 0], 28_800).unwrap()),
            ),
            ("groupName.000000000000001f", "null", Setting::GroupName(key, None)),
        ] {
            let kind = SettingKind::parse(name).unwrap();
            assert_eq!(Setting::from_value(kind, json.parse().unwrap()).unwrap(), setting);
            assert_eq!(setting.kind(), kind);
            assert_eq!(serde_json::to_string(&setting).unwrap(), json);
        }
        assert!(Setting::from_value(SettingKind::RecvOpt, 4.into()).is_err());
        for name in ["other", "mark.00", "mark.5", "mark.", "group.1f", "groupName."] {
            assert_eq!(SettingKind::parse(name), None, "{name}");
        }
    }
}
