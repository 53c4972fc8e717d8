//! Reading files that others have put there, of a length and within a time that have a bound; and writing one as a whole.
//!
//! A path of a variable or of a command line may lead to a pipe that nobody writes to, to a device without an end, or to
//! a disk that does not respond. None of them may take more than it is given.

use std::fs::{self, File, FileType, Metadata, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// What is alive gives a file within this time, over a network too.
const LIMIT: Duration = Duration::from_secs(5);

/// A file as it was read.
pub struct Content {
    /// All that it holds.
    pub bytes: Vec<u8>,
    /// What the system says of it.
    pub metadata: Metadata,
}

/// Reads a file of at most so many bytes. Anything but a file is refused before it is opened: a pipe would wait for its
/// writer, and a device may never end.
///
/// # Errors
///
/// One whose text goes on after the name of the file, such as `is a pipe, not a file`, where the system has none of its
/// own.
pub fn read(path: &Path, max_bytes: u64) -> io::Result<Content> {
    let path = path.to_owned();
    in_time(move || {
        expect_file(&path.metadata()?)?;
        let file = File::open(&path)?;
        // Another one may have taken its place.
        let metadata = file.metadata()?;
        expect_file(&metadata)?;
        let too_large = || unfit(format!("has more than {max_bytes} bytes"));
        if metadata.len() > max_bytes {
            return Err(too_large());
        }
        // It may have more than it says.
        let mut bytes = Vec::new();
        file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > max_bytes {
            return Err(too_large());
        }
        Ok(Content { bytes, metadata })
    })
}

/// The same for a text in UTF-8.
///
/// # Errors
///
/// As of [`read`].
pub fn read_text(path: &Path, max_bytes: u64) -> io::Result<String> {
    String::from_utf8(read(path, max_bytes)?.bytes).map_err(|_| unfit("is not UTF-8".to_owned()))
}

/// Does what reads a file, changes it and writes it, while no other process that asks so does the same to a file in the
/// same folder: what both of them write is there in the end. The folder is held, since the file is another one afterwards.
/// Where folders cannot be held the work is done all the same.
///
/// # Errors
///
/// That of the work, or one of kind [`TimedOut`](io::ErrorKind::TimedOut) if others do not come to an end.
pub fn while_held<T, E: From<io::Error>>(path: &Path, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    const PAUSE: Duration = Duration::from_millis(10);
    let path = resolved(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(held) = File::open(folder) else { return work() };
    let until = Instant::now() + LIMIT;
    loop {
        match held.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                let message =
                    format!("another process has been writing to {} for {LIMIT:?}", folder.display());
                return Err(io::Error::new(io::ErrorKind::TimedOut, message).into());
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Ok(()) | Err(TryLockError::Error(_)) => return work(),
        }
    }
}

/// Where a path leads to, by all links, the last of which may lead to nothing yet.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    const MAX_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::canonicalize(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(&path) {
                Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
                Err(_) => return Ok(path),
            },
            found => return found,
        }
    }
    Err(unfit("is a link that leads nowhere".to_owned()))
}

/// Writes a file that only its owner can read, so that whoever reads it meanwhile sees all of the old or all of the new.
///
/// # Errors
///
/// If it cannot be written. Then it is as it was.
pub fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays one: the file it leads to is replaced.
    let path = resolved(path)?;
    let mut new = path.clone().into_os_string();
    new.push(format!(".{:016x}", fastrand::u64(..)));
    let written = write_private(new.as_ref(), content).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// Writes a new file that only its owner can read.
///
/// # Errors
///
/// If there is anything already, or it cannot be written.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Whether there is something at the path, be it only a link that leads nowhere, and if it does not say so in time. What
/// must not be looked at is not there.
pub fn exists(path: &Path) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    let path = path.to_owned();
    match in_time(move || path.symlink_metadata().map(drop)) {
        Ok(()) => true,
        Err(error) => !matches!(error.kind(), NotFound | NotADirectory | PermissionDenied),
    }
}

