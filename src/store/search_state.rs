//! How far the search index is, and whether it is damaged.

use rusqlite::{Connection, OptionalExtension, params};

/// How far the index is: columns of `search_index`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexState {
    /// How its words are folded; empty while there is no index.
    pub(crate) folding: String,
    /// It has the messages with numbers above this one,
    pub(crate) floor: i64,
    /// up to this one.
    pub(crate) top: i64,
    /// It has the conversations with numbers above this one.
    pub(crate) conversation_floor: i64,
}

impl IndexState {
    /// A checksum (FNV-1a): with a number that is not the one that was written, words would stay in the index, or be in it twice.
    fn seal(&self) -> i64 {
        let numbers = [self.floor, self.top, self.conversation_floor];
        let bytes = numbers
            .into_iter()
            .flat_map(i64::to_le_bytes)
            .chain(self.folding.bytes());
        let seal = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |seal, byte| {
            (seal ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        seal.cast_signed()
    }

    /// Whether there is an index.
    pub(crate) fn is_on(&self) -> bool {
        !self.folding.is_empty()
    }

    /// Whether it has a message.
    pub(super) fn has(&self, message: i64) -> bool {
        self.is_on() && self.floor < message && message <= self.top
    }
}

/// The state of the index. A row that the disk has damaged is no index.
pub(crate) fn state(db: &Connection) -> rusqlite::Result<IndexState> {
    sealed(db).map(Option::unwrap_or_default)
}

/// The same; `None` for a row that the disk has damaged.
pub(super) fn sealed(db: &Connection) -> rusqlite::Result<Option<IndexState>> {
    let read = db
        .prepare_cached(
            "SELECT folding, message_floor, message_top, conversation_floor, seal FROM search_index WHERE id = 1",
        )?
        .query_row((), |row| {
            let state = IndexState {
                folding: row.get(0)?,
                floor: row.get(1)?,
                top: row.get(2)?,
                conversation_floor: row.get(3)?,
            };
            let seal: i64 = row.get(4)?;
            // There is none before the first index.
            Ok(Some(state).filter(|state| seal == state.seal() || !state.is_on() && seal == 0))
        })
        .optional();
    match read {
        Ok(state) => Ok(state.flatten()),
        Err(error) if super::error::is_unreadable(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Stores the state of the index.
pub(super) fn set_state(db: &Connection, state: &IndexState) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO search_index (id, folding, message_floor, message_top, conversation_floor, seal) \
         VALUES (1, ?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        state.folding,
        state.floor,
        state.top,
        state.conversation_floor,
        state.seal()
    ])?;
    Ok(())
}

/// Whether an error of a statement that uses the index may be one of the index: all but what the system has failed at.
pub(crate) fn is_index_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{SqlInputError, SqliteFailure};
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed, OperationInterrupted,
        OutOfMemory, PermissionDenied, ReadOnly, SystemIoFailure,
    };
    // What FTS5 cannot read comes under many codes: its own, that of a damaged page, that of any mistake.
    matches!(error, SqliteFailure(error, _) | SqlInputError { error, .. } if !matches!(
        error.code,
        CannotOpen
            | DatabaseBusy
            | DatabaseLocked
            | DiskFull
            | FileLockingProtocolFailed
            | OperationInterrupted
            | OutOfMemory
            | PermissionDenied
            | ReadOnly
            | SystemIoFailure
    ))
}
