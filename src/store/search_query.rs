//! Searching: what the index finds, and what is too new to be in it.

use super::columns::text;
use super::search;
use super::search_state::state;
use crate::model::words::{self, Keyword};
use crate::model::{ElemType, MessageStatus, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashSet;

/// A search ends when it has found so many: of more, those that were stored last are found.
pub(crate) const MOST_FOUND: usize = 3_000;
/// It ends too when it has looked at so many that it does not want, or that have no keyword to be found by.
const MOST_SEEN: usize = 100_000;
/// New messages are looked at one by one. There are few, but while much is coming in.
const MOST_NEW: i64 = 2_000;

/// Keywords that can be found.
#[derive(Clone, Debug)]
pub(crate) struct Keywords {
    list: Vec<Keyword>,
    is_all: bool,
}

impl Keywords {
    /// `None` when they cannot be found, for they have no words.
    pub(crate) fn new(texts: &[String], is_all: bool) -> Option<Self> {
        let list: Vec<Keyword> = texts.iter().filter_map(|text| Keyword::new(text)).collect();
        let is_possible = !list.is_empty() && (!is_all || list.len() == texts.len());
        is_possible.then_some(Self { list, is_all })
    }

    /// Them as FTS5 has them. `before` stands before each.
    fn expression(&self, before: &str, is_all: bool) -> String {
        // No word has a quote.
        let phrases = self
            .list
            .iter()
            .map(|keyword| format!("{before}\"{}\" *", keyword.words().join(" ")));
        phrases.collect::<Vec<_>>().join(if is_all { " AND " } else { " OR " })
    }

    /// Them as FTS5 has them, for a search of names.
    pub(super) fn of_names(&self) -> String {
        self.expression("", self.is_all)
    }

    /// Whether words have them that the index has of texts that belong together.
    pub(crate) fn are_in_words(&self, folded: &str) -> bool {
        let words: Vec<&str> = folded.split(' ').collect();
        let is_in = |keyword: &Keyword| keyword.is_in(&words);
        if self.is_all {
            self.list.iter().all(is_in)
        } else {
            self.list.iter().any(is_in)
        }
    }

    /// Whether texts that belong together have them.
    pub(crate) fn are_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<_> = texts.iter().map(|text| words::words(text)).collect();
        let is_in = |keyword: &Keyword| texts.iter().any(|words| !keyword.places(words).is_empty());
        if self.is_all {
            self.list.iter().all(is_in)
        } else {
            self.list.iter().any(is_in)
        }
    }

    /// Whether a text begins with one of them.
    #[cfg(test)]
    pub(crate) fn begin(&self, text: &str) -> bool {
        let words = words::words(text);
        let first = words.first().and_then(|word| word.first()).map(|letter| letter.start);
        let mut places = self.list.iter().flat_map(|keyword| keyword.places(&words));
        places.any(|(start, _)| Some(start) == first)
    }

    /// The bytes of a text that say one of them, in its order; those that overlap are one.
    pub(crate) fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let words = words::words(text);
        let mut places: Vec<_> = self.list.iter().flat_map(|keyword| keyword.places(&words)).collect();
        places.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (start, end) in places {
            match merged.last_mut() {
                Some(last) if start < last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        merged
    }
}

/// Which messages are wanted, beside the keywords.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The conversation.
    pub(crate) conversation: Option<i64>,
    /// The senders; empty = all.
    pub(crate) senders: Vec<UserId>,
    /// The kinds; empty = all that can be searched.
    pub(crate) kinds: Vec<ElemType>,
    /// The first moment.
    pub(crate) from: Option<Micros>,
    /// The moment after the last.
    pub(crate) before: Option<Micros>,
    /// The highest number; `None`: all.
    pub(crate) up_to: Option<i64>,
}

/// A message that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its number.
    pub(crate) id: i64,
    /// Its conversation's number.
    pub(crate) conversation: i64,
    /// Its position there.
    pub(crate) position: i64,
    /// When it was sent.
    pub(crate) time: Micros,
}

struct Light {
    found: Found,
    status: MessageStatus,
    sender: UserId,
    kind: ElemType,
    is_hidden: bool,
}

const LIGHT: &str = "SELECT id, conversation, position, time, status, sender, elem_type, is_hidden";

fn light(row: &Row<'_>) -> rusqlite::Result<Light> {
    Ok(Light {
        found: Found {
            id: row.get(0)?,
            conversation: row.get(1)?,
            position: row.get(2)?,
            time: row.get(3)?,
        },
        status: row.get(4)?,
        sender: row.get(5)?,
        kind: row.get(6)?,
        is_hidden: row.get(7)?,
    })
}

impl Wanted {
    fn has(&self, row: &Light) -> bool {
        row.found.conversation != 0
            && !row.is_hidden
            && row.status != MessageStatus::Revoked
            && !matches!(row.kind, ElemType::Face | ElemType::GroupTips)
            && self.conversation.is_none_or(|wanted| row.found.conversation == wanted)
            && (self.senders.is_empty() || self.senders.contains(&row.sender))
            && (self.kinds.is_empty() || self.kinds.contains(&row.kind))
            && self.from.is_none_or(|from| row.found.time >= from)
            && self.before.is_none_or(|before| row.found.time < before)
            && self.up_to.is_none_or(|up_to| row.found.id <= up_to)
    }
}

