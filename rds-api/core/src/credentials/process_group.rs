//! A program with all that it starts.

use std::process::ExitStatus;
use std::time::Duration;
use std::{io, pin, task};

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};

/// How long what a program has printed may take to come, once it has ended. It is in the pipe by then, but somebody whom
/// the program left behind may hold that open for ever.
const GRACE: Duration = Duration::from_millis(100);

/// Makes a program the first of a group, which ends as a whole.
pub(super) fn lead_group(command: &mut Command) {
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Kills the group of a program that has not ended when this goes.
pub(super) struct Group {
    #[cfg(unix)]
    leader: Option<nix::unistd::Pid>,
}

impl Group {
    /// The group that `child` leads.
    pub(super) fn of(child: &Child) -> Self {
        #[cfg(unix)]
        {
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            Self { leader: id.map(nix::unistd::Pid::from_raw) }
        }
        #[cfg(not(unix))]
        {
            let _ = child;
            Self {}
        }
    }

    /// The program has ended, so its id may soon be another's.
    pub(super) fn leave(mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
        let _ = &mut self;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            let _ = nix::sys::signal::killpg(leader, nix::sys::signal::Signal::SIGKILL);
        }
    }
}

/// How a program ended and what it printed by then; `None` if that is more than `limit` bytes.
pub(super) async fn finish(child: &mut Child, limit: usize) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let Some(mut stdout) = child.stdout.take() else { return Ok(Some((child.wait().await?, Vec::new()))) };
    let mut printed = Vec::new();
    let mut is_open = true;
    let status = {
        let mut end = pin::pin!(child.wait());
        std::future::poll_fn(|context| {
            while is_open && printed.len() <= limit {
                match poll_read(&mut stdout, &mut printed, context) {
                    task::Poll::Ready(Ok(bytes)) => is_open = bytes > 0,
                    task::Poll::Ready(Err(error)) => return task::Poll::Ready(Err(error)),
                    task::Poll::Pending => break,
                }
            }
            match printed.len() > limit {
                true => task::Poll::Ready(Ok(None)),
                false => end.as_mut().poll(context).map_ok(Some),
            }
        })
        .await?
    };
    let Some(status) = status else { return Ok(None) };
    while is_open && printed.len() <= limit {
        match tokio::time::timeout(GRACE, stdout.read_buf(&mut printed)).await {
            Ok(bytes) => is_open = bytes? > 0,
            Err(_) => break,
        }
    }
    Ok((printed.len() <= limit).then_some((status, printed)))
}

fn poll_read(
    stdout: &mut ChildStdout,
    to: &mut Vec<u8>,
    context: &mut task::Context<'_>,
) -> task::Poll<io::Result<usize>> {
    pin::pin!(stdout.read_buf(to)).poll(context)
}
