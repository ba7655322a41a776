//! What a conversation is to show after the stanzas of other clients.

use crate::stanzas::{Row, Shows};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a device is to show of a message: the sender, the text or `None`, the status, whether the peer has read it.
pub type Shown = (String, Option<String>, i64, bool);

/// The reactions to a message: of each the users.
pub type Reactions = BTreeMap<String, BTreeSet<String>>;

/// What a conversation is to show.
#[derive(Default)]
pub struct Expected {
    history: Vec<Shown>,
    /// For each of them its id and what it is.
    rows: Vec<(String, Shows)>,
    /// How many of them are read.
    read: usize,
    /// What each user has reacted with to the message of an id.
    reactions: BTreeMap<(&'static str, String), &'static str>,
    /// Those that an archive of [`Server::drops_retracted`] drops.
    dropped: Vec<usize>,
}

/// What a device knows only from the archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Archived {
    Nothing,
    /// Everything but what everybody has read.
    News,
    /// The same, but the server has kept for it what others have sent.
    OwnNews,
    All,
}

impl Expected {
    /// Something that everybody has read.
    pub fn begin(&mut self, sender: &str, text: &str) {
        self.history.push((sender.to_owned(), Some(text.to_owned()), 2, false));
        // Those of libim's.
        self.rows.push(("@mine@".to_owned(), Shows::Nothing));
        self.read = self.rows.len();
    }

    pub fn play(&mut self, row: &Row, me: &str, sender: &str) {
        let retracted = row
            .inner
            .split_once("urn:xmpp:message-retract:1' id='")
            .and_then(|(_, rest)| rest.split('\'').next());
        let retracted = retracted.map(|id| id.strip_prefix("@sid:").map_or(id, |id| id.trim_end_matches('@')));
        let place = self
            .rows
            .iter()
            .position(|(known, _)| Some(known.as_str()) == retracted);
        self.dropped.extend(place);
        let text = match row.shows {
            Shows::Text(text) => Some(text.to_owned()),
            Shows::Encrypted => None,
            Shows::Edits(id, text) => {
                let place = self.rows.iter().position(|(known, _)| known == id).unwrap();
                if self.history[place].2 != 6 {
                    self.history[place].1 = (!text.is_empty()).then(|| text.to_owned());
                }
                return;
            }
            Shows::Recalls(id) => {
                let place = self.rows.iter().position(|(known, _)| known == id).unwrap();
                self.history[place].1 = None;
                self.history[place].2 = 6;
                return;
            }
            Shows::Reacts(id, set) => {
                self.reactions.insert((id, sender.to_owned()), set);
                return;
            }
            Shows::Reads => {
                self.read = self.rows.len();
                return;
            }
            Shows::PeerReads => {
                for message in self.history.iter_mut().filter(|message| message.0 == me) {
                    message.3 = true;
                }
                return;
            }
            Shows::Nothing => return,
        };
        self.history.push((sender.to_owned(), text, 2, false));
        self.rows.push((row.id.to_owned(), row.shows));
    }

    fn reactions_to(&self, place: usize) -> Reactions {
        let (id, message) = (&self.rows[place].0, &self.history[place]);
        let mut reactions = Reactions::new();
        let is_first = self.rows.iter().position(|(known, _)| known == id) == Some(place);
        for ((of, user), set) in &self.reactions {
            if of == id && is_first && message.2 != 6 {
                for reaction in set.split(' ').filter(|reaction| !reaction.is_empty()) {
                    reactions.entry(reaction.to_owned()).or_default().insert(user.clone());
                }
            }
        }
        reactions
    }

    /// As [`shown`] has it.
    pub fn row(&self, conversation: &str, me: &str, archived: Archived) -> Value {
        let counts = |place: usize| self.history[place].2 != 6;
        let unread = (self.read..self.rows.len()).filter(|place| counts(*place) && self.history[*place].0 != me);
        let last = (0..self.rows.len()).rev().find(|place| counts(*place));
        let is_here = |place: usize| {
            let is_of_old = self.rows.get(place).is_some_and(|(_, shows)| *shows == Shows::Nothing);
            let is_archived = match archived {
                Archived::Nothing => false,
                Archived::News => !is_of_old,
                Archived::OwnNews => !is_of_old && self.history[place].0 == me,
                Archived::All => true,
            };
            !(is_archived && self.dropped.contains(&place))
        };
        let history: Vec<Value> = (0..self.rows.len())
            .filter(|place| is_here(*place))
            .map(|place| {
                let (sender, text, status, is_read) = &self.history[place];
                json!([sender, text, status, is_read, self.reactions_to(place)])
            })
            .collect();
        json!([
            conversation,
            unread.count(),
            last.map(|place| &self.history[place].1),
            history
        ])
    }
}
