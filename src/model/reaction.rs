//! Reactions to messages. What a user has reacted with to a message is one set, and the newest set counts, as XMPP has it
//! (XEP-0444); V2TIM's calls that add and remove one reaction change it.

use super::id::{ConversationId, UserId, quoted};
use super::stamp::Stamp;
use super::status::{Error, Result, Status};
use serde::{Deserialize, Serialize};

/// How many different reactions a message has at most, and how many of them one user can have made.
pub const MAX_REACTIONS: usize = 10;
/// How many users can have made the same reaction to a message.
pub const MAX_USERS: usize = 100;
/// The longest id of a reaction, in characters: an emoji may consist of many.
const MAX_CHARACTERS: usize = 64;

/// Whether a text can be the id of a reaction: any text can that XML carries as it is and that can be seen.
pub fn is_reaction_id(text: &str) -> bool {
    let is_carried = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    !text.is_empty()
        && text.chars().take(MAX_CHARACTERS + 1).count() <= MAX_CHARACTERS
        && text.trim() == text
        && text.chars().all(is_carried)
}

/// Checks the id of a reaction in a request.
pub fn check_reaction_id(id: &str) -> Result<()> {
    if is_reaction_id(id) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "reactionID {} is not 1 to {MAX_CHARACTERS} characters without control characters, or begins or ends with white space",
        quoted(id)
    )))
}

/// 23005: the message has as many different reactions as there may be.
pub fn too_many_reactions(msg_id: &str) -> Error {
    let sentence = format!(
        "msgID {} has {MAX_REACTIONS} different reactions already",
        quoted(msg_id)
    );
    Error::new(Status::TooManyReactions, sentence)
}

/// 23006: as many users as there may be have made the reaction.
pub fn too_many_users(msg_id: &str, reaction_id: &str) -> Error {
    let (msg_id, reaction) = (quoted(msg_id), quoted(reaction_id));
    let sentence = format!("{MAX_USERS} users have reacted with {reaction} to msgID {msg_id} already");
    Error::new(Status::TooManyReactionUsers, sentence)
}

/// What one user has reacted with to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reacted {
    /// The user.
    pub user: UserId,
    /// The user's nickname, for when it is not known otherwise; empty when unknown.
    #[serde(default)]
    pub nick_name: String,
    /// The user's picture, likewise.
    #[serde(default)]
    pub face_url: String,
    /// The ids of the reactions; empty when they are taken back.
    pub reactions: Vec<String>,
    /// When and where it was changed last. Without a device where the user's client does not say so: then the time is the
    /// server's.
    pub stamp: Stamp,
    /// Whether it comes from an archive that is read backwards, after what came later.
    #[serde(default)]
    pub older: bool,
}

impl Reacted {
    /// The set that these ids make: those that are none, are there twice or are too many are left out.
    pub fn set(ids: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut set: Vec<String> = Vec::new();
        for id in ids {
            if set.len() < MAX_REACTIONS && is_reaction_id(&id) && !set.contains(&id) {
                set.push(id);
            }
        }
        set
    }

    /// Whether it counts, where the same user's set with the stamp `known` was there before.
    pub fn replaces(&self, known: Option<&Stamp>) -> bool {
        self.stamp.counts_after(known, self.older)
    }
}

/// Reactions of ours on their way to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The conversation of the message.
    pub conversation: ConversationId,
    /// The message.
    pub msg_id: String,
    /// All our reactions to it.
    pub reactions: Vec<String>,
    /// When and where they were changed.
    pub stamp: Stamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_that_can_be_seen_is_a_reaction() {
        let family = "\u{1f468}\u{1f3fd}\u{200d}\u{1f469}\u{1f3fd}\u{200d}\u{1f467}\u{1f3fd}";
        for id in ["\u{1f44d}", family, "[TUIEmoji_Smile]", &"\u{1f44d}".repeat(64)] {
            assert!(is_reaction_id(id), "{id}");
        }
        for no in ["", " ", " a", "a\n", "a\u{7}b", "\u{ffff}", &"a".repeat(65)] {
            assert!(!is_reaction_id(no), "{no:?}");
        }
    }

    #[test]
    fn a_set_has_each_reaction_once_and_not_too_many() {
        let ids = ["b", "a", "b", "", "c"].map(str::to_owned);
        assert_eq!(Reacted::set(ids), ["b", "a", "c"]);
        assert_eq!(Reacted::set((0..99).map(|n| n.to_string())).len(), MAX_REACTIONS);
    }
}
