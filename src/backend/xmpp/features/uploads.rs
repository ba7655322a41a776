//! Files on the account's server (XEP-0363): the service that takes them, slots of it, and bringing files there.

use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::disco;
use crate::backend::xmpp::stanza::slot::{self, Slot};
use crate::model::Status;
use crate::model::path::shown;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::cell::RefCell;
use std::fs::File;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::disco::{DiscoInfoQuery, DiscoItemsQuery};
use xmpp_parsers::jid::Jid;
use xmpp_parsers::stanza_error::DefinedCondition;

/// After which pauses, in seconds, a file is brought again that the server did not take.
const PAUSES: [u64; 5] = [1, 2, 4, 8, 16];
/// How often it is looked how far an upload has come.
const LOOK: Duration = Duration::from_millis(100);

/// How an attempt to bring a file ends.
enum Attempt {
    /// It is on the server, at this address.
    Brought(String),
    /// Its message was deleted or cancelled.
    Unwanted,
    /// Perhaps later; why.
    Later(String),
}

/// Whether the upload service may answer otherwise in a while.
fn is_for_later(error: &XmppError) -> bool {
    error.is_for_now() || error.is_transient() && !error.is_lost()
}

/// The service that takes files.
#[derive(Clone)]
struct Service {
    jid: Jid,
    /// The largest file that it takes.
    most: Option<u64>,
}

/// What this session knows of it.
pub(crate) struct Uploads {
    session: Rc<Session>,
    service: RefCell<Option<Service>>,
}

