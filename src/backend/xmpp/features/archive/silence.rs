//! Archives that answer every question but those about one message: their server cannot read it itself. Prosody 0.12 with
//! its archives in SQL is one, and `<x xml:y='1'/>` makes such a message, which anybody can send. What lies around it is read,
//! and it is passed over; the place in the archive is stored behind it, so that nobody waits for it again.

use super::query::{Asked, Queries, Question};
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::stanza::archive::{Entry, Page, Part};
use crate::model::Micros;
use std::time::Duration;
use xmpp_parsers::disco::DiscoInfoQuery;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How long an answer may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same while a message that is never answered is being surrounded: at worst something is asked twice.
const IMPATIENCE: Duration = Duration::from_secs(10);
/// How often the time that is leapt over is doubled, from a second on.
const LEAPS: u32 = 32;
const SECOND: i64 = 1_000_000;
/// How many messages beside such a one are read at once.
const BETWEEN: usize = 200;

/// Reads a part of an archive, whatever is in it.
pub(super) async fn page(archive: &Queries, question: &Question<'_>) -> XmppResult<Page> {
    let is_known = archive.is_silent(question.archive);
    let patience = if is_known { IMPATIENCE } else { PATIENCE };
    let entries = match archive.ask(question, patience).await? {
        Asked::Page(page) => return Ok(page),
        Asked::Silence(entries) => entries,
    };
    // From somebody who answers nothing else either, the answer may still come.
    if !is_there(archive, question).await {
        return Err(XmppError::Timeout("the archive did not answer".to_owned()));
    }
    log::warn!("the archive {} did not answer for a part of it", question.archive);
    if question.part.is_forward() {
        forward(archive, question.clone(), entries).await
    } else {
        backward(archive, question.clone()).await
    }
}

async fn is_there(archive: &Queries, question: &Question<'_>) -> bool {
    let session = &archive.session;
    let to = Some(Jid::from(question.archive.clone())).filter(|_| *question.archive != session.me);
    let answer = session
        .within(IMPATIENCE, session.get(to, DiscoInfoQuery { node: None }))
        .await;
    matches!(answer, Some(Ok(_) | Err(XmppError::Refused { .. })))
}

/// What is answered of a part, if only the beginning. A part towards the old end is asked for from its new end on: servers
/// that turn it around send nothing of it.
async fn readable(archive: &Queries, question: &Question<'_>, patience: Duration) -> XmppResult<Option<Page>> {
    let question = Question {
        is_flipped: !question.part.is_forward(),
        ..question.clone()
    };
    let (mut page, is_turned) = match archive.ask(&question, patience).await? {
        Asked::Silence(entries) if entries.is_empty() => return Ok(None),
        Asked::Silence(entries) => (page_of(entries, false), question.is_flipped),
        Asked::Page(page) => {
            let newest = page.ends.as_ref().map(|(_, newest)| newest);
            let is_turned = page.entries.first().is_some_and(|entry| Some(&entry.id) == newest);
            (page, is_turned)
        }
    };
    if is_turned {
        page.entries.reverse();
        let is_last = page.is_last;
        page = page_of(page.entries, is_last);
    }
    Ok(Some(page))
}

fn page_of(entries: Vec<Entry>, is_last: bool) -> Page {
    let ends = entries.first().zip(entries.last());
    Page {
        ends: ends.map(|(first, last)| (first.id.clone(), last.id.clone())),
        entries,
        is_last,
    }
}