/// What a search has found: those that were stored last first, and whether that is all.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) found: Vec<Found>,
    pub(crate) is_whole: bool,
}

impl Outcome {
    /// Adds one. Says whether to go on.
    fn take(&mut self, seen: &mut usize, wanted: &Wanted, row: Option<&Light>) -> bool {
        *seen += 1;
        self.found
            .extend(row.filter(|row| wanted.has(row)).map(|row| row.found));
        self.is_whole = self.found.len() < MOST_FOUND && *seen < MOST_SEEN;
        self.is_whole
    }
}

/// The messages with keywords, or all that are wanted.
pub(crate) fn messages(db: &Connection, keywords: Option<&Keywords>, wanted: &Wanted) -> rusqlite::Result<Outcome> {
    let mut outcome = Outcome {
        is_whole: true,
        ..Outcome::default()
    };
    let Some(keywords) = keywords else {
        without_keywords(db, wanted, &mut outcome)?;
        return Ok(outcome);
    };
    let state = state(db)?;
    let mut seen = 0;
    let mut newer = db.prepare_cached(&format!(
        "{LIGHT}, body FROM message WHERE id > ?1 ORDER BY id DESC LIMIT {MOST_NEW}"
    ))?;
    let mut rows = newer.query([state.top])?;
    let mut new = 0;
    while let Some(row) = rows.next()? {
        new += 1;
        let read = light(row)?;
        if wanted.has(&read) && is_said(keywords, read.status, &text(row, 8)?) {
            outcome.take(&mut seen, wanted, Some(&read));
        }
    }
    drop(rows);
    let mut by_id = db.prepare_cached(&format!("{LIGHT} FROM message WHERE id = ?1"))?;
    let mut index =
        db.prepare_cached("SELECT rowid FROM message_search WHERE message_search MATCH ?1 ORDER BY rowid DESC")?;
    let mut rows = index.query([keywords.expression("", keywords.is_all)])?;
    while let Some(row) = rows.next()? {
        // None for what an index has that lost its message.
        let read = by_id.query_row([row.get::<_, i64>(0)?], light).optional()?;
        if !outcome.take(&mut seen, wanted, read.as_ref()) {
            break;
        }
    }
    outcome.is_whole &= state.floor == 0 && new < MOST_NEW;
    Ok(outcome)
}

fn without_keywords(db: &Connection, wanted: &Wanted, outcome: &mut Outcome) -> rusqlite::Result<()> {
    let place = if wanted.conversation.is_some() {
        "conversation = ?1 AND is_hidden = 0"
    } else {
        "?1 = 0"
    };
    let mut all = db.prepare_cached(&format!("{LIGHT} FROM message WHERE {place} ORDER BY id DESC"))?;
    let mut rows = all.query([wanted.conversation.unwrap_or_default()])?;
    let mut seen = 0;
    while let Some(row) = rows.next()? {
        if !outcome.take(&mut seen, wanted, Some(&light(row)?)) {
            break;
        }
    }
    Ok(())
}

fn is_said(keywords: &Keywords, status: MessageStatus, body: &str) -> bool {
    search::searched(status, body).is_some_and(|body| {
        let texts: Vec<&str> = words::texts(&body.elem).into_iter().map(|(_, _, text)| text).collect();
        keywords.are_in(&texts)
    })
}

/// Whether there is a conversation whose names or id have keywords.
pub(crate) fn is_any(db: &Connection, keywords: &Keywords) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM conversation_search WHERE conversation_search MATCH ?1")?
        .exists([keywords.of_names()])
}

/// The conversations of the list whose names or ids have keywords, by number: first those whose shown name begins with one,
/// each from the top of the list. Also says whether that is all.
pub(crate) fn conversations(db: &Connection, keywords: &Keywords) -> rusqlite::Result<(Vec<i64>, bool)> {
    let mut index = db.prepare_cached(
        "SELECT rowid FROM conversation_search WHERE conversation_search MATCH ?1 ORDER BY rowid DESC LIMIT ?2",
    )?;
    let mut find = |expression: String| -> rusqlite::Result<Vec<i64>> {
        let most = i64::try_from(MOST_SEEN).unwrap_or(i64::MAX);
        index.query_map((expression, most), |row| row.get(0))?.collect()
    };
    let all = find(keywords.expression("", keywords.is_all))?;
    let first: HashSet<i64> = find(keywords.expression("^", false))?.into_iter().collect();
    let mut orderkey = db.prepare_cached("SELECT orderkey FROM conversation WHERE id = ?1 AND orderkey IS NOT NULL")?;
    let mut found: Vec<(bool, i64, i64)> = Vec::new();
    for number in &all {
        let key: Option<i64> = orderkey.query_row([number], |row| row.get(0)).optional()?;
        found.extend(key.map(|key| (first.contains(number), key, *number)));
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    let is_whole = all.len() < MOST_SEEN && state(db)?.conversation_floor == 0;
    Ok((found.into_iter().map(|(_, _, number)| number).collect(), is_whole))
}
