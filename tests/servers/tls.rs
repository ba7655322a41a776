//! Certificates made for the run: an authority of its own, and a server's that it signed.

use super::DOMAIN;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The files.
pub struct Certificates {
    /// The authority's certificate.
    pub ca: PathBuf,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
}

/// The servers of the tests before are still ending when a test program starts, and a machine that has little memory then does
/// not let every program run: what failed is tried again.
fn openssl(dir: &Path, arguments: &str) {
    const TIMES: usize = 5;
    let mut said = String::new();
    for _ in 0..TIMES {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(dir)
            .output()
            .expect("openssl is there: scripts/setup.sh test");
        if output.status.success() {
            return;
        }
        said = format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        println!("openssl {arguments}: {said}");
        std::thread::sleep(Duration::from_secs(1));
    }
    panic!("openssl {arguments} failed {TIMES} times, at last with {said}");
}

/// Makes them in `dir`, for `domain` and what is below it.
pub fn make(dir: &Path) -> Certificates {
    make_for(dir, DOMAIN)
}

/// The same, for any domain.
pub fn make_for(dir: &Path, domain: &str) -> Certificates {
    let extensions = format!("subjectAltName=DNS:{domain},DNS:*.{domain}\nbasicConstraints=CA:FALSE\n");
    std::fs::write(dir.join("extensions"), extensions).unwrap();
    let curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(
        dir,
        &format!("req -x509 {curve} -keyout ca.key -out ca.pem -subj /CN=libim-tests -days 2"),
    );
    openssl(
        dir,
        &format!("req {curve} -keyout server.key -out server.csr -subj /CN={domain}"),
    );
    openssl(
        dir,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile extensions",
    );
    Certificates {
        ca: dir.join("ca.pem"),
        certificate: dir.join("server.pem"),
        key: dir.join("server.key"),
    }
}
