//! Stamps: which of two changes of a shared setting is the newer, on all devices the same.

use super::order::Micros;
use super::setting::{Setting, SettingKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// When a shared setting was changed, and on which device. The order is that of the fields, so no two changes tie.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// The time of a hybrid clock: the wall clock, but later than every stamp that the device had seen by then. 0 when
    /// nobody knows: such a change is older than any other.
    pub time: Micros,
    /// The device, by an id that it made itself. Empty for a change that an older version of libim made.
    pub device: String,
}

/// The latest time that a stamp is believed. Nothing could be stamped later than the greatest there is, which a sick disk or
/// another program may have written, and it would count for ever.
const LATEST: Micros = Micros(1 << 62);

impl Stamp {
    /// The stamp of a change that a device makes now, after it has seen stamps up to `seen`.
    pub fn next(now: Micros, seen: Micros, device: &str) -> Self {
        Self {
            time: now.max(Micros(seen.0.saturating_add(1))).min(LATEST),
            device: device.to_owned(),
        }
    }

    /// The id under which the edit of a message goes out that has this stamp: the same whenever it is sent.
    pub fn edit_id(&self, msg_id: &str) -> String {
        format!("{msg_id}.{}", self.time.0)
    }

    /// The same of a set of reactions.
    pub fn reactions_id(&self) -> String {
        format!("{}.{}", self.device, self.time.0)
    }

    /// Whether what has this stamp counts, where something with the stamp `known` was there before. Of two that libim has
    /// stamped the newer counts, whichever comes last. Of the others only the server's time is known, which some archives
    /// have in whole seconds: within one, the later in the archive counts. `is_older`: it comes from an archive that is read
    /// backwards.
    pub fn counts_after(&self, known: Option<&Self>, is_older: bool) -> bool {
        let Some(known) = known else { return true };
        if !self.device.is_empty() && !known.device.is_empty() {
            return self > known;
        }
        let (seconds, known) = (self.time.seconds(), known.time.seconds());
        seconds > known || (seconds == known && !is_older)
    }

    /// The stamp as it was told, or none when it cannot be one.
    #[must_use]
    pub fn believed(self) -> Self {
        if self.time <= LATEST { self } else { Self::default() }
    }
}

/// A setting with its stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StampedSetting {
    /// The setting with its value.
    #[serde(rename = "value")]
    pub setting: Setting,
    /// When and where it got that value.
    #[serde(flatten)]
    pub stamp: Stamp,
}

impl StampedSetting {
    /// The setting that this JSON says. Versions before the stamps wrote the value alone.
    pub fn from_json(kind: SettingKind, json: &str) -> serde_json::Result<Self> {
        Self::from_value(kind, serde_json::from_str(json)?)
    }

    /// The same, parsed.
    pub fn from_value(kind: SettingKind, json: Value) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Stamped {
            value: Value,
            #[serde(flatten)]
            stamp: Stamp,
        }
        let Stamped { value, stamp } = match serde_json::from_value(json.clone()) {
            Ok(stamped) => stamped,
            Err(_) => Stamped {
                value: json,
                stamp: Stamp::default(),
            },
        };
        Ok(Self {
            setting: Setting::from_value(kind, value)?,
            stamp,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_stamps_after_all_it_has_seen_whatever_its_clock_says() {
        let seen = Micros(500);
        let behind = Stamp::next(Micros(20), seen, "a");
        assert_eq!(behind.time, Micros(501));
        assert_eq!(Stamp::next(Micros(900), seen, "a").time, Micros(900));
        assert_eq!(Stamp::next(Micros(0), Micros(i64::MAX), "a").time, LATEST);
    }

    #[test]
    fn a_stamp_that_nothing_could_follow_is_none() {
        let at = |time| Stamp::next(Micros(0), Micros(time), "a");
        assert_eq!(at(i64::MAX).believed(), at(i64::MAX));
        let wild = Stamp {
            time: Micros(i64::MAX),
            ..at(1)
        };
        assert_eq!(wild.believed(), Stamp::default());
    }

    #[test]
    fn a_setting_is_read_as_it_was_written_and_as_versions_without_stamps_wrote_it() {
        let stamp = Stamp {
            time: Micros(7),
            device: "d".to_owned(),
        };
        let setting = Setting::Pinned(true);
        let stamped = StampedSetting { setting, stamp };
        let json = serde_json::to_string(&stamped).unwrap();
        assert_eq!(json, r#"{"value":true,"time":7,"device":"d"}"#);
        let read = |json| StampedSetting::from_json(SettingKind::Pinned, json);
        assert_eq!(read(&json).unwrap(), stamped);
        let older = read("true").unwrap();
        assert_eq!((older.setting, older.stamp), (stamped.setting, Stamp::default()));
        assert!(read("7").is_err() && read(r#"{"value":7,"time":7,"device":"d"}"#).is_err());
    }

    #[test]
    fn of_two_changes_of_one_moment_the_device_decides() {
        let at = |time, device: &str| Stamp {
            time: Micros(time),
            device: device.to_owned(),
        };
        assert!(at(1, "b") < at(2, "a"));
        assert!(at(1, "a") < at(1, "b"));
        assert!(Stamp::default() < at(0, "a"));
    }
}