/// Towards the new end: servers send what comes before the message, and then nothing.
async fn forward(archive: &Queries, question: Question<'_>, entries: Vec<Entry>) -> XmppResult<Page> {
    let known = archive.silent(question.archive, |silent| silent.last.clone());
    let last = entries.last().map(|entry| (entry.id.clone(), entry.time));
    if let Some(last) = last.filter(|last| Some(last) != known.as_ref()) {
        archive.silent(question.archive, |silent| silent.last = Some(last));
        return Ok(page_of(entries, false));
    }
    let stop = known.as_ref().map(|(last, _)| last.clone());
    let from = match (&question.part, known) {
        (Part::After(id), Some((last, time))) if *id == last => time,
        (Part::Since(time), known) => known.map_or(*time, |(_, last)| last.max(*time)),
        // Where that is, only its time says: whoever asks knows it, and asks for that where an id is not known.
        _ => {
            return Err(XmppError::Refused {
                condition: DefinedCondition::ItemNotFound,
                text: String::new(),
                is_for_now: false,
            });
        }
    };
    let next = question.with_part(question.part.clone(), 1);
    if entries.is_empty() && readable(archive, &next, PATIENCE).await?.is_some() {
        return Err(XmppError::Timeout("the archive did not answer".to_owned()));
    }
    let at = |seconds| Part::Since(Micros(from.0.saturating_add(seconds * SECOND)));
    let page = nearest(archive, &question, at, |_| true).await?;
    // What lies between is of the same second; so is all that follows where nothing is later.
    let found = page.and_then(|page| page.entries.into_iter().next());
    let part = found
        .as_ref()
        .map_or(Part::Newest, |found| Part::Before(found.id.clone()));
    let between = readable(archive, &question.with_part(part, BETWEEN), IMPATIENCE).await?;
    let is_new = |entry: &Entry| entry.time >= from && Some(&entry.id) != stop.as_ref();
    let between = between.map_or(Vec::new(), |page| page.entries).into_iter().rev();
    let mut entries: Vec<Entry> = between.take_while(is_new).collect();
    entries.reverse();
    entries.extend(found);
    let is_last = entries.is_empty();
    Ok(page_of(entries, is_last))
}

/// The answer for the part that lies so many seconds away, and as few as possible. `None`: there is none for years.
async fn nearest(
    archive: &Queries,
    question: &Question<'_>,
    at: impl Fn(i64) -> Part,
    is_beyond: impl Fn(&Page) -> bool,
) -> XmppResult<Option<Page>> {
    let (mut silent, mut answered) = (0, None);
    for leap in 0..LEAPS {
        let seconds = 1 << leap;
        match readable(archive, &question.with_part(at(seconds), 1), IMPATIENCE).await? {
            Some(page) if is_beyond(&page) => {
                answered = Some((seconds, page));
                break;
            }
            _ => silent = seconds,
        }
    }
    let Some((mut seconds, mut page)) = answered else {
        return Ok(None);
    };
    while seconds - silent > 1 {
        let middle = silent + (seconds - silent) / 2;
        match readable(archive, &question.with_part(at(middle), 1), IMPATIENCE).await? {
            Some(nearer) if is_beyond(&nearer) => (seconds, page) = (middle, nearer),
            _ => silent = middle,
        }
    }
    Ok(Some(page))
}

