//! Callbacks that send, and callbacks that are taken away while they or others run.

use super::conversations::list;
use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Heard, Tim, c, call};
use serde_json::{Value, json};
use std::ffi::{c_char, c_int};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

unsafe extern "C" {
    fn TIMMsgSendMessage(id: Chars, kind: c_int, msg: Chars, buffer: *mut c_char, cb: Callback, data: Data) -> c_int;
    fn TIMMsgClearHistoryMessage(id: Chars, kind: c_int, cb: Callback, data: Data) -> c_int;
    fn TIMAddRecvNewMsgCallback(cb: Option<unsafe extern "C" fn(Chars, Data)>, data: Data);
    fn TIMRemoveRecvNewMsgCallback(cb: Option<unsafe extern "C" fn(Chars, Data)>);
    fn TIMSetFriendAddRequestCallback(cb: Option<unsafe extern "C" fn(Chars, Data)>, data: Data);
    fn TIMFriendshipAddFriend(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMProfileModifySelfUserProfile(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvGetConvList(cb: Callback, data: Data) -> c_int;
}

/// Sends the next of several messages from within the answer to the one before.
struct Chain {
    left: AtomicUsize,
    done: SyncSender<i32>,
}

fn send_next(chain: &Chain) {
    let message = json!({ "message_elem_array": [{ "elem_type": 0, "text_elem_content": "next" }] });
    let (to, message) = (c("bob"), c(message));
    let data = std::ptr::from_ref(chain).cast();
    // SAFETY, here and below: texts live during the calls, and what a callback is given until it was called.
    let returned = unsafe {
        TIMMsgSendMessage(
            to.as_ptr(),
            1,
            message.as_ptr(),
            std::ptr::null_mut(),
            Some(on_sent),
            data,
        )
    };
    assert_eq!(returned, 0);
}

unsafe extern "C" fn on_sent(code: i32, _: Chars, _: Chars, data: Data) {
    let chain = unsafe { &*data.cast::<Chain>() };
    if code == 0 && chain.left.fetch_sub(1, Ordering::SeqCst) > 1 {
        send_next(chain);
    } else {
        chain.done.send(code).unwrap();
    }
}

#[test]
fn the_answer_to_a_message_may_send_the_next_one() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let (done, end) = sync_channel(1);
    // For ever: when it fails, the callback may still come.
    let chain: &'static Chain = Box::leak(Box::new(Chain {
        left: AtomicUsize::new(20),
        done,
    }));
    send_next(chain);
    match end.recv_timeout(Duration::from_secs(60)) {
        Ok(code) => assert_eq!(code, 0),
        Err(_) => {
            // A logout would hang as well.
            eprintln!("the callback hangs");
            std::process::exit(1);
        }
    }
    bob.wait("bob has all", |app| app.history("c2c_alice").len() == 20);
    drop(tim);
}

/// A callback that stays until it is let go.
struct Slow {
    begun: SyncSender<()>,
    go: Mutex<Receiver<()>>,
    has_returned: AtomicBool,
}

unsafe extern "C" fn on_slow(_: Chars, data: Data) {
    let slow = unsafe { &*data.cast::<Slow>() };
    slow.begun.send(()).unwrap();
    let go = slow.go.lock().unwrap_or_else(PoisonError::into_inner);
    go.recv().unwrap();
    slow.has_returned.store(true, Ordering::SeqCst);
}

#[test]
fn taking_a_callback_away_waits_until_it_has_returned() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let ((begun, begins), (lets_go, go)) = (sync_channel(9), sync_channel(9));
    let slow = Slow {
        begun,
        go: Mutex::new(go),
        has_returned: AtomicBool::new(false),
    };
    unsafe { TIMAddRecvNewMsgCallback(Some(on_slow), std::ptr::from_ref(&slow).cast()) };
    bob.send("c2c_alice", "one");
    begins.recv_timeout(Duration::from_secs(60)).unwrap();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            // Long enough that a removal that does not wait is over by then.
            std::thread::park_timeout(Duration::from_millis(200));
            lets_go.send(()).unwrap();
        });
        unsafe { TIMRemoveRecvNewMsgCallback(Some(on_slow)) };
        assert!(slow.has_returned.load(Ordering::SeqCst));
    });
    bob.send("c2c_alice", "two");
    tim.wait("both are told", |tim| messages(tim) == 2);
    assert!(begins.try_recv().is_err());
}

