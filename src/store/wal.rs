//! Looking at a write-ahead log without SQLite, which takes everything after the first frame that does not fit for left
//! over. What a killed process leaves is indeed that: frames of an older log, a frame cut short, frames of a transaction
//! that was rolled back. None of these is followed by a commit of this log; where one is, commits have been lost.
//!
//! The format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The two numbers that each frame of a log repeats.
type Salts = [u8; 8];

/// Whether commits of the log have been lost, in its middle or with its header. No file and an empty one have lost none.
pub(super) fn is_damaged(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    let mut log = BufReader::with_capacity(1 << 16, file);
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut log, &mut header)? {
        // Cut short while its header was being written, or empty.
        return Ok(false);
    }
    let magic = number(&header, 0);
    let page_bytes = number(&header, 8) as usize;
    let is_big_endian = magic & 1 == 1;
    let mut sum = (0, 0);
    add(&mut sum, header.get(..24).unwrap_or_default(), is_big_endian);
    let is_header = magic & !1 == 0x377f_0682
        && page_bytes.is_power_of_two()
        && (512..=65536).contains(&page_bytes)
        && sum == (number(&header, 24), number(&header, 28));
    if !is_header {
        return Ok(true);
    }
    let salts: Salts = bytes(&header, 16);
    let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes];
    let mut is_broken = false;
    while fill(&mut log, &mut frame)? {
        let is_of_this_log = bytes::<8>(&frame, 8) == salts;
        if is_broken {
            // Only the last frame of a commit says how large the database is then.
            if is_of_this_log && number(&frame, 4) != 0 {
                return Ok(true);
            }
            continue;
        }
        let mut next = sum;
        add(&mut next, frame.get(..8).unwrap_or_default(), is_big_endian);
        add(
            &mut next,
            frame.get(FRAME_HEADER_BYTES..).unwrap_or_default(),
            is_big_endian,
        );
        let fits = is_of_this_log && next == (number(&frame, 16), number(&frame, 20));
        if fits {
            sum = next;
        } else {
            is_broken = true;
        }
    }
    Ok(false)
}

/// Fills the buffer; false when the file ends before.
fn fill(log: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(buffer) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        other => other.map(|()| true),
    }
}

fn bytes<const N: usize>(from: &[u8], at: usize) -> [u8; N] {
    from.get(at..at + N)
        .and_then(|part| part.try_into().ok())
        .unwrap_or([0; N])
}

fn number(from: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes(from, at))
}

/// The log's running checksum over pairs of 32-bit words.
fn add(sum: &mut (u32, u32), data: &[u8], is_big_endian: bool) {
    let word = |at: &[u8]| {
        let word = bytes(at, 0);
        if is_big_endian {
            u32::from_be_bytes(word)
        } else {
            u32::from_le_bytes(word)
        }
    };
    for pair in data.chunks_exact(8) {
        let (first, second) = pair.split_at(4);
        sum.0 = sum.0.wrapping_add(word(first)).wrapping_add(sum.1);
        sum.1 = sum.1.wrapping_add(word(second)).wrapping_add(sum.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use std::fs;

    /// A log with several commits, as a killed process leaves it.
    fn log(dir: &Path) -> (std::path::PathBuf, Vec<u8>) {
        let db = Connection::open(dir.join("db")).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.execute_batch("CREATE TABLE t (a)").unwrap();
        for number in 0..20 {
            db.execute("INSERT INTO t VALUES (?1)", [format!("{number:0500}")])
                .unwrap();
        }
        let bytes = fs::read(dir.join("db-wal")).unwrap();
        let copy = dir.join("copy-wal");
        fs::write(&copy, &bytes).unwrap();
        (copy, bytes)
    }

    #[test]
    fn a_log_that_is_whole_empty_or_cut_at_its_end_is_not_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let (path, bytes) = log(dir.path());
        assert!(!is_damaged(&path).unwrap());
        assert!(!is_damaged(&dir.path().join("none")).unwrap());
        for length in [0, 31, 32, 100, bytes.len() - 1, bytes.len() - 5000] {
            fs::write(&path, &bytes[..length]).unwrap();
            assert!(!is_damaged(&path).unwrap(), "{length}");
        }
    }

    #[test]
    fn a_log_begun_again_over_an_older_one_is_not_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let db = Connection::open(dir.path().join("db")).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.execute_batch("CREATE TABLE t (a)").unwrap();
        for _ in 0..9 {
            db.execute("INSERT INTO t VALUES (zeroblob(9000))", ()).unwrap();
        }
        db.query_row("PRAGMA wal_checkpoint(RESTART)", (), |_| Ok(())).unwrap();
        db.execute("INSERT INTO t VALUES (1)", ()).unwrap();
        assert!(!is_damaged(&dir.path().join("db-wal")).unwrap());
    }

    #[test]
    fn frames_left_over_from_a_transaction_that_was_rolled_back_are_not_damage() {
        let dir = tempfile::tempdir().unwrap();
        let mut db = Connection::open(dir.path().join("db")).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.pragma_update(None, "cache_size", 1).unwrap();
        db.execute_batch("CREATE TABLE t (a)").unwrap();
        let transaction = db.transaction().unwrap();
        for _ in 0..50 {
            transaction
                .execute("INSERT INTO t VALUES (zeroblob(9000))", ())
                .unwrap();
        }
        transaction.rollback().unwrap();
        let spilled = fs::metadata(dir.path().join("db-wal")).unwrap().len();
        db.execute("INSERT INTO t VALUES (1)", ()).unwrap();
        let log = dir.path().join("db-wal");
        assert!(spilled > 100_000 && fs::metadata(&log).unwrap().len() == spilled);
        assert!(!is_damaged(&log).unwrap());
    }

    #[test]
    fn any_changed_byte_but_in_the_last_commit_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        let (path, bytes) = log(dir.path());
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..50 {
            let mut changed = bytes.clone();
            changed[random.usize(..bytes.len() - 4120)] ^= 1 << random.u8(..8);
            fs::write(&path, &changed).unwrap();
            assert!(is_damaged(&path).unwrap());
        }
    }
}
