//! Reading a file of the service, on the thread of the call that downloads it.

use super::files::folder;
use crate::backend::Deadline;
use crate::model::blob::CHUNK;
use crate::model::{Error, MessageFile, Result, Status};
use std::io::{self, Read};
use std::path::Path;

/// Reads a file of the service at a path.
pub(super) fn fetch(
    service: &Path,
    file: &MessageFile,
    deadline: &Deadline,
    take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
) -> Result<()> {
    if !file.url.is_empty() {
        let desc = "the file has an address on the web, which libim does not fetch; the app does";
        return Err(Error::new(Status::NotSupported, desc));
    }
    let folder = folder(service);
    let Some(mut source) = folder.open(&file.uuid)? else {
        let desc = "the service does not have the file";
        return Err(Error::new(Status::FileDownloadFailed, desc));
    };
    let failed = |error: io::Error| Error::new(Status::IoFailed, format!("cannot read a file of the service: {error}"));
    let size = source.metadata().map_err(failed)?.len();
    let mut buffer = vec![0; CHUNK];
    loop {
        deadline.left()?;
        let read = match source.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(failed)?,
        };
        match buffer.get(..read) {
            Some(bytes) if !bytes.is_empty() => take(bytes, size)?,
            _ => return Ok(()),
        }
    }
}
