//! The part of a file that is there, under a name of its own until it is the whole file.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use bytes::Bytes;

use super::checksum::{self, Digest};
use super::record::{Expected, Record};
use crate::error::{Error, ErrorKind, Remedy, Result};
use crate::file;

/// How often a part is tried to be had that another download holds, and the pause between: one that was dropped just
/// now gives it up when it has written what it had.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// What is added to the name of a file for its part, the record of that, and the record while it is written.
pub(super) const ENDINGS: [&str; 3] = [".part", ".part.json", ".part.json.new"];

/// A record is this long at most.
const MAX_RECORD_BYTES: u64 = 64 << 10;

/// A part, which no other download writes to while this is alive. All its functions block.
pub(super) struct Part {
    path: PathBuf,
    record_path: PathBuf,
    new_record_path: PathBuf,
    file: File,
    /// How many bytes of the file are there.
    pub(super) len: u64,
    digest: Digest,
    /// Nothing else is in it, such as the beginning of another file.
    is_own: bool,
}

impl Part {
    /// The part of the file of a path, which is made if there is none. What is in it counts only once it is resumed.
    pub(super) fn open(target: &Path) -> Result<Self> {
        let [path, record_path, new_record_path] = ENDINGS.map(|ending| {
            let mut name = target.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        });
        for _ in 0..TRIES {
            let file = open(&path).map_err(|error| failed(&path, error))?;
            match file.try_lock() {
                // A file system without locks has the file nevertheless.
                Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                    return Err(failed(&path, error));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                // The one that held it may have made it the whole file meanwhile.
                _ if is_at(&file, &path) => {
                    let is_own = file.metadata().is_ok_and(|metadata| metadata.len() == 0);
                    let digest = checksum::digest();
                    return Ok(Self { path, record_path, new_record_path, file, len: 0, digest, is_own });
                }
                _ => {}
            }
        }
        let message = format!("another download is writing to {}", path.display());
        Err(Error::new(ErrorKind::File, message).retryable(true))
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The checksum of what is there.
    pub(super) fn checksum(&self) -> u64 {
        self.digest.clone().finalize()
    }

    /// Goes on with what an earlier process has left, if that is of the same file and will be checked in the end.
    pub(super) fn resume(&mut self, expected: &Expected) -> Result<Option<Record>> {
        let record = file::read(&self.record_path, MAX_RECORD_BYTES).ok();
        let record: Option<Record> = record.and_then(|record| serde_json::from_slice(&record.bytes).ok());
        let record =
            record.filter(|it| it.expected == *expected && it.outlives_its_process() && it.is_sound());
        let read = |part: &mut Self| -> io::Result<Option<Record>> {
            let len = part.file.metadata()?.len();
            let Some(record) = record.filter(|record| (1..=record.found.total).contains(&len)) else {
                return Ok(None);
            };
            part.file.seek(SeekFrom::Start(0))?;
            let mut buffer = vec![0; 1 << 20];
            loop {
                match part.file.read(&mut buffer)? {
                    0 => break,
                    length => {
                        part.digest.update(&buffer[..length]);
                        part.len += length as u64;
                    }
                }
            }
            Ok(Some(record))
        };
        let resumed = read(self).map_err(|error| failed(&self.path, error))?;
        self.is_own |= resumed.is_some();
        Ok(resumed)
    }

    /// Throws away what is there, and notes what will be in it.
    pub(super) fn begin(&mut self, record: &Record) -> Result<()> {
        self.clear()?;
        let new = &self.new_record_path;
        let write = || -> io::Result<()> {
            // Whatever stands there, the new one is a file of its own.
            let _ = fs::remove_file(new);
            file::write_private(new, &serde_json::to_vec(record)?)?;
            fs::rename(new, &self.record_path)
        };
        write().map_err(|error| failed(&self.record_path, error))
    }

    /// Adds what has come.
    pub(super) fn append(&mut self, pieces: &[Bytes]) -> Result<()> {
        for piece in pieces {
            self.file.write_all(piece).map_err(|error| failed(&self.path, error))?;
            self.digest.update(piece);
            self.len += piece.len() as u64;
        }
        Ok(())
    }

    /// Throws away what is there.
    pub(super) fn clear(&mut self) -> Result<()> {
        (self.len, self.digest, self.is_own) = (0, checksum::digest(), true);
        let cleared = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        cleared.map(drop).map_err(|error| failed(&self.path, error))
    }

    /// Removes it, unless it is still the beginning of another file. What cannot be removed does no harm.
    pub(super) fn remove(&self) {
        if self.is_own {
            let _ = fs::remove_file(&self.record_path);
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Makes it the whole file, in one step and for good.
    pub(super) fn install(&self, target: &Path, overwrites: bool) -> Result<()> {
        let failed = |error| failed(target, error);
        self.file.sync_all().map_err(|error| self::failed(&self.path, error))?;
        match overwrites {
            true => fs::rename(&self.path, target).map_err(failed)?,
            // A rename would take the place of a file that has come since.
            false => match fs::hard_link(&self.path, target) {
                Ok(()) => {
                    let _ = fs::remove_file(&self.path);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(taken(target)),
                // Not every file system has links.
                Err(_) => {
                    expect_free(target, overwrites)?;
                    fs::rename(&self.path, target).map_err(failed)?;
                }
            },
        }
        let _ = fs::remove_file(&self.record_path);
        sync_directory(target).map_err(failed)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Part")
            .field("path", &self.path)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// Refuses a path that is taken, or, where a file is to be replaced, one of something else.
pub(super) fn expect_free(target: &Path, overwrites: bool) -> Result<()> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() || (overwrites && target.is_dir()) => {
            let message = format!("{} is a directory: download into it with `save_in`", target.display());
            Err(Error::input(message))
        }
        Ok(metadata) if overwrites && (metadata.is_file() || metadata.is_symlink()) => Ok(()),
        Ok(_) if overwrites => {
            Err(Error::input(format!("{} is no file, and is not replaced", target.display())))
        }
        Ok(_) => Err(taken(target)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(target, error)),
    }
}

fn taken(target: &Path) -> Error {
    Error::input(format!("{} is there already", target.display())).with_remedy(Remedy::Overwrite)
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::File, format!("{} cannot be written: {error}", path.display())).with_source(error)
}

/// Opens a file that only the user may read, since it has all of a database. What leads elsewhere is refused, such as a
/// link that somebody has laid, and so is a file that has another name, too.
fn open(path: &Path) -> io::Result<File> {
    if let Ok(metadata) = fs::symlink_metadata(path) {
        if !metadata.is_file() {
            return Err(io::Error::other("it is there already, and is no file"));
        }
        if has_another_name(&metadata) {
            return Err(io::Error::other("it is there already, and has another name, too"));
        }
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if is_private(&file)? {
        return Ok(file);
    }
    // One that cannot be made private is of somebody else.
    fs::remove_file(path)?;
    options.create_new(true).open(path)
}

#[cfg(unix)]
fn has_another_name(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_another_name(_: &fs::Metadata) -> bool {
    false
}

/// Makes sure that nobody else may read a file, if that can be.
#[cfg(unix)]
fn is_private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let metadata = file.metadata()?;
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        return Ok(false);
    }
    let is_open = metadata.mode() & 0o077 != 0;
    Ok(!is_open || file.set_permissions(fs::Permissions::from_mode(0o600)).is_ok())
}

#[cfg(not(unix))]
fn is_private(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Whether the file is still the one at the path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (own, there) = (file.metadata().map(id), fs::symlink_metadata(path).map(id));
    own.is_ok_and(|own| there.is_ok_and(|there| own == there))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// A name is there for good only once its directory is.
#[cfg(unix)]
fn sync_directory(target: &Path) -> io::Result<()> {
    let directory = target.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
