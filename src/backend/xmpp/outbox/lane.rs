//! The commands of one conversation, in their order. Up to a window of messages are on their way at a time, and
//! each ends in its turn. Every other command waits for those before it, and what comes after it waits for it. A message
//! that is refused does not stop those after it: they may have arrived already.

use super::message::{Attempt, Attempting, OnItsWay};
use super::state::Outbox;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::features::rooms::visit::OneVisit;
use crate::model::{ConversationId, WaitingCommand};
use futures::StreamExt;
use futures::stream::FuturesOrdered;
use std::cell::RefCell;
use std::collections::VecDeque;
use tokio::sync::Notify;

/// How many messages to a user may be on their way.
const TO_USER: usize = 64;
/// How many to a group. With more, sending has stopped for a minute now and then on Prosody after connections broke
/// (`tests/cuts`): docs/reliability.md says what is known of it.
const TO_GROUP: usize = 1;

/// A lane.
pub(super) struct Lane {
    conversation: ConversationId,
    waiting: RefCell<VecDeque<WaitingCommand>>,
    added: Notify,
}

/// The messages that are on their way, oldest first, and how each attempt ends.
struct Window<'a> {
    size: usize,
    attempts: FuturesOrdered<Attempting<'a>>,
    /// The visit to the room during which they were sent: all of them during one.
    visit: OneVisit,
}

impl<'a> Window<'a> {
    fn new(conversation: &ConversationId) -> Self {
        let is_group = conversation.group_id().is_some();
        Self {
            size: if is_group { TO_GROUP } else { TO_USER },
            attempts: FuturesOrdered::new(),
            visit: OneVisit::default(),
        }
    }

    fn send(&mut self, outbox: &'a Outbox, message: OnItsWay) {
        if self.attempts.is_empty() {
            self.visit = OneVisit::default();
        }
        self.attempts.push_back(outbox.send(message, &mut self.visit));
    }

    /// Whether another message may be put on its way.
    fn is_open(&self) -> bool {
        self.attempts.is_empty() || (self.attempts.len() < self.size && !self.visit.is_over())
    }
}

impl Lane {
    pub(super) fn new(conversation: ConversationId) -> Self {
        Self {
            conversation,
            waiting: RefCell::default(),
            added: Notify::new(),
        }
    }

    pub(super) fn add(&self, command: WaitingCommand) {
        self.waiting.borrow_mut().push_back(command);
        self.added.notify_one();
    }

    /// Carries out what is in the lane. Ends when it is empty.
    pub(super) async fn run(&self, outbox: &Outbox) -> XmppResult<()> {
        let mut window = Window::new(&self.conversation);
        loop {
            let next = self.waiting.borrow().front().cloned();
            let is_empty = window.attempts.is_empty();
            match next {
                Some(command) if command.is_message && window.is_open() => {
                    self.waiting.borrow_mut().pop_front();
                    if let Some(message) = outbox.begin_message(&command).await? {
                        window.send(outbox, message);
                    }
                }
                Some(command) if !command.is_message && is_empty => {
                    self.waiting.borrow_mut().pop_front();
                    outbox.carry_out(&command).await?;
                }
                None if is_empty => return Ok(()),
                next => {
                    let ended = tokio::select! {
                        ended = window.attempts.next() => ended,
                        () = self.added.notified(), if next.is_none() => None,
                    };
                    if let Some((message, attempt)) = ended {
                        self.end(outbox, &mut window, message, attempt).await?;
                    }
                }
            }
        }
    }

    /// An attempt at the oldest message of the window has ended.
    async fn end<'a>(
        &self,
        outbox: &'a Outbox,
        window: &mut Window<'a>,
        message: OnItsWay,
        attempt: Attempt,
    ) -> XmppResult<()> {
        let mut again = match attempt {
            Attempt::Ended(outcome) => return outbox.complete(message.id, outcome),
            Attempt::Failed(failure) => vec![(message, failure)],
        };
        // It is sent again, and so is whatever of the others has not arrived, in their order. None of them goes out before
        // it is known of all of them: a later one must not arrive before an earlier one.
        while let Some((message, attempt)) = window.attempts.next().await {
            match attempt {
                Attempt::Ended(outcome) => outbox.complete(message.id, outcome)?,
                Attempt::Failed(failure) => again.push((message, failure)),
            }
        }
        let recovered = outbox.recover(&self.conversation, &again).await;
        for (message, failure) in again {
            match &recovered {
                Ok(()) => {
                    if let Some(message) = outbox.begin_again(message, &failure)? {
                        window.send(outbox, message);
                    }
                }
                Err(error) => outbox.complete(message.id, Err(error.clone()))?,
            }
        }
        Ok(())
    }
}
