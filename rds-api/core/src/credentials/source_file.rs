//! Files that credentials are read from.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use super::source_text;
use crate::error::{Error, Result};
use crate::file::{self, Content};

/// More than any file of credentials has, and little enough to read.
const MAX_BYTES: u64 = 1 << 20;

/// Whether there is something at the path. What must not be looked at is not there.
pub(super) fn exists(path: &Path) -> bool {
    file::exists(path)
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String> {
    source_text::decoded(&read_bytes(path)?, path.display())
}

/// What a file holds, if it is one and is read in time.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    // The usual way to say that there is none.
    if path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let Content { bytes, metadata } = file::read(path, MAX_BYTES).map_err(|error| unreadable(path, error))?;
    warn_of_writers(path, &metadata);
    Ok(bytes)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let path = path.display();
    match error.get_ref() {
        Some(why) => Error::credentials(format!("{path} {why}")),
        None => Error::credentials(format!("{path} cannot be read")).with_source(error),
    }
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
        assert!(error(&path).ends_with("has more than 1048576 bytes"));
        assert!(error(directory.path()).ends_with(" is a directory, not a file"));
        assert!(error(&directory.path().join("absent")).ends_with("absent cannot be read"));
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
