//! Beginning, ending, logging in and out.

use super::handler::Callback;
use super::types::{Buffer, Data, Text};
use super::{answer, guard};
use crate::account::Settings;
use crate::call::{Refusal, json};
use crate::sdk;
use serde_json::Value;
use std::ffi::{c_char, c_int};
use std::time::{SystemTime, UNIX_EPOCH};

/// The name and version of the library.
const VERSION: &str = concat!("libim-timsdk ", env!("CARGO_PKG_VERSION"), "\0");

#[unsafe(no_mangle)]
pub extern "C" fn TIMGetSDKVersion() -> *const c_char {
    VERSION.as_ptr().cast()
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMInit(_sdk_app_id: u64, json_sdk_config: Text) -> c_int {
    guard(|| {
        let text = json_sdk_config.or_empty()?;
        let config = if text.is_empty() { Value::Null } else { json(text)? };
        let folder = config.get("sdk_config_config_file_path").and_then(Value::as_str);
        sdk::init(Settings {
            folder: folder.filter(|folder| !folder.is_empty()).map(Into::into),
            given: None,
        });
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMUninit() -> c_int {
    guard(sdk::uninit)
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGetServerTime() -> u64 {
    // That of this device: no server is asked.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMSetConfig(json_config: Text, cb: Callback, user_data: Data) -> c_int {
    guard(|| {
        let sdk = sdk::current()?;
        let config = json(json_config.get()?)?;
        match config.get("libim") {
            None => {}
            Some(Value::Object(given)) => sdk.state().settings.given = Some(given.clone()),
            Some(_) => return Err(Refusal::Json),
        }
        // The settings of logs and proxies have no counterpart. Told with them, as set.
        sdk.tell(answer(cb, user_data)?, config)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMLogin(user_id: Text, user_sig: Text, cb: Callback, user_data: Data) -> c_int {
    guard(|| {
        let (user, sig) = (user_id.get()?, user_sig.or_empty()?);
        if user.is_empty() {
            return Err(Refusal::Parameter);
        }
        sdk::current()?.login(user.to_owned(), sig.to_owned(), answer(cb, user_data)?)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMLogout(cb: Callback, user_data: Data) -> c_int {
    guard(|| sdk::current()?.logout(answer(cb, user_data)?))
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGetLoginStatus() -> c_int {
    let mut status = LOGGED_OUT;
    guard(|| {
        status = sdk::current()?.login_status();
        Ok(())
    });
    status
}

/// `kTIMLoginStatus_UnLogined`.
const LOGGED_OUT: c_int = 3;

#[unsafe(no_mangle)]
pub extern "C" fn TIMGetLoginUserID(user_id_buffer: Buffer) -> c_int {
    guard(|| {
        if user_id_buffer.is_null() {
            return Err(Refusal::Parameter);
        }
        user_id_buffer.fill(&sdk::current()?.login_user());
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn callExperimentalAPI(json_param: Text, cb: Callback, user_data: Data) -> c_int {
    guard(|| {
        let sdk = sdk::current()?;
        json(json_param.get()?)?;
        sdk.refuse(answer(cb, user_data)?)
    })
}
