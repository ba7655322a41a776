//! The commands of one conversation, in their order. Up to a window of messages are on their way at a time, and
//! each ends in its turn. Every other command waits for those before it, and what comes after it waits for it. A message
//! that is refused does not stop those after it: they may have arrived already.

use super::message::{Attempt, OnItsWay};
use super::state::Outbox;
use crate::backend::xmpp::error::XmppResult;
use crate::model::{ConversationId, ConversationType, WaitingCommand};
use futures::StreamExt;
use futures::stream::FuturesOrdered;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use tokio::sync::Notify;

/// How many messages to a user may be on their way, and how many to a room.
const TO_USER: usize = 64;
// One: a room that goes away under several may archive those that are queued in it after everybody has caught up with the room
// that takes its place.
const TO_ROOM: usize = 1;

/// A lane.
pub(super) struct Lane {
    conversation: ConversationId,
    waiting: RefCell<VecDeque<WaitingCommand>>,
    added: Notify,
}

/// The messages that are on their way, oldest first, and how each attempt ends.
type Window<'a> = FuturesOrdered<Pin<Box<dyn Future<Output = (OnItsWay, Attempt)> + 'a>>>;

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
        let size = match self.conversation.kind() {
            ConversationType::C2c => TO_USER,
            ConversationType::Group => TO_ROOM,
        };
        let mut window = Window::new();
        loop {
            let next = self.waiting.borrow().front().cloned();
            match next {
                Some(command) if command.is_message && window.len() < size => {
                    self.waiting.borrow_mut().pop_front();
                    if let Some(message) = outbox.begin_message(&command).await? {
                        window.push_back(outbox.send(message));
                    }
                }
                Some(command) if !command.is_message && window.is_empty() => {
                    self.waiting.borrow_mut().pop_front();
                    outbox.carry_out(&command).await?;
                }
                None if window.is_empty() => return Ok(()),
                next => {
                    let ended = tokio::select! {
                        ended = window.next() => ended,
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
        while let Some((message, attempt)) = window.next().await {
            match attempt {
                Attempt::Ended(outcome) => outbox.complete(message.id, outcome)?,
                Attempt::Failed(failure) => again.push((message, failure)),
            }
        }
        let Some((_, first)) = again.first() else {
            return Ok(());
        };
        let recovered = outbox.recover(&self.conversation, *first).await;
        for (message, _) in again {
            match &recovered {
                Ok(()) => {
                    if let Some(message) = outbox.begin_again(message)? {
                        window.push_back(outbox.send(message));
                    }
                }
                Err(error) => outbox.complete(message.id, Err(error.clone()))?,
            }
        }
        Ok(())
    }
}