impl Uploads {
    pub(crate) fn new(session: &Rc<Session>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            service: RefCell::default(),
        })
    }

    /// Brings a file to the server: its address there. `told` hears how much of it has gone out, or only says whether the file is
    /// still wanted; when it is not, there is no address.
    pub(crate) async fn upload(
        &self,
        path: &Path,
        name: &str,
        mut told: impl FnMut(Option<u64>) -> XmppResult<bool>,
    ) -> XmppResult<Option<String>> {
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.attempt(path, name, &mut told).await {
                Ok(Attempt::Brought(url)) => return Ok(Some(url)),
                Ok(Attempt::Unwanted) => return Ok(None),
                Ok(Attempt::Later(why)) => why,
                // An upload service that says nothing is no reason to give up the connection.
                Err(error) if is_for_later(&error) => error.to_string(),
                Err(error) => return Err(error),
            };
            log::info!("a file could not be uploaded: {error}");
            let Some(pause) = pauses.next() else {
                let sentence = "the server does not take the file: it cannot be reached, is too busy, or has no room";
                return Err(XmppError::account(Status::FileUploadFailed, sentence));
            };
            let pause = sleep(Duration::from_secs(*pause));
            if self.while_wanted(pause, &mut told).await?.is_none() {
                return Ok(None);
            }
        }
    }

    async fn attempt(
        &self,
        path: &Path,
        name: &str,
        told: &mut impl FnMut(Option<u64>) -> XmppResult<bool>,
    ) -> XmppResult<Attempt> {
        let unreadable = |error: std::io::Error| {
            let sentence = format!("{} cannot be read: {error}", shown(path));
            XmppError::account(Status::IoFailed, sentence)
        };
        let file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let media_type = slot::media_type_of(name);
        // A slot is for one attempt.
        let slot = async {
            let service = self.service().await?;
            if let Some(most) = service.most.filter(|most| size > *most) {
                let sentence = format!("the server takes files of at most {most} bytes; this one has {size}");
                return Err(XmppError::account(Status::FileTooLarge, sentence));
            }
            self.slot(&service, name, size, media_type).await
        };
        let Some(slot) = self.while_wanted(slot, told).await? else {
            return Ok(Attempt::Unwanted);
        };
        self.bring(slot?, file, size, media_type, told).await
    }

    /// Waits for something as long as the file is wanted.
    async fn while_wanted<T>(
        &self,
        work: impl Future<Output = T>,
        told: &mut impl FnMut(Option<u64>) -> XmppResult<bool>,
    ) -> XmppResult<Option<T>> {
        tokio::pin!(work);
        loop {
            let done = async {
                tokio::select! {
                    done = &mut work => Some(done),
                    () = sleep(LOOK) => None,
                }
            };
            match self.session.unless_over(done).await? {
                Some(done) => return Ok(Some(done)),
                None if told(None)? => {}
                None => return Ok(None),
            }
        }
    }

    async fn bring(
        &self,
        slot: Slot,
        file: File,
        size: u64,
        media_type: &str,
        told: &mut impl FnMut(Option<u64>) -> XmppResult<bool>,
    ) -> XmppResult<Attempt> {
        let url = slot.get.clone();
        let mut upload = self.session.web.put(slot, file, size, media_type)?;
        loop {
            let ended = async {
                tokio::select! {
                    end = &mut upload.end => Some(end),
                    () = sleep(LOOK) => None,
                }
            };
            match self.session.unless_over(ended).await? {
                Some(Ok(end)) => {
                    return Ok(match end? {
                        None => Attempt::Brought(url),
                        Some(why) => Attempt::Later(why),
                    });
                }
                Some(Err(_)) => return Err(XmppError::Unreadable("the thread of an upload is gone")),
                // The last part is told when the server has it.
                None => {
                    if !told(Some(upload.done().min(size.saturating_sub(1))))? {
                        return Ok(Attempt::Unwanted);
                    }
                    if !upload.goes_on() {
                        return Ok(Attempt::Later("the server reads it too slowly".to_owned()));
                    }
                }
            }
        }
    }

    async fn slot(&self, service: &Service, name: &str, size: u64, media_type: &str) -> XmppResult<Slot> {
        let request = slot::request(name, size, media_type);
        let answer = match self.session.get(Some(service.jid.clone()), request).await {
            Err(error) if error.is(&DefinedCondition::NotAcceptable) => {
                let sentence = "the server takes no file of that size";
                return Err(XmppError::account(Status::FileTooLarge, sentence));
            }
            answer => answer?,
        };
        answer.as_ref().and_then(slot::decode).ok_or(XmppError::Unreadable(
            "the server's answer to the request for a slot makes no sense",
        ))
    }

    /// The service, which is looked for when it is needed first.
    async fn service(&self) -> XmppResult<Service> {
        if let Some(service) = self.service.borrow().clone() {
            return Ok(service);
        }
        let query = DiscoItemsQuery { node: None, rsm: None };
        let domain = Jid::from(self.session.domain());
        let items = self.session.get(Some(domain.clone()), query).await?;
        let items = items.iter().flat_map(disco::items).map(|item| item.jid);
        let mut answers: FuturesUnordered<_> = std::iter::once(domain)
            .chain(items)
            .map(|jid| async move {
                let query = DiscoInfoQuery { node: None };
                let info = self.session.get(Some(jid.clone()), query).await?;
                let most = info.and_then(|info| slot::service(&disco::info(&info)));
                Ok(most.map(|most| Service { jid, most }))
            })
            .collect();
        // A component that is down does not hide the others.
        let mut is_down: Option<XmppError> = None;
        while let Some(service) = answers.next().await {
            match service {
                Ok(Some(service)) => {
                    *self.service.borrow_mut() = Some(service.clone());
                    return Ok(service);
                }
                Ok(None) => {}
                Err(error) if is_for_later(&error) => is_down = Some(error),
                Err(_) => {}
            }
        }
        if self.session.is_over() {
            return Err(XmppError::Lost);
        }
        // It may be the one.
        if let Some(error) = is_down {
            return Err(error);
        }
        let sentence = "the server takes no files (XEP-0363)";
        Err(XmppError::account(Status::NotSupported, sentence))
    }
}
