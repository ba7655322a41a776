//! What the operations are about: conversations, users, texts, contents, stamps.

use super::*;

impl Driver {
    pub fn any_conv(&mut self) -> String {
        if self.rng.bool() {
            match self.rng.usize(0..USERS + 1) {
                0 => format!("c2c_{ME}"),
                user => format!("c2c_u{user}"),
            }
        } else {
            format!("group_g{}", self.rng.usize(0..GROUPS))
        }
    }

    pub fn any_user(&mut self) -> UserId {
        match self.rng.usize(0..USERS + 1) {
            0 => UserId::trusted(ME),
            user => UserId::trusted(format!("u{user}")),
        }
    }

    pub fn any_text(&mut self) -> String {
        ["", "a", "hello", "\u{1f980} \u{5d0}\u{5d1}", "\"quoted\" \\ \n"][self.rng.usize(0..5)].to_owned()
    }

    pub fn any_message(&mut self) -> Option<String> {
        let all: Vec<String> = self
            .model
            .convs
            .values()
            .flat_map(|conv| conv.messages.iter().map(|message| message.msg_id.clone()))
            .collect();
        if all.is_empty() {
            None
        } else {
            Some(all[self.rng.usize(0..all.len())].clone())
        }
    }

    /// An element that is no text; its number says which.
    pub(super) fn other_elem(&mut self) -> Elem {
        let desc = self.any_text();
        let number = i64::try_from(self.next_msg).unwrap();
        match number % 4 {
            0 => Elem::Face(FaceElem {
                index: number,
                data: desc,
            }),
            1 => Elem::File(FileElem {
                // A name has neither folders nor control characters.
                file_name: desc.replace(['\\', '\n'], "").trim().to_owned(),
                file_size: number,
                ..FileElem::default()
            }),
            2 => Elem::GroupTips(Box::new(self.any_tips())),
            _ => Elem::Custom {
                data: format!("data {number}"),
                desc,
                extension: String::new(),
            },
        }
    }

    pub fn body(&mut self, is_group: bool) -> MessageBody {
        let elem = if self.rng.u8(0..4) > 0 {
            Elem::Text {
                text: format!("text {}", self.next_msg),
            }
        } else {
            self.other_elem()
        };
        let mut at = Vec::new();
        if is_group && self.rng.u8(0..3) == 0 {
            for user in [ME, AT_ALL, "u1"] {
                if self.rng.bool() {
                    at.push(user.to_owned());
                }
            }
        }
        MessageBody {
            elem,
            cloud_custom_data: self.any_text(),
            group_at_user_list: at,
            is_excluded_from_unread_count: self.rng.u8(0..8) == 0,
            is_excluded_from_last_message: self.rng.u8(0..8) == 0,
            need_read_receipt: self.rng.bool(),
            is_online_only: false,
            priority: self.rng.i64(0..4),
            random: self.rng.u32(..),
            modified: None,
            reply: None,
            name_card: String::new(),
        }
    }

    pub(super) fn any_settings(&mut self) -> Vec<StampedSetting> {
        let mut settings = Vec::new();
        if self.rng.bool() {
            settings.push(Setting::Pinned(self.rng.bool()));
        }
        if self.rng.bool() {
            settings.push(Setting::RecvOpt(RecvOpt::try_from(self.rng.i64(0..4)).unwrap()));
        }
        if self.rng.bool() {
            settings.push(self.any_label());
        }
        let stamped = |setting| StampedSetting {
            setting,
            stamp: self.any_stamp(),
        };
        settings.into_iter().map(stamped).collect()
    }

    pub fn any_stamp(&mut self) -> Stamp {
        // Of a device that loses, or one that wins, against an own change of the same time.
        let device = ["", "~"][self.rng.usize(0..2)].to_owned();
        let time = Micros(self.any_time());
        Stamp { time, device }
    }

    pub fn any_time(&mut self) -> i64 {
        let now = self.model.now;
        match self.rng.u8(0..6) {
            // Whole seconds, so that several have the same.
            0 | 1 => (now / 1_000_000 - self.rng.i64(0..40)) * 1_000_000,
            2 | 3 => now - self.rng.i64(0..100_000_000),
            4 => now + self.rng.i64(0..1_000_000_000),
            _ => now,
        }
    }
}
