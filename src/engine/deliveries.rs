//! Waiting until the server has a message, or has refused it. Runs on the threads of those who wait; the thread that
//! commits wakes them.

use crate::model::lock::lock;
use crate::model::sync::Mutex;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::HashMap;
use std::time::Duration;

/// Those who wait, by the `msgID` they wait for.
#[derive(Default)]
pub(super) struct Deliveries(Mutex<HashMap<String, Vec<Sender<()>>>>);

/// A message that somebody waits for.
pub(crate) struct Delivery<'a> {
    deliveries: &'a Deliveries,
    msg_id: &'a str,
    /// Also tells this one from the others who wait for the message.
    sender: Sender<()>,
    woken: Receiver<()>,
}

impl Deliveries {
    pub(super) fn watch<'a>(&'a self, msg_id: &'a str) -> Delivery<'a> {
        let (sender, woken) = bounded(1);
        lock(&self.0).entry(msg_id.to_owned()).or_default().push(sender.clone());
        Delivery {
            deliveries: self,
            msg_id,
            sender,
            woken,
        }
    }

    /// Wakes those who wait for one of these messages. After the commit, so that they find what it stored.
    pub(super) fn wake(&self, msg_ids: &[String]) {
        if msg_ids.is_empty() {
            return;
        }
        let waiting = lock(&self.0);
        for sender in msg_ids.iter().filter_map(|msg_id| waiting.get(msg_id)).flatten() {
            // One that is full is awake already.
            let _ = sender.try_send(());
        }
    }

    /// Wakes everybody.
    pub(super) fn wake_all(&self) {
        for sender in lock(&self.0).values().flatten() {
            let _ = sender.try_send(());
        }
    }
}

impl Delivery<'_> {
    /// Waits until there is a reason to look again, or for no longer than `at_most`.
    pub(crate) fn wait(&self, at_most: Duration) {
        let _ = self.woken.recv_timeout(at_most);
    }
}

impl Drop for Delivery<'_> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.deliveries.0);
        if let Some(senders) = waiting.get_mut(self.msg_id) {
            senders.retain(|sender| !sender.same_channel(&self.sender));
            if senders.is_empty() {
                waiting.remove(self.msg_id);
            }
        }
    }
}