/// Why a file was not read, to go on after its name.
pub fn why(error: &io::Error) -> String {
    match error.get_ref() {
        Some(_) => error.to_string(),
        None => format!("cannot be read: {error}"),
    }
}

/// Does what asks for files, and gives up the wait for it where it takes too long.
///
/// # Errors
///
/// That of the work, or one of kind [`TimedOut`](io::ErrorKind::TimedOut).
pub fn in_time<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    within(LIMIT, work)
}

fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = sync_channel(1);
    // A read that does not end cannot be ended either, so it is left behind, and ends with the process.
    std::thread::Builder::new().name("file".to_owned()).spawn(move || {
        let _ = sender.send(work());
    })?;
    receiver.recv_timeout(limit).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => {
                io::Error::new(io::ErrorKind::TimedOut, format!("was not read within {limit:?}"))
            }
            RecvTimeoutError::Disconnected => io::Error::other("was not read to its end"),
        })
    })
}

fn expect_file(metadata: &Metadata) -> io::Result<()> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(unfit(format!("is {}, not a file", kind(metadata.file_type())))),
    }
}

fn unfit(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn failure(path: &Path) -> String {
        why(&read(path, 10).map(|content| content.bytes).unwrap_err())
    }

    #[test]
    fn a_file_is_read_and_anything_else_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(read_text(&path, 10).unwrap(), "0123456789");
        assert!(exists(&path) && exists(directory.path()) && !exists(&directory.path().join("absent")));
        std::fs::write(&path, "0123456789\n").unwrap();
        assert_eq!(failure(&path), "has more than 10 bytes");
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(why(&read_text(&path, 10).unwrap_err()), "is not UTF-8");
        assert_eq!(failure(directory.path()), "is a directory, not a file");
        assert!(failure(&directory.path().join("absent")).starts_with("cannot be read: "));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_replaced_where_links_lead_and_nothing_else_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::os::unix::fs::symlink("later", at("link")).unwrap();
        std::os::unix::fs::symlink(at("link"), at("link of a link")).unwrap();
        for (name, content) in [("link of a link", "1"), ("link", "2"), ("later", "3"), ("new", "4")] {
            replace_private(&at(name), content.as_bytes()).unwrap();
            let written = if name == "new" { "new" } else { "later" };
            assert_eq!(read_text(&at(written), 10).unwrap(), content, "{name}");
        }
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 4);
        std::os::unix::fs::symlink("circle", at("circle")).unwrap();
        replace_private(&at("circle"), b"").unwrap_err();
        std::os::unix::fs::symlink("absent", at("nowhere")).unwrap();
        assert!(exists(&at("circle")) && exists(&at("circle/file")) && exists(&at("nowhere")));
        assert!(!exists(&at("nowhere/file")) && !exists(&at("new/file")) && !exists(&at("absent")));
    }

    #[test]
    fn of_changes_at_once_none_is_lost() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("count");
        let add = || {
            while_held(&path, || {
                let before: u32 = read_text(&path, 10).map_or(0, |text| text.parse().unwrap());
                replace_private(&path, (before + 1).to_string().as_bytes())
            })
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..5).for_each(|_| add().unwrap()));
            }
        });
        assert_eq!(read_text(&path, 10).unwrap(), "40");
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
            (pipe, "is a pipe, not a file"),
            (socket, "is a socket, not a file"),
            (link, "is a device, not a file"),
        ] {
            assert_eq!(failure(&path), expected);
        }
    }

    #[test]
    fn work_that_does_not_end_is_left_behind() {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let error = within(Duration::from_millis(20), move || Ok(held.recv().is_ok())).unwrap_err();
        assert_eq!(
            (error.kind(), why(&error)),
            (io::ErrorKind::TimedOut, "was not read within 20ms".to_owned())
        );
        drop(release);
        assert_eq!(in_time(|| Ok(1)).unwrap(), 1);
    }
}
