//! Files that credentials are read from.

use std::fs::{File, FileType, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

use super::source_text;
use crate::error::{Error, Result};

/// More than any file of credentials has, and little enough to read.
const MAX_BYTES: u64 = 1 << 20;

/// Whether there is something at the path. What must not be looked at is not there.
pub(super) fn exists(path: &Path) -> bool {
    path.metadata().is_ok()
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String> {
    source_text::decoded(&read_bytes(path)?, path.display())
}

/// What a file holds. Anything but a file is refused before it is opened: a pipe would wait for its writer, and a device
/// may never end.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    // The usual way to say that there is none.
    if path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let unreadable = |error: io::Error| {
        Error::credentials(format!("{} cannot be read", path.display())).with_source(error)
    };
    expect_file(path, &path.metadata().map_err(unreadable)?)?;
    let file = File::open(path).map_err(unreadable)?;
    // Another one may have taken its place.
    let metadata = file.metadata().map_err(unreadable)?;
    expect_file(path, &metadata)?;
    warn_of_writers(path, &metadata);
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message =
            format!("{} has more than {MAX_BYTES} bytes, which no file of credentials has", path.display());
        return Err(Error::credentials(message));
    }
    Ok(bytes)
}

fn expect_file(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let message = format!("{} is {}, not a file", path.display(), kind(metadata.file_type()));
    Err(Error::credentials(message))
}

fn kind(file_type: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if file_type.is_fifo() {
            return "a pipe";
        }
        if file_type.is_socket() {
            return "a socket";
        }
        if file_type.is_char_device() || file_type.is_block_device() {
            return "a device";
        }
    }
    if file_type.is_dir() { "a directory" } else { "something else" }
}

/// Whoever can write the file decides who this program is, and may have it run another. That others can read it is
/// no news where containers mount files, and no official tool minds.
fn warn_of_writers(path: &Path, metadata: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o002 != 0 {
            tracing::warn!(path = %path.display(), "anyone can write this file of credentials");
        }
    }
    #[cfg(not(unix))]
    let _ = (path, metadata);
}

/// Runs what reads files where it may take its time, so that the timeout of a call ends the wait for it.
pub(super) async fn off_the_runtime<T: Send + 'static>(
    read: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return read() };
    match runtime.spawn_blocking(read).await {
        Ok(result) => result,
        Err(error) => Err(Error::credentials("the runtime ended while files were read").with_source(error)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_and_anything_else_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "\u{feff}text").unwrap();
        assert_eq!(read(&path).unwrap(), "text");
        let error = |path: &Path| read(path).unwrap_err().to_string();

        std::fs::write(&path, vec![b'x'; MAX_BYTES as usize]).unwrap();
        assert_eq!(read(&path).unwrap().len() as u64, MAX_BYTES);
        std::fs::write(&path, vec![b'x'; MAX_BYTES as usize + 1]).unwrap();
        assert!(error(&path).ends_with("has more than 1048576 bytes, which no file of credentials has"));
        assert!(error(directory.path()).ends_with(" is a directory, not a file"));
        assert!(error(&directory.path().join("absent")).ends_with("absent cannot be read"));
    }

    #[cfg(unix)]
    #[test]
    fn pipes_sockets_and_devices_are_refused_without_a_wait() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let socket = directory.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = directory.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for (path, expected) in [
            (pipe.as_path(), " is a pipe, not a file"),
            (&socket, " is a socket, not a file"),
            (&link, " is a device, not a file"),
        ] {
            let error = read(path).unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
        }
        assert_eq!(read(Path::new("/dev/null")).unwrap(), "");
    }

    #[tokio::test]
    async fn a_read_that_does_not_end_is_left_behind() {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let read = off_the_runtime(move || Ok(held.recv().is_ok()));
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), read).await.is_err());
        drop(release);
        assert_eq!(off_the_runtime(|| Ok(1)).await.unwrap(), 1);
    }

    #[test]
    fn outside_of_a_runtime_files_are_read_on_the_spot() {
        let mut reading = std::pin::pin!(off_the_runtime(|| Ok(1)));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(matches!(reading.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(1))));
    }
}
