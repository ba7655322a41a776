//! Questions that have no answer yet (RFC 6120, info/query), and whose answers count.

use super::error::{XmppError, XmppResult};
use std::cell::RefCell;
use std::collections::HashMap;
use tokio::sync::oneshot;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::minidom::Element;

/// How a question ends.
pub(crate) type Answer = XmppResult<Option<Element>>;

/// The recipient of a question, and the channel for its answer.
type Waiting = (Option<Jid>, oneshot::Sender<Answer>);

/// The questions that have no answer yet.
#[derive(Default)]
pub(crate) struct Iqs(RefCell<HashMap<String, Waiting>>);

/// A question that somebody waits for.
pub(crate) struct Asked<'a>(&'a Iqs, &'a str);

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.0.borrow_mut().remove(self.1);
    }
}

impl Iqs {
    /// A new question: its id, and where its answer arrives.
    pub(crate) fn begin(&self, to: Option<Jid>) -> (String, oneshot::Receiver<Answer>) {
        let id = uuid::Uuid::new_v4().to_string();
        let (sender, answer) = oneshot::channel();
        self.0.borrow_mut().insert(id.clone(), (to, sender));
        (id, answer)
    }

    /// Forgets a question when the value is dropped: nobody waits for its answer any more.
    pub(crate) fn until_dropped<'a>(&'a self, id: &'a str) -> Asked<'a> {
        Asked(self, id)
    }

    /// A question has not reached anybody.
    pub(crate) fn refused(&self, id: &str, error: XmppError) {
        if let Some((_, sender)) = self.0.borrow_mut().remove(id) {
            let _ = sender.send(Err(error));
        }
    }

    /// An answer has come. It counts from whom was asked; the account's own server may speak for itself in several ways,
    /// which `is_own` knows.
    pub(crate) fn answer(&self, from: Option<&Jid>, id: &str, answer: Answer, is_own: impl Fn(Option<&Jid>) -> bool) {
        let mut waiting = self.0.borrow_mut();
        let is_asked = waiting.get(id).is_some_and(|(to, _)| match to {
            Some(to) => from == Some(to) || (from.is_none() && is_own(Some(to))),
            None => is_own(from),
        });
        // An answer of somebody else's is ignored, and the question stays open for the right one.
        if is_asked && let Some((_, sender)) = waiting.remove(id) {
            // The caller may have given up waiting.
            let _ = sender.send(answer);
        }
    }

    /// The session is over: all questions end without an answer.
    pub(crate) fn end(&self) {
        for (_, (_, sender)) in self.0.borrow_mut().drain() {
            let _ = sender.send(Err(XmppError::Lost));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn jid(text: &str) -> Jid {
        Jid::from_str(text).unwrap()
    }

    #[test]
    fn an_answer_counts_only_from_whom_was_asked() {
        let iqs = Iqs::default();
        let is_own = |from: Option<&Jid>| from.is_none_or(|from| *from == jid("alice@example.org"));
        let bob = jid("bob@example.org");
        let (id, mut answer) = iqs.begin(Some(bob.clone()));
        iqs.answer(Some(&jid("mallory@example.org")), &id, Ok(None), is_own);
        iqs.answer(None, &id, Ok(None), is_own);
        iqs.answer(Some(&bob), "another", Ok(None), is_own);
        assert!(answer.try_recv().is_err());
        iqs.answer(Some(&bob), &id, Ok(None), is_own);
        assert!(matches!(answer.try_recv(), Ok(Ok(None))));

        let (id, mut answer) = iqs.begin(None);
        iqs.answer(Some(&bob), &id, Ok(None), is_own);
        assert!(answer.try_recv().is_err());
        iqs.answer(None, &id, Ok(None), is_own);
        assert!(answer.try_recv().is_ok());
    }

    #[test]
    fn the_end_of_a_session_answers_all() {
        let iqs = Iqs::default();
        let (_, mut answer) = iqs.begin(None);
        iqs.end();
        assert!(answer.try_recv().unwrap().unwrap_err().is_lost());
    }
}
