//! What a device does to conversations and messages.

use super::{Device, Scene};
use serde_json::json;

impl Device {
    /// Takes a conversation out of the list, with its messages or without.
    pub(super) fn delete(&mut self, scene: &Scene, id: String, with_messages: bool) {
        if with_messages {
            self.act(scene, "deleteConversation", &json!({ "conversationID": id }), &[]);
        } else {
            let request = json!({ "conversationIDList": [id], "clearMessage": false });
            self.act(scene, "deleteConversationList", &request, &[]);
        }
        self.look_for_refused();
        self.moved_here.remove(&id);
        self.drafts.remove(&id);
        self.deleted.insert(id);
    }

    pub(super) fn draft(&mut self, scene: &Scene, id: String) {
        let text = format!("draft {}", self.log.len());
        let request = json!({ "conversationID": id, "draftText": text });
        self.act(scene, "setConversationDraft", &request, &[]);
        self.moved_here.insert(id.clone());
        self.drafts.insert(id, text);
    }

    /// Changes marks, custom data or groups of a conversation, or the groups themselves.
    pub(super) fn label(&mut self, scene: &Scene) {
        let rng = &mut self.labels;
        let id = if rng.u8(0..3) == 0 {
            format!("group_{}", scene.groups[rng.usize(0..scene.groups.len())])
        } else {
            format!("c2c_{}", scene.peers[rng.usize(0..scene.peers.len())])
        };
        let ids = json!([id]);
        let names = ["Work", "Home"];
        let (name, other) = (names[rng.usize(0..2)], names[rng.usize(0..2)]);
        let (method, request) = match rng.u8(0..13) {
            0..=3 => {
                let marks = [1_u64, 2, 5, 1 << 40][rng.usize(0..4)];
                let request = json!({ "conversationIDList": ids, "markType": marks, "enableMark": rng.bool() });
                ("markConversation", request)
            }
            4 | 5 => {
                let request = json!({ "conversationIDList": ids, "customData": rng.u8(0..9).to_string() });
                ("setConversationCustomData", request)
            }
            6 => (
                "createConversationGroup",
                json!({ "groupName": name, "conversationIDList": ids }),
            ),
            7 | 8 => (
                "addConversationsToGroup",
                json!({ "groupName": name, "conversationIDList": ids }),
            ),
            9 => (
                "deleteConversationsFromGroup",
                json!({ "groupName": name, "conversationIDList": ids }),
            ),
            10 => ("renameConversationGroup", json!({ "oldName": name, "newName": other })),
            11 => ("deleteConversationGroup", json!({ "groupName": name })),
            _ => (
                "setAllReceiveMessageOptWithTimestamp",
                json!({ "opt": 2, "startTimeStamp": rng.u32(1..), "duration": 60 }),
            ),
        };
        // A group may be there already, or be none.
        self.act(scene, method, &request, &[6017, 51009]);
    }

    /// Edits a message, or reacts to one.
    pub(super) fn change_message(&mut self, scene: &Scene) {
        let id = match self.changes.u8(0..2) {
            0 => format!("group_{}", scene.groups[self.changes.usize(0..scene.groups.len())]),
            _ => format!("c2c_{}", scene.peers[self.changes.usize(0..scene.peers.len())]),
        };
        let history = self.app().history(&id);
        if history.is_empty() {
            return;
        }
        let message = &history[self.changes.usize(0..history.len())];
        let msg_id = &message["msgID"];
        // It may have failed or been recalled, or not be there any more.
        if self.changes.bool() {
            let Some(text) = message["textElem"]["text"].as_str() else {
                return;
            };
            // The last word changes: the others say who wrote it.
            let request = json!({ "msgID": msg_id, "textElem": { "text": format!("{text}e") } });
            self.act(scene, "modifyMessage", &request, &[6017, 10007]);
        } else {
            let reaction = ["\u{1f44d}", "\u{2764}"][self.changes.usize(0..2)];
            let request = json!({ "msgID": msg_id, "reactionID": reaction });
            let adds = self.changes.u8(0..3) > 0;
            let method = if adds {
                "addMessageReaction"
            } else {
                "removeMessageReaction"
            };
            self.act(scene, method, &request, &[6017, 23007, 23008, 23009]);
        }
    }

    pub(super) fn send(&mut self, scene: &Scene, is_group: bool, group: &str, peer: &str) {
        let text = format!("{}/{} {}", self.user, self.name, self.log.len());
        let mut request = json!({ "elemType": 1, "textElem": { "text": text } });
        if is_group {
            request["groupID"] = group.into();
            if self.rng.u8(0..3) == 0 {
                request["groupAtUserList"] = json!([peer]);
            }
        } else {
            request["receiver"] = peer.into();
        }
        request["isExcludedFromUnreadCount"] = (self.rng.u8(0..10) == 0).into();
        request["isExcludedFromLastMessage"] = (self.rng.u8(0..10) == 0).into();
        let sent = self.act(scene, "sendMessage", &request, &[]);
        if let Some((_, line)) = self.log.last_mut() {
            line.push_str(&format!(" {}", sent["msgID"]));
        }
    }

    pub(super) fn any_message(&mut self, id: &str, is_own: bool) -> Option<String> {
        let mut history = self.app().history(id);
        history.retain(|message| !is_own || message["isSelf"] == true);
        let message = history.get(self.rng.usize(0..history.len().max(1)))?;
        Some(message["msgID"].as_str()?.to_owned())
    }
}
