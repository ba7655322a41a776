//! The paths of a config.

use crate::model::id::quoted;
use crate::model::{Error, Result};
use std::path::{Path, PathBuf};

/// The longest path of a database: SQLite takes 512 bytes, and adds up to 8 to it for the files beside it.
const MAX_PATH: usize = 504;

/// A path as it is now: the process may change its working directory later, and a name such as `file:x` is an address to
/// SQLite.
pub(super) fn absolute(field: &str, path: &str) -> Result<PathBuf> {
    if path.is_empty() {
        return Err(Error::invalid(format!("{field} \"\" is empty")));
    }
    std::path::absolute(path)
        .map_err(|error| Error::invalid(format!("{field} {} cannot be made absolute: {error}", quoted(path))))
}

/// Refuses a path that SQLite cannot open. `below` is the length of a name that is added to it.
pub(super) fn check_length(field: &str, path: &Path, below: usize) -> Result<()> {
    let length = path.as_os_str().len() + below;
    if cfg!(unix) && length > MAX_PATH {
        return Err(Error::invalid(format!(
            "{field} {} leads to a path of {length} bytes; the most is {MAX_PATH}",
            quoted(&path.to_string_lossy())
        )));
    }
    Ok(())
}