/// Towards the old end.
async fn backward(archive: &Queries, question: Question<'_>) -> XmppResult<Page> {
    archive.silent(question.archive, |_| ());
    let next = question.with_part(question.part.clone(), 1);
    for (question, patience) in [(&question, IMPATIENCE), (&next, PATIENCE)] {
        if let Some(page) = readable(archive, question, patience).await? {
            return Ok(page);
        }
    }
    let (behind, from) = match &question.part {
        Part::Before(id) => {
            let next = question.with_part(Part::After(id.clone()), 1);
            let page = readable(archive, &next, IMPATIENCE).await?;
            let next = page.and_then(|page| page.entries.into_iter().next());
            (Some(id.clone()), next.map(|entry| entry.time))
        }
        _ => (None, None),
    };
    let from = from.unwrap_or_else(|| archive.session.clock.now());
    // In the same second there may be what is known already.
    let is_beyond = |page: &Page| {
        page.entries
            .first()
            .is_none_or(|entry| Some(&entry.id) != behind.as_ref())
    };
    let at = |seconds| Part::Until(Micros(from.0.saturating_sub(seconds * SECOND)));
    let Some(page) = nearest(archive, &question, at, is_beyond).await? else {
        return Ok(page_of(Vec::new(), true));
    };
    // What lies between, perhaps of the same second: up to the message, or to what is known.
    let found = page.entries.first().map(|found| found.id.clone());
    let part = found.map_or(Part::Since(Micros(0)), Part::After);
    let between = readable(archive, &question.with_part(part, BETWEEN), IMPATIENCE).await?;
    let between = between.map_or(Vec::new(), |page| page.entries);
    let is_new = |entry: &Entry| Some(&entry.id) != behind.as_ref();
    let mut entries = page.entries;
    entries.extend(between.into_iter().take_while(is_new));
    Ok(page_of(entries, page.is_last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::connection::Outgoing;
    use crate::backend::xmpp::session::Session;
    use crate::backend::xmpp::session::tests::{run, session};
    use std::rc::Rc;
    use tokio::sync::mpsc::UnboundedReceiver;
    use tokio_xmpp::Stanza;
    use xmpp_parsers::iq::Iq;
    use xmpp_parsers::mam::Query;
    use xmpp_parsers::message::Message;
    use xmpp_parsers::minidom::Element;

    /// An archive: the second of each message, and whether the server can read it.
    type Kept = Vec<(i64, bool)>;

    fn name(place: usize) -> String {
        format!("m{place:04}")
    }

    /// Answers as Prosody does: the results one by one, or where it turns the page around all at the end, and nothing more from
    /// a message on that it cannot read. It reads one more than it was asked for.
    async fn serve(session: Rc<Session>, archive: Rc<Queries>, kept: Kept, mut outgoing: UnboundedReceiver<Outgoing>) {
        while let Some(out) = outgoing.recv().await {
            let (id, payload) = match out.stanza {
                Stanza::Iq(Iq::Set { id, payload, .. }) => (id, payload),
                Stanza::Iq(iq) => {
                    session.answered(None, iq.id(), Ok(None));
                    continue;
                }
                other => panic!("{other:?}"),
            };
            let query = Query::try_from(payload).unwrap();
            let field = |name: &str| {
                let fields = query.form.iter().flat_map(|form| &form.fields);
                let value = fields
                    .filter(|field| field.var.as_deref() == Some(name))
                    .find_map(|field| field.values.first());
                value.map(|value| crate::backend::xmpp::time::parse_stamp(value).unwrap().0 / 1_000_000)
            };
            let set = query.set.as_ref().unwrap();
            let (start, end) = (field("start").unwrap_or(i64::MIN), field("end").unwrap_or(i64::MAX));
            let inside = |place: &usize| (start..=end).contains(&kept[*place].0);
            let place = |id: &String| id[1..].parse::<usize>().unwrap();
            let after = set.after.as_ref().map_or(0, |id| place(id) + 1);
            let before = set
                .before
                .as_ref()
                .filter(|id| !id.is_empty())
                .map_or(kept.len(), place);
            let mut places: Vec<usize> = (after..before).filter(inside).collect();
            let is_backward = set.before.is_some();
            let is_complete = places.len() <= set.max.unwrap();
            // One more, to know whether there is more.
            let reach = set.max.unwrap() + 1;
            if is_backward {
                places.drain(..places.len().saturating_sub(reach));
            } else {
                places.truncate(reach);
            }
            if is_backward {
                places.reverse();
            }
            let unreadable = places.iter().position(|place| !kept[*place].1);
            let max = set.max.unwrap();
            let is_turned = is_backward != query.flip_page;
            let mut sent = match unreadable {
                Some(_) if is_turned => Vec::new(),
                Some(unreadable) => places[..unreadable].to_vec(),
                None => places.clone(),
            };
            sent.truncate(max);
            places.truncate(max);
            if is_turned {
                sent.reverse();
            }
            if is_backward {
                places.reverse();
            }
            for place in &sent {
                let stamp = crate::backend::xmpp::time::stamp(Micros(kept[*place].0 * 1_000_000));
                let query = &query.queryid.as_ref().unwrap().0;
                let xml = format!(
                    "<message xmlns='jabber:client'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{}'>\
                     <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{stamp}'/>\
                     <message xmlns='jabber:client' from='bob@im.test'><body>hi</body></message></forwarded></result></message>",
                    name(*place)
                );
                let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
                assert!(archive.take_result(message).is_none());
            }
            if unreadable.is_none() {
                let ends = places.first().zip(places.last());
                let ends =
                    ends.map(|(first, last)| format!("<first>{}</first><last>{}</last>", name(*first), name(*last)));
                let fin = format!(
                    "<fin xmlns='urn:xmpp:mam:2' complete='{is_complete}'><set xmlns='http://jabber.org/protocol/rsm'>{}</set></fin>",
                    ends.unwrap_or_default()
                );
                session.answered(None, &id, Ok(Some(fin.parse().unwrap())));
            }
        }
    }

    /// Everything that is read of an archive, as syncs do it, from one end or the other.
    async fn read(kept: &Kept, is_forward: bool) -> Vec<String> {
        let (session, _, outgoing) = session();
        let archive = Rc::new(Queries::new(&session));
        tokio::task::spawn_local(serve(Rc::clone(&session), Rc::clone(&archive), kept.clone(), outgoing));
        let mut ids = Vec::new();
        let (mut part, mut time) = (
            if is_forward {
                Part::Since(Micros(0))
            } else {
                Part::Newest
            },
            Micros(0),
        );
        for _ in 0..kept.len() + 10 {
            let question = Question {
                archive: &session.me,
                with: None,
                part: part.clone(),
                max: 200,
                is_flipped: false,
            };
            let page = match super::page(&archive, &question).await {
                Err(error) if error.is(&DefinedCondition::ItemNotFound) && matches!(part, Part::After(_)) => {
                    part = Part::Since(time);
                    continue;
                }
                page => page.unwrap(),
            };
            let new: Vec<String> = page.entries.iter().map(|entry| entry.id.clone()).collect();
            time = page.entries.last().map_or(time, |entry| entry.time);
            ids.extend(new.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
            let Some((first, last)) = page.ends.filter(|_| !page.is_last) else {
                break;
            };
            part = if is_forward {
                Part::After(last)
            } else {
                Part::Before(first)
            };
        }
        ids.sort();
        ids
    }

    #[test]
    fn what_lies_around_a_message_that_is_never_answered_is_read() {
        let count = 450;
        let all: Vec<usize> = (0..count).collect();
        let mut random = fastrand::Rng::with_seed(7);
        let mut unreadable: Vec<Vec<usize>> = vec![
            vec![],
            vec![0],
            vec![count - 1],
            vec![200],
            vec![100, 101, 102],
            vec![5, 300],
            vec![5],
            vec![count - 10],
        ];
        unreadable.push((0..6).map(|_| random.usize(..count)).collect());
        for unreadable in unreadable {
            // Several in a second, and a night without any.
            let begin = Micros::now().0 / SECOND - 40_000;
            let second = |place: &usize| {
                let night = if *place > 250 { 30_000 } else { 0 };
                // More of them at the ends.
                begin + night + i64::try_from((*place).clamp(20, count - 20) / 3).unwrap()
            };
            let kept: Kept = all
                .iter()
                .map(|place| (second(place), !unreadable.contains(place)))
                .collect();
            let readable = all.iter().filter(|place| !unreadable.contains(place));
            let expected: Vec<String> = readable.map(|place| name(*place)).collect();
            for is_forward in [true, false] {
                run(async {
                    tokio::time::pause();
                    assert_eq!(
                        read(&kept, is_forward).await,
                        expected,
                        "{unreadable:?}, forward {is_forward}"
                    );
                });
            }
        }
    }
}
