//! The certificates that the environment says to trust, where something is wrong with them.
//!
//! `SSL_CERT_FILE` and `SSL_CERT_DIR` stand in the place of all that the system trusts, and whatever reads them passes over
//! what it cannot use. What is left is an error of TLS that says nothing of them, so here they are named.

use std::error::Error as StdError;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::error::{Error, Result};
use crate::file;

const FILE: &str = "SSL_CERT_FILE";
const DIRECTORIES: &str = "SSL_CERT_DIR";

/// More than all authorities of the world take.
const MAX_BYTES: u64 = 16 << 20;

/// What an error has to say of the variables, to go on after what else it says; nothing if it is not about a certificate,
/// or neither is set.
pub(crate) fn note(error: &(dyn StdError + 'static)) -> String {
    let mut root = error;
    while let Some(cause) = root.source() {
        root = cause;
    }
    let root = root.to_string().to_ascii_lowercase();
    let is_about_one = ["certificate", "unknown ca", "unknownissuer", "unknown issuer"];
    match is_about_one.iter().any(|words| root.contains(words)) {
        true => told(|name| std::env::var_os(name)).map(|told| format!("; {told}")).unwrap_or_default(),
        false => String::new(),
    }
}

/// Refuses what whoever reads it would wait for.
pub(crate) fn check() -> Result<()> {
    check_file(std::env::var_os(FILE))
}

fn check_file(path: Option<OsString>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let metadata = file::in_time({
        let path = path.clone();
        move || std::fs::metadata(path)
    });
    let is_awaited = match metadata {
        Ok(metadata) => !metadata.is_file() || metadata.len() > MAX_BYTES,
        Err(error) => error.kind() == std::io::ErrorKind::TimedOut,
    };
    match is_awaited {
        true => Err(Error::input(format!("TLS cannot be set up: {}", of_file(&path)))),
        false => Ok(()),
    }
}

fn told(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let file = variable(FILE).map(|path| of_file(&path));
    let directories = variable(DIRECTORIES).map(|paths| of_directories(&paths));
    let told: Vec<_> = file.into_iter().chain(directories).collect();
    (!told.is_empty()).then(|| told.join(", and "))
}

fn of_file(path: &OsStr) -> String {
    if path.is_empty() {
        return format!("{FILE} is set, but empty");
    }
    let path = Path::new(path);
    let what = match certificates(path) {
        Ok(0) => "holds no certificate in PEM".to_owned(),
        Ok(_) => return format!("only what {FILE} names is trusted, {}", path.display()),
        Err(why) => why,
    };
    format!("{FILE} names {}, which {what}", path.display())
}

fn of_directories(paths: &OsStr) -> String {
    let paths: Vec<_> = std::env::split_paths(paths).filter(|path| !path.as_os_str().is_empty()).collect();
    if paths.is_empty() {
        return format!("{DIRECTORIES} is set, but empty");
    }
    let shown = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ");
    let listed = move || -> std::io::Result<bool> {
        let mut has_files = false;
        for path in &paths {
            for entry in std::fs::read_dir(path)? {
                has_files |= certificates(&entry?.path()).is_ok_and(|count| count > 0);
            }
        }
        Ok(has_files)
    };
    match file::in_time(listed) {
        Ok(true) => format!("only what {DIRECTORIES} names is trusted, {shown}"),
        Ok(false) => format!("{DIRECTORIES} names {shown}, where no file holds a certificate in PEM"),
        Err(error) => format!("{DIRECTORIES} names {shown}, which {}", file::why(&error)),
    }
}

/// How many certificates a file seems to hold.
fn certificates(path: &Path) -> Result<usize, String> {
    let content = file::read(path, MAX_BYTES).map_err(|error| file::why(&error))?;
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    Ok(content.bytes.windows(BEGIN.len()).filter(|text| *text == BEGIN).count())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_variable_is_told() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).into_os_string();
        std::fs::write(path("empty"), "").unwrap();
        std::fs::write(path("good"), "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
            .unwrap();
        std::fs::create_dir(path("none")).unwrap();
        std::fs::create_dir(path("some")).unwrap();
        std::fs::copy(path("good"), Path::new(&path("some")).join("a.pem")).unwrap();
        let told =
            |name: &str, value: OsString| told(|asked| (asked == name).then(|| value.clone())).unwrap();
        for (value, says) in [
            (OsString::new(), "SSL_CERT_FILE is set, but empty"),
            (path("absent"), "absent, which cannot be read: "),
            (path("empty"), "empty, which holds no certificate in PEM"),
            (path("none"), "none, which is a directory, not a file"),
            (path("good"), "only what SSL_CERT_FILE names is trusted, "),
        ] {
            let told = told(FILE, value);
            assert!(told.contains("SSL_CERT_FILE") && told.contains(says), "{told}");
        }
        for (value, says) in [
            (OsString::new(), "SSL_CERT_DIR is set, but empty"),
            (path("absent"), "absent, which cannot be read: "),
            (path("good"), "good, which cannot be read: "),
            (path("none"), "none, where no file holds a certificate in PEM"),
            (path("some"), "only what SSL_CERT_DIR names is trusted, "),
        ] {
            let told = told(DIRECTORIES, value);
            assert!(told.contains("SSL_CERT_DIR") && told.contains(says), "{told}");
        }
        assert_eq!(super::told(|_| None), None);
        assert!(check_file(None).is_ok() && check_file(Some(path("good"))).is_ok());
        // It is for the one that reads it to say that nothing is there.
        assert!(check_file(Some(path("absent"))).is_ok());
        let refused = check_file(Some(path("none"))).unwrap_err().to_string();
        assert!(refused.ends_with("none, which is a directory, not a file"), "{refused}");
    }
}