fn messages(tim: &Tim) -> usize {
    tim.heard()
        .iter()
        .filter(|heard| matches!(heard, Heard::Messages(_)))
        .count()
}

unsafe extern "C" fn on_remover(_: Chars, _: Data) {
    unsafe {
        TIMRemoveRecvNewMsgCallback(Some(on_counted));
        TIMRemoveRecvNewMsgCallback(Some(on_remover));
    }
}

unsafe extern "C" fn on_counted(_: Chars, data: Data) {
    unsafe { &*data.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn a_callback_that_another_one_takes_away_does_not_hear_of_the_same_message() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let count = AtomicUsize::new(0);
    unsafe {
        TIMAddRecvNewMsgCallback(Some(on_remover), std::ptr::null());
        TIMAddRecvNewMsgCallback(Some(on_counted), std::ptr::from_ref(&count).cast());
    }
    bob.send("c2c_alice", "one");
    bob.send("c2c_alice", "two");
    tim.wait("both are told", |tim| messages(tim) == 2);
    list();
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C" fn on_asked(json: Chars, _: Data) {
    let asked: Value = serde_json::from_str(&super::tim::text(json)).unwrap();
    let users = asked.as_array().unwrap().iter();
    let users = users.map(|one| one["friend_add_pendency_identifier"].as_str().unwrap().to_owned());
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).extend(users);
}

#[test]
fn only_what_others_ask_is_an_application_that_is_told() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let carol = App::login(dir.path(), "carol");
    unsafe { TIMSetFriendAddRequestCallback(Some(on_asked), std::ptr::null()) };
    bob.ok("setSelfInfo", json!({ "allowType": 1 }));
    let asks = c(json!({ "user_profile_item_add_permission": 2 }));
    call(|cb, data| unsafe { TIMProfileModifySelfUserProfile(asks.as_ptr(), cb, data) }).ok();
    let param = c(json!({
        "friendship_add_friend_param_identifier": "bob", "friendship_add_friend_param_friend_type": 1,
    }));
    call(|cb, data| unsafe { TIMFriendshipAddFriend(param.as_ptr(), cb, data) });
    // Alice's own goes out, and Carol's comes in.
    carol.ok("addFriend", json!({ "userID": "alice", "addType": 2 }));
    let asked = || ASKED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    tim.wait("Carol asks", |_| asked().contains(&"carol".to_owned()));
    call(|cb, data| unsafe { TIMConvGetConvList(cb, data) }).ok();
    assert_eq!(asked(), ["carol"]);
}

unsafe extern "C" fn on_deleted(code: i32, _: Chars, _: Chars, data: Data) {
    // One that went out before the end of the connection was known has been sent.
    if code == 0 || code == 8021 {
        unsafe { &*data.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn every_message_is_answered_however_many_are_on_their_way() {
    // More than libim looks up at once.
    const MANY: usize = 520;
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    // Without its service nothing goes out.
    std::fs::rename(dir.path().join("service.db"), dir.path().join("away.db")).unwrap();
    // For ever: when it fails, the callbacks may still come.
    let answers: &'static AtomicUsize = Box::leak(Box::default());
    let message = c(json!({ "message_elem_array": [{ "elem_type": 0, "text_elem_content": "x" }] }));
    let (to, data) = (c("bob"), std::ptr::from_ref(answers).cast());
    for _ in 0..MANY {
        let returned = unsafe {
            TIMMsgSendMessage(
                to.as_ptr(),
                1,
                message.as_ptr(),
                std::ptr::null_mut(),
                Some(on_deleted),
                data,
            )
        };
        assert_eq!(returned, 0);
    }
    call(|cb, data| unsafe { TIMMsgClearHistoryMessage(to.as_ptr(), 1, cb, data) });
    tim.wait("all are answered", |_| answers.load(Ordering::SeqCst) == MANY);
    list();
    assert_eq!(answers.load(Ordering::SeqCst), MANY, "each once");
}
