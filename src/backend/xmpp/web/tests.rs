//! Transfers with a server on this machine that behaves as each test says.

use super::*;
use crate::backend::Deadline;
use crate::backend::xmpp::Tls;
use crate::backend::xmpp::stanza::slot::Slot;
use crate::model::blob::MAX_FILE_BYTES;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use xmpp_parsers::jid::BareJid;

/// A request that the server got.
#[derive(Clone, Debug, Default)]
struct Request {
    first: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

/// A server that sends what `answer` says to each request, and what it got.
fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> (String, Arc<Mutex<Vec<Request>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if let Some(request) = request(&stream) {
                let path = request.first.split(' ').nth(1).unwrap().to_owned();
                all.lock().unwrap().push(request);
                // Who has given up does not read it.
                let _ = stream.write_all(&answer(&path));
            }
        }
    });
    (base, got)
}

fn request(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut request = Request::default();
    reader.read_line(&mut request.first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        request.headers.push(line);
    }
    let length = request
        .headers
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body = body;
    (!request.first.is_empty()).then_some(request)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn web(host: &str) -> Arc<Web> {
    Web::new(Arc::new(XmppConfig {
        jid: BareJid::new("alice@example.org").unwrap(),
        password: String::new(),
        host: Some(host.to_owned()),
        port: None,
        tls: Tls::StartTls,
        ca_file: None,
        resource: None,
        language: None,
    }))
}

fn fetched(web: &Arc<Web>, url: &str, millis: u64) -> Result<Vec<u8>> {
    let deadline = Deadline::new(Duration::from_millis(millis), Arc::default());
    let mut all = Vec::new();
    web.fetch(url, &deadline, &mut |bytes, _| {
        all.extend_from_slice(bytes);
        Ok(())
    })?;
    Ok(all)
}

const LONG: u64 = 60_000;

#[test]
fn a_file_is_fetched_whole_also_where_its_address_leads_to_another() {
    let content: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let sent = content.clone();
    let (base, _) = serve(move |path| match path {
        "/moved" => answer("302 Found\r\nLocation: /file\r\nContent-Length: 0", b""),
        "/round" => answer("302 Found\r\nLocation: /round\r\nContent-Length: 0", b""),
        "/local" => answer("302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0", b""),
        "/other" => answer("307 Moved\r\nLocation: ftp://127.0.0.1/file\r\nContent-Length: 0", b""),
        "/nowhere" => answer("302 Found\r\nContent-Length: 0", b""),
        "/inside" => answer("302 Found\r\nLocation: https://10.0.0.1/a\r\nContent-Length: 0", b""),
        _ => answer(&format!("200 OK\r\nContent-Length: {}", sent.len()), &sent),
    });
    let web = web("127.0.0.1");
    assert_eq!(fetched(&web, &format!("{base}/file"), LONG).unwrap(), content);
    assert_eq!(fetched(&web, &format!("{base}/moved"), LONG).unwrap(), content);
    for (path, reason) in [
        ("round", "too many"),
        ("inside", "public"),
        ("local", "none on the web"),
        ("other", "none on the web"),
        ("nowhere", "none on the web"),
    ] {
        let error = fetched(&web, &format!("{base}/{path}"), LONG).unwrap_err();
        assert_eq!(error.status, Status::FileDownloadFailed);
        assert!(
            error.desc.contains(reason) && !error.desc.contains("10.0.0.1") && !error.desc.contains("passwd"),
            "{error}"
        );
    }
}

#[test]
fn a_server_that_lies_is_silent_or_refuses_ends_the_download() {
    let huge = format!("200 OK\r\nContent-Length: {}", MAX_FILE_BYTES + 1);
    let (base, _) = serve(move |path| match path {
        "/short" => answer("200 OK\r\nContent-Length: 100", b"ten bytes."),
        "/huge" => answer(&huge, b"x"),
        "/none" => answer("404 Not Found\r\nContent-Length: 4", b"none"),
        _ => b"SSH-2.0-OpenSSH\r\n".to_vec(),
    });
    let web = web("127.0.0.1");
    for path in ["short", "huge", "none", "other"] {
        let error = fetched(&web, &format!("{base}/{path}"), LONG).unwrap_err();
        assert_eq!(error.status, Status::FileDownloadFailed, "{path}");
        assert!(!error.desc.contains(&base), "{error}");
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", silent.local_addr().unwrap());
    let error = fetched(&web, &url, 100).unwrap_err();
    assert!(
        [Status::Timeout, Status::FileDownloadFailed].contains(&error.status),
        "{error}"
    );
}

#[test]
fn this_machine_is_not_reached_when_the_server_is_elsewhere() {
    let (base, got) = serve(|_| answer("200 OK\r\nContent-Length: 6", b"secret"));
    let port = base.rsplit(':').next().unwrap();
    let web = web("xmpp.example.org");
    for host in [
        "127.0.0.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
    ] {
        for scheme in ["http", "https"] {
            let error = fetched(&web, &format!("{scheme}://{host}:{port}/a"), LONG).unwrap_err();
            assert_eq!(error.status, Status::FileDownloadFailed, "{host}");
        }
    }
    assert!(got.lock().unwrap().is_empty());
}

#[test]
fn a_file_goes_to_its_slot_with_what_is_to_be_said_there() {
    let (base, got) = serve(|path| match path {
        "/large" => answer("413 Too Large\r\nContent-Length: 0", b""),
        "/full" => answer("507 Full\r\nContent-Length: 0", b""),
        "/busy" => answer("503 Busy\r\nContent-Length: 0", b""),
        "/moved" => answer("302 Found\r\nLocation: /a\r\nContent-Length: 0", b""),
        _ => answer("201 Created\r\nContent-Length: 0", b""),
    });
    let web = web("localhost");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("film");
    std::fs::write(&path, vec![7; 200_000]).unwrap();
    let put = |path_at: &str| {
        let slot = Slot {
            put: format!("{base}{path_at}"),
            headers: vec![("authorization".to_owned(), "Basic x".to_owned())],
            get: String::new(),
        };
        let mut upload = web.put(slot, File::open(&path).unwrap(), 200_000, "video/mp4").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let end = runtime.block_on(&mut upload.end).unwrap();
        end.map(|later| (later, upload.done()))
    };
    assert_eq!(put("/a").unwrap(), (None, 200_000));
    let request = got.lock().unwrap()[0].clone();
    assert!(request.first.starts_with("PUT /a "));
    assert_eq!(request.body, [7; 200_000]);
    for header in [
        "authorization: basic x",
        "content-type: video/mp4",
        "content-length: 200000",
    ] {
        assert!(
            request.headers.iter().any(|line| line == header),
            "{:?}",
            request.headers
        );
    }
    assert!(!request.headers.iter().any(|line| line.starts_with("transfer-encoding")));
    let later = put("/busy").unwrap().0;
    assert_eq!(later.as_deref(), Some("the server answers 503 Service Unavailable"));
    assert_eq!(put("/large").unwrap_err().status, Status::FileTooLarge);
    for path in ["/full", "/moved"] {
        assert_eq!(put(path).unwrap_err().status, Status::FileUploadFailed, "{path}");
    }
}

#[test]
fn a_download_goes_on_where_the_connection_broke_as_long_as_the_file_is_the_same() {
    let content: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let (sent, visits) = (content.clone(), Mutex::new(0));
    let (base, got) = serve(move |path| {
        let mut visits = visits.lock().unwrap();
        *visits += 1;
        let whole = format!("Content-Length: {}", sent.len());
        match (path, *visits) {
            ("/kept", 2) => answer(
                &format!(
                    "206 Partial Content\r\nContent-Range: bytes 100000-299999/{0}\r\nContent-Length: 200000",
                    sent.len()
                ),
                &sent[100_000..],
            ),
            // It does not promise to be the same, or is another by now.
            ("/weak", _) => answer(&format!("200 OK\r\nETag: W/\"1\"\r\n{whole}"), &sent[..100_000]),
            ("/other", _) | ("/kept", _) => answer(&format!("200 OK\r\nETag: \"1\"\r\n{whole}"), &sent[..100_000]),
            _ => unreachable!("{path}"),
        }
    });
    let web = web("127.0.0.1");
    assert_eq!(fetched(&web, &format!("{base}/kept"), LONG).unwrap(), content);
    let asked = got.lock().unwrap().pop().unwrap().headers;
    assert!(asked.contains(&"range: bytes=100000-".to_owned()) && asked.contains(&"if-range: \"1\"".to_owned()));
    for (path, requests) in [("weak", 1), ("other", 2)] {
        got.lock().unwrap().clear();
        let error = fetched(&web, &format!("{base}/{path}"), LONG).unwrap_err();
        assert_eq!(error.status, Status::FileDownloadFailed, "{path}");
        assert_eq!(got.lock().unwrap().len(), requests, "{path}");
    }
}

#[test]
fn a_server_that_gives_a_byte_now_and_then_is_left_long_before_the_call_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap());
    let drips = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&stream);
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
        let mut is_heard = stream.write_all(head.as_bytes()).is_ok();
        while is_heard {
            std::thread::park_timeout(Duration::from_millis(10));
            is_heard = stream.write_all(b"x").is_ok();
        }
    });
    let deadline = Deadline::new(Duration::from_secs(600), Arc::default());
    let pace = Pace::within(Duration::from_millis(300), std::time::Instant::now());
    let mut size = 0;
    let error = web("127.0.0.1")
        .fetch_in_step(&url, &deadline, pace, &mut |bytes, _| {
            size += bytes.len();
            Ok(())
        })
        .unwrap_err();
    assert_eq!(error.status, Status::FileDownloadFailed);
    assert!(error.desc.contains("too slowly"), "{error}");
    assert!((1..16 << 10).contains(&size), "{size}");
    drips.join().unwrap();
}
