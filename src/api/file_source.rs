//! Where the bytes of a file come from, as a request says it: an address of the web, a path, or the data itself.

use crate::client::Call;
use crate::model::web::{is_address, name_of_address};
use crate::model::{Error, Result, Status};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

/// The most data in a request.
const MAX_DATA: usize = 1 << 20;

/// One of the three, with the name of its field where that is needed.
pub(super) enum FileSource {
    Address(String),
    Path(String, String),
    Data(String, String),
}

/// What a message says of a file.
#[derive(Default)]
pub(super) struct Source {
    pub(super) uuid: String,
    pub(super) url: String,
    pub(super) path: String,
    pub(super) size: i64,
}

// The value is a part of a message: no sentence repeats an address.
pub(super) fn check_address(field: &str, url: &str) -> Result<()> {
    if !is_address(url) {
        return Err(Error::invalid(format!(
            "{field} is not an address that begins with https:// or http:// and has at most 4096 bytes, without white space"
        )));
    }
    // Whatever a peer writes is tried; what is known to be none is not sent.
    if url.contains(['<', '>', '"', '\\', '^', '`', '{', '|', '}']) {
        return Err(Error::invalid(format!(
            "{field} has a character that an address can only have as a percent code"
        )));
    }
    Ok(())
}

impl FileSource {
    /// The one that is given; `names` are those of the fields, in the order of the values.
    pub(super) fn one(names: &[&str; 3], url: String, path: String, data: String) -> Result<Self> {
        Self::at_most_one(names, url, path, data)?.ok_or_else(|| {
            let names: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
            match names.as_slice() {
                [name] => Error::invalid(format!("{name} \"\" is empty")),
                names => Error::invalid(format!("none of {} is given", names.join(", "))),
            }
        })
    }

    /// The same where there may be none.
    pub(super) fn at_most_one(names: &[&str; 3], url: String, path: String, data: String) -> Result<Option<Self>> {
        let [url_name, path_name, data_name] = names;
        match (url.is_empty(), path.is_empty(), data.is_empty()) {
            (true, true, true) => Ok(None),
            (false, true, true) => {
                check_address(url_name, &url)?;
                Ok(Some(Self::Address(url)))
            }
            (true, false, true) => Ok(Some(Self::Path((*path_name).to_owned(), path))),
            (true, true, false) => Ok(Some(Self::Data((*data_name).to_owned(), data))),
            (_, path, data) => {
                let given = [
                    (!url.is_empty()).then_some(url_name),
                    (!path).then_some(path_name),
                    (!data).then_some(data_name),
                ];
                let given: Vec<&str> = given.into_iter().flatten().copied().collect();
                Err(Error::invalid(format!("{} are given together", given.join(" and "))))
            }
        }
    }

    /// Takes it in; `size` is what the app says of an address.
    pub(super) fn take(self, client: &Call<'_>, size: i64) -> Result<Source> {
        match self {
            Self::Address(url) => Ok(Source {
                uuid: name_of_address(&url),
                url,
                path: String::new(),
                size,
            }),
            Self::Path(field, path) => {
                let absolute = std::path::absolute(Path::new(&path));
                let absolute = absolute.map_err(|_| Error::invalid(format!("{field} cannot be made absolute")))?;
                let file = client.read(|engine| engine.import_file(&absolute))?;
                Ok(Source {
                    uuid: file.uuid,
                    url: String::new(),
                    path: absolute.to_string_lossy().into_owned(),
                    size: file.size,
                })
            }
            Self::Data(field, data) => {
                let bytes = decoded(&field, &data)?;
                let file = client.read(|engine| engine.import_bytes(&field, &bytes))?;
                Ok(Source {
                    uuid: file.uuid,
                    size: file.size,
                    ..Source::default()
                })
            }
        }
    }
}

fn decoded(field: &str, data: &str) -> Result<Vec<u8>> {
    let too_large = || {
        Error::new(
            Status::FileTooLarge,
            format!("{field} has more than {MAX_DATA} bytes of data"),
        )
    };
    // Four characters for three bytes, the last four perhaps not full.
    if data.len() > MAX_DATA.div_ceil(3) * 4 {
        return Err(too_large());
    }
    let bytes = STANDARD.decode(data);
    let bytes = bytes.map_err(|_| Error::invalid(format!("{field} is not Base64 with its padding")))?;
    if bytes.len() > MAX_DATA {
        return Err(too_large());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_has_at_most_a_mebibyte_and_is_base64() {
        for (length, fits) in [
            (1, true),
            (MAX_DATA, true),
            (MAX_DATA + 1, false),
            (MAX_DATA + 9, false),
        ] {
            let data = STANDARD.encode(vec![7; length]);
            match decoded("dataBase64", &data) {
                Ok(bytes) => assert!(fits && bytes.len() == length),
                Err(error) => assert!(!fits && error.status == Status::FileTooLarge, "{error}"),
            }
        }
        for data in ["a", "====", "s3cret!"] {
            let error = decoded("imageElem.dataBase64", data).unwrap_err();
            assert!(error.desc.starts_with("imageElem.dataBase64 ") && !error.desc.contains("s3cret"));
        }
    }
}
