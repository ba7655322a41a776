//! The name of an account's directory.

use crate::model::UserId;
use std::fmt::Write;

/// Longer names are cut: file systems end at 255 bytes.
const MAX_BYTES: usize = 180;

/// A file name for a user id that no other user id has, also on file systems that fold the case of letters: lower-case
/// letters, digits, `-` and `_` stay, every other byte becomes `%xx`. A long name ends in a hash of the whole id.
pub(super) fn name(user: &UserId) -> String {
    let mut name = String::new();
    for byte in user.as_str().bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(name, "%{byte:02x}");
        }
    }
    if name.len() > MAX_BYTES {
        name.truncate(MAX_BYTES);
        let _ = write!(name, "~{:032x}", fnv(user.as_str().as_bytes()));
    }
    name
}

/// FNV-1a with 128 bits: stable for ever, and enough to keep honest ids apart. The cache checks the user id itself.
fn fnv(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
            (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_tell_users_apart() {
        let named = |id: &str| name(&UserId::trusted(id));
        assert_eq!(named("alice"), "alice");
        assert_eq!(named("Alice"), "%41lice");
        assert_eq!(named("../x"), "%2e%2e%2fx");
        assert_eq!(named("é"), "%c3%a9");
        let (one, other) = ("x".repeat(254) + "1", "x".repeat(254) + "2");
        assert!(named(&one).len() < 255 && named(&one) != named(&other));
        assert!(named(&"é".repeat(127)).len() < 255);
    }
}
