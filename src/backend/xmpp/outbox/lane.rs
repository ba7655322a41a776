//! The commands of one conversation, in their order. Up to a window of messages are on their way at a time, and
//! each ends in its turn. Every other command waits for those before it, and what comes after it waits for it. A message
//! that is refused does not stop those after it: they may have arrived already.

use super::message::{Attempt, Attempting, Failure, OnItsWay};
use super::state::Outbox;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::features::rooms::visit::OneVisit;
use crate::model::{ConversationId, WaitingCommand};
use futures::StreamExt;
use futures::stream::FuturesOrdered;
use std::cell::RefCell;
use std::collections::VecDeque;
use tokio::sync::Notify;

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
    /// Messages that did not arrive. They go out again before any other.
    again: VecDeque<(OnItsWay, Failure)>,
    /// The visit to the room during which they were sent: all of them during one.
    visit: OneVisit,
}

impl<'a> Window<'a> {
    fn new(size: usize) -> Self {
        Self {
            size,
            attempts: FuturesOrdered::new(),
            again: VecDeque::new(),
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

    /// Whether nothing is on its way, nor has to go out again.
    fn is_empty(&self) -> bool {
        self.attempts.is_empty() && self.again.is_empty()
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
        let mut window = Window::new(outbox.window(&self.conversation));
        loop {
            if window.is_open()
                && let Some((message, failure)) = window.again.pop_front()
            {
                if let Some(message) = outbox.begin_again(message, &failure)? {
                    window.send(outbox, message);
                }
                continue;
            }
            let next = self.waiting.borrow().front().cloned();
            let is_empty = window.is_empty();
            match next {
                Some(command)
                    if command.is_message
                        && window.again.is_empty()
                        && window.is_open()
                        // Files take their time, in which those before them would not end.
                        && (is_empty || !outbox.has_files(&command)?) =>
                {
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
        // Those that have not gone out again yet come after it, and need no more than it does.
        let later = std::mem::take(&mut window.again);
        // It is sent again, and so is whatever of the others has not arrived, in their order. None of them goes out before
        // it is known of all of them: a later one must not arrive before an earlier one.
        while let Some((message, attempt)) = window.attempts.next().await {
            match attempt {
                Attempt::Ended(outcome) => outbox.complete(message.id, outcome)?,
                Attempt::Failed(failure) => again.push((message, failure)),
            }
        }
        if again.iter().any(|(_, failure)| matches!(failure, Failure::NotNow(_))) {
            outbox.slow_down(&self.conversation);
            window.size = outbox.window(&self.conversation);
        }
        let recovered = outbox.recover(&self.conversation, &again).await;
        again.extend(later);
        match recovered {
            Ok(()) => window.again = again.into(),
            Err(error) => {
                for (message, _) in again {
                    outbox.complete(message.id, Err(error.clone()))?;
                }
            }
        }
        Ok(())
    }
}
