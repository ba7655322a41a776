//! (stand-in: replaced by the real client)
#![allow(missing_docs)]
use crate::events::{Event, Listener, ListenerId};
use crate::model::{Error, Result, Status};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::ThreadId;

type Job = Box<dyn FnOnce() + Send>;
#[derive(Default)]
struct State {
    closed: bool,
    stop: bool,
    jobs: Vec<Job>,
    changes: BTreeMap<String, String>,
    listeners: BTreeMap<u64, (u64, Arc<dyn Listener>)>,
    running: bool,
}
#[derive(Default)]
pub struct Client {
    state: Mutex<State>,
    wake: Condvar,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    thread_id: Mutex<Option<ThreadId>>,
    pub drafts: Mutex<BTreeMap<String, String>>,
}
static NEXT: AtomicU64 = AtomicU64::new(1);

impl Client {
    pub fn open() -> Arc<Self> {
        let me = Arc::new(Self::default());
        let other = me.clone();
        let thread = std::thread::spawn(move || other.run());
        *me.thread_id.lock().unwrap_or_else(|e| e.into_inner()) = Some(thread.thread().id());
        *me.thread.lock().unwrap_or_else(|e| e.into_inner()) = Some(thread);
        me
    }
    fn run(&self) {
        loop {
            let mut s = self.state.lock().unwrap_or_else(|e| e.into_inner());
            s.running = false;
            self.wake.notify_all();
            while s.jobs.is_empty() && s.changes.is_empty() && !s.stop {
                s = self.wake.wait(s).unwrap_or_else(|e| e.into_inner());
            }
            if s.stop && s.jobs.is_empty() {
                let gone = std::mem::take(&mut s.listeners);
                drop(s);
                drop(gone);
                return;
            }
            s.running = true;
            let jobs = std::mem::take(&mut s.jobs);
            let changes = std::mem::take(&mut s.changes);
            drop(s);
            let texts: Vec<String> = changes.into_values().collect();
            if !texts.is_empty() {
                let payload = format!("[{}]", texts.join(","));
                let ids: Vec<u64> = self.lock().listeners.keys().copied().collect();
                for id in ids {
                    let l = self.lock().listeners.get(&id).cloned();
                    if let Some((mask, l)) = l
                        && (mask == 0 || mask & Event::ConversationChanged.bit() != 0)
                    {
                        l.on_event(Event::ConversationChanged, &payload);
                    }
                }
            }
            for job in jobs {
                job();
            }
        }
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }
    pub fn on_dispatcher(&self) -> bool {
        *self.thread_id.lock().unwrap_or_else(|e| e.into_inner()) == Some(std::thread::current().id())
    }
    pub fn check(&self) -> Result<()> {
        if self.lock().closed {
            return Err(Error::new(Status::NotInitialized, "closed"));
        }
        Ok(())
    }
    pub fn change(&self, id: String, json: String) {
        self.lock().changes.insert(id, json);
        self.wake.notify_all();
    }
    pub fn job(&self, job: Job) -> Result<()> {
        let mut s = self.lock();
        if s.closed {
            return Err(Error::new(Status::NotInitialized, "closed"));
        }
        s.jobs.push(job);
        self.wake.notify_all();
        Ok(())
    }
    pub fn close(&self) -> Result<()> {
        if self.on_dispatcher() {
            return Err(Error::new(Status::CalledFromCallback, "close in a callback"));
        }
        self.check()?;
        let mut s = self.lock();
        if std::mem::replace(&mut s.closed, true) {
            return Err(Error::new(Status::NotInitialized, "closed"));
        }
        s.stop = true;
        drop(s);
        self.wake.notify_all();
        let t = self.thread.lock().unwrap_or_else(|e| e.into_inner()).take();
        if let Some(t) = t {
            let _ = t.join();
        }
        Ok(())
    }
    pub fn add_listener(&self, mask: u64, listener: Arc<dyn Listener>) -> Result<ListenerId> {
        self.check()?;
        let id = NEXT.fetch_add(1, Ordering::SeqCst);
        self.lock().listeners.insert(id, (mask, listener));
        Ok(id)
    }
    pub fn remove_listener(&self, id: ListenerId) -> Result<()> {
        self.check()?;
        let gone = self.lock().listeners.remove(&id);
        if gone.is_none() {
            return Err(Error::invalid(format!("listener {id}")));
        }
        if !self.on_dispatcher() {
            let mut s = self.lock();
            while s.running {
                s = self.wake.wait(s).unwrap_or_else(|e| e.into_inner());
            }
        }
        drop(gone);
        Ok(())
    }
}
