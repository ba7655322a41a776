//! Sessions for the tests of the features, and tests of sessions.

use super::*;
use crate::backend::LinkState;
use crate::backend::xmpp::config::Tls;
use crate::model::{ConversationId, Group, Micros, OutboxEntry, Outcome, Result, UserId};
use std::collections::HashMap;
use std::sync::Mutex;
use xmpp_parsers::stanza_error::DefinedCondition;

/// An account that keeps what it is told, for tests of features.
pub(crate) struct Account {
    user_id: UserId,
    pub(crate) changes: Mutex<Vec<Change>>,
    pub(crate) groups: Mutex<Vec<Group>>,
    /// The place in the list that every conversation has.
    pub(crate) listed: Mutex<Option<Micros>>,
    /// What it keeps for the features, by name.
    pub(crate) positions: Mutex<HashMap<String, String>>,
}

impl Sink for Account {
    fn user_id(&self) -> &UserId {
        &self.user_id
    }
    fn cursor(&self) -> Result<Option<String>> {
        Ok(None)
    }
    fn apply(&self, batch: Inbound) -> Result<()> {
        self.changes.lock().unwrap().extend(batch.changes);
        self.positions.lock().unwrap().extend(batch.positions);
        Ok(())
    }
    fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        Ok(None)
    }
    fn complete_outbound(&self, _: i64, _: Outcome) -> Result<()> {
        Ok(())
    }
    fn report(&self, _: LinkState) {}
    fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        Ok(self.positions.lock().unwrap().get(archive).cloned())
    }
    fn joined_groups(&self) -> Result<Vec<Group>> {
        Ok(self.groups.lock().unwrap().clone())
    }
    fn listed_place(&self, _: &ConversationId) -> Result<Option<Micros>> {
        Ok(*self.listed.lock().unwrap())
    }
}

/// A session of `alice@im.test/phone`, its account, and the stanzas that it sends.
pub(crate) fn session() -> (Rc<Session>, Arc<Account>, mpsc::UnboundedReceiver<Outgoing>) {
    let account = Arc::new(Account {
        user_id: UserId::trusted("alice@im.test"),
        changes: Mutex::default(),
        groups: Mutex::default(),
        listed: Mutex::default(),
        positions: Mutex::default(),
    });
    let (session, outgoing) = session_of(account.clone());
    (session, account, outgoing)
}

/// The same for an account of the test's own.
pub(crate) fn session_of(sink: Arc<dyn Sink>) -> (Rc<Session>, mpsc::UnboundedReceiver<Outgoing>) {
    let config = XmppConfig {
        jid: BareJid::new("alice@im.test").unwrap(),
        password: String::new(),
        host: None,
        port: None,
        tls: Tls::Direct,
        ca_file: None,
        resource: None,
        language: None,
    };
    let full = config.jid.with_resource_str("phone").unwrap();
    let (out, outgoing) = mpsc::unbounded_channel();
    let session = Session::new(sink, &config, full, true, out, Rc::default(), Clock::default());
    (session, outgoing)
}

/// Runs a test on a thread as the backend's is.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    tokio::task::LocalSet::new().block_on(&runtime.unwrap(), test);
}

#[test]
fn the_end_of_a_session_ends_all_waiting() {
    run(async {
        let (session, ..) = session();
        let waiting = [
            tokio::task::spawn_local({
                let session = Rc::clone(&session);
                async move { session.get(None, Ping).await.map(drop) }
            }),
            tokio::task::spawn_local({
                let session = Rc::clone(&session);
                async move { session.reach(Stage::Bookmarked).await }
            }),
        ];
        tokio::task::yield_now().await;
        session.end();
        for waiting in waiting {
            assert!(waiting.await.unwrap().unwrap_err().is_lost());
        }
        assert!(session.get(None, Ping).await.unwrap_err().is_lost());
    });
}

#[test]
fn silence_is_no_sign_that_a_server_has_a_stanza() {
    let refused = XmppError::Refused {
        condition: DefinedCondition::ServiceUnavailable,
        text: String::new(),
        is_for_now: false,
    };
    assert!(has_arrived(Ok(None)).is_ok() && has_arrived(Err(refused)).is_ok());
    for nothing in [XmppError::Lost, XmppError::Timeout("no answer".to_owned())] {
        assert!(has_arrived(Err(nothing)).is_err());
    }
}

#[test]
fn stages_are_reached_in_any_order() {
    run(async {
        let (session, ..) = session();
        session.has_reached(Stage::Bookmarked);
        session.has_reached(Stage::Discovered);
        for stage in [Stage::Bookmarked, Stage::Discovered] {
            session.reach(stage).await.unwrap();
        }
    });
}

#[test]
fn the_time_for_an_answer_passes_only_while_there_is_a_connection() {
    run(async {
        let (session, ..) = session();
        let short = Duration::from_millis(1);
        assert_eq!(session.within(short, async { 1 }).await, Some(1));
        assert_eq!(session.within(short, std::future::pending::<()>()).await, None);
        session.connected(false);
        let mut waiting = std::pin::pin!(session.within(short, std::future::pending::<()>()));
        let without = tokio::time::timeout(Duration::from_millis(50), &mut waiting).await;
        assert!(without.is_err(), "nobody can have answered");
        session.connected(true);
        assert_eq!(waiting.await, None);
    });
}
