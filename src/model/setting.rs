//! The settings of a conversation that all devices of its user share: one vocabulary for the outbox, for what a backend
//! tells and for the backends themselves. The rule of each is in a file of its own in `engine`.

use super::conversation::RecvOpt;
use serde::Serialize;
use serde_json::{Value, from_value};

/// A setting with its value, of which alone its JSON consists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// Whether the conversation is pinned.
    Pinned(bool),
    /// The receive option.
    RecvOpt(RecvOpt),
}

/// A setting without its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Pinned or not.
    Pinned,
    /// The receive option.
    RecvOpt,
}

impl SettingKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Pinned, Self::RecvOpt];

    /// The name in the database and the log. Released caches hold it, so it never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pinned => "pin",
            Self::RecvOpt => "recvOpt",
        }
    }

    /// The setting of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Setting {
    /// Which setting this is.
    pub fn kind(&self) -> SettingKind {
        match self {
            Self::Pinned(_) => SettingKind::Pinned,
            Self::RecvOpt(_) => SettingKind::RecvOpt,
        }
    }

    /// The setting with the value that this JSON says.
    pub fn from_value(kind: SettingKind, json: Value) -> serde_json::Result<Self> {
        Ok(match kind {
            SettingKind::Pinned => Self::Pinned(from_value(json)?),
            SettingKind::RecvOpt => Self::RecvOpt(from_value(json)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_released_caches_hold_is_read_and_written_as_it_was() {
        for (name, json, setting) in [
            ("pin", "true", Setting::Pinned(true)),
            ("recvOpt", "2", Setting::RecvOpt(RecvOpt::NotNotify)),
        ] {
            let kind = SettingKind::parse(name).unwrap();
            assert_eq!(Setting::from_value(kind, json.parse().unwrap()).unwrap(), setting);
            assert_eq!(setting.kind(), kind);
            assert_eq!(serde_json::to_string(&setting).unwrap(), json);
        }
        assert!(Setting::from_value(SettingKind::RecvOpt, 4.into()).is_err());
        assert_eq!(SettingKind::parse("other"), None);
    }
}
